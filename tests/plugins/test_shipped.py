"""The shipped plugins, each against the register of metrics and the rules that every plugin keeps."""

import csv
import itertools
import re
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.bootstrap import SHIPPED_PLUGINS
from frameworth.catalogue import Origin
from frameworth.derive import SUFFIX, UNIT
from frameworth.testing import check_plugin

SHIPPED_CRITERIA = ("cloud_native", "community", "ease_of_use", "jobs", "large_applications", "performance", "popularity")
SHIPPED_PROFILES = ("balanced", "career", "enterprise", "freelance", "learning", "microservice", "small_site")


def test_the_shipped_catalogue_loads_without_a_fault(catalogue):
    assert catalogue.faults == ()
    assert set(SHIPPED_CRITERIA) <= set(catalogue.criteria)
    assert set(SHIPPED_PROFILES) <= set(catalogue.profiles)


@pytest.mark.parametrize("name", SHIPPED_PLUGINS)
def test_every_shipped_plugin_is_sound_by_itself(catalogue, folders, name):
    """By the kit that authors of plugins use: value functions, judges and methods, and that it offers the same each time."""
    [alone] = check_plugin(folders.plugins / f"{name}.py").plugins
    [among_all] = [plugin for plugin in catalogue.plugins if plugin.name == name]
    assert replace(alone, origin=Origin.SHIPPED, version=among_all.version) == among_all


def test_every_plugin_on_the_list_of_shipped_ones_is_there(catalogue, folders):
    assert {path.stem for path in folders.plugins.glob("[!_]*.py")} >= set(SHIPPED_PLUGINS)
    assert {plugin.origin for plugin in catalogue.plugins if plugin.enabled} == {Origin.SHIPPED}  # what is dropped in is switched off


def test_every_criterion_is_offered_by_the_plugin_that_bears_its_name(catalogue):
    assert {name: one.provider for name, one in catalogue.criteria.items()} == {name: name for name in catalogue.criteria}


def test_every_metric_stands_in_the_register_with_the_same_unit(catalogue, folders):
    units = column(folders.data / "metrics.csv", "metric", "unit") | column(folders.data / "derived.csv", "metric", "unit")
    for name, metric in catalogue.metrics.items():
        if name.endswith(SUFFIX):
            assert metric.unit == UNIT
        else:
            assert units.get(name) == metric.unit, name


def test_every_multiple_of_a_median_has_frozen_medians(catalogue, folders):
    frozen = set(column(folders.data / "references.csv", "metric", "median"))
    derived = {name.removesuffix(SUFFIX) for name in catalogue.metrics if name.endswith(SUFFIX)}
    assert derived
    assert derived <= frozen


def test_something_was_observed_for_every_metric_before_its_source_died(catalogue, seed):
    first_day = {}
    for row in itertools.chain.from_iterable(seed.observations.values()):
        first_day[row.metric] = min(first_day.get(row.metric, row.observed_on), row.observed_on)
    for name, metric in catalogue.metrics.items():
        assert first_day[name] <= (metric.until or date.max), name


def test_the_direction_of_every_metric_is_that_of_the_register(catalogue, seed):
    direction = {metric.name: metric.direction for metric in seed.metrics}
    for name, metric in catalogue.metrics.items():
        worst, best = metric.value.inverse(0), metric.value.inverse(1)
        # A metric that the register calls neither good nor bad may be read either way; its plugin says why.
        assert direction[name] in ("none", "higher" if best > worst else "lower"), name


def test_every_value_function_uses_all_of_0_to_1(catalogue):
    for name, metric in catalogue.metrics.items():
        assert [metric.value(metric.value.inverse(worth)) for worth in (0, 1)] == [0, 1], name


def test_no_anchor_is_taken_from_a_framework(folders, seed):
    """Neither a slug nor a display name of a framework stands in a plugin: anchors and weights favour nobody by name."""
    names = sorted({one.id for one in seed.frameworks} | {one.name.lower() for one in seed.frameworks})
    named = re.compile(rf"(?<![\w-])({'|'.join(names)})(?![\w-])")
    sources = sorted(folders.plugins.glob("*.py"))
    assert len(seed.frameworks) == 16
    assert len(sources) >= len(SHIPPED_PLUGINS)
    for path in sources:
        assert named.findall(path.read_text(encoding="utf-8").lower()) == [], path.name


def test_every_weight_of_a_profile_has_a_reason_in_words(catalogue):
    for profile in catalogue.profiles.values():
        for name, weight in profile.weights.items():
            assert len(weight.because.split()) >= 4, f"{profile.name}: {name}"


def test_every_profile_weighs_only_what_is_offered(catalogue):
    for profile in catalogue.profiles.values():
        assert set(profile.weights) <= set(catalogue.criteria), profile.name


def test_no_metric_answers_two_criteria(catalogue):
    names = [metric.name for criterion in catalogue.criteria.values() for metric in criterion.metrics]
    assert sorted(names) == sorted(set(names))


def column(path, key, value):
    with path.open(encoding="utf-8", newline="") as lines:
        return {row[key]: row[value] for row in csv.DictReader(lines)}
