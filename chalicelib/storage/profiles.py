"""Stored profiles: each version is an item of its own, and is never changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.storage import items, keys
from chalicelib.storage.items import Item, number, text
from chalicelib.storage.table import Table
from frameworth.errors import FrameworthError
from frameworth.profiles import Gate, Profile, Weight


class Outdated(FrameworthError):
    """A version of a profile is not, or no longer, the last one."""

    def __init__(self, name: str, after: int) -> None:
        self.name, self.after = name, after
        what = f"version {after} of profile {name!r} is not the last" if after else f"profile {name!r} is there already"
        super().__init__(f"{what}; read it again, then decide")


@dataclass(frozen=True, slots=True)
class StoredProfile:
    """A version of a profile, when it was made (UTC, ISO form) and by whom."""

    profile: Profile
    version: int
    made_at: str
    made_by: str


class Profiles:
    """Reads and writes the profiles that callers store."""

    def __init__(self, table: Table, *, now: Callable[[], datetime]) -> None:
        self._table = table
        self._now = now

    def get(self, name: str, version: int | None = None) -> StoredProfile | None:
        """A version of a profile, the last one where none is named; None if there is none."""
        if version is not None:
            item = self._table.get(keys.profile(name), keys.version(version), consistent=True)
        else:
            found = self._table.query(keys.profile(name), first="V#", last=f"V#{keys.LAST}", limit=1, descending=True, consistent=True)
            item = next(found, None)
        return _stored(item) if item else None

    def all(self) -> tuple[StoredProfile, ...]:
        """The last version of each profile by name; one stored a moment ago may be missing."""
        last: dict[str, StoredProfile] = {}
        for one in map(_stored, self._table.query_index(keys.INDEX, keys.PROFILES)):
            name = one.profile.name
            if name not in last or last[name].version < one.version:
                last[name] = one
        return tuple(last[name] for name in sorted(last))

    def put(self, profile: Profile, *, after: int, by: str) -> StoredProfile:
        """Stores the version that follows `after`, which is to be the last one (0: none), unless that says the same. Raises `Outdated`."""
        last = self.get(profile.name)
        if (last.version if last else 0) != after:
            raise Outdated(profile.name, after)
        if last and last.profile == profile:
            return last
        made = StoredProfile(profile, after + 1, self._now().isoformat(timespec="microseconds"), by)
        # Of two who follow the same version one is first; versions are never deleted, so there is no gap to fall into.
        if not self._table.put_new(_item(made)):
            raise Outdated(profile.name, after)
        return made


def _item(made: StoredProfile) -> Item:
    profile = made.profile
    content = {
        "title": profile.title,
        "summary": profile.summary,
        "weights": {name: [weight.value, weight.because] for name, weight in profile.weights.items()},
        "gates": [[gate.metric, gate.at_least, gate.at_most] for gate in profile.gates],
    }
    return {
        **items.key(keys.profile(profile.name), keys.version(made.version)),
        "schema": number(items.SCHEMA),
        keys.INDEX_KEY: text(keys.PROFILES),
        keys.INDEX_SORT: text(profile.name),
        "content": text(json.dumps(content, ensure_ascii=False)),
        "made_at": text(made.made_at),
        "made_by": text(made.made_by),
    }


@items.reader
def _stored(item: Item) -> StoredProfile:
    content: dict[str, Any] = json.loads(item["content"]["S"])
    profile = Profile(
        item["id"]["S"],
        title=content["title"],
        summary=content["summary"],
        weights={name: Weight(value, because) for name, (value, because) in content["weights"].items()},
        gates=tuple(Gate(metric, at_least=at_least, at_most=at_most) for metric, at_least, at_most in content["gates"]),
    )
    return StoredProfile(profile, int(item["SK"]["S"][len("V#") :]), item["made_at"]["S"], item["made_by"]["S"])
