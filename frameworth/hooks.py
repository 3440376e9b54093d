"""The hooks: nouns that yield typed values, and one observer.

pluggy finds and checks plugins once, at start; scoring then runs plain functions from an immutable catalogue. So offers can be listed
without being run, one bad offer can be dropped alone, its provider is known, and load order can't matter.
"""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from frameworth.collecting import Collector
from frameworth.criteria import Criterion
from frameworth.evidence import Observation
from frameworth.methods import Method
from frameworth.profiles import Profile
from frameworth.scorecard import Scorecard

# The version of everything a plugin can see. A plugin that speaks another says `HOOK_API = n` at its top and is then refused by name; so
# it must write the number and can't import it from here.
HOOK_API = 1

PROJECT = "frameworth"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def frameworth_criteria() -> Iterable[Criterion]:
    """Yields the criteria that a plugin offers."""
    return ()


@hookspec
def frameworth_profiles() -> Iterable[Profile]:
    """Yields the profiles that a plugin offers."""
    return ()


@hookspec
def frameworth_observations() -> Iterable[Observation]:
    """Yields figures that come with a plugin, beside those of its CSV file."""
    return ()


@hookspec
def frameworth_methods() -> Iterable[Method]:
    """Yields the methods that a plugin offers."""
    return ()


@hookspec
def frameworth_collectors() -> Iterable[Collector]:
    """Yields the collectors that a plugin offers."""
    return ()


@hookspec
def frameworth_scored(scorecard: Scorecard) -> None:
    """Is told of every scorecard once it is made. The one hook that is no noun: its return is ignored."""
