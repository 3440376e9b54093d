"""A badge says what the ranking says, in a picture that everybody can read; what there is not gives a grey one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

from chalicelib.api.formats.markup import seen

if TYPE_CHECKING:
    from tests.chalicelib.api.conftest import Writer
    from tests.gateway import Gateway

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script> \"'& \u202e\u05d0"


def picture(gateway: Gateway, address: str) -> ElementTree.Element:
    answer = gateway.get(address)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    return ElementTree.fromstring(answer.body)


def texts(svg: ElementTree.Element) -> list[str]:
    return [one.text or "" for one in svg.iter(f"{SVG}text")]


def test_a_badge_says_score_rank_and_age_as_the_ranking_does(gateway: Gateway) -> None:
    answer = gateway.get("/v1/scores?profile=microservice&limit=16&include=metrics").json()
    row = next(one for one in answer["ranking"] if one["framework"] == "flask")
    days = [one["observed_on"] for criterion in row["criteria"] for one in criterion["indicators"] if one["observed_on"]]
    label, message = texts(picture(gateway, "/badge/flask?profile=microservice"))
    assert label == "Flask · Microservice"
    assert message == f"{int(row['score'] + 0.5)} of 100 · #{row['rank']} of {len(answer['ranking'])} · {max(days)[:7]}"


def test_without_a_profile_it_is_the_one_that_questions_have(gateway: Gateway) -> None:
    assert texts(picture(gateway, "/badge/flask"))[0] == "Flask · Balanced"


def test_a_day_gives_the_badge_of_that_day(gateway: Gateway) -> None:
    assert texts(picture(gateway, "/badge/flask?as_of=2018-05-31"))[1].endswith("· 2018-05")


def test_who_does_not_see_it_hears_the_whole_sentence(gateway: Gateway) -> None:
    svg = picture(gateway, "/badge/django?profile=enterprise")
    title = svg.find(f"{SVG}title")
    assert title is not None
    assert svg.attrib["role"] == "img"
    assert svg.attrib["aria-label"] == title.text
    assert (title.text or "").startswith("Django for Enterprise: ")


def test_texts_fit_into_their_boxes(gateway: Gateway) -> None:
    svg = picture(gateway, "/badge/flask")
    left, right = svg.findall(f"{SVG}rect")
    assert int(svg.attrib["width"]) == int(left.attrib["width"]) + int(right.attrib["width"])
    for box, text in zip((left, right), svg.iter(f"{SVG}text"), strict=True):
        start, end = int(box.attrib.get("x", 0)), int(box.attrib.get("x", 0)) + int(box.attrib["width"])
        assert start < int(text.attrib["x"]) < int(text.attrib["x"]) + int(text.attrib["textLength"]) < end


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/badge/flasc", "unknown framework"),
        ("/badge/flask?profile=micro", "unknown profile"),
        ("/badge/fastapi?as_of=2017-01-01", "not ranked"),
    ],
)
def test_what_there_is_not_gives_a_grey_badge(gateway: Gateway, address: str, says: str) -> None:
    svg = picture(gateway, address)
    assert texts(svg)[1] == says
    known = picture(gateway, "/badge/flask").findall(f"{SVG}rect")[1].attrib["fill"]
    assert svg.findall(f"{SVG}rect")[1].attrib["fill"] != known


def test_shields_io_gets_what_its_endpoint_badges_take(gateway: Gateway) -> None:
    """https://shields.io/badges/endpoint-badge"""
    answer = gateway.get("/badge/flask?profile=microservice&format=shields")
    label, message = texts(picture(gateway, "/badge/flask?profile=microservice"))
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {"schemaVersion": 1, "label": label, "message": message, "color": "blue"}
    assert gateway.get("/badge/flasc?format=shields").json()["color"] == "lightgrey"


def test_the_accept_header_of_a_picture_gets_the_picture(gateway: Gateway) -> None:
    accept = {"Accept": "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"}
    assert gateway.request("GET", "/badge/flask", headers=accept).headers["Content-Type"].startswith("image/svg+xml")
    assert gateway.request("GET", "/badge/flask", headers={"Accept": "application/json"}).json()["schemaVersion"] == 1


def test_a_badge_is_asked_about_again_by_its_tag(gateway: Gateway) -> None:
    tag = gateway.get("/badge/flask").headers["ETag"]
    assert gateway.request("GET", "/badge/flask", headers={"If-None-Match": tag}).status == 304


@pytest.mark.parametrize("query", ["format=csv", "as_of=2099-01-01", "as_of=yesterday", "profil=enterprise", "profile=a&profile=b"])
def test_a_wrong_parameter_is_an_error_like_any_other(gateway: Gateway, query: str) -> None:
    answer = gateway.get(f"/badge/flask?{query}")
    assert (answer.status, answer.json()["code"]) == (422, "invalid_request")


def test_a_hostile_name_is_text(writer: Writer) -> None:
    entry: dict[str, Any] = {"name": HOSTILE}
    assert writer.send("PUT", "/v1/frameworks/hostile", entry, If_None_Match="*").status == 201
    svg = picture(writer.gateway, "/badge/hostile")
    assert [one.tag for one in svg.iter()] == [one.tag for one in picture(writer.gateway, "/badge/flasc").iter()]
    # In the catalogue, but nothing is known of it.
    assert svg.attrib["aria-label"].startswith(f"{seen(HOSTILE)} is not ranked")
