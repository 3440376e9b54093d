"""Evidence in the table: current figures in one batch, any earlier day from history. What is written, `recording` writes.

What is kept in memory is keyed by what can't change: a source by its content, a decoded item by the framework's `rev`. `rev` rises with
every change of a history, also when an older row arrives late, so nothing stale is ever used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

from chalicelib.storage import items, keys
from chalicelib.storage.bulk import BulkWriter
from chalicelib.storage.frameworks import Entry, Stands, UnknownFramework, delete, versioned_entry
from chalicelib.storage.history import History, Span, read_day, read_rows, read_short_history, read_withdrawals
from chalicelib.storage.items import Recorded, Withdrawal
from chalicelib.storage.keys import position
from chalicelib.storage.recording import Recorder
from chalicelib.storage.sources import Sources
from chalicelib.storage.table import Table
from frameworth.evidence import Basis, Evidence, Figure, Observation
from frameworth.register import Framework


class HistoryPage(NamedTuple):
    """Some observations in order, the position to go on from ("" at the end), and when and by whom each was recorded, by id.

    Figures of plugins are recorded nowhere.
    """

    observations: list[Observation]
    next_position: str
    recorded: Mapping[str, tuple[str, str]]


# Decoded histories and current items that are kept, by framework; a history of 300 rows takes about 200 kB.
_KEPT_HISTORIES = 256
_KEPT_CURRENT = 4096
# A history is short up to so many rows, or so many for each metric: beyond that it costs less to ask for each metric by itself, since a
# row has some 0.3 kB and every such question is charged for 4.
FEW_ROWS = 500
FEW_ROWS_A_METRIC = 16


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
        self._sources = Sources(table)
        self._recorder = Recorder(table, self._sources, now)
        self._bulk = BulkWriter(table, now)
        self._current: dict[str, items.Current] = {}
        self._evidence: dict[tuple[str, date, bool], tuple[int, Evidence]] = {}
        self._history = lru_cache(maxsize=_KEPT_HISTORIES)(self._read_history)
        # Frameworks whose history was long when it was last looked at; histories grow.
        self._long: set[str] = set()

    def evidence(self, frameworks: Collection[str], *, as_of: date, opinions: bool = True) -> dict[str, Evidence]:
        """What is known about each framework on a day; ids that the catalogue does not hold are absent from the answer.

        One BatchGetItem; more only for what this process has not seen at its present `rev`: histories (for a day before the newest
        figures) and sources.
        """
        current = self._read_current(frameworks)
        return {framework: self._evidence_of(current[framework], as_of, opinions) for framework in frameworks if framework in current}

    def earlier(self, frameworks: Collection[str], days: Iterable[date], *, opinions: bool = True) -> dict[date, dict[str, Evidence]]:
        """What was known on each of these days, of frameworks whose evidence was read here before: as they stood then.

        Costs no call for what this process has seen of their histories.
        """
        current = [self._current[framework] for framework in frameworks if framework in self._current]
        return {day: {one.framework: self._evidence_of(one, day, opinions) for one in current} for day in days}

    def known(self, frameworks: Collection[str]) -> set[str]:
        """Which of these ids the catalogue holds."""
        return set(self._read_current(frameworks))

    def archived(self, frameworks: Collection[str]) -> set[str]:
        """Which of these frameworks were archived when their evidence was last read here; costs no call."""
        return {one for one in frameworks if one in self._current and self._current[one].archived}

    def withdrawals(self, framework: str) -> Mapping[str, Withdrawal]:
        """What was withdrawn of a framework by `position`, as of the page or the evidence that was last read here."""
        current = self._current.get(framework)
        if current is None:
            return {}
        history = self._whole_history(current)
        return history.withdrawals if history else read_withdrawals(self._table, framework)

    def page(self, framework: str, *, metric: str | None, since: date | None, until: date | None, after: str, limit: int) -> HistoryPage:
        """Up to `limit` observations that follow the position `after` ("" is the start), plugins' included.

        Withdrawn ones are among them; `withdrawals` tells which. Raises `UnknownFramework`.
        """
        current = self._read_current([framework]).get(framework)
        if current is None:
            raise UnknownFramework(framework)
        history = self._whole_history(current) or self._rows_of(current, metric, since, until, after, limit + 1)
        wanted = [
            row
            for row in sorted((*history.rows, *self._figures.get(framework, ())), key=position)
            if (metric is None or row.metric == metric)
            and (since is None or row.observed_on >= since)
            and (until is None or row.observed_on <= until)
            and position(row) > after
        ]
        return HistoryPage(wanted[:limit], position(wanted[limit - 1]) if len(wanted) > limit else "", history.recorded)

    def days(self, framework: str, wanted: Collection[tuple[str, date]]) -> History:
        """All observations of these metrics and days as they stand now, plugins' and withdrawn ones among them.

        Whole days always, and of a short history all of it. One call for the current item; then the history, or of a long one a Query for
        each of `wanted` and one for the markers.
        """
        current = self._read_current([framework], consistent=True).get(framework)
        if current is None:
            return History((), {}, {})
        history = self._whole_history(current)
        if history is None:
            spans = [Span(f"{metric}#{day}#", f"{metric}#{day}#{keys.LAST}") for metric, day in sorted(wanted)]
            found = read_rows(self._table, self._sources, framework, spans, sys.maxsize)
            history = replace(found, withdrawals=read_withdrawals(self._table, framework))
        return replace(history, rows=(*history.rows, *self._figures.get(framework, ())))

    def append(self, observation: Observation, by: str = "") -> bool:
        """Records an observation; says whether it was new. See `Recorder.append`."""
        return self._recorder.append(observation, by)

    def append_all(self, rows: Iterable[Recorded]) -> dict[str, set[str]]:
        """Records many observations; says which positions of each framework were new. See `BulkWriter.write`."""
        return self._bulk.write(rows)

    def withdraw(
        self, framework: str, metric: str, observed_on: date, reason: str, *, row_id: str = "", revision: int | None = None, by: str = ""
    ) -> tuple[Observation, bool]:
        """Takes an observation out of every score; says which, and whether it was not withdrawn before. See `Recorder.withdraw`."""
        return self._recorder.withdraw(framework, metric, observed_on, reason, row_id=row_id, revision=revision, by=by)

    def withdraw_row(self, framework: str, row_id: str, reason: str, *, by: str = "") -> tuple[Observation, bool]:
        """Takes the observation with this id out of every score. See `Recorder.withdraw_row`."""
        return self._recorder.withdraw_row(framework, row_id, reason, by=by)

    def withdraw_derived(self, row: Observation, reason: str, *, by: str = "") -> tuple[Observation, ...]:
        """Takes what was made of a withdrawn observation out of every score as well; says which. See `Recorder.withdraw_derived`."""
        return self._recorder.withdraw_derived(row, reason, by=by)

    def load(
        self, framework: Framework, observations: Iterable[Observation], progress: Callable[[int], None] = lambda written: None
    ) -> None:
        """Puts a framework with a whole history, or appends what one lacks that is there. See `Recorder.load`."""
        self._recorder.load(framework, observations, progress)

    def put(self, framework: Framework, instead_of: Stands | None = None, *, by: str = "") -> None:
        """Enters a framework without any evidence yet, or changes the entry of one, which keeps its history. See `Recorder.put`."""
        self._recorder.put(framework, instead_of, by=by)

    def entry(self, framework: str) -> Entry:
        """The catalogue entry as it stands, with its version. Raises `UnknownFramework` or `BeingDeleted`."""
        return versioned_entry(self._table, framework)

    def delete(self, framework: str, progress: Callable[[int], None], *, instead_of: int) -> None:
        """Deletes a framework whose entry has this version, with its history. See `frameworks.delete`."""
        delete(self._table, framework, progress, instead_of=instead_of)

    def _evidence_of(self, current: items.Current, as_of: date, opinions: bool) -> Evidence:
        """The evidence of one framework on a day: the very same object for as long as nothing was recorded, so that callers can tell."""
        asked = (current.framework, as_of, opinions)
        kept = self._evidence.get(asked)
        if kept is not None and kept[0] == current.rev:
            return kept[1]
        if current.answers(as_of, opinions):
            evidence = self._current_evidence(current, as_of, opinions)
        else:
            rows = (*self._counting(current, as_of, opinions), *self._figures.get(current.framework, ()))
            evidence = Evidence.of(current.framework, rows, as_of=as_of, opinions=opinions, released=current.released)
        if len(self._evidence) > _KEPT_CURRENT:
            self._evidence.clear()
        self._evidence[asked] = (current.rev, evidence)
        return evidence

    def _counting(self, current: items.Current, as_of: date, opinions: bool) -> Iterable[Observation]:
        """Observations among which are those that count on a day."""
        history = self._whole_history(current)
        if history:
            return history.counting
        # A metric without a current figure has no observation that counts on any day.
        return read_day(self._table, self._sources, current.framework, sorted(current.figures), as_of, opinions=opinions)

    def _rows_of(
        self, current: items.Current, metric: str | None, since: date | None, until: date | None, after: str, limit: int
    ) -> History:
        """The first rows of a long history that follow a position and pass filters."""
        if metric is None and since is None and until is None:
            spans = [Span(after, keys.LAST)]
        else:
            metrics = (
                [metric] if metric else sorted({*current.figures, *(one.metric for one in self.withdrawals(current.framework).values())})
            )
            first, last = since.isoformat() if since else "", f"{until.isoformat()}#{keys.LAST}" if until else keys.LAST
            spans = [Span(max(after, f"{one}#{first}"), f"{one}#{last}") for one in metrics]
        # One more, since the span begins with the row that the position names.
        return read_rows(self._table, self._sources, current.framework, spans, limit + 1)

    def _current_evidence(self, current: items.Current, as_of: date, opinions: bool) -> Evidence:
        figures: dict[str, Figure] = {}
        precedence: dict[str, str] = {}
        sources = self._sources.of({packed.source for packed in current.figures.values()})
        for metric, packed in current.figures.items():
            figures[metric], precedence[metric] = packed.figure(sources), packed.precedence
        for row in self._figures.get(current.framework, ()):
            counts = row.observed_on <= as_of and (opinions or row.basis is not Basis.OPINION)
            if counts and precedence.get(row.metric, "") < keys.precedence(row):
                figures[row.metric], precedence[row.metric] = row.figure, keys.precedence(row)
        return Evidence(current.framework, as_of=as_of, figures=figures, released=current.released)

    def _read_current(self, frameworks: Collection[str], *, consistent: bool = False) -> dict[str, items.Current]:
        found: dict[str, items.Current] = {}
        if len(self._current) > _KEPT_CURRENT:
            self._current.clear()
            self._evidence.clear()
        for item in self._table.batch_get([(keys.framework(framework), keys.CURRENT) for framework in frameworks], consistent=consistent):
            framework = item["PK"]["S"][2:]
            kept = self._current.get(framework)
            if kept is None or item.get("rev") != items.number(kept.rev):
                kept = self._current[framework] = items.current(item)
            found[framework] = kept
        return found

    def _whole_history(self, current: items.Current) -> History | None:
        """The history if it is short, or None. Few metrics or many: whichever way of reading costs less."""
        if current.framework in self._long:
            return None
        history = self._history(current.framework, current.rev, max(FEW_ROWS, FEW_ROWS_A_METRIC * len(current.figures)))
        if history is None:
            self._long.add(current.framework)
        return history

    def _read_history(self, framework: str, _rev: int, most: int) -> History | None:
        """The history as it is now, to be kept as that of `_rev`, which was read before."""
        return read_short_history(self._table, self._sources, framework, most)
