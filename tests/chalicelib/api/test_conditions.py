"""Entity tags, and what a write demands of its caller."""

from __future__ import annotations

import pytest

from chalicelib.api.conditions import demand_match, entity_tag, is_unchanged
from chalicelib.api.problems import Refused

TAG = entity_tag("application/json", "{}")


def test_a_tag_stands_for_these_bytes_in_this_format():
    assert entity_tag("application/json", "{}") == TAG
    assert len({TAG, entity_tag("text/csv", "{}"), entity_tag("application/json", "{ }")}) == 3
    assert TAG[0] == TAG[-1] == '"'
    assert not TAG.startswith("W/")


@pytest.mark.parametrize("sent", [TAG, f"W/{TAG}", f'"other", {TAG}', f'"a,b",W/{TAG}, "c"', "*", f"  {TAG}  "])
def test_who_has_these_bytes_is_told_so(sent):
    assert is_unchanged(sent, TAG)


@pytest.mark.parametrize("sent", ["", '""', '"other"', TAG.strip('"'), f"{TAG[:-1]}", '"*"'])
def test_who_has_others_is_given_them(sent):
    assert not is_unchanged(sent, TAG)


@pytest.mark.parametrize("sent", [TAG, "*", f'"other", {TAG}'])
def test_a_write_that_names_what_is_there_goes_on(sent):
    demand_match(sent, "", TAG)


def test_a_write_of_something_new_goes_on():
    demand_match("", "*", None)


@pytest.mark.parametrize(
    ("if_match", "if_none_match", "tag", "status", "code"),
    [
        ("", "", TAG, 428, "condition_required"),
        ("", "", None, 428, "condition_required"),
        ('"other"', "", TAG, 412, "changed_meanwhile"),
        (f"W/{TAG}", "", TAG, 412, "changed_meanwhile"),  # a weak tag never matches in a write
        (f'"x", W/{TAG}', "", TAG, 412, "changed_meanwhile"),
        (TAG, "", None, 412, "changed_meanwhile"),
        ("*", "", None, 412, "changed_meanwhile"),
        ("", "*", TAG, 412, "already_there"),
        (TAG, "*", TAG, 412, "already_there"),
        ("", TAG, TAG, 400, "invalid_condition"),
        ("", TAG, None, 400, "invalid_condition"),
    ],
)
def test_any_other_write_is_refused_with_what_to_send(if_match, if_none_match, tag, status, code):
    with pytest.raises(Refused) as refused:
        demand_match(if_match, if_none_match, tag)
    assert (refused.value.status, refused.value.code) == (status, code)
