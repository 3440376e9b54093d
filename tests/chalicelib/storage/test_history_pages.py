from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from chalicelib.storage import evidence_store
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.frameworks import UnknownFramework
from chalicelib.storage.keys import position
from chalicelib.storage.table import Table
from frameworth.evidence import Observation
from tests.chalicelib.storage.engines import fresh_table
from tests.chalicelib.storage.samples import HISTORY, PRESS, a_framework, a_row

OFFERED = (a_row("stars", 999, "2019-06-01", source=PRESS), a_row("aaa", 1, "2019-06-01"), a_row("zzz", 1, "2019-06-01"))
ALL = tuple(sorted((*HISTORY, *OFFERED), key=lambda row: (row.metric, row.precedence)))


def filled(table: Table) -> EvidenceStore:
    store = EvidenceStore(table, {"alpha": OFFERED})
    store.load(a_framework("alpha"), HISTORY)
    store.load(a_framework("beta"), (replace(HISTORY[0], framework="beta"),))
    store.load(a_framework("gamma"), ())
    return store


@pytest.fixture(scope="module", params=["whole", "in-parts"])
def pages(request: pytest.FixtureRequest, admin: Any) -> Iterator[EvidenceStore]:
    """A store that is only read, once with a history that is short enough to be read whole, once with one that is not."""
    with fresh_table(admin) as name, pytest.MonkeyPatch.context() as patch:
        if request.param == "in-parts":
            patch.setattr(evidence_store, "FEW_ROWS", 0)
            patch.setattr(evidence_store, "FEW_ROWS_A_METRIC", 0)
        yield filled(Table(admin, name))


def walk(
    pages: EvidenceStore, limit: int, *, metric: str | None = None, since: date | None = None, until: date | None = None
) -> list[list[Observation]]:
    """All pages, the way a caller follows them."""
    found, after = [], ""
    for _ in range(len(ALL) + 1):
        rows, after, _ = pages.page("alpha", metric=metric, since=since, until=until, after=after, limit=limit)
        found.append(rows)
        assert after == "" or rows
        if not after:
            return found
    raise AssertionError("there is no end of pages")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, len(ALL) - 1, len(ALL), len(ALL) + 1, 1000])
def test_pages_walk_the_whole_history_in_order_without_gap_or_repeat(limit: int, pages: EvidenceStore) -> None:
    found = walk(pages, limit)
    assert tuple(row for page in found for row in page) == ALL
    assert all(len(page) == limit for page in found[:-1])
    assert found[-1]


def test_order_is_metric_then_date_then_revision(pages: EvidenceStore) -> None:
    (rows,) = walk(pages, 1000)
    assert all((one.metric, one.precedence) < (next_one.metric, next_one.precedence) for one, next_one in pairwise(rows))
    stars = [(row.observed_on.isoformat(), row.revision) for row in rows if row.metric == "stars"]
    assert stars[:4] == [("2018-01-01", 0), ("2019-01-01", 0), ("2019-01-01", 1), ("2019-06-01", 0)]


@pytest.mark.parametrize("limit", [1, 4, 1000])
@pytest.mark.parametrize(
    ("metric", "since", "until"),
    [
        ("stars", None, None),
        ("star", None, None),
        ("unheard_of", None, None),
        (None, date(2019, 1, 1), None),
        (None, None, date(2019, 1, 1)),
        (None, date(2019, 1, 1), date(2019, 6, 1)),
        ("stars", date(2019, 1, 1), date(2019, 1, 1)),
        (None, date(2019, 1, 2), date(2019, 1, 1)),
        (None, date(2030, 1, 1), None),
    ],
)
def test_filters_hold_on_every_page(limit: int, metric: str | None, since: date | None, until: date | None, pages: EvidenceStore) -> None:
    found = [row for page in walk(pages, limit, metric=metric, since=since, until=until) for row in page]
    assert found == [
        row for row in ALL if (not metric or row.metric == metric) and (since or date.min) <= row.observed_on <= (until or date.max)
    ]


def test_a_position_holds_when_rows_arrive_before_and_after_it(table: Table) -> None:
    pages = filled(table)
    first, after, _ = pages.page("alpha", metric=None, since=None, until=None, after="", limit=5)
    earlier, later = a_row("aaa", 2, "2010-01-01"), a_row("stars", 2, "2030-01-01")
    pages.append(earlier)
    pages.append(later)
    rest, end, _ = pages.page("alpha", metric=None, since=None, until=None, after=after, limit=1000)
    assert end == ""
    assert [*first, *rest] == sorted((*ALL, later), key=position)


def test_a_position_names_the_last_row_of_its_page(pages: EvidenceStore) -> None:
    rows, after, _ = pages.page("alpha", metric=None, since=None, until=None, after="", limit=3)
    assert after == position(rows[-1])


def test_a_position_beyond_the_end_gives_an_empty_last_page(pages: EvidenceStore) -> None:
    assert pages.page("alpha", metric=None, since=None, until=None, after="zzzz", limit=3)[:2] == ([], "")


def test_rows_come_back_with_everything_they_were_written_with(pages: EvidenceStore) -> None:
    (rows,) = walk(pages, 1000)
    assert set(rows) == set(ALL)


def test_an_unknown_framework_is_an_error_rather_than_an_empty_page(pages: EvidenceStore) -> None:
    with pytest.raises(UnknownFramework, match="'nobody'"):
        pages.page("nobody", metric=None, since=None, until=None, after="", limit=3)


def test_a_framework_without_observations_has_an_empty_page(pages: EvidenceStore) -> None:
    assert pages.page("gamma", metric=None, since=None, until=None, after="", limit=3)[:2] == ([], "")
