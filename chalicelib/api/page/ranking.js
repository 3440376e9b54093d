// Draws what `weighing.js`, which comes before it in the same module, found out, and takes what hands do.

const COLOURS = 7; // criteria beyond them share a pattern
const DASHES = ["", "9 4", "2 4", "9 4 2 4"]; // of the lines of picked frameworks
const $ = (id) => document.getElementById(id);

// ---- Text that is put into the page: whatever is put into a template is escaped, unless it is markup already.

class Markup {
  constructor(text) {
    this.text = text;
  }
}

const CHARACTERS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function text(value) {
  if (Array.isArray(value)) return value.map(text).join("");
  return value instanceof Markup ? value.text : String(value).replace(/[&<>"']/g, (character) => CHARACTERS[character]);
}

const markup = (parts, ...values) => new Markup(parts.reduce((done, part, at) => done + text(values[at - 1]) + part));

// What says the same already is left alone, for whatever is written is laid out anew.
const written = new Map();

function put(id, content) {
  const html = text(content);
  if ($(id) && written.get(id) !== html) $(id).innerHTML = html;
  written.set(id, html);
}

function write(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

// ---- Pictures.

const colour = (place) => `c${Math.min(place, COLOURS)}`;
const swatch = (place) => markup`<i class="${colour(place)}"></i>`;

// Where the boxes and lines of a bar are: of each criterion what it adds and, over it, the part that stands in for figures; stacked, or
// each criterion in a column of its own. Then the span in which the score may lie.
function shape(one, weights) {
  const { values, assumed } = byId.get(one.id);
  const scale = state.aligned ? 0.94 / criteria.length / Math.max(...weights) : 1;
  let end = 0;
  const boxes = values.flatMap((value, place) => {
    const start = state.aligned ? place / criteria.length : end;
    const length = weights[place] * value * scale;
    const part = (weights[place] * assumed[place] * scale) / PARTS;
    end += length;
    return [{ x: at(start), width: at(length) }, { x: at(start + length - part), width: at(part) }];
  });
  const [low, high] = state.aligned ? ["-1%", "-1%"] : [at(one.low), at(one.high)];
  return [...boxes, { x1: low, x2: high }, { x1: low, x2: low }, { x1: high, x2: high }];
}

const bounds = (one) => `${whole(one.low)}–${whole(one.high)}`;

const said = (one, weights) =>
  byId.get(one.id).values.map((value, place) => `${criteria[place].title} ${(100 * value * weights[place]).toFixed(1)}`).join(", ");

// There is a row for each framework from the start; changing it in place takes a browser a fraction of the time that a new one does.
function showRows(ranking, weights) {
  const list = $("rows");
  const rows = new Map([...list.children].map((row) => [row.dataset.id, row]));
  ranking.forEach((one, place) => {
    const row = rows.get(one.id);
    if (list.children[place] !== row) list.insertBefore(row, list.children[place]);
    const [rank, , , score, picture, doubt] = row.children;
    write(rank, String(one.rank));
    write(score, shown(one.score));
    write(doubt, `${bounds(one)} possible, ${percent(one.known)} known`);
    picture.setAttribute("aria-label", said(one, weights));
    shape(one, weights).forEach((part, number) => {
      for (const [name, value] of Object.entries(part)) {
        if (picture.children[number].getAttribute(name) !== value) picture.children[number].setAttribute(name, value);
      }
    });
  });
  [...list.children].forEach((row, place) => (row.hidden = place >= ranking.length));
}

function numbersOf(one) {
  const cells = byId.get(one.id).values.map((value, place) => {
    return markup`<td class="n">${byId.get(one.id).known[place] > 0 ? whole(value) : "unknown"}</td>`;
  });
  return markup`<tr><td>${one.rank}</td><th scope="row">${called(one.id)}</th><td class="n">${shown(one.score)}</td>
    <td class="n">${bounds(one)}</td><td class="n">${percent(one.known)}</td>${cells}</tr>`;
}

function unranked(ranking, weights) {
  const left = frameworks.filter((one) => !ranking.some((other) => other.id === one.id));
  const why = (one) => {
    if (gated()[one.id]) return `fails the requirement ${gated()[one.id]}`;
    if (!one.released) return "not released by then";
    return `not enough evidence, ${percent(weighed(one.known, weights))} of what counts is known and ${percent(model.enough)} are needed`;
  };
  return left.length ? markup`<h3>Not ranked</h3><ul>${left.map((one) => markup`<li>${one.name}: ${why(one)}</li>`)}</ul>` : "";
}

function stretch(part) {
  const [start, end] = [percent(part.start), percent(part.end)];
  return `${start === end ? `at ${end}` : `${start.slice(0, -2)}–${end}`} ${called(part.leader)}`;
}

const fits = (part, width) => (part.end - part.start) * width > 8 * called(part.leader).length + 8;

// One strip, `width` pixels wide: a name stands in its stretch if it has room there.
function stripBar(parts, weight, leader, width) {
  const stretches = parts.map((part) => {
    const label = fits(part, width) ? called(part.leader) : "";
    const kind = part.leader === leader ? "leads" : "follows";
    return markup`<svg x="${at(part.start)}" y="8" width="${at(part.end - part.start)}" height="22" class="${kind}"><title>${stretch(part)}</title>
      <rect width="100%" height="100%"/><text x="5" y="15.5">${label}</text></svg>`;
  });
  const mark = markup`<svg x="${at(weight)}" class="mark"><path d="M-6 0h12l-6 7z M-6 38h12l-6 -7z"/></svg>`;
  return markup`${stretches}${mark}`;
}

const LABEL = 190; // pixels that are left for the name before a strip, where there is room for both side by side

function drawStrips(strips, weights, leader, space) {
  const width = space > 500 ? space - LABEL : space;
  put("strips", strips.map((parts, place) => markup`<div class="strip"><span>${swatch(place)}${criteria[place].title}</span>
    <svg role="img" aria-label="${criteria[place].title}: ${parts.map(stretch).join(", ")}">${stripBar(parts, weights[place], leader, width)}</svg>
    <small>${parts.filter((part) => !fits(part, width)).map(stretch).join(", ")}</small></div>`));
}

const STEP = 19; // pixels from rank to rank

// A line of ranks for each framework; those that are picked stand out by stroke and name, not by colour.
function drawHistory(ranks, width) {
  const [left, right, top] = [20, 118, 24];
  const places = Math.max(1, ...ranks.flatMap((year) => [...year.ranks.values()]));
  const height = top + STEP * places + 12;
  const x = (place) => left + (ranks.length > 1 ? (place * (width - left - right)) / (ranks.length - 1) : 0);
  const y = (rank) => top + STEP * (rank - 0.5);
  const every = width / ranks.length < 40 ? 2 : 1;
  const years = ranks.map((year, place) => (ranks.length - 1 - place) % every
    ? "" : markup`<text x="${x(place)}" y="12" text-anchor="middle">${year.day.slice(0, 4)}</text>`);
  const drawn = [...frameworks].sort((a, b) => state.picks.includes(a.id) - state.picks.includes(b.id)).map((one) => {
    const points = ranks.map((year, place) => [x(place), y(year.ranks.get(one.id)), year.ranks.get(one.id)]);
    const known = points.filter(([, , rank]) => rank);
    if (!known.length) return "";
    const path = points.map(([px, py, rank], place) => (rank ? `${points[place - 1]?.[2] ? "L" : "M"}${px.toFixed(1)} ${py.toFixed(1)}` : "")).join("");
    const picked = state.picks.indexOf(one.id);
    const [px, py, rank] = known.at(-1);
    const last = known.at(-1) === points.at(-1);
    const dash = picked < 0 ? "" : DASHES[picked % DASHES.length];
    const dots = known.map(([dx, dy]) => `M${dx.toFixed(1)} ${dy.toFixed(1)}h0`).join("");
    const label = last ? markup`<text x="${px + 9}" y="${py + 4}">${rank} ${one.name}</text>` : "";
    return markup`<g class="${picked < 0 ? "faint" : "strong"}"><path d="${path}" stroke-dasharray="${dash}"/><path class="dots" d="${dots}"/>${label}</g>`;
  });
  put("history", markup`<svg width="${width}" height="${height}" role="img" aria-label="Ranks from ${ranks[0].day.slice(0, 4)} to ${model.as_of.slice(0, 4)}; the table below has them all">${years}${drawn}</svg>`);
}

function historyRows(ranks) {
  const ids = [...new Set([...(ranks.at(-1)?.ranks.keys() ?? []), ...frameworks.map((one) => one.id)])];
  const heads = ranks.map((year) => markup`<th scope="col" class="n">${year.day.slice(0, 4)}</th>`);
  $("history-table").closest("table").tHead.innerHTML = text(markup`<tr><th scope="col">Framework</th>${heads}</tr>`);
  return ids.map((id) => markup`<tr><th scope="row">${called(id)}</th>${ranks.map((year) => markup`<td class="n">${year.ranks.get(id) ?? "–"}</td>`)}</tr>`);
}

// ---- What is on the screen.

// What is folded away is written when it is opened.
const stale = new Map();

function whenOpen(id, write) {
  const details = $(id)?.closest("details");
  if (!details) return;
  if (details.open) put(id, write());
  else stale.set(details, () => put(id, write()));
}

let noted; // the two that led at first
let view; // what was last shown: ranking, strips, weights, words, ranks by year

function show() {
  const weights = shares();
  const ranking = ranked(candidates().map((one) => row(one.id, one.values, one.known, weights))).map((one) => ({
    ...one,
    low: weighed(byId.get(one.id).low, weights) / PARTS,
    high: weighed(byId.get(one.id).high, weights) / PARTS,
  }));
  const strips = criteria.map((_, place) => strip(place, weights));
  const words = inWords(ranking, strips, weights);
  const ranks = [...model.years.map((year) => ({ day: year.day, ranking: rankingOn(year, weights) })), { day: model.as_of, ranking }]
    .filter((year) => year.ranking.length)
    .map((year) => ({ day: year.day, ranks: new Map(year.ranking.map((one) => [one.id, one.rank])) }));
  view = { ranking, strips, weights, words, ranks };
  write($("verdict-title"), `${askedBy()}, as of ${model.as_of}`);
  write($("headline"), words.headline);
  write($("numbers"), words.numbers);
  write($("why"), words.why);
  write($("alone"), words.alone);
  // Notes are on the two that led when the page was made.
  const firsts = ranking.slice(0, 2).map((one) => one.id).join();
  $("notes").hidden = firsts !== (noted ??= firsts);
  const limited = model.limit ? ranking.slice(0, model.limit) : ranking;
  showRows(limited, weights);
  put("unranked", unranked(ranking, weights));
  whenOpen("numbers-of-rows", () => limited.map(numbersOf));
  document.querySelectorAll(".legend .share").forEach((share, place) => write(share, percent(weights[place])));
  showWeights(weights);
  drawWide();
  whenOpen("strips-table", () => strips.map((parts, place) => markup`<tr><th scope="row">${criteria[place].title}</th>
    <td class="n">${percent(weights[place])}</td><td>${parts.map(stretch).join("; ")}</td></tr>`));
  whenOpen("history-table", () => historyRows(ranks));
  showLinks();
}

function showWeights(weights) {
  const base = state.profile ? profiles[state.profile] : null;
  criteria.forEach((_, place) => {
    const slider = $(`w${place}`);
    if (Math.abs(slider.valueAsNumber - state.points[place]) > 0.01) slider.value = state.points[place];
    slider.setAttribute("aria-valuetext", `${percent(weights[place])} of the score`);
    write(slider.previousElementSibling, percent(weights[place]));
  });
  write($("summary"), base?.summary ?? "");
  $("reset").hidden = !base || !state.changed;
  write($("reset"), base ? `Back to ${base.title}` : "");
  document.querySelectorAll("#profiles input").forEach((radio) => {
    if (radio.checked !== (radio.value === state.profile)) radio.checked = !radio.checked;
  });
}

// What is far from the window is drawn when it comes near.
const inSight = new Set();
const pictures = {
  strips: () => drawStrips(view.strips, view.weights, view.ranking[0]?.id ?? null, space),
  history: () => view.ranks.length && drawHistory(view.ranks, space),
};

// To ask for widths has the browser lay out everything that was just written, so they are asked for once.
let space;

function drawWide(which = inSight) {
  space ??= $("rows").clientWidth;
  which.forEach((id) => pictures[id]());
}

function showPicks() {
  const columns = [...document.querySelectorAll("#side thead th")].map((head) => head.dataset.id);
  for (const line of document.querySelectorAll("#side tr")) {
    columns.forEach((id, place) => {
      if (id) line.cells[place].hidden = !state.picks.includes(id);
    });
  }
  if (inSight.has("history")) pictures.history();
  showLinks();
}

// ---- Addresses.

const query = (...parts) => parts.filter(Boolean).join("&");
const numbers = () => `weights=${criteria.map((one, place) => `${one.name}:${state.points[place]}`).join(",")}`;
const isOwn = () => state.changed || !state.profile;
const gates = (some) => some && `gates=${encodeURIComponent(some)}`;

const candidatesIn = (asked) => new URLSearchParams(asked).get("frameworks");

// What the page is to be opened with: `rest` is what else it asks for, by default what it asks for now.
function pageQuery(rest = query(model.asked, model.day && `as_of=${model.day}`, gates(model.gates))) {
  const profile = state.profile && `profile=${encodeURIComponent(state.profile)}`;
  // Among other frameworks other ones are looked at.
  const same = candidatesIn(rest) === candidatesIn(model.asked);
  return query(profile, isOwn() && numbers(), rest, same && `picks=${state.picks.join(",")}`);
}

// The same question for /v1/scores, where weights of one's own come without a profile and bring its requirements along.
function apiQuery() {
  const mine = isOwn() ? numbers() : `profile=${encodeURIComponent(state.profile)}`;
  const required = isOwn() && state.profile ? profiles[state.profile].gates : model.gates;
  return query(mine, model.asked, `as_of=${model.as_of}`, gates(required));
}

function showLinks() {
  for (const link of document.querySelectorAll(".more a")) link.href = `./?${pageQuery(link.dataset.rest)}`;
  $("as-json").href = `./v1/scores?${apiQuery()}&include=metrics`;
  $("as-csv").href = `./v1/scores?${apiQuery()}&format=csv`;
  $("as-markdown").href = `./v1/scores?${apiQuery()}&format=markdown`;
  put("badge", badge());
  later("address", 400, () => history.replaceState(null, "", `./?${pageQuery()}`));
}

function badge() {
  const leader = view.ranking[0];
  if (isOwn() || !leader) return "";
  const address = `./badge/${leader.id}?profile=${encodeURIComponent(state.profile)}`;
  const named = `${called(leader.id)} for ${profiles[state.profile].title}`;
  const [picture, page] = [address, `./?profile=${encodeURIComponent(state.profile)}`].map((one) => new URL(one, location.href));
  const label = named.replace(/[\\`*_[\]<>&|#~$]/g, "\\$&");
  return markup`<p>A badge: <a href="${address}">${named}</a>, in Markdown:</p><pre tabindex="0">[![${label}](${picture})](${page})</pre>`;
}

// Does something once nobody has asked for it again for a while: browsers stop pages that change their address too often.
const waiting = {};

function later(name, milliseconds, act) {
  clearTimeout(waiting[name]);
  waiting[name] = setTimeout(act, milliseconds);
}

function tell() {
  later("status", 700, () => ($("status").textContent = `${askedBy()}: ${view.words.headline} ${view.words.numbers}`));
}

// ---- Pictures to take away.

function download(name, heading, height, content, note = "") {
  const style = getComputedStyle(document.documentElement);
  const value = (property) => style.getPropertyValue(property).trim();
  const fills = [...Array(COLOURS).keys()].map((place) => `.c${place}{fill:${value(`--c${place}`)}}`).join("");
  const rules = `${fills}text{font:13px system-ui,sans-serif;fill:${value("--ink")}}.c7{fill:url(#dots)}.hatched{fill:url(#hatch)}
    .span{stroke:${value("--ink")};stroke-width:2}.mark{overflow:visible}.mark path{fill:${value("--ink")}}
    .leads rect{fill:${value("--strong")}}.leads text{fill:${value("--on-strong")}}.follows rect{fill:${value("--soft")};stroke:${value("--card")}}
    #hatch rect{fill:${value("--card")}}#dots rect{fill:${value("--quiet")}}#dots circle{fill:${value("--card")}}`;
  const defs = new Markup($("hatch").parentNode.outerHTML);
  const whole = markup`<svg xmlns="http://www.w3.org/2000/svg" width="800" height="${height + 60}" role="img"><title>${heading}</title><style>${new Markup(rules)}</style>${defs}
    <rect width="100%" height="100%" fill="${value("--card")}"/><text x="16" y="26" font-weight="700">${heading}</text>${content}
    <text x="16" y="${height + 44}" fill-opacity=".8">${view.words.headline} Evidence as of ${model.as_of}.${note}</text></svg>`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text(whole)], { type: "image/svg+xml" }));
  link.download = `frameworth-${name}-${model.as_of}.svg`;
  link.click();
  later("revoke", 10_000, () => URL.revokeObjectURL(link.href));
}

function downloadRanking() {
  const bar = (id) => new Markup(document.querySelector(`[data-id="${id}"] .bar`).innerHTML);
  const rows = view.ranking.map((one, place) => markup`<text x="16" y="${place * 30 + 72}">${one.rank}  ${called(one.id)}  ${shown(one.score)}</text>
    <svg x="200" y="${place * 30 + 58}" width="584" height="26">${bar(one.id)}</svg>`);
  const end = view.ranking.length * 30 + 62;
  const legend = criteria.map((one, place) => markup`<svg x="${16 + (place % 2) * 384}" y="${end + Math.floor(place / 2) * 22}" width="380" height="20">
    <rect class="${colour(place)}" width="12" height="12" y="2"/><text x="18" y="12">${one.title} ${percent(view.weights[place])}</text></svg>`);
  download("ranking", `${askedBy()}: points of 100`, end + Math.ceil(criteria.length / 2) * 22 - 14, [rows, legend],
    " Full width is 100; hatched stands in for missing figures.");
}

function downloadStrips() {
  const rows = view.strips.map((parts, place) => markup`<text x="16" y="${place * 46 + 70}">${criteria[place].title}</text>
    <svg x="250" y="${place * 46 + 46}" width="534" height="40" overflow="visible">${stripBar(parts, view.weights[place], view.ranking[0]?.id, 534)}</svg>`);
  download("strips", `${askedBy()}: who leads at which weight of each criterion, 0 to 100 %`, view.strips.length * 46 + 32, rows);
}

// ---- Hands.

function choose(profile) {
  Object.assign(state, { profile, changed: false, points: profiles[profile].weights.map((share) => 100 * share) });
  show();
  tell();
}

let asked = false; // to be shown with the next frame: sliders speak more often than screens are drawn

function move(place, value) {
  state.points = rounded(state.points.with(place, value), 2);
  // Something has to count.
  if (sum(state.points) === 0) {
    state.points[place] = 1;
    $("hint").textContent = `One criterion has to count, so ${title(place)} stays.`;
  }
  state.changed = state.profile !== null;
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    show();
    tell();
  });
}

function start() {
  // Where an address lacks its last slash, whatever it leads to would be looked for beside the stage.
  if (!/\/(compare)?$/.test(location.pathname)) history.replaceState(null, "", `${location.pathname}/${location.search}`);
  document.querySelectorAll(".script-only, #view").forEach((one) => (one.hidden = false));
  document.querySelectorAll(".without-script").forEach((one) => one.remove());
  // Tables that stand instead of pictures are folded away behind them.
  document.querySelectorAll(".instead").forEach((one) => (one.open = false));
  document.body.classList.add("scripted");
  const radios = Object.entries(profiles).map(([name, one]) => markup`<label title="${one.summary}"><input type="radio" name="profile" value="${name}">${one.title}</label>`);
  const group = document.createElement("fieldset");
  group.className = "chips";
  group.id = "profiles";
  group.innerHTML = text(markup`<legend class="away">Your project</legend>${radios}`);
  $("profiles").parentNode.replaceWith(group);
  group.addEventListener("change", (event) => choose(event.target.value));
  criteria.forEach((_, place) => {
    const slider = $(`w${place}`);
    slider.type = "range";
    slider.addEventListener("input", () => move(place, slider.valueAsNumber));
  });
  $("ask").addEventListener("submit", (event) => event.preventDefault());
  $("reset").addEventListener("click", () => {
    choose(state.profile);
    group.querySelector(":checked").focus();
  });
  $("view").addEventListener("change", (event) => {
    state.aligned = event.target.value === "aligned";
    show();
  });
  $("rows").addEventListener("change", (event) => {
    const { value, checked } = event.target;
    state.picks = checked ? [...state.picks, value] : state.picks.filter((id) => id !== value);
    showPicks();
  });
  $("ranking-svg").addEventListener("click", downloadRanking);
  $("strips-svg")?.addEventListener("click", downloadStrips);
  $("copy").addEventListener("click", async () => {
    history.replaceState(null, "", `./?${pageQuery()}`);
    try {
      await navigator.clipboard.writeText(location.href);
      $("status").textContent = $("copy").textContent = "Copied";
    } catch {
      $("copy").textContent = "Copy it from the address bar";
    }
    later("copy", 3000, () => ($("copy").textContent = "Copy the link"));
  });
  document.addEventListener("toggle", (event) => {
    stale.get(event.target)?.();
    stale.delete(event.target);
  }, true);
  if (matchMedia("(max-width: 59.99rem)").matches) $("weights").open = false;
  document.querySelector(".to-weights").addEventListener("click", () => ($("weights").open = true));
  let width = document.documentElement.clientWidth;
  new ResizeObserver(() => {
    if (document.documentElement.clientWidth === width) return;
    width = document.documentElement.clientWidth;
    space = undefined;
    drawWide();
  }).observe(document.documentElement);
  show();
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) inSight.add(target.id);
      else inSight.delete(target.id);
      if (isIntersecting) pictures[target.id]();
    }
  }, { rootMargin: "300px" });
  const there = Object.keys(pictures).filter((id) => $(id));
  there.forEach((id) => watch.observe($(id)));
  addEventListener("beforeprint", () => drawWide(there));
}

start();
