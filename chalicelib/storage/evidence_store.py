"""Evidence in the table: current figures in one batch, any earlier day from history, and appends that are right in any order.

What is kept in memory is keyed by what can't change: a source by its content, a decoded item by the framework's `rev`. `rev` rises with
every change of a history, also when an older row arrives late, so nothing stale is ever used.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache

from chalicelib.storage import items, keys
from chalicelib.storage.keys import position
from chalicelib.storage.table import Table
from frameworth.errors import FrameworthError
from frameworth.evidence import Basis, Evidence, Figure, Observation, Source
from frameworth.register import Framework

# Decoded histories and current items that are kept, by framework; a history of 300 rows takes about 200 kB.
_KEPT_HISTORIES = 256
_KEPT_CURRENT = 4096


class UnknownFramework(FrameworthError):
    """No framework with this id is in the catalogue."""

    def __init__(self, framework: str) -> None:
        self.framework = framework
        super().__init__(f"framework {framework!r} is not in the catalogue; add it first")


class EvidenceStore:
    """Reads and appends evidence. `figures` are those that come with plugins: merged into every answer, never written."""

    def __init__(
        self,
        table: Table,
        figures: Mapping[str, Sequence[Observation]] | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._table = table
        self._figures = figures or {}
        self._now = now
        self._sources: dict[str, Source] = {}
        self._current: dict[str, items.Current] = {}
        self._evidence: dict[str, tuple[tuple[int, date, bool], Evidence]] = {}
        self._history = lru_cache(maxsize=_KEPT_HISTORIES)(self._read_history)

    def evidence(self, frameworks: Collection[str], *, as_of: date, opinions: bool = True) -> dict[str, Evidence]:
        """What is known about each framework on a day; ids that the catalogue does not hold are absent from the answer.

        One BatchGetItem; more only for what this process has not seen at its present `rev`: histories (for a day before the newest
        figures) and sources.
        """
        current = self._read_current(frameworks)
        return {framework: self._evidence_of(current[framework], as_of, opinions) for framework in frameworks if framework in current}

    def known(self, frameworks: Collection[str]) -> set[str]:
        """Which of these ids the catalogue holds."""
        return set(self._read_current(frameworks))

    def history(self, framework: str, rev: int) -> tuple[Observation, ...]:
        """All observations of a framework as of `rev`, by metric, date, revision and id; without those of plugins."""
        return self._history(framework, rev)

    def page(
        self, framework: str, *, metric: str | None, since: date | None, until: date | None, after: str, limit: int
    ) -> tuple[list[Observation], str]:
        """Up to `limit` observations that follow the position `after` ("" is the start), plugins' included, and the position to go on from.

        The position is "" when nothing is left. Raises `UnknownFramework`.
        """
        current = self._read_current([framework]).get(framework)
        if current is None:
            raise UnknownFramework(framework)
        rows = sorted((*self.history(framework, current.rev), *self._figures.get(framework, ())), key=position)
        wanted = [
            row
            for row in rows
            if (metric is None or row.metric == metric)
            and (since is None or row.observed_on >= since)
            and (until is None or row.observed_on <= until)
            and position(row) > after
        ]
        return wanted[:limit], position(wanted[limit - 1]) if len(wanted) > limit else ""

    def append(self, observation: Observation) -> bool:
        """Records an observation in two steps that may be repeated, shuffled and raced; says whether it was new.

        First the history row, then the current item, which keeps the greatest. A step that was lost is made good by doing both again.
        Raises `UnknownFramework`, and then leaves no row behind.
        """
        self._put_source(observation.source)
        # To the microsecond, for by this `put_new` tells its own row from an equal one that somebody else wrote.
        is_new = self._table.put_new(items.observation_item(observation, self._now().isoformat(timespec="microseconds")))
        partition = keys.framework(observation.framework)
        attribute = f"{items.FIGURE}{observation.metric}"
        refused_by = self._table.update(
            partition,
            keys.CURRENT,
            UpdateExpression="SET #m = :p ADD rev :one",
            ConditionExpression="attribute_exists(PK) AND (attribute_not_exists(#m) OR #m < :p)",
            ExpressionAttributeNames={"#m": attribute},
            ExpressionAttributeValues={":p": items.text(items.pack(observation)), ":one": items.number(1)},
        )
        if refused_by is None:
            return is_new
        if not refused_by:
            if is_new:
                self._table.delete(*keys.observation(observation))
            raise UnknownFramework(observation.framework)
        # An older row arrived late, or a repeat: the greatest stands, but whoever keeps the history in memory must read it again.
        self._table.update(
            partition,
            keys.CURRENT,
            UpdateExpression="ADD rev :one",
            ConditionExpression="attribute_exists(PK)",
            ExpressionAttributeValues={":one": items.number(1)},
        )
        return is_new

    def load(
        self, framework: Framework, observations: Iterable[Observation], progress: Callable[[int], None] = lambda written: None
    ) -> None:
        """Puts a framework that has no evidence yet with a whole history, in batches; ends in the state that `append` would reach.

        Where the framework is there already, what it lacks is appended row by row; doing it again writes nothing but the catalogue entry.
        """
        rows = {row.id: row for row in observations}
        greatest: dict[str, Observation] = {}
        for row in rows.values():
            if row.metric not in greatest or greatest[row.metric].precedence < row.precedence:
                greatest[row.metric] = row
        self._table.put(items.framework_item(framework))
        item = self._table.get(keys.framework(framework.id), keys.CURRENT, consistent=True)
        if item is not None:
            self._complete(framework, items.current(item), rows.values(), progress)
            return
        for source in {row.source.id: row.source for row in rows.values()}.values():
            self._put_source(source)
        recorded_at = self._now().isoformat(timespec="seconds")
        self._table.batch_put((items.observation_item(row, recorded_at) for row in rows.values()), progress)
        packed = {metric: items.pack(row) for metric, row in sorted(greatest.items())}
        # Last, and only if nobody was quicker: until now a reader finds no framework rather than half of its evidence.
        if not self._table.put_new(items.current_item(framework, packed, rev=len(rows))):
            for row in rows.values():
                self.append(row)

    def _complete(self, framework: Framework, current: items.Current, rows: Iterable[Observation], progress: Callable[[int], None]) -> None:
        """Appends what a framework that is there already lacks: rows that its history or its current item does not know."""
        if current.released != framework.first_release:
            self._correct_release(framework)
        recorded = {row.id for row in self._read_history(framework.id, current.rev)}
        for row in rows:
            figure = current.figures.get(row.metric)
            if row.id not in recorded or figure is None or figure.precedence < keys.precedence(row):
                self.append(row)
            progress(1)

    def _correct_release(self, framework: Framework) -> None:
        """Takes the first release over into the current item, which answers from it; `rev` tells those who keep that item."""
        released = framework.first_release
        self._table.update(
            keys.framework(framework.id),
            keys.CURRENT,
            UpdateExpression="SET released = :released ADD rev :one" if released else "REMOVE released ADD rev :one",
            ConditionExpression="attribute_exists(PK)",
            ExpressionAttributeValues={":one": items.number(1), **({":released": items.text(released.isoformat())} if released else {})},
        )

    def _evidence_of(self, current: items.Current, as_of: date, opinions: bool) -> Evidence:
        """The evidence of one framework on a day; the last of each framework is kept, since most questions are about the same day."""
        asked = (current.rev, as_of, opinions)
        kept = self._evidence.get(current.framework)
        if kept is not None and kept[0] == asked:
            return kept[1]
        if current.answers(as_of, opinions):
            evidence = self._current_evidence(current, as_of, opinions)
        else:
            rows = (*self.history(current.framework, current.rev), *self._figures.get(current.framework, ()))
            evidence = Evidence.of(current.framework, rows, as_of=as_of, opinions=opinions, released=current.released)
        self._evidence[current.framework] = (asked, evidence)
        return evidence

    def _current_evidence(self, current: items.Current, as_of: date, opinions: bool) -> Evidence:
        figures: dict[str, Figure] = {}
        precedence: dict[str, str] = {}
        missing = {packed.source for packed in current.figures.values()} - self._sources.keys()
        if missing:
            self._read_sources(missing)
        for metric, packed in current.figures.items():
            figures[metric], precedence[metric] = packed.figure(self._sources), packed.precedence
        for row in self._figures.get(current.framework, ()):
            counts = row.observed_on <= as_of and (opinions or row.basis is not Basis.OPINION)
            if counts and precedence.get(row.metric, "") < keys.precedence(row):
                figures[row.metric], precedence[row.metric] = row.figure, keys.precedence(row)
        return Evidence(current.framework, as_of=as_of, figures=figures, released=current.released)

    def _read_current(self, frameworks: Collection[str]) -> dict[str, items.Current]:
        found: dict[str, items.Current] = {}
        if len(self._current) > _KEPT_CURRENT:
            self._current.clear()
            self._evidence.clear()
        for item in self._table.batch_get([(keys.framework(framework), keys.CURRENT) for framework in frameworks]):
            framework, rev = item["PK"]["S"][2:], int(item["rev"]["N"])
            kept = self._current.get(framework)
            if kept is None or kept.rev != rev:
                kept = self._current[framework] = items.current(item)
            found[framework] = kept
        return found

    def _read_history(self, framework: str, rev: int) -> tuple[Observation, ...]:
        # Consistent: the row that raised `rev` was written before it was raised, and must not be missed under that `rev`.
        rows = list(
            self._table.query(keys.framework(framework), first=keys.OBSERVATION, last=f"{keys.OBSERVATION}{keys.LAST}", consistent=True)
        )
        missing = {row["source"]["S"] for row in rows} - self._sources.keys()
        if missing:
            self._read_sources(missing)
        return tuple(items.observation(row, self._sources) for row in rows)

    def _read_sources(self, missing: Collection[str]) -> None:
        """Sources by id; all of them when this process knows none yet, since one Query brings hundreds."""
        if not self._sources:
            self._sources.update(items.source(item) for item in self._table.query(keys.SOURCES, first="0", last=keys.LAST))
        still = sorted(set(missing) - self._sources.keys())
        if still:
            # Consistent: a source was written before the row that names it, but a replica may have the row first.
            found = self._table.batch_get([(keys.SOURCES, one) for one in still], consistent=True)
            self._sources.update(items.source(item) for item in found)

    def _put_source(self, source: Source) -> None:
        if source.id not in self._sources:
            self._table.put_new(items.source_item(source))
            self._sources[source.id] = source
