"""Writing evidence: appends that are right in any order, withdrawals, and loads of whole histories.

Each may be broken off at any call, repeated, shuffled and raced; doing it again makes good what was lost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from functools import partial

from chalicelib.storage import items, keys
from chalicelib.storage.current import rebuild, take_in
from chalicelib.storage.frameworks import (
    BeingDeleted,
    BeingLoaded,
    Stands,
    UnknownFramework,
    carry_over,
    entry,
    put_entry,
    renew_entry,
    why_not_there,
)
from chalicelib.storage.history import read_history
from chalicelib.storage.keys import Key, position
from chalicelib.storage.sources import Sources
from chalicelib.storage.table import ATTEMPTS, StorageUnavailable, Table
from frameworth.errors import FrameworthError
from frameworth.evidence import MOST_NOTE, Observation
from frameworth.names import shortened
from frameworth.register import Framework

# So many observations an error names.
_SHOWN = 10


class UnknownObservation(FrameworthError):
    """No one observation is meant: `near` are those that come in question, of the day if it has several, else of the metric."""

    def __init__(self, framework: str, metric: str, observed_on: date, near: Sequence[Observation]) -> None:
        self.framework, self.metric, self.observed_on, self.near = framework, metric, observed_on, tuple(near)
        several = len([row for row in near if row.observed_on == observed_on]) > 1
        shown = [f"{row.observed_on} with id {row.id}: {row.value:.15g} {row.unit}, revision {row.revision}" for row in near[:_SHOWN]]
        more = [f"{len(near) - _SHOWN} more"] if len(near) > _SHOWN else []
        told = "; ".join((*shown, *more)) or f"{framework!r} has none of {metric!r} at all"
        count = f"{len(near)} observations" if several else "no such observation"
        super().__init__(f"{count} of {metric!r} on {observed_on} for {framework!r}{', name one by its id' if several else ''}; {told}")


class UnknownRow(FrameworthError):
    """A framework's history holds no observation with this id."""

    def __init__(self, framework: str, row_id: str) -> None:
        self.framework, self.row_id = framework, row_id
        super().__init__(
            f"no observation with the id {shortened(row_id)} is in the history of {framework!r}; its observations are listed with their ids"
        )


class Recorder:
    """Writes observations and histories of one table. `now` says when something is recorded."""

    def __init__(self, table: Table, sources: Sources, now: Callable[[], datetime]) -> None:
        self._table = table
        self._sources = sources
        self._now = now

    def append(self, observation: Observation, by: str = "") -> bool:
        """Records an observation in two steps that may be repeated, shuffled and raced; says whether it was new.

        First the history row, then the current item, which keeps the greatest. A step that was lost is made good by doing both again.
        Raises `UnknownFramework`, and then leaves no row behind, or `BeingLoaded`, and then leaves it for the repeat.
        """
        self._sources.put(observation.source)
        for attempt in range(ATTEMPTS):
            if attempt:
                self._table.pause(attempt)
            # To the microsecond, for by this `put_new` tells its own row from an equal one that somebody else wrote.
            is_new = self._table.put_new(items.observation_item(observation, self._now().isoformat(timespec="microseconds"), by))
            if not take_in(self._table, observation):
                self._without_current(observation)
            elif self._still_counts(observation):
                return is_new
        raise StorageUnavailable("append", f"{observation.framework!r} was deleted and loaded {ATTEMPTS} times meanwhile")

    def _still_counts(self, row: Observation) -> bool:
        """Looks at the row again, after it was taken in: it may have been withdrawn meanwhile, or deleted with its framework (False)."""
        beside = self._beside(row)
        if keys.withdrawal(row) in beside:
            rebuild(self._table, row.framework, row.metric)
        return keys.observation(row) in beside

    def _beside(self, row: Observation) -> set[Key]:
        """Which of the two are there now, the row and its marker."""
        wanted = (keys.observation(row), keys.withdrawal(row))
        return {(item["PK"]["S"], item["SK"]["S"]) for item in self._table.batch_get(wanted, consistent=True)}

    def _without_current(self, row: Observation) -> None:
        """Removes a row for which there was no framework, whoever wrote it. Returns if the framework is there by now: append again.

        A load writes the catalogue entry before its rows. So if it wrote this very row before it was removed here, the entry is there now.
        """
        reason = why_not_there(self._table, row.framework)
        if isinstance(reason, BeingLoaded):
            raise reason
        self._table.delete(*keys.observation(row))
        if not isinstance(why_not_there(self._table, row.framework), BeingLoaded):
            raise UnknownFramework(row.framework)

    def withdraw(
        self, framework: str, metric: str, observed_on: date, reason: str, *, row_id: str = "", revision: int | None = None, by: str = ""
    ) -> tuple[Observation, bool]:
        """Takes an observation out of every score, for a reason that is shown beside it; says which, and whether it counted until now.

        Nothing is deleted. Doing it again changes nothing, and finishes what was broken off; the first reason stays. Raises
        `UnknownFramework`, `UnknownObservation` if there is no such row or more than one, `BeingDeleted`, `BeingLoaded`, `InvalidValue`.
        """
        return self._withdraw(framework, lambda: self._named(framework, metric, observed_on, row_id, revision), reason, by)

    def withdraw_row(self, framework: str, row_id: str, reason: str, *, by: str = "") -> tuple[Observation, bool]:
        """As `withdraw`, for the observation with this id. Raises `UnknownRow` if there is none."""
        return self._withdraw(framework, lambda: self._with_id(framework, row_id), reason, by)

    def withdraw_derived(self, row: Observation, reason: str, *, by: str = "") -> tuple[Observation, ...]:
        """Takes what was made of a withdrawn observation out of every score as well; says which, withdrawn before or not.

        That is nothing where a greater one of its metric and day counts, of which it was made then. Doing it again finishes what was
        broken off. Raises what `withdraw` does.
        """
        history = read_history(self._table, self._sources, row.framework)
        day = [one for one in history.counting if (one.metric, one.observed_on) == (row.metric, row.observed_on)]
        if any(one.precedence > row.precedence for one in day):
            return ()
        parent = f"{row.framework}/{row.metric}/{row.observed_on}"
        derived = tuple(one for one in history.rows if parent in one.derived_from)
        told = f"derived from {row.metric} of {row.observed_on}, which was withdrawn: {reason}"[:MOST_NOTE]
        # Also those that have a marker: what follows it may have been broken off.
        for one in derived:
            self._withdraw(row.framework, partial(self._with_id, row.framework, one.id), told, by)
        return derived

    def _withdraw(self, framework: str, find: Callable[[], Observation], reason: str, by: str) -> tuple[Observation, bool]:
        for attempt in range(ATTEMPTS):
            if attempt:
                self._table.pause(attempt)
            row = find()
            is_new = self._table.put_new(items.withdrawal_item(row, reason, self._now().isoformat(timespec="microseconds"), by))
            try:
                rebuild(self._table, framework, row.metric)
            except (BeingDeleted, UnknownFramework):
                self._table.delete(*keys.withdrawal(row))
                raise
            beside = self._beside(row)
            if len(beside) == 2:
                return row, is_new
            # Deleted meanwhile and loaded again: a marker without its row must not stay, and a row without its marker not count.
            self._table.delete(*keys.withdrawal(row))
        raise StorageUnavailable("withdraw", f"{framework!r} was deleted and loaded {ATTEMPTS} times meanwhile")

    def _named(self, framework: str, metric: str, observed_on: date, row_id: str, revision: int | None) -> Observation:
        """The one observation that is meant. Raises `UnknownObservation`, and what says why there is no current item."""
        rows = [row for row in self._rows(framework) if row.metric == metric]
        wanted = [row for row in rows if row.observed_on == observed_on and row_id in ("", row.id) and revision in (None, row.revision)]
        if len(wanted) != 1:
            raise UnknownObservation(framework, metric, observed_on, wanted or rows)
        return wanted[0]

    def _with_id(self, framework: str, row_id: str) -> Observation:
        found = next((row for row in self._rows(framework) if row.id == row_id), None)
        if found is None:
            raise UnknownRow(framework, row_id)
        return found

    def _rows(self, framework: str) -> tuple[Observation, ...]:
        """The whole history. Raises what says why there is no current item."""
        if self._table.get(keys.framework(framework), keys.CURRENT, consistent=True) is None:
            raise why_not_there(self._table, framework)
        return read_history(self._table, self._sources, framework).rows

    def put(self, framework: Framework, instead_of: Stands | None = None, *, by: str = "") -> None:
        """Enters a framework without evidence, or renews the entry of one, whose history stays.

        `instead_of` says what must stand there; None is anything, and then the status of an entry that is there stays as it is. Broken off,
        it can be done again. Raises `EntryChanged`, `BeingDeleted` or `BeingLoaded`.
        """
        at = self._now().isoformat(timespec="microseconds")
        if instead_of is None:
            renew_entry(self._table, framework, at=at, by=by)
        else:
            put_entry(self._table, framework, instead_of, at=at, by=by)
        item = self._table.get(keys.framework(framework.id), keys.CURRENT, consistent=True)
        if item is not None:
            current = items.current(item)
            stands = entry(self._table, framework.id)
            if (current.released, current.archived) != (stands.first_release, stands.status == "archived"):
                carry_over(self._table, framework.id)
        elif not self._load_anew(framework, (), lambda written: None):
            raise BeingLoaded(framework.id)

    def load(
        self, framework: Framework, observations: Iterable[Observation], progress: Callable[[int], None] = lambda written: None
    ) -> None:
        """Puts a framework that has no evidence yet with a whole history, in batches; ends in the state that `append` would reach.

        Where the framework is there already, what it lacks is appended row by row; doing it again writes nothing but the catalogue entry,
        of which the status stays as it is. Raises `BeingDeleted`.
        """
        rows = {row.id: row for row in observations}
        for attempt in range(ATTEMPTS):
            if attempt:
                self._table.pause(attempt)
            renew_entry(self._table, framework, at=self._now().isoformat(timespec="microseconds"))
            item = self._table.get(keys.framework(framework.id), keys.CURRENT, consistent=True)
            if item is not None:
                self._complete(framework, items.current(item), rows.values(), progress)
                return
            if self._load_anew(framework, rows.values(), progress):
                return
        raise StorageUnavailable("load", f"{framework.id!r} was deleted {ATTEMPTS} times meanwhile")

    def _load_anew(self, framework: Framework, rows: Collection[Observation], progress: Callable[[int], None]) -> bool:
        """Writes a whole history, then the current item. False if the framework was deleted meanwhile and is there again: load again."""
        partition = keys.framework(framework.id)
        # From a load that was broken off, or from appends that came in during one and can't be told from its own rows.
        found = self._table.query(partition, first=keys.OBSERVATION, last=f"{keys.WITHDRAWAL}{keys.LAST}", limit=1, consistent=True)
        has_others = next(found, None) is not None
        figures: dict[str, Observation] = {}
        for row in rows:
            if row.metric not in figures or figures[row.metric].precedence < row.precedence:
                figures[row.metric] = row
        for source in {row.source.id: row.source for row in rows}.values():
            self._sources.put(source)
        recorded_at = self._now()
        self._table.batch_put((items.observation_item(row, recorded_at.isoformat(timespec="seconds")) for row in rows), progress)
        packed = {metric: items.pack(row) for metric, row in sorted(figures.items())}
        # No framework of this id ever had this `rev`, so nothing that is kept in memory of one that was deleted is taken for this one's.
        rev = int(recorded_at.timestamp() * 1_000_000)
        # Last, and only if nobody was quicker: until now a reader finds no framework rather than half of its evidence.
        is_first = self._table.put_new(items.current_item(framework, packed, rev))
        try:
            stands = entry(self._table, framework.id)
        except (BeingDeleted, UnknownFramework):
            self._take_back(framework.id, rows)
            if isinstance(why_not_there(self._table, framework.id), BeingLoaded):
                return False
            raise
        if not is_first:
            for row in rows:
                self.append(row)
        elif has_others:
            rebuild(self._table, framework.id)
        if (stands.first_release, stands.status) != (framework.first_release, framework.status):
            carry_over(self._table, framework.id)
        return True

    def _take_back(self, framework: str, rows: Iterable[Observation]) -> None:
        """Removes what was loaded into a framework that is being deleted: the deletion may have looked for rows before they came."""
        self._table.delete(keys.framework(framework), keys.CURRENT)
        self._table.batch_delete(keys.observation(row) for row in rows)

    def _complete(self, framework: Framework, current: items.Current, rows: Iterable[Observation], progress: Callable[[int], None]) -> None:
        """Appends what a framework that is there already lacks: rows that its history or its current item does not know."""
        if current.released != framework.first_release:
            carry_over(self._table, framework.id)
        history = read_history(self._table, self._sources, framework.id)
        recorded = {row.id for row in history.rows}
        for row in rows:
            figure = current.figures.get(row.metric)
            is_taken_in = figure is not None and figure.precedence >= keys.precedence(row)
            if row.id not in recorded or not (is_taken_in or position(row) in history.withdrawals):
                self.append(row)
            progress(1)
        for withdrawal in history.withdrawals.values():
            figure = current.figures.get(withdrawal.metric)
            if figure is not None and f"{withdrawal.metric}#{figure.precedence}" == withdrawal.position:
                rebuild(self._table, framework.id, withdrawal.metric)
