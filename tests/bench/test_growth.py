"""The benchmark of growth: a table in memory that answers as DynamoDB does, frameworks that are like the real ones, tables and charts."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest

from bench import growth, memory, plot
from bench.memory import Memory
from bench.storage import size
from bench.synthetic import Synthetic
from chalicelib import bootstrap, data_folder
from chalicelib.api.application import application
from chalicelib.local import DATA, embedded_table
from chalicelib.storage.table import Table
from frameworth.evidence import Evidence
from tests.chalicelib.storage.engines import everything
from tests.gateway import Gateway


@pytest.fixture(scope="module")
def real():
    return data_folder.read(DATA)


@pytest.fixture(scope="module")
def synthetic(real):
    return Synthetic(real, growth.TODAY)


@pytest.fixture(scope="module")
def whole_table(service):
    embedded = embedded_table()
    return Memory(everything(embedded._client, embedded.name).values())


@pytest.mark.parametrize("client", [memory.metered_client, memory.client, memory.wire_client])
def test_the_table_in_memory_answers_as_the_embedded_one_does(service, gateway, whole_table, client):
    over = bootstrap.over(Table(client(whole_table), memory.TABLE), service.catalogue)
    ours = Gateway(application(lambda: replace(over, today=service.today)))
    for address in (
        "/v1/scores?limit=16",
        "/v1/scores?frameworks=flask,django&as_of=2018-05-31",
        "/v1/frameworks?limit=100",
        "/v1/frameworks/flask",
        "/v1/frameworks/flask/observations?metric=github_stars&since=2026-01-01&limit=100",
    ):
        assert ours.get(address).json() == gateway.get(address).json(), address


def test_what_is_read_is_counted_until_it_is_asked_for(whole_table, service):
    whole_table.taken()
    table = Table(memory.metered_client(whole_table), memory.TABLE)
    (item,) = table.batch_get([("F#flask", "CUR")])
    read = whole_table.taken()
    assert (dict(read.calls), read.bytes) == ({"BatchGetItem": 1}, size(item))
    assert read.units == 0.5 * -(-size(item) // 4096)
    assert not whole_table.taken().calls


def test_a_page_ends_at_a_megabyte_and_the_next_one_goes_on_behind_it():
    big = [{"PK": {"S": "P"}, "SK": {"S": f"{number:02d}"}, "text": {"S": "x" * 300_000}} for number in range(10)]
    held = Memory(big)
    assert list(Table(memory.metered_client(held), memory.TABLE).query("P", first="0", last="9")) == big
    assert held.taken().calls == {"Query": 3}


def test_the_same_number_makes_the_same_framework_and_another_seed_another(synthetic, real):
    once, again = (list(Synthetic(real, growth.TODAY).rows(3)) for _ in range(2))
    assert once == again
    assert [row.value for row in once] != [row.value for row in Synthetic(real, growth.TODAY, seed=2).rows(3)]


def test_synthetic_items_are_as_large_as_real_ones(synthetic, real, whole_table):
    ours = [size(item) for item in synthetic.items(range(16)) if item["SK"]["S"] == "CUR"]
    theirs = [
        size(item)
        for item in Table(memory.client(whole_table), memory.TABLE).batch_get([(f"F#{one.id}", "CUR") for one in real.frameworks])
    ]
    assert sum(ours) == pytest.approx(sum(theirs), rel=0.1)


def test_no_synthetic_figure_claims_a_real_source(synthetic, real):
    sources = {row.source for rows in real.observations.values() for row in rows}
    for number in range(16):
        for row in synthetic.rows(number):
            assert row.source not in sources
            assert row.source.title.startswith("Synthetic")


def test_synthetic_figures_lie_where_real_ones_do(synthetic, real):
    current = [Evidence.of(name, rows, as_of=growth.TODAY) for name, rows in real.observations.items()]
    for row in synthetic.rows(0):
        figures = [one.figures[row.metric].value for one in current if row.metric in one.figures]
        least, most = min(figures), max(figures)
        assert least - 2 * abs(least) - 1 <= row.value <= most + 2 * abs(most) + 1, row.metric


def test_a_history_ends_on_the_eve_and_goes_back_no_further_than_it_says(synthetic):
    rows = list(synthetic.rows(0, 10, {"github_stars"}))
    assert len(rows) == 10
    assert (growth.TODAY - rows[0].observed_on).days == 1
    assert (growth.TODAY - rows[-1].observed_on).days == 901


def test_a_tiny_run_fills_both_tables_and_draws_both_charts(tmp_path):
    tiny = growth.measure((2, 100), (2,), rounds=1)
    by_frameworks, by_history = growth.told(tiny)
    assert [row[0] for row in by_frameworks.rows] == ["2", "100"]
    assert len(by_history.rows) == 2
    assert tiny.by_frameworks[2].warm.calls == {"BatchGetItem": 1}
    growth.write_charts(tmp_path, tiny)
    for chart in tmp_path.iterdir():
        assert ElementTree.fromstring(chart.read_text(encoding="utf-8")).tag.endswith("svg")
    assert {chart.name for chart in tmp_path.iterdir()} == {"growth_frameworks.svg", "growth_history.svg"}


def a_chart(points, *, log=False, bound=None):
    return plot.Chart("Time <by> size", plot.Axis("size, items"), plot.Axis("time, ms", log=log), [plot.Line("ours", points)], bound)


def test_a_chart_names_its_axes_with_their_units_and_its_lines_and_the_bound():
    svg = plot.drawn(a_chart([(1, 2.0), (10, 30.0)], log=True, bound=("at most", 50.0)))
    texts = [found.text for found in ElementTree.fromstring(svg).iter() if found.tag.endswith("text")]
    assert {"Time <by> size", "size, items", "time, ms (logarithmic)", "ours", "at most"} <= set(texts)


def test_an_axis_that_is_not_logarithmic_begins_at_nothing():
    svg = plot.drawn(a_chart([(1, 80.0), (10, 90.0)]))
    texts = [found.text for found in ElementTree.fromstring(svg).iter() if found.tag.endswith("text")]
    assert "0" in texts


def test_a_chart_is_readable_in_the_dark():
    assert "prefers-color-scheme: dark" in plot.drawn(a_chart([(1, 1.0), (2, 2.0)]))


@pytest.mark.parametrize("points", [[], [(1, 0.0), (2, 1.0)]])
def test_what_has_no_place_on_an_axis_is_refused(points):
    with pytest.raises(ValueError, match="needs points, and figures above 0 on a logarithmic axis"):
        plot.drawn(a_chart(points, log=True))


def test_labels_that_would_overlap_are_pushed_apart():
    chart = a_chart([(1, 1.0), (2, 2.0)])
    both = replace(chart, lines=[*chart.lines, plot.Line("theirs", [(1, 1.0), (2, 2.01)])])
    found = {text.text: float(text.get("y")) for text in ElementTree.fromstring(plot.drawn(both)).iter() if text.tag.endswith("text")}
    assert abs(found["ours"] - found["theirs"]) >= 17
