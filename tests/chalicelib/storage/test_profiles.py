"""Stored profiles: versions that never change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.storage.profiles import Outdated, Profiles
from frameworth.profiles import Gate, Profile, Weight

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.storage.table import Table

OURS = Profile(
    "ours",
    title="Ours, ünïcode",
    summary="What we build.",
    weights={"jobs": Weight(3, "We hire."), "community": Weight(0.1, "We ask.")},
    gates=(Gate("supports_asgi", at_least=1), Gate("install_size_bytes", at_most=5e6)),
)


def weighing(value: float, name: str = "ours") -> Profile:
    return Profile(name, summary="x", weights={"jobs": Weight(value, "y")})


@pytest.fixture
def profiles(table: Table, clock: Callable[[], datetime]) -> Profiles:
    return Profiles(table, now=clock)


def test_a_profile_is_read_as_it_was_stored_with_who_and_when(profiles: Profiles) -> None:
    made = profiles.put(OURS, after=0, by="aaaaaaaaaa")
    assert (made.profile, made.version, made.made_by) == (OURS, 1, "aaaaaaaaaa")
    assert made.made_at == "2026-11-22T10:00:00.000000+00:00"
    assert profiles.get("ours") == profiles.get("ours", 1) == made


def test_each_change_is_a_version_and_the_old_ones_stay(profiles: Profiles) -> None:
    made = [profiles.put(weighing(value), after=value - 1, by="") for value in range(1, 12)]
    assert profiles.get("ours") == made[-1]
    assert [profiles.get("ours", version) for version in range(1, 12)] == made
    assert profiles.get("ours", 12) is None


@pytest.mark.parametrize("after", [1, 2, 7])
def test_what_follows_a_version_that_is_not_there_is_refused(profiles: Profiles, after: int) -> None:
    with pytest.raises(Outdated):
        profiles.put(OURS, after=after, by="")
    assert profiles.get("ours") is None


def test_what_follows_a_version_that_is_not_the_last_is_refused(profiles: Profiles) -> None:
    profiles.put(weighing(1), after=0, by="")
    last = profiles.put(weighing(2), after=1, by="")
    for after in (0, 1, 3):
        with pytest.raises(Outdated):
            profiles.put(weighing(3), after=after, by="")
    assert profiles.get("ours") == last


def test_of_six_who_follow_the_same_version_one_is_first(profiles: Profiles) -> None:
    profiles.put(weighing(1), after=0, by="")

    def follow(value: int) -> Any:
        try:
            return profiles.put(weighing(value), after=1, by=str(value))
        except Outdated:
            return None

    with ThreadPoolExecutor(6) as pool:
        made = [one for one in pool.map(follow, range(10, 16)) if one]
    assert len(made) == 1
    assert profiles.get("ours") == made[0]
    assert profiles.get("ours", 3) is None


def test_the_last_versions_are_listed_by_name(profiles: Profiles) -> None:
    profiles.put(weighing(1, "theirs"), after=0, by="")
    profiles.put(weighing(1), after=0, by="")
    profiles.put(weighing(2), after=1, by="")
    assert [(one.profile.name, one.version) for one in profiles.all()] == [("ours", 2), ("theirs", 1)]


def test_a_name_is_no_beginning_of_another(profiles: Profiles) -> None:
    profiles.put(weighing(1, "ours_too"), after=0, by="")
    assert profiles.get("ours") is None
