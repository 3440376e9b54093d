// Weighs and sorts what the server found out, and says so in words. Scores, ties and sentences follow frameworth/score.py,
// frameworth/rank.py and chalicelib/api/verdict.py; the browser tests hold both against each other. `ranking.js` comes after it in the
// same module, and draws.

const model = JSON.parse(document.getElementById("model").textContent);
const { criteria, frameworks, profiles } = model;
const byId = new Map(frameworks.map((one) => [one.id, one]));
const PARTS = 1000; // of which bounds, stand-ins and past values are whole numbers

// Points that are told in addresses have few decimals, and what an address says is what is shown.
const rounded = (points, decimals) => points.map((one) => Math.round(one * 10 ** decimals) / 10 ** decimals);

// `points` weigh as they stand to each other; they are those of the profile until one is moved.
const state = {
  profile: model.profile,
  changed: model.changed,
  points: model.weights.map((share) => 100 * share),
  picks: model.picks.filter((id) => byId.has(id)),
  aligned: false,
};

if (model.changed || !model.profile) state.points = rounded(state.points, 6);

// ---- Numbers as people see them: frameworth/shown.py.

const tenths = (share) => Math.floor(1000 * share + 0.5);
const shown = (share) => (tenths(share) / 10).toFixed(1);
const whole = (share) => Math.floor(tenths(share) / 10 + 0.5);
const percent = (share) => `${Math.floor(100 * share + 0.5)} %`;
const ahead = (first, second) => ((tenths(first) - tenths(second)) / 10).toFixed(1);
const at = (share) => `${(100 * share).toFixed(1)}%`;
const called = (id) => byId.get(id)?.name ?? "nobody";
const title = (place) => criteria[place].title.toLowerCase();
const listed = (names) => (names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0]);

// ---- Scores and ranks.

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const weighed = (values, shares) => sum(values.map((value, place) => value * shares[place]));
const shares = () => state.points.map((points) => points / sum(state.points));
const gated = () => (state.profile ? profiles[state.profile].kept_out : model.kept_out);
const enough = (known) => known >= model.enough - model.tie;

function dominates(a, b) {
  return a.values.every((value, place) => value >= b.values[place]) && a.values.some((value, place) => value > b.values[place]);
}

// Inside a tie dominance decides the order, then more known, then the name.
function settled(tied) {
  if (tied.length < 2) return tied;
  const above = new Map(tied.map((row) => [row, tied.filter((other) => dominates(other, row)).length]));
  return [...tied].sort((a, b) => above.get(a) - above.get(b) || b.known - a.known || (a.id < b.id ? -1 : 1));
}

// Rows of { id, score, known, values } that have enough evidence, best first; ranks count 1-2-2-4.
function ranked(rows) {
  const sorted = rows.filter((row) => enough(row.known)).sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  const ranking = [];
  while (ranking.length < sorted.length) {
    const first = ranking.length;
    const tied = sorted.slice(first).filter((row) => row.score >= sorted[first].score - model.tie);
    ranking.push(...settled(tied).map((row) => ({ ...row, rank: first + 1 })));
  }
  return ranking;
}

const row = (id, values, known, weights) => ({ id, values, score: weighed(values, weights), known: weighed(known, weights) });
const candidates = () => frameworks.filter((one) => one.released && !gated()[one.id]);

function rankingOn(year, weights) {
  const even = (numbers) => numbers.filter((_, place) => place % 2 === 0).map((number) => number / PARTS);
  const rows = Object.entries(year.of).map(([id, numbers]) => row(id, even(numbers), even(numbers.slice(1)), weights));
  return ranked(rows);
}

// Who leads at each weight of one criterion from 0 to 1, the others keeping their proportions. Scores and known shares are straight lines,
// so nothing changes between the points where two of them cross or one has just enough evidence.
function strip(place, weights) {
  const others = sum(weights.filter((_, other) => other !== place));
  const rest = (values) =>
    others > 0
      ? sum(values.map((value, other) => (other === place ? 0 : value * weights[other]))) / others
      : (sum(values) - values[place]) / Math.max(1, values.length - 1);
  const lines = candidates().map((one) => ({
    id: one.id,
    values: one.values,
    score: [rest(one.values), one.values[place]],
    known: [rest(one.known), one.known[place]],
  }));
  const along = ([start, end], weight) => start + (end - start) * weight;
  const cuts = [0, 1];
  const cross = ([a, b], [c, d]) => cuts.push((a - c) / (a - c - (b - d)));
  const least = [model.enough - model.tie, model.enough - model.tie];
  lines.forEach((line, first) => {
    cross(line.known, least);
    lines.slice(first + 1).forEach((other) => cross(line.score, other.score));
  });
  const points = cuts.filter((cut) => cut >= 0 && cut <= 1).sort((a, b) => a - b);
  const parts = [];
  points.slice(1).forEach((end, before) => {
    const start = points[before];
    if (end - start < 1e-12) return;
    const middle = (start + end) / 2;
    const there = lines.map((line) => ({ ...line, score: along(line.score, middle), known: along(line.known, middle) }));
    const fit = there.filter((line) => enough(line.known));
    const best = Math.max(...fit.map((line) => line.score));
    const leader = settled(fit.filter((line) => line.score >= best - model.tie))[0]?.id ?? null;
    if (parts.at(-1)?.leader === leader) parts.at(-1).end = end;
    else parts.push({ start, end, leader });
  });
  return parts;
}

// ---- The verdict in words.

// The nearest change of one counted weight at which somebody else leads.
function nearestFlip(leader, strips, weights) {
  const flips = [];
  strips.forEach((parts, place) => {
    const mine = parts.findIndex((part) => part.leader === leader && part.start <= weights[place] && weights[place] <= part.end);
    if (weights[place] <= 0 || mine < 0) return;
    for (const [weight, to] of [
      [parts[mine].end, parts[mine + 1]?.leader],
      [parts[mine].start, parts[mine - 1]?.leader],
    ]) {
      if (to) flips.push({ place, weight, to, far: Math.abs(weight - weights[place]) });
    }
  });
  const order = (a, b) => a.far - b.far || (criteria[a.place].name < criteria[b.place].name ? -1 : 1);
  return flips.sort(order)[0];
}

function alone(weights) {
  if (!frameworks.length || !frameworks[0].alone) return "";
  const found = ranked(candidates().map((one) => row(one.id, one.alone, one.alone_known, weights)));
  if (!found.length) return "";
  const margin = found.length > 1 ? ` by ${ahead(found[0].score, found[1].score)}` : "";
  return `By the figures alone, without opinions, ${called(found[0].id)} leads${margin}.`;
}

// Where each of the two gains, by points of 100: frameworth/explain.py.
function why(leader, second, weights) {
  const gains = leader.values.map((value, place) => ({ place, by: (value - second.values[place]) * weights[place] }));
  const order = (a, b) => Math.abs(b.by) - Math.abs(a.by) || (criteria[a.place].name < criteria[b.place].name ? -1 : 1);
  const told = (some) => some.sort(order).map(({ place, by }) => `${title(place)} (${Math.abs(100 * by).toFixed(1)})`).join(", ");
  const mine = told(gains.filter(({ by }) => by > 0.0005));
  const theirs = told(gains.filter(({ by }) => by < -0.0005));
  const [first, other] = [called(leader.id), called(second.id)];
  if (!mine && !theirs) return `${first} and ${other} are level on everything that counts.`;
  return `${first} gains on ${mine || "nothing"}; ${theirs ? `${other} on ${theirs}` : `nothing that counts speaks for ${other}`}.`;
}

function inWords(ranking, strips, weights) {
  if (!ranking.length) return { headline: "Nothing can be ranked.", numbers: "", why: "", alone: "" };
  const [leader, second] = ranking;
  const first = called(leader.id);
  const score = `${shown(leader.score)} of 100`;
  if (!second) {
    return { headline: `${first} is the only one that can be ranked.`, numbers: `It has ${score}.`, why: "", alone: alone(weights) };
  }
  const others = listed(ranking.slice(1).filter((one) => one.rank === second.rank).map((one) => called(one.id)));
  const flip = nearestFlip(leader.id, strips, weights);
  const near = flip && flip.far <= model.near;
  const on = flip && `it depends on ${title(flip.place)}`;
  const clearly = ranking.slice(1).every((one) => leader.low > one.high) ? " clearly" : "";
  const leads = near ? `${first} leads, but ${on}.` : `${first} leads${clearly}.`;
  const close = leader.score - second.score < model.band - model.tie;
  const change = flip
    ? ` ${called(flip.to)} takes over if the weight of ${title(flip.place)} goes from ${percent(weights[flip.place])} to ${percent(flip.weight)}.`
    : "";
  return {
    headline: close ? `A close call between ${first} and ${others}${near ? `: ${on}` : ""}.` : leads,
    numbers: `${first} has ${score}, ${ahead(leader.score, second.score)} ahead of ${others}.${change}`,
    why: why(leader, second, weights),
    alone: alone(weights),
  };
}

function askedBy() {
  if (!state.profile) return "Weights of your own";
  return `${profiles[state.profile].title}${state.changed ? ", changed" : ""}`;
}
