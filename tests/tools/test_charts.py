"""Which figures the charts show, and that those in docs/charts are of the data as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

from chalicelib import data_folder
from chalicelib.data_folder import Seed
from frameworth.evidence import Basis, Observation, Source
from frameworth.register import Framework
from rig.catalogue import read_catalogue
from tools.charts import CHARTS, SHORT, SUBJECTS, charts, write
from tools.dots import NO_FIGURE, WIDTH

SVG = "{http://www.w3.org/2000/svg}"
DAY = date(2026, 11, 25)
APPS = read_catalogue()


def row(framework: str, metric: str, value: float, day: date = DAY) -> Observation:
    source = Source("a test", "https://example.org/")
    return Observation(framework, metric, value=value, unit="times the baseline", observed_on=day, basis=Basis.MEASURED, source=source)


def seed(*measured: Observation, **names: str) -> Seed:
    """A seed of these rows; a framework is called as in `names`, or else as its slug."""
    slugs = dict.fromkeys([*(row.framework for row in measured), *names])
    rest = {"package": "", "repository": "", "homepage": "", "licence": "", "first_release": None, "summary": ""}
    frameworks = tuple(Framework(slug, name=names.get(slug, slug), **rest) for slug in slugs)
    return Seed(frameworks, (), {slug: tuple(row for row in measured if row.framework == slug) for slug in slugs}, {})


def groups(svg: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(f"{SVG}g"))


def cells(svg: str) -> list[list[str]]:
    """The texts of each row."""
    return [[text.text or "" for text in group.iter(f"{SVG}text")] for group in groups(svg)]


def test_the_committed_charts_are_drawn_from_the_data_as_it_is(project):
    made = charts(data_folder.read(project / "data"), APPS)
    assert set(made) in (set(), {f"{subject.name}.svg" for subject in SUBJECTS})
    assert {path.name: path.read_text(encoding="utf-8") for path in CHARTS.glob("*.svg")} == made, "run `make charts`"


def test_all_frameworks_have_a_row_the_quickest_first_and_who_was_not_steady_last():
    made = seed(row("flask", "rig_orm_latency_p50", 3.1), row("falcon", "rig_orm_latency_p50", 2.0), django="Django")
    assert [texts[0] for texts in cells(charts(made, APPS)["orm.svg"])] == ["falcon", "flask", "Django"]


def test_a_row_says_how_requests_are_taken_and_what_was_measured():
    made = seed(row("flask", "rig_remote_latency_p50", 1.316), row("flask", "rig_remote_latency_p99", 2.5), row("other", "metric", 1.0))
    assert cells(charts(made, APPS)["remote.svg"]) == [["flask", "one at a time", "1.32 ×", "2.50 ×"], ["other", "", NO_FIGURE]]


def test_only_the_newest_day_is_drawn_and_no_whisker_of_another_one():
    old = date(2026, 1, 1)
    made = seed(
        row("flask", "rig_orm_latency_p50", 7.0, old),
        row("flask", "rig_orm_latency_p99", 8.0, old),
        row("django", "rig_orm_latency_p50", 9.0, old),
        row("flask", "rig_orm_latency_p50", 2.0),
    )
    svg = charts(made, APPS)["orm.svg"]
    assert [texts[2:] for texts in cells(svg)] == [["2.00 ×", "–"], [NO_FIGURE]]
    assert f"Measured on {DAY}." in svg


def test_a_subject_that_was_not_measured_has_no_chart():
    assert set(charts(seed(row("flask", "rig_orm_latency_p50", 2.0)), APPS)) == {"orm.svg"}
    assert charts(seed(row("flask", "rig_orm_latency_p99", 2.0)), APPS) == {}


def test_writing_leaves_the_charts_that_were_made_and_no_older_one(tmp_path):
    made = charts(seed(row("flask", "rig_orm_latency_p50", 2.0), row("flask", "rig_remote_latency_p50", 2.0)), APPS)
    write(made, tmp_path / "charts")
    assert {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "charts").iterdir()} == made
    said = write({"orm.svg": made["orm.svg"]}, tmp_path / "charts")
    assert [path.name for path in (tmp_path / "charts").iterdir()] == ["orm.svg"]
    assert said == ["remote.svg: none, as data/observations.csv has no row of rig_remote_latency_p50", "orm.svg: drawn"]


def test_names_are_escaped():
    svg = charts(seed(row("flask", "rig_orm_latency_p50", 2.0), flask="<b>F & 'l'"), APPS)["orm.svg"]
    assert cells(svg)[0][0] == "<b>F & 'l'"
    assert "<b>" not in svg


def test_all_figures_are_told_in_words_too():
    made = seed(
        row("flask", "rig_orm_latency_p50", 2.0),
        row("falcon", "rig_orm_latency_p50", 1.5),
        row("falcon", "rig_orm_latency_p99", 1.7),
        django="Django",
    )
    told = ElementTree.fromstring(charts(made, APPS)["orm.svg"]).find(f"{SVG}desc").text
    assert told.endswith("Medians, the quickest first: falcon 1.50 × (p99 1.70 ×), flask 2.00 ×. No figure: Django.")


def test_an_event_loop_threads_and_one_at_a_time_have_colours_of_their_own():
    measured = [row(name, "rig_orm_latency_p50", 2.0) for name in ("flask", "django", "pyramid", "chalice", "quart")]
    colours: dict[str, set[str]] = {}
    for group in groups(charts(seed(*measured), APPS)["orm.svg"]):
        colours.setdefault(group.find(f"{SVG}circle").get("class"), set()).add(group.find(f"{SVG}text").text)
    assert sorted(colours.values(), key=sorted) == [{"chalice", "pyramid"}, {"django", "flask"}, {"quart"}]


def test_what_is_shortened_is_still_what_the_catalogue_says():
    assert set(SHORT) <= {app.concurrency for app in APPS.values()}


def test_the_order_of_rows_in_the_data_is_of_no_account():
    one = seed(*(row(name, f"rig_orm_latency_{part}", 2.0) for name in ("flask", "django", "falcon") for part in ("p50", "p99")))
    other = replace(one, frameworks=one.frameworks[::-1], observations={name: rows[::-1] for name, rows in one.observations.items()})
    assert charts(one, APPS) == charts(other, APPS)


def test_no_text_is_cut_with_all_names_and_words(project):
    """Letters are taken to be as wide as 0.6 of their size, as in wide system fonts."""
    names = {one.id: one.name for one in data_folder.read(project / "data").frameworks}
    measured = [row(name, f"rig_{of}_latency_p50", 123.4) for name in names for of in ("remote", "orm")]
    for svg in charts(seed(*measured, **names), APPS).values():
        for text in ElementTree.fromstring(svg).iter(f"{SVG}text"):
            width = 0.6 * len(text.text or "") * (15 if text.get("class") == "title" else 12 if "small" in text.get("class", "") else 13)
            begins = float(text.get("x")) - {"end": width, "middle": width / 2}.get(text.get("text-anchor"), 0)
            assert begins >= 0
            assert begins + width <= WIDTH, text.text
