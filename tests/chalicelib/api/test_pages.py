"""The page: a ranking that works without a script, with everything escaped."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

PAIR = "/?frameworks=django,flask&profile=microservice&as_of=2018-05-31"


class Reader(HTMLParser):
    """Collects text, links and the tags of a page, and checks that tags are closed in order."""

    VOID = ("meta", "link", "br", "input")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html, self.links, self.tags, self.words, self._open = html, [], set(), [], []
        self.feed(html)
        assert not self._open

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.links += [value for name, value in attributes if name == "href"]
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.add(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open and self._open[-1] not in ("script", "style"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def rows(page: Reader) -> list[str]:
    """The ids of frameworks in the order in which they are ranked."""
    return re.findall(r'<li data-id="([a-z0-9-]+)"', page.html)


def test_the_page_shows_the_ranking_of_the_api(gateway):
    page = Reader(gateway.get(PAIR).body)
    answer = gateway.get(f"/v1/scores{PAIR[1:]}").json()
    assert rows(page) == [one["framework"] for one in answer["ranking"]] == ["flask", "django"]
    assert "Microservice, as of 2018-05-31" in page.text
    assert f"Flask has {answer['ranking'][0]['score']} of 100, {answer['verdict']['margin']} ahead of Django." in page.text
    flip, alone = answer["verdict"]["flips_if"], answer["verdict"]["figures_alone"]
    assert (
        f"Django takes over if the weight of community and documentation goes from 9 % to {100 * flip['weight_over']:.0f} %." in page.text
    )
    assert f"By the figures alone, without opinions, Flask leads by {alone['margin']}." in page.text


def test_before_any_number_it_says_how_firm_the_verdict_is(gateway):
    def headline(query: str) -> str:
        return re.search(r'<p class="verdict" id="headline">([^<]*)</p>', gateway.get(f"/?{query}").body)[1]

    pair = "frameworks=flask,django&as_of=2018-05-31"
    assert headline(f"{pair}&profile=microservice") == "Flask leads clearly."
    assert headline(f"{pair}&profile=enterprise") == "Django leads clearly."
    assert headline("profile=microservice") == "FastAPI leads."
    assert headline(f"{pair}&profile=balanced") == "Flask leads, but it depends on large applications."
    assert headline("frameworks=flask") == "Flask is the only one that can be ranked."
    assert headline("gates=github_stars>=100000000") == "Nothing can be ranked."


def test_a_lead_within_the_band_is_called_close(gateway):
    weights = "weights=large_applications:17,cloud_native:14,community:14,ease_of_use:14,jobs:14,performance:14,popularity:14"
    page = Reader(gateway.get(f"/?frameworks=flask,django&as_of=2018-05-31&{weights}").body)
    assert "A close call between Django and Flask: it depends on large applications." in page.text


def test_what_became_of_the_pair_of_2018_is_told_for_each_kind_of_project(gateway):
    page = Reader(gateway.get("/compare?as_of=2018-05-31").body)
    assert "For each kind of project: Flask and Django, as of 2018-05-31" in page.text
    for one in gateway.get("/v1/profiles").json()["profiles"]:
        answer = gateway.get(f"/v1/scores?frameworks=flask,django&as_of=2018-05-31&profile={one['profile']}").json()
        leader, other = ("Flask", "Django") if answer["verdict"]["leader"] == "flask" else ("Django", "Flask")
        told = re.search(rf"{one['title']} ?: ([^.]*)\. {leader} has ([0-9.]+) of 100, ([0-9.]+) ahead of {other}\.", page.text)
        assert told, one["profile"]
        assert (float(told[2]), float(told[3])) == (answer["ranking"][0]["score"], answer["verdict"]["margin"])
        assert told[1].startswith("A close call" if answer["verdict"]["outcome"] == "close" else f"{leader} leads")


def test_every_figure_on_the_page_links_to_its_source(gateway):
    page = Reader(gateway.get(PAIR).body)
    answer = gateway.get(f"/v1/scores{PAIR[1:]}&include=metrics").json()
    sources = {one["source"]["url"] for row in answer["ranking"] for criterion in row["criteria"] for one in criterion["indicators"]}
    assert sources <= set(page.links)


def test_every_link_of_the_page_leads_somewhere(gateway):
    page = Reader(gateway.get("/").body)
    own = {link for link in page.links if link.startswith("./")}
    assert len(own) >= 10
    for link in own:
        assert gateway.get(link[1:]).status == 200, link


def test_the_page_is_one_answer_and_admits_its_own_style_and_script_alone(gateway):
    answer = gateway.get("/")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    page = Reader(answer.body)
    assert not page.tags & {"img", "iframe", "object"}
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    for kind, element in (("style", "style"), ("script", 'script type="module"')):
        text = re.search(rf"<{element}>(.*?)</{kind}>", answer.body, re.DOTALL)[1]
        assert f"{kind}-src 'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy
    assert not re.search(r"<[^>]* (style|on[a-z]+)=", answer.body.partition("<script")[0])


def test_it_takes_less_than_30_kilobytes_on_the_wire(gateway):
    answer = gateway.get("/", **{"Accept-Encoding": "gzip"})
    assert len(gateway.get("/v1/frameworks").json()["frameworks"]) == 16
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.content) < 30_000


def test_today_the_page_shows_all_frameworks_and_what_is_missing(gateway):
    page = Reader(gateway.get("/").body)
    for one in gateway.get("/v1/frameworks").json()["frameworks"]:
        assert one["name"] in page.text
    assert "no figure" in page.text


def test_the_page_marks_what_is_shown_and_nothing_else(gateway):
    def marked(address):
        return re.findall(r'<a href="[^"]*" aria-current="true"[^>]*>([^<]*)', gateway.get(address).body)

    assert marked("/") == ["Balanced", "today, every framework"]  # no opinion counts today
    assert marked(PAIR) == ["Microservice", "May 2018, Django and Flask", "with opinions"]
    assert marked("/?frameworks=flask,fastapi&opinions=false") == ["Balanced", "today, these 2", "figures alone"]
    assert marked("/?frameworks=flask,bottle&as_of=2018-05-31") == ["Balanced", "May 2018, the same", "with opinions"]
    assert marked("/?as_of=2018-05-31") == ["Balanced", "with opinions"]
    assert marked("/?weights=jobs:1") == ["today, every framework"]


def test_a_pair_is_compared_then_and_now_with_and_without_opinions_by_one_click(gateway):
    page = Reader(gateway.get("/compare?frameworks=flask,django&profile=learning").body)
    assert Reader(gateway.get("/compare?profile=learning").body).text == page.text
    asked = "frameworks=flask,django&profile=learning"
    then = Reader(gateway.get(f"/?{asked}&as_of=2018-05-31").body)
    for links, query in ((then.links, ""), (page.links, "&as_of=2018-05-31"), (then.links, "&as_of=2018-05-31&opinions=false")):
        link = f"./?{asked}{query}"
        assert link in links
        answer = gateway.get(f"/v1/scores?{link[3:]}").json()
        leader = {"flask": "Flask", "django": "Django"}[answer["verdict"]["leader"]]
        assert f"{leader} has {answer['ranking'][0]['score']} of 100" in Reader(gateway.get(link[1:]).body).text


def test_links_keep_what_else_was_asked_for(gateway):
    page = Reader(gateway.get("/?frameworks=flask,django&gates=github_stars>=9&when_missing=worst&weights=jobs:2&as_of=2018-05-31").body)
    kept = "&when_missing=worst&gates=github_stars%3E%3D9"
    assert f"./?frameworks=flask,django&profile=small_site&as_of=2018-05-31{kept}" in page.links
    assert f"./?frameworks=flask,django&weights=jobs:2&as_of=2018-05-31&opinions=false{kept}" in page.links


def test_where_no_opinion_counts_there_is_nothing_to_leave_out(gateway):
    page = Reader(gateway.get("/").body)
    assert "No opinion counts here." in page.text
    assert not [link for link in page.links if "opinions" in link]


def test_among_other_frameworks_other_ones_are_looked_at(gateway):
    page = Reader(gateway.get("/?picks=bottle,flask").body)
    assert "./?frameworks=flask,django&profile=balanced&as_of=2018-05-31" in page.links
    assert "./?profile=balanced&picks=bottle,flask" in page.links


BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_a_wrong_address_of_the_page_is_a_problem(gateway):
    answer = gateway.get("/?profile=nope")
    assert (answer.status, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert answer.headers["Vary"] == "Accept"


def test_a_browser_gets_a_page_that_says_what_is_wrong_and_the_way_out(gateway):
    problem = gateway.get("/?profile=enterprize&limit=0&picks=%3Cscript%3E&emphasis=%3Cscript%3E:1").json()
    answer = gateway.get("/?profile=enterprize&limit=0&picks=%3Cscript%3E&emphasis=%3Cscript%3E:1", **BROWSER)
    assert (answer.status, answer.headers["Content-Type"]) == (422, "text/html; charset=utf-8")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    page = Reader(answer.body)
    assert "script" not in page.tags
    assert len(problem["errors"]) == 3
    for one in problem["errors"]:
        assert f"{one['message']}; {one['fix']}" in page.text
    assert "/api/" in page.links
    assert "/api/docs#invalid_request" in page.links


def test_so_does_who_asks_for_a_framework_that_there_is_not(gateway):
    answer = gateway.get("/frameworks/flasc", **BROWSER)
    assert answer.status == 404
    assert "did you mean flask?" in Reader(answer.body).text
    assert gateway.get("/v1/frameworks/flasc", **BROWSER).headers["Content-Type"] == "application/problem+json"


HOSTILE = """
from datetime import date
from frameworth import Basis, Criterion, Indicator, Metric, Observation, Source, hookimpl, yes_no

METRIC = Metric("shade", unit="<b>&", value=yes_no())

@hookimpl
def frameworth_criteria():
    indicator = Indicator("x", [METRIC], title="\\"><img src=x>")
    yield Criterion("shade", title="<script>alert(1)</script>", question="?", indicators=[indicator])

@hookimpl
def frameworth_observations():
    yield Observation("flask", "shade", value=1, unit="<b>&", observed_on=date(2020, 1, 1), basis=Basis.MEASURED,
                      source=Source("<script>alert(2)</script>", "https://example.org/?a=1&b=2"))
"""


def test_hostile_text_of_a_plugin_stays_text(gateway_with_plugins):
    body = gateway_with_plugins("shade", HOSTILE).get("/?frameworks=flask,django").body
    page = Reader(body)
    assert "img" not in page.tags
    assert body.count("<script") == 2  # the page's own
    assert "<b>&" not in body
    assert "<script>alert(1)</script>" in page.text
    assert "alert(2)" not in body  # a source is told by its address alone
    assert "https://example.org/?a=1&b=2" in page.links
