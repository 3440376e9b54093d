"""The order of a run: everyone in every round, beside the baseline, and nobody always first."""

from __future__ import annotations

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from rig.catalogue import BASELINE
from rig.plan import BASELINE_TURNS, TURNS, Step, plan

NAMES = st.lists(st.text("abc", min_size=1), unique=True, min_size=1, max_size=5)


@given(NAMES, st.lists(st.sampled_from(["startup", "json", "orm"]), unique=True, min_size=1), st.integers(1, 4), st.integers())
def test_in_each_round_and_test_everyone_has_as_many_turns_and_the_baseline_three(
    frameworks: list[str], tests: list[str], rounds: int, seed: int
) -> None:
    blocks = [(key, list(block)) for key, block in groupby(plan(frameworks, tests, rounds, seed), lambda step: (step.round, step.test))]
    assert len({key for key, _ in blocks}) == len(blocks) == rounds * len(tests)
    assert [number for (number, _), _ in blocks] == sorted(number for (number, _), _ in blocks)
    for (_, test), block in blocks:
        assert sorted(step.framework for step in block) == sorted([*[BASELINE] * BASELINE_TURNS, *frameworks * TURNS.get(test, 1)])
        assert len(set(block)) == len(block)


def test_the_same_seed_gives_the_same_order_and_another_another() -> None:
    asked = (["flask", "django", "falcon", "bottle"], ["json", "orm"], 3)
    assert plan(*asked, seed=1) == plan(*asked, seed=1)
    assert plan(*asked, seed=1) != plan(*asked, seed=2)


def test_no_round_is_like_the_one_before() -> None:
    orders = [[step.framework for step in block] for _, block in groupby(plan(list("abcdefgh"), ["json"], 3, 1), lambda step: step.round)]
    assert orders[0] != orders[1] != orders[2]


def test_requests_at_a_modest_rate_come_once_in_a_round_but_to_the_baseline_each_time() -> None:
    assert [Step(1, "orm", "flask", turn).is_paced for turn in (1, 2)] == [True, False]
    assert [Step(1, "orm", BASELINE, turn).is_paced for turn in (1, 2, 3)] == [True] * 3
    assert not any(Step(1, test, "flask").is_paced for test in ("startup", "page"))
