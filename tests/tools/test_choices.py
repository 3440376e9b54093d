"""docs/choices.md is what `make choices` writes now, says why for every metric, and names the constants of the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import frameworth
from frameworth.values import levels, linear, log, piecewise, place, ratio, reciprocal, yes_no
from tools import choice_parts, choices
from tools.reasons import reasons

# Numbers that decide no score, no order and no verdict: lengths of texts, digits of messages, guards against rounding.
NO_CHOICES = {
    "frameworth.collecting.MOST_COLLECTED",
    "frameworth.criteria.MOST_QUESTION",
    "frameworth.criteria.MOST_TITLE",
    "frameworth.discovery.MOST_OFFERS",
    "frameworth.discovery._MOST_VERSION",
    "frameworth.evidence.MOST_NOTE",
    "frameworth.evidence.MOST_TITLE",
    "frameworth.evidence.MOST_UNIT",
    "frameworth.evidence.MOST_URL",
    "frameworth.explain._NO_DIFFERENCE",
    "frameworth.findings.MOST_BECAUSE",
    "frameworth.found._MOST_FAULT",
    "frameworth.growth._DAYS_A_MONTH",
    "frameworth.growth._SHOWN_DIGITS",
    "frameworth.guard._MOST_WORDS",
    "frameworth.hooks.HOOK_API",
    "frameworth.judgements._MOST_KEPT",
    "frameworth.judging.JUDGE_SECONDS",
    "frameworth.methods.MOST_SUMMARY",
    "frameworth.needs._NOTHING",
    "frameworth.profiles.MOST_REASON",
    "frameworth.register.MOST_FACT",
    "frameworth.register.MOST_NAME",
    "frameworth.rescore._SLACK",
    "frameworth.sensitivity._NOTHING",
    "frameworth.values._SLACK",
}


@pytest.fixture(scope="module")
def world():
    return choice_parts.World()


@pytest.fixture(scope="module")
def page(world):
    return choices.page(world)


@pytest.fixture(scope="module")
def doubts():
    return choice_parts.doubts((choices.WRITTEN / "doubts.md").read_text(encoding="utf-8"))


def test_the_page_is_what_the_tool_writes_now(page):
    assert choices.PAGE.read_text(encoding="utf-8") == page, "run `make choices`"


def test_every_metric_of_a_shipped_plugin_has_a_reason(world):
    for name, criterion in world.catalogue.criteria.items():
        found = world.reasons[name]
        assert set(found.metrics) == {metric.name for metric in criterion.metrics}
        for metric, reason in found.metrics.items():
            assert len(reason.split()) >= 6, f"{criterion.provider}.py gives no reason above {metric}"


def test_every_indicator_of_a_shipped_plugin_was_found_in_its_source(world):
    for name, criterion in world.catalogue.criteria.items():
        assert set(world.reasons[name].indicators) == {indicator.name for indicator in criterion.indicators}


def test_every_metric_has_a_doubt_and_every_doubt_a_metric(world, doubts):
    assert set(doubts) == set(world.catalogue.metrics)


def test_every_metric_reason_and_doubt_stands_on_the_page(world, page, doubts):
    for name in world.catalogue.metrics:
        assert page.count(f"**`{name}`**") == 1
        assert doubts[name].text in page
    for found in world.reasons.values():
        for reason in found.metrics.values():
            assert reason[1:].rstrip(".") in page


def test_every_weight_stands_on_the_page_with_its_reason(world, page):
    for profile in world.catalogue.profiles.values():
        for weight in profile.weights.values():
            assert f" %: {weight.because}" in page


@pytest.mark.parametrize("path", choice_parts.CONSTANTS)
def test_every_constant_on_the_page_is_the_one_that_its_module_assigns(path, page, project):
    module, _, name = path.rpartition(".")
    file = f"{module.replace('.', '/')}.py"
    tree = ast.parse((project / file).read_text(encoding="utf-8"))
    targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    targets += [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
    assert name in {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    shown = re.search(rf"^\| `{name}` \| ([^|]+) \| `{re.escape(file)}` \|", page, re.MULTILINE)[1]
    value = choice_parts.constant(path)
    if isinstance(value, Mapping):
        assert shown == ", ".join(f"{key} {one:g}" for key, one in value.items())
    else:
        assert float(shown.replace(",", "")) == value


def test_every_number_of_the_library_that_decides_something_is_on_the_page():
    found = {
        f"{module}.{name}"
        for module in (f"frameworth.{one.name}" for one in iter_modules(frameworth.__path__))
        for name, value in vars(import_module(module)).items()
        if re.fullmatch(r"_?[A-Z][A-Z_]+", name) and isinstance(value, int | float) and assigns(module, name)
    }
    listed = {path for path in choice_parts.CONSTANTS if path.startswith("frameworth.")} | NO_CHOICES
    assert found <= listed, f"add {sorted(found - listed)} to CONSTANTS in tools/choice_parts.py, or to NO_CHOICES here"
    assert found >= NO_CHOICES


def test_no_place_of_the_page_is_left_unfilled(page):
    assert "{{" not in page


def test_every_link_of_the_page_leads_somewhere(page):
    headings = {re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-") for line in page.splitlines() if line.startswith("#")}
    for target in re.findall(r"\]\(([^)]+)\)", page):
        file, _, heading = target.partition("#")
        assert not file or (choices.PAGE.parent / file).exists(), target
        assert file or heading in headings, target


def test_a_sentence_that_rests_on_another_number_stops_the_page(world, tmp_path):
    (tmp_path / "doubts.md").write_text((choices.WRITTEN / "doubts.md").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "page.md").write_text("{{rank balanced fastapi = 99}} of all\n", encoding="utf-8")
    with pytest.raises(choices.Reread) as error:
        choices.page(world, tmp_path)
    assert error.value.moved[0].startswith("rank balanced fastapi: was 99, is ")
    choices.reread(world, tmp_path)
    assert choices.page(world, tmp_path).endswith(" of all\n")


def test_a_doubt_says_how_firm_a_metric_is():
    assert choice_parts.doubts("## a, b\n\nweak: two\nlines\n")["b"] == choice_parts.Doubt("weak", "two lines")
    with pytest.raises(ValueError, match="does not begin with"):
        choice_parts.doubts("## a\n\nsurely: yes\n")
    with pytest.raises(ValueError, match="two doubts"):
        choice_parts.doubts("## a\n\nweak: one\n\n## a\n\nweak: two\n")


def test_reasons_are_the_comments_beside_a_definition():
    found = reasons(
        "# Not this.\n\n# Shared curve.\nCURVE = log(zero=0, one=9)\n# First line\n# and second.\nA = Metric('a', unit='x', value=CURVE)\n"
        "B = Metric('b', unit='x', value=CURVE)  # at its end\n\n"
        "def made(of):\n    return Metric(f'{of}_vs_median', unit='x', value=CURVE)\n\n"
        "def plain(of):\n    return Metric(of, unit='x', value=CURVE)\n\n"
        "I = [\n    Indicator('i', [A], weight=2),  # counts double\n    # in a list\n    made('c'),\n    plain('d'),  # too\n]\n"
    )
    assert found.metrics == {"a": "First line and second.", "b": "at its end", "c_vs_median": "in a list", "d": "too"}
    assert set(found.values.values()) == {"Shared curve."}
    assert found.indicators == {"i": "counts double"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (log(zero=0, one=99), "0 at 0 ads or less, 50 at 9 ads, 100 at 99 ads or more"),
        (ratio(baseline=10, worst=4), "less is better: 100 at 10 ads or less, 50 at 20 ads, 0 at 40 ads"),
        (reciprocal(zero=1, one=3), "0 at 1 ad, 50 at 1.5 ads, 100 at 3 ads"),
        (linear(zero=12, one=2), "straight lines through 100 at 2 ads, 0 at 12 ads"),
        (piecewise((0, 0), (1, 0.2), (5, 1)), "straight lines through 0 at 0 ads, 20 at 1 ad, 100 at 5 ads"),
        (levels({1: 0, 2: 1}), "0 for 1 ad, 100 for 2 ads"),
        (place(worst=100), "100 at place 1, 50 at place 10, 0 at place 100"),
    ],
)
def test_anchors_are_told_in_words(value, words):
    assert choice_parts.in_words(value, "ads").startswith(words)


def test_an_ordinal_scale_is_named_once():
    assert choice_parts.in_words(levels({1: 0, 2: 1}), "ordinal 1-2") == "0 for 1, 100 for 2, on a scale of 1-2"


def test_yes_and_no_are_words():
    assert choice_parts.in_words(yes_no(), "boolean") == "0 for no, 100 for yes"


def assigns(module, name):
    """Whether a module makes a name itself instead of importing it."""
    source = Path(import_module(module).__file__).read_text(encoding="utf-8")
    return re.search(rf"^(\w+, )*{name}\b[^=\n]*=", source, re.MULTILINE) is not None
