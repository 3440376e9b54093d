"""The report says what the JSON says, reads like a decision record, and nothing in it can be broken from outside."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from chalicelib.api.formats.markdown import frameworks_markdown, observations_markdown, report
from chalicelib.api.formats.markup import seen
from chalicelib.api.formats.side_by_side import MOST_COLUMNS, percent
from chalicelib.api.scorecard import as_json
from chalicelib.use_cases.question import Question
from chalicelib.use_cases.score import ask
from frameworth.explain import quantity
from frameworth.judging import WhenMissing
from frameworth.profiles import Gate
from frameworth.shown import whole_points
from tests.chalicelib.api.formats.conftest import EVIL
from tests.chalicelib.api.formats.documents import Document

EVERYTHING = frozenset({"metrics", "sensitivity", "explanation"})
THEN = {"frameworks": ["flask", "django"], "profile": "microservice", "as_of": date(2018, 5, 31)}
QUESTIONS = [
    THEN,
    {},
    {"profile": "enterprise", "limit": 7, "emphasis": {"jobs": 2}},
    {"frameworks": ["flask", "fastapi", "django"], "opinions": False, "when_missing": WhenMissing.IGNORE},
    {"weights": {"jobs": 1, "performance": 2}, "gates": [Gate("supports_asgi", at_least=1)]},
    {"when_missing": WhenMissing.LEAVE_OUT},
    {"frameworks": ["flask"]},
    {"as_of": date(2009, 1, 1)},
    {"gates": [Gate("install_size_bytes", at_most=1)]},
]


@pytest.fixture(scope="session")
def names(service):
    return {one.id: one.name for one in service.registers.frameworks()}


def reported(service, names, **question):
    """The report, parsed, and the JSON of the same answer."""
    answer = ask(Question(**question), service)
    include = EVERYTHING if answer.scorecard.method.adds_up else frozenset({"metrics"})
    return Document(report(answer, service.catalogue, names)), as_json(answer, service.catalogue, include)


def section(document, title):
    return [table for table in document.tables if table.section == title]


def entries(document):
    return "\n".join(document.paragraphs)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_ranking_is_that_of_the_json(service, names, question):
    document, card = reported(service, names, **question)
    rows = [row for table in section(document, "Ranking") for row in table.rows[1:]]
    assert rows == [
        [
            f"{one['rank']}{'=' if one['tied'] else ''}",
            names[one["framework"]],
            f"{one['score']:.1f}",
            f"{one['low']:.1f}–{one['high']:.1f}",
            percent(one["known"]),
        ]
        for one in card["ranking"]
    ]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_figure_is_in_the_json_and_every_figure_of_the_json_is_shown(service, names, question):
    document, card = reported(service, names, **question)
    shown = [one for one in card["ranking"] or card["not_ranked"] if "criteria" in one][:MOST_COLUMNS]
    titles = {f"{service.catalogue.criteria[name].title} ({percent(weight)})": name for name, weight in card["weights"].items()}
    written, expected = set(), set()
    for table in section(document, "Side by side"):
        assert table.rows[0][1:] == [names[one["framework"]] for one in shown]
        for row in table.rows[1:]:
            written |= {
                (titles[table.heading], framework, row[0], cell) for framework, cell in zip(table.rows[0][1:], row[1:], strict=True)
            }
    number_of = numbered_sources(document)
    for one in shown:
        for criterion in one["criteria"]:
            place = (criterion["criterion"], names[one["framework"]])
            if not any(found[:2] == place for found in written):
                # A table is left out only where there is nothing to put into it.
                assert criterion["score"] is None
                assert criterion["indicators"] == []
                continue
            score = "unknown" if criterion["score"] is None else f"{criterion['score']:.1f}"
            expected.add((*place, "score of 100", score))
            indicators = {indicator.name: indicator.title for indicator in service.catalogue.criteria[place[0]].indicators}
            for reading in criterion["indicators"]:
                expected.add((*place, indicators[reading["indicator"]], cell_of(reading, number_of)))
    assert written == expected


def numbered_sources(document):
    """The number of each source (title and address), from the list at the end."""
    listed = [one for one in document.paragraphs if re.match(r"S\d+: ", one)]
    urls = document.links[-len(listed) :] if listed else []
    assert [one.partition(": ")[2] for one in listed] == [title for title, _ in urls]
    return {(title, url): one.partition(":")[0] for one, (title, url) in zip(listed, urls, strict=True)}


def cell_of(reading, number_of):
    if reading["value"] is None:
        return f"no figure (stand-in {whole_points(reading['stand_in'])})"
    source = (reading["source"]["title"], reading["source"]["url"])
    figure = quantity(reading["value"], reading["unit"])
    return f"{figure}, worth {whole_points(reading['score'])}; {reading['basis']} {reading['observed_on']}, {number_of[source]}"


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_report_has_all_its_sections(service, names, question):
    document, card = reported(service, names, **question)
    chapters = [
        "Verdict",
        "What matters",
        *(["Ranking"] if card["ranking"] else []),
        *(["Side by side"] if any("criteria" in one for one in (*card["ranking"], *card["not_ranked"])) else []),
        "What would change the answer",
        "What is missing",
        "Where sources disagree",
        *(["Sources"] if document.links else []),
        "How to get this again",
    ]
    assert [title for title in document.headings if title in chapters] == chapters
    for one in card["not_ranked"]:
        assert f"{names[one['framework']]} is not ranked: " in entries(document)
    for warning in card["warnings"]:
        assert f"Note: {warning}" in entries(document)


def test_weights_stand_with_the_reasons_of_the_profile(service, names):
    document, card = reported(service, names, **THEN)
    [table] = section(document, "What matters")
    weights = service.catalogue.profiles["microservice"].weights
    titles = {service.catalogue.criteria[name].title: name for name in card["weights"]}
    assert {titles[title]: (weight, because) for title, weight, because in table.rows[1:]} == {
        name: (percent(weight), weights[name].because) for name, weight in card["weights"].items() if weight > 0
    }
    assert "Weighs nothing here: Large applications." in document.paragraphs


def test_the_verdict_is_told_in_words_before_its_numbers(service, names):
    document, card = reported(service, names, **THEN)
    assert document.headings[0] == "Web framework: Microservice, as of 2018-05-31"
    assert f"Flask leads with 87.4 of 100, {card['verdict']['margin']:.1f} ahead of Django." in document.paragraphs
    (reason,) = (one for one in document.paragraphs if one.startswith("Why: "))
    assert reason.startswith("Why: Flask gains on ")
    assert "; Django on " in reason
    assert any(one.startswith("By the figures alone, without opinions, Flask leads by 34.7.") for one in document.paragraphs)
    # A lead of less than two points.
    close, card = reported(service, names, weights={"popularity": 1}, **{**THEN, "profile": None})
    assert card["verdict"]["outcome"] == "close"
    assert any(one.startswith("A close call: ") for one in close.paragraphs)


def test_what_would_change_the_answer_is_that_of_the_json(service, names):
    document, card = reported(service, names)
    titles = {name: service.catalogue.criteria[name].title for name in card["weights"]}
    flip = card["verdict"]["flips_if"]
    end = flip["weight_over"] if "weight_over" in flip else flip["weight_under"]
    assert (
        f"{names[flip['to']]} takes over if the weight of {titles[flip['criterion']].lower()} goes from "
        f"{percent(card['weights'][flip['criterion']])} to {percent(end)}."
    ) in document.paragraphs
    [table] = section(document, "What would change the answer")
    assert {row[0]: row[2] for row in table.rows[1:]} == {
        titles[one["criterion"]]: f"{percent(one['leads_while']['from'])} to {percent(one['leads_while']['to'])}"
        for one in card["sensitivity"]
    }
    for need in card["explanation"]["needs"]:
        assert f": {quantity(need['needed'], need['unit'])}, now " in entries(document)


@pytest.mark.parametrize(
    ("frameworks", "chance"),
    [
        (["aiohttp", "fastapi"], "more than 99.99 %"),
        (["django", "starlette"], "99.95 %"),
        (["blacksheep", "chalice"], "100 %"),
    ],
)
def test_a_chance_is_told_as_all_cases_only_where_no_weights_are_otherwise(service, names, frameworks, chance):
    document, card = reported(service, names, frameworks=frameworks)
    assert any(f" in {chance} of all cases." in one for one in document.paragraphs)
    assert card["explanation"]["leader_dominates"] == (chance == "100 %")


@pytest.mark.parametrize(
    ("share", "told"), [(0, "0 %"), (0.00004, "0.00 %"), (0.0004, "0.04 %"), (0.9996, "99.96 %"), (0.999, "99.9 %"), (1, "100 %")]
)
def test_a_share_is_told_from_nothing_and_from_all(share, told):
    assert percent(share) == told


def test_facts_that_no_source_tells_of_on_the_day_are_named_as_missing(service, names):
    document, _ = reported(service, names, frameworks=["fastapi", "django"], profile="microservice", as_of=date(2026, 11, 28))
    assert "No source has figures of 2026-11-28 for these, so that they count for nobody:" in document.paragraphs
    assert "remote fetch, database (performance, of 3 facts)" in document.paragraphs
    assert not any(one.startswith("Nothing:") for one in document.paragraphs)
    before, _ = reported(service, names, **THEN)
    assert not any("performance, of 3 facts" in one for one in before.paragraphs)


def test_all_that_share_the_second_place_are_named(service, gateway, names):
    document, _ = reported(service, names, frameworks=["django", "fastapi", "blacksheep"], weights={"large_applications": 1})
    page = gateway.get("/?frameworks=django,fastapi,blacksheep&weights=large_applications:1").body
    for text in (entries(document), page):
        assert re.search(r"Django (leads with|has) [\d.]+ of 100, [\d.]+ ahead of BlackSheep and FastAPI\.", text)


def test_disagreeing_sources_are_named_with_their_leaders(service, names):
    document, card = reported(service, names)
    assert card["explanation"]["disagreements"]
    for one in card["explanation"]["disagreements"]:
        assert any(
            one["metric"] in entry
            and one["other_metric"] in entry
            and names[one["leader"]] in entry
            and names[one["leader_by_other"]] in entry
            for entry in document.paragraphs
        )


def test_what_is_cut_is_said(service, names):
    document, card = reported(service, names, limit=7)
    assert len(card["ranking"]) == 7
    assert "The first 6 of 7." in document.paragraphs
    assert any(re.fullmatch(r"\d+ more are ranked and not shown\.", one) for one in document.paragraphs)


def test_the_runner_up_is_named_even_where_only_the_leader_is_shown(service, names):
    document, _ = reported(service, names, limit=1, **THEN)
    assert any(one.endswith("ahead of Django.") for one in document.paragraphs)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_report_tells_how_to_get_it_again(service, gateway, names, question):
    answer = ask(Question(**question), service)
    text = report(answer, service.catalogue, names)
    address = re.search(r"^GET (/v1/scores\?.*)$", text, re.MULTILINE)[1]
    body = json.loads(re.search(r"^\{.*\}$", text, re.MULTILINE)[0])
    by_address, by_body = gateway.get(address), gateway.post("/v1/scores", body)
    assert (by_address.status, by_body.status) == (200, 200)
    assert by_address.json() == by_body.json() == json.loads(json.dumps(as_json(answer, service.catalogue, EVERYTHING)))


def test_a_method_that_does_not_add_up_is_said_to_have_no_flips(hostile, names):
    document, card = reported(hostile, names, method="least", **THEN)
    assert "By the method least a score is no sum of points: which weight or figure would turn it can't be told." in document.paragraphs
    assert "sensitivity" not in card
    assert section(document, "What would change the answer") == []


@pytest.mark.parametrize("how", [{}, {"method": "least"}, {"gates": [Gate("evil", at_least=5)]}, {"gates": [Gate("evil", at_least=50)]}])
def test_hostile_text_stays_text(hostile, how):
    names = {"flask": EVIL[:80], "django": "</td>|\u202e\n# Django"}
    document, card = reported(hostile, names, frameworks=["flask", "django"], profile="evil", **how)
    assert not document.kinds & {"html_block", "html_inline", "image", "s", "em", "blockquote", "hr", "code_block"}
    sources = {one["source"]["url"] for row in card["ranking"] for criterion in row["criteria"] for one in criterion["indicators"]}
    assert {url for _, url in document.links if "example" in url} <= {quoted(url) for url in [*sources, HOSTILE_ADDRESS]}
    assert seen(EVIL[:80]).strip() in document.headings[0]
    for heading in document.headings:
        assert "\u202e" not in heading
    if card["ranking"]:
        assert section(document, "Ranking")[0].rows[1][1] in {seen(one).strip() for one in names.values()}


HOSTILE_ADDRESS = "https://example.org/a_(b)|[c]`*d*\\?e=1&lt;=2&amp;f#g"


def quoted(url):
    [(_, found)] = Document(f"[x](<{url.replace('&', '&amp;').replace(chr(92), '%5C')}>)").links
    return found.replace("(", "%28").replace(")", "%29").replace("[", "%5B").replace("]", "%5D")


def test_frameworks_are_a_table_with_links(gateway):
    listed = gateway.get("/v1/frameworks").json()["frameworks"]
    document = Document(frameworks_markdown(listed))
    [table] = document.tables
    assert [row[-1] for row in table.rows[1:]] == [one["summary"] for one in listed]
    assert {one["homepage"] for one in listed} | {one["repository"] for one in listed} <= {url for _, url in document.links}


def test_observations_are_a_table_with_sources_and_withdrawals(gateway):
    rows = gateway.get("/v1/frameworks/flask/observations?limit=50").json()["observations"]
    rows[0]["withdrawn"] = {"on": "2026-11-23", "reason": "the wrong repository"}
    document = Document(observations_markdown("Flask", rows))
    [table] = document.tables
    assert document.headings == ["Figures of Flask"]
    assert [(row[0], float(row[1]), row[3], row[4], row[5]) for row in table.rows[1:]] == [
        (row["metric"], row["value"], row["observed_on"], row["basis"], row["source"]["title"]) for row in rows
    ]
    assert [row[7:] for row in table.rows[1:]] == [[str(row["revision"]), row["id"]] for row in rows]
    assert table.rows[1][6].startswith("withdrawn on 2026-11-23: the wrong repository")
    assert "s" in document.kinds


def test_hostile_listings_stay_tables(gateway):
    framework = dict.fromkeys(("framework", "name", "package", "repository", "homepage", "licence", "summary"), EVIL)
    listing = Document(frameworks_markdown([{**framework, "first_release": None, "status": "active"}]))
    row = gateway.get("/v1/frameworks/flask/observations?limit=1").json()["observations"][0]
    history = Document(observations_markdown(EVIL, [{**row, "note": EVIL, "unit": EVIL, "source": {"title": EVIL, "url": "javascript:x"}}]))
    for document in (listing, history):
        assert not document.kinds & {"html_block", "html_inline", "image", "s", "em", "link"}
        assert len(document.tables) == 1
    assert Document(observations_markdown("Flask", [])).paragraphs == ["No figures."]
