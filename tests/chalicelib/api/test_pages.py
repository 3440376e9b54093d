"""The page: a ranking that works without a script, with everything escaped."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

PAIR = "/?frameworks=django,flask&profile=microservice&as_of=2018-05-31"


class Reader(HTMLParser):
    """Collects text, links and the tags of a page, and checks that tags are closed in order."""

    VOID = ("meta", "link", "br")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links, self.tags, self.words, self._open = [], set(), [], []
        self.feed(html)
        assert not self._open

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.links += [value for name, value in attributes if name == "href"]
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_the_page_shows_the_ranking_of_the_api(gateway):
    page = Reader(gateway.get(PAIR).body)
    answer = gateway.get(f"/v1/scores{PAIR[1:]}").json()
    assert f"Flask leads with {answer['ranking'][0]['score']} of 100, {answer['verdict']['margin']} ahead of Django." in page.text
    assert "Microservice, as of 2018-05-31" in page.text
    flip, alone = answer["verdict"]["flips_if"], answer["verdict"]["figures_alone"]
    assert (
        f"Django takes over if the weight of community and documentation goes from 9 % to {100 * flip['weight_over']:.0f} %." in page.text
    )
    assert f"By the figures alone, without opinions, Flask leads by {alone['margin']}." in page.text


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


def test_the_page_needs_no_script_and_nothing_from_elsewhere(gateway):
    answer = gateway.get("/")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    page = Reader(answer.body)
    assert not page.tags & {"script", "img", "iframe", "object"}
    policy = answer.headers["Content-Security-Policy"]
    style = re.search(r"<style>(.*?)</style>", answer.body, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert "default-src 'none'" in policy
    assert f"'sha256-{digest}'" in policy
    assert " style=" not in answer.body


def test_today_the_page_shows_all_frameworks_and_what_is_missing(gateway):
    page = Reader(gateway.get("/").body)
    for one in gateway.get("/v1/frameworks").json()["frameworks"]:
        assert one["name"] in page.text
    assert "no figure" in page.text


def test_the_page_marks_what_is_shown_and_nothing_else(gateway):
    def marked(address):
        return re.findall(r'<a href="[^"]*" aria-current="true"[^>]*>([^<]*)', gateway.get(address).body)

    assert marked("/") == ["Balanced", "today, every framework", "with opinions"]
    assert marked(PAIR) == ["Microservice", "May 2018, Django and Flask", "with opinions"]
    assert marked("/?frameworks=flask,fastapi&opinions=false") == ["Balanced", "today, these 2", "figures alone"]
    assert marked("/?frameworks=flask,bottle&as_of=2018-05-31") == ["Balanced", "May 2018, the same", "with opinions"]
    assert marked("/?as_of=2018-05-31") == ["Balanced", "with opinions"]
    assert marked("/?weights=jobs:1") == ["today, every framework", "with opinions"]


def test_a_pair_is_compared_then_and_now_with_and_without_opinions_by_one_click(gateway):
    page = Reader(gateway.get("/compare?frameworks=flask,django&profile=learning").body)
    assert Reader(gateway.get("/compare?profile=learning").body).text == page.text
    asked = "frameworks=flask,django&profile=learning"
    for query in ("", "&as_of=2018-05-31", "&opinions=false"):
        link = f"./?{asked}{query}"
        assert link in page.links
        answer = gateway.get(f"/v1/scores?{link[3:]}").json()
        leader = {"flask": "Flask", "django": "Django"}[answer["verdict"]["leader"]]
        assert f"{leader} leads with {answer['ranking'][0]['score']} of 100" in Reader(gateway.get(link[1:]).body).text


def test_links_keep_what_else_was_asked_for(gateway):
    page = Reader(gateway.get("/?frameworks=flask,django&gates=supports_asgi<=1&when_missing=worst&weights=jobs:2").body)
    kept = "&when_missing=worst&gates=supports_asgi%3C%3D1"
    assert f"./?frameworks=flask,django&profile=small_site{kept}" in page.links
    assert f"./?frameworks=flask,django&weights=jobs:2&opinions=false{kept}" in page.links


def test_a_wrong_address_of_the_page_is_a_problem(gateway):
    assert gateway.get("/?profile=nope").status == 422


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
    assert not page.tags & {"script", "img", "b"}
    assert "<script>alert(1)</script>" in page.text
    assert "<script>alert(2)</script>" in page.text
    assert "https://example.org/?a=1&b=2" in page.links
