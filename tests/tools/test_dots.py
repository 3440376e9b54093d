"""Where dots and whiskers lie, on which axis, and what no chart may be without."""

from __future__ import annotations

import doctest
import itertools
import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools import dots
from tools.dots import NO_FIGURE, WIDEST, WIDTH, Dots, Entry, drawn, scale

SVG = "{http://www.w3.org/2000/svg}"


def chart(*entries: Entry, **more: str) -> Dots:
    words = {"title": "Title", "axis": "times", "baseline": "bare", "description": "in words", **more}
    return Dots(figure=("median", "the median"), tail=("p99", "the slowest"), foot=("a foot",), entries=entries, **words)


def rows(svg: str) -> list[ElementTree.Element]:
    """The rows, from top to bottom."""
    return sorted(ElementTree.fromstring(svg).iter(f"{SVG}g"), key=lambda group: float(group.find(f"{SVG}text").get("y")))


def marks(svg: str) -> dict[str, tuple[float | None, list[float]]]:
    """Where the dot lies by name, and from where to where its whisker leads."""
    found = {}
    for group in rows(svg):
        dot = group.find(f"{SVG}circle")
        whiskers = [path.get("d") for path in group.iter(f"{SVG}path") if "whisker" in path.get("class")]
        ends = [float(number) for d in whiskers for number in re.fullmatch(r"M(\S+) \S+H([\d.]+)m.*", d).groups()]
        found[group.find(f"{SVG}text").text] = (None if dot is None else float(dot.get("cx")), ends)
    return found


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_the_smallest_figure_comes_first_and_who_has_none_last_with_equals_by_name():
    made = drawn(chart(Entry("a", "", 0, None), Entry("d", "", 0, 3.1), Entry("C", "", 0, 2.0), Entry("b", "", 0, 2.0)))
    assert [group.find(f"{SVG}text").text for group in rows(made)] == ["b", "C", "d", "a"]


def test_a_whisker_leads_from_the_dot_to_the_second_figure_and_there_is_none_without_it():
    found = marks(drawn(chart(Entry("far", "", 0, 2.0, 4.0), Entry("near", "", 1, 4.0, 2.0), Entry("none", "", 2, 2.0))))
    two, four = found["far"][1]
    assert two < four
    assert found == {"far": (two, [two, four]), "near": (four, [four, two]), "none": (two, [])}


def test_who_has_no_figure_has_neither_dot_nor_whisker_but_words():
    made = drawn(chart(Entry("one", "", 0, 2.0), Entry("none", "", 0, None, 9.0)))
    assert marks(made)["none"] == (None, [])
    assert [text.text for text in rows(made)[1].iter(f"{SVG}text")][-1] == NO_FIGURE


def test_a_kind_is_written_in_the_colour_of_its_dot():
    made = drawn(chart(*(Entry(f"{colour}", "kind", colour, 2.0) for colour in range(3))))
    for colour, group in enumerate(rows(made)):
        assert group.find(f"{SVG}circle").get("class") == f"f{colour}"
        assert group.findall(f"{SVG}text")[1].get("class") == f"small f{colour}"


def test_every_text_is_escaped():
    odd = "<b>'&\""
    made = drawn(chart(Entry(odd, odd, 0, 2.0), **dict.fromkeys(("title", "axis", "baseline", "description"), odd)))
    texts_of = [found.text for found in ElementTree.fromstring(made).iter() if found.tag != f"{SVG}style"]
    assert texts_of.count(odd) == 7
    assert "<b>" not in made


def test_a_chart_is_an_image_with_title_and_description_that_follows_the_reader_into_the_dark():
    svg = drawn(chart(Entry("one", "", 0, 2.0)))
    found = ElementTree.fromstring(svg)
    assert found.get("role") == "img"
    assert (found.find(f"{SVG}title").text, found.find(f"{SVG}desc").text) == ("Title", "in words")
    assert "prefers-color-scheme: dark" in svg


@pytest.mark.parametrize(
    ("figures", "log"),
    [
        ((WIDEST, None), False),
        ((WIDEST * 1.01, None), True),
        ((1 / WIDEST, None), False),
        ((0.99 / WIDEST, None), True),
        ((2.0, WIDEST * 1.01), True),
    ],
)
def test_an_axis_is_logarithmic_where_marks_or_the_baseline_lie_far_apart_and_says_so(figures, log):
    named = [text for text in texts(drawn(chart(Entry("one", "", 0, *figures)))) if text.startswith("times")]
    assert named == ["times, logarithmic" if log else "times"]


def test_an_axis_that_is_not_logarithmic_begins_at_nothing():
    assert scale([8.0, 9.0]).ticks == [0, 2, 4, 6, 8, 10]
    assert scale([1.1]).ticks == [0, 0.2, 0.4, 0.6, 0.8, 1, 1.2]


def test_a_logarithmic_axis_has_round_ticks_around_all_figures_and_the_baseline():
    assert scale([0.7, 30.0]).ticks == [0.5, 1, 2, 5, 10, 20, 50]
    assert scale([40.0]).ticks[0] == 1


def test_where_ticks_are_many_only_powers_of_ten_are_labelled():
    axis = scale([3000.0])
    assert len(axis.ticks) > dots.MOST_LABELS
    assert axis.labelled == [1, 10, 100, 1000]


@given(st.lists(st.floats(1e-3, 1e6), min_size=1))
def test_every_figure_and_the_baseline_lie_on_the_axis(values):
    axis = scale(values)
    assert all(-1e-9 <= axis.part(value) <= 1 + 1e-9 for value in (*values, 1.0))
    assert math.isclose(axis.part(axis.ticks[-1]), 1)


@pytest.mark.parametrize("entries", [[Entry("one", "", 0, None, 2.0)], [Entry("one", "", 0, 0.0)], [Entry("one", "", 0, 1.0, -1.0)]])
def test_what_has_no_place_on_an_axis_is_refused(entries):
    with pytest.raises(ValueError, match=r"at least one figure|a multiple of a time lies between"):
        drawn(chart(*entries))


def test_the_examples_of_numbers_hold():
    assert doctest.testmod(dots).failed == 0


def boxes(group: ElementTree.Element) -> list[tuple[float, float, str]]:
    """From where to where each text goes if letters are as wide as 0.6 of their size, as in wide system fonts."""
    found = []
    for text in group.iter(f"{SVG}text"):
        size = 15 if text.get("class") == "title" else 12 if "small" in text.get("class", "") else 13
        width = 0.6 * size * len(text.text or "")
        begins = float(text.get("x")) - {"end": width, "middle": width / 2}.get(text.get("text-anchor"), 0)
        found.append((begins, begins + width, text.text or ""))
    return found


def test_texts_of_a_row_do_not_touch_and_none_is_cut():
    made = drawn(chart(Entry("W" * 16, "w" * 24, 0, 1234.5, 9999.4), Entry("none", "", 0, None)))
    assert all(begins >= 0 and ends <= WIDTH for begins, ends, _ in boxes(ElementTree.fromstring(made)))
    for group in rows(made):
        found = boxes(group)
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(found)), found
