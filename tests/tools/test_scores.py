"""Moves are seen and named, refused without a word in the changelog, and the way out is in the refusal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib import bootstrap, data_folder
from frameworth import Weight
from tools.golden import NOW, THEN, Request, committed, computed, digest, write
from tools.scores import faults, main, moves, newest_scores_section, report

ASKED = (Request("microservice", NOW), Request("microservice", THEN, ("flask", "django")), Request("career", NOW))
CHANGELOG = """# Changelog

## [Unreleased]

### Added

- golden scores: 000000000000 is no line of a Scores section.

### Scores

- Jobs weigh more (`golden scores: {digest}`).

## [0.1.0]

### Scores

- golden scores: 111111111111
"""


@pytest.fixture(scope="module")
def catalogue():
    return bootstrap.shipped_plugins()


@pytest.fixture(scope="module")
def seed(project):
    return data_folder.read(project / "data")


@pytest.fixture(scope="module")
def old(catalogue, seed):
    return computed(catalogue, seed, ASKED)


@pytest.fixture(scope="module")
def reweighed(catalogue, seed):
    """The same requests where a microservice asks ten times as much for jobs."""
    profile = catalogue.profiles["microservice"]
    weights = {**profile.weights, "jobs": Weight(profile.weights["jobs"].value * 10, "a test")}
    return computed(replace(catalogue, profiles={**catalogue.profiles, "microservice": replace(profile, weights=weights)}), seed, ASKED)


@pytest.fixture(scope="module")
def heavier(catalogue, seed):
    """The same requests where Flask takes ten times the room."""
    sizes = {metric.name for one in catalogue.criteria["cloud_native"].indicators if one.name == "footprint" for metric in one.metrics}
    rows = [replace(row, value=row.value * 10) if row.metric in sizes else row for row in seed.observations["flask"]]
    return computed(catalogue, replace(seed, observations={**seed.observations, "flask": tuple(rows)}), ASKED)


def test_a_changed_weight_is_seen_as_moved_scores_with_the_right_criterion(old, reweighed):
    found = [move for move in moves(old, reweighed) if move.size]
    assert {move.request for move in found} == {request.name for request in ASKED if request.profile == "microservice"}
    assert all(move.most.startswith("weight of jobs ") for move in found)


def test_a_changed_figure_is_seen_as_a_moved_score_of_its_framework_alone(old, heavier):
    found = [move for move in moves(old, heavier) if move.size]
    assert len(found) == len(ASKED)
    assert {move.framework for move in found} == {"flask"}
    assert all(move.most.startswith("cloud_native ") and "→" in move.most for move in found)


def test_the_largest_move_comes_first(old, reweighed):
    sizes = [round(move.size, 1) for move in moves(old, reweighed)]
    assert sizes == sorted(sizes, reverse=True)


def test_nothing_moves_between_equal_sets(old):
    assert moves(old, dict(old)) == []
    assert report(old, old).startswith("0 of ")
    assert "\n" not in report(old, old)


def test_a_report_shows_old_and_new_score_and_counts_scores_and_leaders(old):
    name = Request("microservice", THEN, ("flask", "django")).name
    before = f'{{"leader": "flask", "weights": {{"jobs": 1.0}}, "rows": [\n{line(1, "flask", 60.0)},\n{line(2, "django", 50.0)}\n]}}\n'
    after = f'{{"leader": "django", "weights": {{"jobs": 1.0}}, "rows": [\n{line(1, "django", 75.0)},\n{line(2, "flask", 60.0)}\n]}}\n'
    head, first, second, summary = report({name: before}, {name: after}).splitlines()
    assert head.split() == ["request", "framework", "score", "rank", "what", "moved", "most"]
    assert first.split() == [name, "django", "50.0", "→", "75.0", "2", "→", "1", "jobs", "50.0", "→", "75.0"]
    assert second.split() == [name, "flask", "60.0", "1", "→", "2", "-"]
    assert summary.startswith("1 of 2 scores moved, 1 of 1 leaders changed; 1 more rows moved in rank only")


def test_a_framework_that_comes_or_goes_is_a_move_of_its_whole_score():
    one, two = (f'{{"leader": "flask", "weights": {{"jobs": 1.0}}, "rows": [{rows}]}}' for rows in (line(1, "flask", 60.0), ""))
    assert [(move.size, move.most) for move in moves({"a": two}, {"a": one})] == [(60.0, "row is new")]
    assert [(move.size, move.most) for move in moves({"a": one}, {"a": two})] == [(60.0, "row is gone")]


def test_a_file_that_a_merge_left_unreadable_is_reported_like_a_missing_one(old):
    broken = {**old, ASKED[0].name: "<<<<<<< HEAD\n"}
    without = {name: content for name, content in old.items() if name != ASKED[0].name}
    assert report(broken, old) == report(without, old)
    assert faults(broken, old, "")


def test_a_changed_score_is_refused_with_the_way_out(old, reweighed):
    [fault] = faults(old, reweighed, CHANGELOG.format(digest=digest(old)))
    assert fault.startswith("2 of 3 golden files are not what is computed")
    assert "weight of jobs" in fault
    for word in ("make scores-diff", "make scores-write", "Scores section of CHANGELOG.md"):
        assert word in fault


def test_new_files_without_their_digest_in_the_changelog_are_refused_with_the_way_out(old, reweighed):
    [fault] = faults(reweighed, reweighed, CHANGELOG.format(digest=digest(old)))
    assert f"`golden scores: {digest(reweighed)}`" in fault
    assert "add it there, with what moved scores and why" in fault


def test_new_files_with_their_digest_in_the_newest_scores_section_pass(reweighed):
    assert faults(reweighed, reweighed, CHANGELOG.format(digest=digest(reweighed))) == []


@pytest.mark.parametrize("other", ["Added", "an older Scores section", "nowhere"])
def test_a_digest_elsewhere_does_not_count(old, other):
    place = {"Added": "000000000000", "an older Scores section": "111111111111", "nowhere": "nothing"}[other]
    changelog = CHANGELOG.format(digest="222222222222").replace(place, digest(old))
    assert len(faults(old, old, changelog)) == 1


def test_half_a_digest_does_not_count(old):
    assert len(faults(old, old, CHANGELOG.format(digest=f"{digest(old)}0"))) == 1


def test_a_changelog_without_a_scores_section_has_none():
    assert newest_scores_section("# Changelog\n\n### Added\n\n- scores\n") == ""


def test_the_digest_depends_neither_on_the_order_of_files_nor_on_line_ends(old, tmp_path):
    assert digest(dict(reversed(old.items()))) == digest(old)
    for name, content in old.items():
        (tmp_path / f"{name}.json").write_text(content, encoding="utf-8", newline="\r\n")
    assert digest(committed(tmp_path)) == digest(old)


def test_the_digest_depends_on_names_and_on_contents(old, reweighed):
    renamed = {f"{name}-renamed": content for name, content in old.items()}
    assert len({digest(old), digest(reweighed), digest(renamed)}) == 3


def test_writing_leaves_exactly_the_set(old, tmp_path):
    (tmp_path / "stale.json").write_text("{}", encoding="utf-8")
    write(tmp_path, old)
    assert committed(tmp_path) == old
    assert b"\r" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_from_write_to_check_the_commands_lead_through(tmp_path, capsys):
    golden, changelog = tmp_path / "golden", tmp_path / "CHANGELOG.md"
    changelog.write_text("### Scores\n\n- none\n", encoding="utf-8")
    assert main(["write"], golden=golden, changelog=changelog) == 0
    said = capsys.readouterr().out.strip()
    assert main(["check"], golden=golden, changelog=changelog) == 1
    assert said in capsys.readouterr().err
    changelog.write_text(f"### Scores\n\n- A first set.\n  {said}\n", encoding="utf-8")
    assert main(["check"], golden=golden, changelog=changelog) == 0
    assert main(["diff"], golden=golden, changelog=changelog) == 0
    assert capsys.readouterr().out.startswith("0 of ")


def line(rank, framework, score):
    """A row with one criterion."""
    return (
        f'{{"rank": {rank}, "framework": "{framework}", "score": {score}, "known": 1.0, "low": 0.0, "high": 100.0, '
        f'"criteria": {{"jobs": {score}}}}}'
    )
