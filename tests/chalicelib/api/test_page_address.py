"""The page's address: what /v1/scores takes, and a profile whose weights were changed."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.chalicelib.api.test_methods import PRODUCT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.gateway import Gateway


def heading(gateway: Gateway, query: str) -> str:
    found = re.search(r'id="verdict-title">([^<]*)<', gateway.get(f"/?{query}").body)
    assert found
    return unescape(found[1])


def scores(gateway: Gateway, query: str) -> list[tuple[str, str]]:
    body = gateway.get(f"/?{query}").body
    return re.findall(r'<li data-id="([a-z0-9-]+)"><.*?<b class="n">([0-9.]+)</b>', body)


def test_a_profile_with_weights_is_that_profile_changed(gateway: Gateway) -> None:
    assert heading(gateway, "profile=enterprise&weights=jobs:1&as_of=2026-01-01") == "Enterprise, changed, as of 2026-01-01"
    assert heading(gateway, "profile=enterprise&emphasis=jobs:2&as_of=2026-01-01") == "Enterprise, changed, as of 2026-01-01"
    assert heading(gateway, "weights=jobs:1&as_of=2026-01-01") == "Weights of your own, as of 2026-01-01"


def test_its_requirements_stay(gateway_with_plugins: Callable[..., Gateway]) -> None:
    gateway = gateway_with_plugins(
        "strict",
        "from frameworth import Gate, Profile, Weight, hookimpl\n\n@hookimpl\ndef frameworth_profiles():\n"
        "    yield Profile('strict', summary='Popular alone.', weights={'jobs': Weight(1, 'work')},"
        " gates=[Gate('github_stars', at_least=80_000)])\n",
    )
    body = gateway.get("/?profile=strict&weights=jobs:1,popularity:1&frameworks=django,flask").body
    assert "Flask: fails the requirement github_stars &gt;= 80000" in body
    # Without a script the form asks for the same profile, which brings them along; for other profiles they are none.
    assert '<input type="hidden" name="profile" value="strict">' in body
    assert 'name="gates"' not in body
    assert "gates=github_stars%3E%3D80000" in re.search(r'id="as-json" href="([^"]*)"', body)[1]  # type: ignore[index]
    assert not [link for link in re.findall(r'href="(\./\?[^"]*)"', body) if "gates" in link]


def test_a_form_of_numbers_says_what_weights_say(gateway: Gateway) -> None:
    form = "&".join(f"weight%5B{name}%5D={points}" for name, points in (("jobs", "20"), ("performance", "5.5"), ("popularity", "")))
    assert scores(gateway, f"profile=learning&{form}") == scores(gateway, "weights=jobs:20,performance:5.5")


def test_picks_are_given_one_by_one_or_together_and_those_that_there_are_not_are_passed_over(gateway: Gateway) -> None:
    def shown(query: str) -> list[str]:
        return re.findall(r'<th scope="col" data-id="([a-z0-9-]+)"><', gateway.get(f"/?{query}").body)

    assert {*shown("picks=flask,bottle,cobol")} == {*shown("picks=flask&picks=bottle")} == {"flask", "bottle"}
    assert shown("picks=") == []
    assert len(shown("")) == 3


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("profile=nope&weights=jobs:1", "/profile", "unknown_profile"),
        ("weights=jobs:1&weight[jobs]=2", "/weights", "duplicate"),
        ("weight[jobz]=2", "/weight[jobz]", "unknown_parameter"),
        ("weight[jobs]=much", "/weights/jobs", "float_type"),
        ("weight[jobs]=0", "/weights", "no_weight"),
    ],
)
def test_what_is_wrong_with_it_is_named(gateway: Gateway, query: str, pointer: str, code: str) -> None:
    answer = gateway.get(f"/?{query}")
    assert answer.status == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]


@pytest.mark.parametrize("query", ["method=product", "when_missing=ignore", "when_missing=leave_out"])
def test_what_is_no_sum_of_fixed_values_is_weighed_by_the_server_alone(gateway_with_plugins: Callable[..., Gateway], query: str) -> None:
    gateway = gateway_with_plugins("product", PRODUCT)
    body = gateway.get(f"/?{query}").body
    assert "<script" not in body
    assert "Weigh anew" in body
    answer = gateway.get(f"/v1/scores?{query}&limit=40").json()
    assert scores(gateway, query) == [(one["framework"], f"{one['score']:.1f}") for one in answer["ranking"]]
