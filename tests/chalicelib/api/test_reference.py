"""The description and the reference: everything is told, nothing needs a script or a foreign host, and what is shown works."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from chalicelib.api import problem_codes
from chalicelib.api.application import application
from chalicelib.api.problem_codes import CODES, problems_of
from chalicelib.api.problems import CHALICE_ANSWERS
from chalicelib.settings import PROJECT
from frameworth.score import BAND
from tests.chalicelib.api.conftest import Writer
from tests.gateway import STAGE, Gateway
from tests.servers import serve_local

if TYPE_CHECKING:
    from chalicelib.use_cases.service import Service

OPERATIONS = application(lambda: None).operations
COMMITTED = json.loads((PROJECT / "chalicelib/api/openapi.json").read_text(encoding="utf-8"))
VOID = {"meta", "link", "br", "wbr"}
MOST_BYTES = 500_000


class Reader(HTMLParser):
    """A page: its tags in order, anchors, links, headings and blocks of code; tags have to be closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.ids, self.links, self.headings, self.blocks, self._open = [], [], [], [], [], []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.append((tag, given))
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given[name] for name in ("href", "src") if name in given]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "pre":
            self.blocks.append("")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if "pre" in self._open:
            self.blocks[-1] += data


@pytest.fixture(scope="module")
def html(gateway: Gateway) -> str:
    answer = gateway.get("/docs")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return answer.body


@pytest.fixture(scope="module")
def page(html: str) -> Reader:
    return Reader(html)


def calls(page: Reader) -> list[list[str]]:
    return [shlex.split(block.replace("\\\n", " ")) for block in page.blocks if block.startswith("curl")]


class TestDescription:
    def test_it_is_the_committed_file(self, gateway: Gateway) -> None:
        answer = gateway.get("/openapi.json")
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json() == {**COMMITTED, "servers": [{"url": f"/{STAGE}"}]}

    def test_without_a_stage_addresses_begin_at_the_root(self, service: Service) -> None:
        with serve_local(application(lambda: service)) as server:
            assert server.get("/openapi.json").json() == {**COMMITTED, "servers": [{"url": "/"}]}

    @pytest.mark.parametrize("address", ["/openapi.json", "/docs"])
    def test_whoever_has_it_is_told_so(self, gateway: Gateway, address: str) -> None:
        tag = gateway.get(address).headers["ETag"]
        again = gateway.get(address, **{"If-None-Match": tag})
        assert (again.status, again.body) == (304, "")

    def test_a_close_verdict_is_what_the_ranking_calls_close(self) -> None:
        outcome = COMMITTED["components"]["schemas"]["Verdict"]["properties"]["outcome"]
        assert outcome["description"] == f"close: the leader is less than {100 * BAND:g} points of 100 ahead."

    @pytest.mark.parametrize("address", ["/openapi.json?x=1", "/docs?x=1"])
    def test_it_takes_no_parameters(self, gateway: Gateway, address: str) -> None:
        assert gateway.get(address).status == 422

    def test_what_answers_requests_imports_no_model_of_an_answer(self) -> None:
        code = (
            "import sys; from chalicelib.api.application import application; from chalicelib.api import reference;"
            "reference._page(); application(lambda: None); sys.exit('chalicelib.api.answers' in sys.modules)"
        )
        subprocess.run([sys.executable, "-B", "-c", code], cwd=PROJECT, check=True)


class TestPage:
    def test_it_has_no_script_and_asks_no_foreign_host(self, html: str, page: Reader) -> None:
        assert not {tag for tag, _ in page.tags} & {"script", "iframe", "object", "embed", "form", "img"}
        assert not [name for _, given in page.tags for name in given if name.startswith("on") or name == "style"]
        assert all(link.startswith(("#", "./", "data:,")) for link in page.links)
        assert "javascript:" not in html

    def test_its_policy_admits_its_own_style_alone(self, gateway: Gateway) -> None:
        headers = gateway.get("/docs").headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
        assert headers["X-Content-Type-Options"] == "nosniff"

    def test_it_is_small(self, html: str) -> None:
        assert len(html.encode()) < MOST_BYTES

    def test_headings_are_in_order_and_the_first_is_the_only_one_of_its_kind(self, page: Reader) -> None:
        assert page.headings[0] == 1
        assert page.headings.count(1) == 1
        assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))

    def test_tables_say_what_their_heads_are_of_and_can_be_scrolled(self, page: Reader) -> None:
        assert all(given.get("scope") in ("col", "row") for tag, given in page.tags if tag == "th")
        wide = [given for tag, given in page.tags if tag == "div"]
        assert len(wide) == [tag for tag, _ in page.tags].count("table")
        assert all(given["tabindex"] == "0" and ("aria-label" in given or "aria-labelledby" in given) for given in wide)

    def test_anchors_are_unique_and_every_link_within_leads_to_one(self, page: Reader) -> None:
        assert len(page.ids) == len(set(page.ids))
        assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)

    def test_links_to_other_addresses_lead_somewhere(self, gateway: Gateway, page: Reader) -> None:
        assert {gateway.get(link[1:]).status for link in page.links if link.startswith("./")} == {200}

    def test_each_operation_has_an_anchor_and_a_call(self, page: Reader) -> None:
        assert {one.name for one in OPERATIONS} <= set(page.ids)
        assert len(calls(page)) == len(OPERATIONS)

    def test_what_comes_from_the_description_is_escaped(self) -> None:
        from chalicelib.api.reference_page import page

        description = json.loads((PROJECT / "chalicelib/api/openapi.json").read_text(encoding="utf-8"))
        one = description["paths"]["/health"]["get"]
        one["summary"] = one["description"] = "<b>`<i>`</b>"
        one["responses"]["200"]["content"]["application/json"]["example"] = {"<u>": "</pre>"}
        tags = {tag for tag, _ in Reader(page(description, "")).tags}
        assert not tags & {"b", "i", "u"}


class TestCalls:
    def test_those_that_read_are_answered(self, gateway: Gateway, page: Reader) -> None:
        read = [words for words in calls(page) if "-X" not in words]
        assert len(read) == len([one for one in OPERATIONS if one.method == "GET"])
        for words in read:
            assert words[0] == "curl"
            assert len(words) == 2
            assert gateway.get(words[1].removeprefix("$FRAMEWORTH")).status == 200, words

    def test_those_that_send_say_all_that_is_needed(self, gateway: Gateway, page: Reader) -> None:
        by_call = {(one.method, len([part for part in one.path.split("/") if part])): one for one in OPERATIONS}
        for words in (words for words in calls(page) if "-X" in words):
            method, address = words[2], words[3].removeprefix("$FRAMEWORTH")
            headers = dict(words[place + 1].split(": ", 1) for place, word in enumerate(words) if word == "-H")
            operation = by_call[method, len(address.strip("/").split("/"))] if address != "/v1/scores" else None
            if "-d" in words:
                assert headers["Content-Type"] == "application/json"
                assert isinstance(json.loads(words[words.index("-d") + 1]), dict)
            if address == "/v1/scores":
                assert gateway.request(method, address, body=words[words.index("-d") + 1], headers=headers).status == 200
            else:
                assert operation is not None
                assert headers["Authorization"] == "Bearer $TOKEN"
                assert operation.conditional == bool({"If-Match", "If-None-Match"} & set(headers))

    def test_those_that_write_work_one_after_the_other_as_they_stand(self, writer: Writer, page: Reader) -> None:
        for words in (words for words in calls(page) if "-X" in words):
            headers = dict(words[place + 1].split(": ", 1) for place, word in enumerate(words) if word == "-H")
            headers = {name: value.replace("$TOKEN", writer.token) for name, value in headers.items()}
            body = words[words.index("-d") + 1] if "-d" in words else None
            answer = writer.gateway.request(words[2], words[3].removeprefix("$FRAMEWORTH"), body=body, headers=headers)
            assert answer.status in (200, 201), (words, answer.body)
            assert "warnings" not in answer.json() or answer.json()["warnings"] == []

    def test_a_parameter_that_may_be_left_out_says_what_is_meant_then(self) -> None:
        for methods in COMMITTED["paths"].values():
            for parameter in (methods.get("get") or {}).get("parameters", ()):
                given = COMMITTED["components"]["parameters"][parameter["$ref"].split("/")[-1]] if "$ref" in parameter else parameter
                if given["in"] == "query" and given["name"] not in ("since", "until", "weights"):
                    told = "default" in given["schema"] or re.search("left out|, if |, unless", given["description"])
                    assert told, given["name"]


class TestProblems:
    def test_each_code_has_an_anchor(self, page: Reader) -> None:
        assert {one.code for one in CODES} <= set(page.ids)

    def test_the_table_holds_every_code_that_is_in_the_code_and_no_other(self) -> None:
        assert {one.code for one in CODES} == codes_in_the_code() | codes_of_the_gateway()

    def test_who_answers_it_is_said(self) -> None:
        own, gateways = codes_in_the_code(), codes_of_the_gateway()
        for one in CODES:
            both = one.code in own and one.code in gateways
            assert one.source == (problem_codes.BOTH if both else problem_codes.SERVICE if one.code in own else problem_codes.GATEWAY)

    def test_no_status_of_an_operation_is_without_a_code(self) -> None:
        assert [(one.name, status) for one in OPERATIONS for status, codes in problems_of(one).items() if not codes] == []

    def test_problems_lead_to_their_anchor(self, gateway: Gateway, page: Reader) -> None:
        kind = gateway.get("/v1/frameworks/flaks").json()["type"]
        address, _, anchor = kind.partition("#")
        assert gateway.get(address.removeprefix(f"/{STAGE}")).status == 200
        assert anchor in page.ids


def codes_in_the_code() -> set[str]:
    """What is passed as a code where problems are made, and what the kinds of things that are not found make of it."""
    found = {code for code, _ in CHALICE_ANSWERS.values()}
    for path in (PROJECT / "chalicelib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if name in ("Refused", "Problem", "MalformedRequest") and words:
                found.add(words[0])
            if name in ("NotFound", "named") and words:
                found.add(f"unknown_{words[0]}")
    return found


def codes_of_the_gateway() -> set[str]:
    template = json.loads((PROJECT / ".chalice/template.json").read_text(encoding="utf-8"))
    responses = template["Resources"]["RestAPI"]["Properties"]["GatewayResponses"].values()
    return {json.loads(one["ResponseTemplates"]["application/json"])["code"] for one in responses}
