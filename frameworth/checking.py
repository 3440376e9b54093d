"""What is asked of a plugin's offers beyond validity: that value functions, judges, methods and hooks do what scoring takes for granted.

For tests of plugins, through `testing`; no request passes here. Each check returns the faults that it found, in words that stand alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise
from typing import Any

from frameworth.catalogue import Catalogue
from frameworth.criteria import Criterion, Metric
from frameworth.errors import MethodFailed
from frameworth.evidence import Evidence
from frameworth.findings import Finding, Outcome
from frameworth.guard import Broke, attempt
from frameworth.judging import Rubric, WhenMissing, judged
from frameworth.methods import Method
from frameworth.rank import TIE
from frameworth.rescore import rescored
from frameworth.score import weighed
from frameworth.settling import NAMED_KINDS
from frameworth.values import Levels, ValueFunction

# Places between the worst end, 0, and the best one, 1, and a fifth beyond each.
_PLACES = tuple(step / 200 for step in range(-40, 241))
_WORTHS = tuple(step / 50 for step in range(51))

# Every row alike in one column, as when nothing is known of a criterion; one row with nothing but that; weights with and without zeros.
_ROWS = ((0.9, 0.2, 0.5), (0.4, 0.8, 0.5), (0.1, 0.6, 0.5), (0.0, 0.0, 0.5))
_TABLES = (_ROWS, (*_ROWS, _ROWS[0]), _ROWS[:1], _ROWS[:1] * 2)
_WEIGHTS = ((0.5, 0.3, 0.2), (1.0, 0.0, 0.0))


def faults_of_value(metric: Metric) -> list[str]:
    """Where a metric's value function leaves 0..1, falls between its ends, or does not lead back through its inverse.

    A scale of levels leads back at its levels only.
    """
    what = f"value function of metric {metric.name!r}"
    try:
        return [f"{what} {fault}" for fault in attempt(lambda: list(_faults_of_function(metric.value)))]
    except Broke as broke:
        return [f"{what} broke: {broke}"]


def _faults_of_function(function: ValueFunction) -> Iterator[str]:
    worst, best = function.inverse(0.0), function.inverse(1.0)
    worth_by_figure = [(figure, function(figure)) for figure in (worst + (best - worst) * place for place in _PLACES)]
    outside = next((pair for pair in worth_by_figure if not 0.0 <= pair[1] <= 1.0), None)
    if outside:
        yield f"makes {outside[1]!r} of {outside[0]:g}, outside 0..1"
    falls = next(((one, other) for one, other in pairwise(worth_by_figure) if other[1] < one[1] - TIE), None)
    if falls:
        (figure, worth), (better, less) = falls
        yield f"is not monotone between its ends {worst:g} and {best:g}: {figure:g} is worth {worth:g}, {better:g} only {less:g}"
    for worth in [worth for _, worth in function.table] if isinstance(function, Levels) else _WORTHS:
        figure = function.inverse(worth)
        if not abs(function(figure) - worth) <= TIE:
            yield f"does not lead back: its inverse gives {figure:g} for {worth:g}, but {figure:g} is worth {function(figure):g}"
            return


def faults_of_judgement(criterion: Criterion, samples: Iterable[Evidence]) -> list[str]:
    """What goes wrong when a criterion judges each sample twice: it breaks, changes what it is given, or finds something else."""
    frameworks: dict[str, list[str]] = {}
    for sample in samples:
        rubric = Rubric.on(sample.as_of, criterion)
        first, second = (replace(finding, reason=finding.because) for finding in (judged(rubric, sample), judged(rubric, sample)))
        if Outcome.FAILED in (first.outcome, second.outcome):
            fault = (first if first.outcome is Outcome.FAILED else second).because
        elif first != second:
            fault = f"finds first {_briefly(first)}, then {_briefly(second)} in the same evidence"
        else:
            continue
        frameworks.setdefault(fault, []).append(f"{sample.framework}{'' if sample.figures else ' (no figures)'}")
    return [f"criterion {criterion.name!r}, asked about {', '.join(asked)}: {fault}" for fault, asked in frameworks.items()]


def _briefly(finding: Finding) -> str:
    return f"{finding.outcome.value} {finding.value:g} ({finding.because})"


def faults_of_method(method: Method) -> list[str]:
    """What goes wrong when a method scores small tables twice, with and without an equal row, a row alone, and with a row less."""
    return list(dict.fromkeys(fault for weights in _WEIGHTS for fault in _faults_by_weights(method, weights)))


def _faults_by_weights(method: Method, weights: Sequence[float]) -> Iterator[str]:
    what = f"method {method.name!r}"
    try:
        for table in _TABLES:
            first, second = _scores(method, table, weights), _scores(method, table, weights)
            if first != second:
                yield f"{what} gives first {first}, then {second} for the same table"
            alike = [score for row, score in zip(table, first, strict=True) if row == _ROWS[0]]
            if max(alike) - min(alike) > TIE:
                yield f"{what} scores equal rows {' and '.join(f'{score:g}' for score in alike)}"
        if method.depends_on_candidates:
            return
        among_all = _scores(method, _ROWS, weights)
        for place in range(len(_ROWS)):
            without = _scores(method, _ROWS[:place] + _ROWS[place + 1 :], weights)
            for before, after in zip(among_all[:place] + among_all[place + 1 :], without, strict=True):
                if abs(before - after) > TIE:
                    yield f"{what} scores a row {before:g} or {after:g}, as others are compared; say depends_on_candidates=True"
                    return
    except MethodFailed as error:
        yield str(error)


def _scores(method: Method, table: Sequence[Sequence[float]], weights: Sequence[float]) -> list[float]:
    shares = {f"column_{place}": weight for place, weight in enumerate(weights)}
    rows = [
        weighed(
            f"row-{place}",
            {name: Finding.scored(value, "a sample") for name, value in zip(shares, row, strict=True)},
            shares,
            WhenMissing.NEUTRAL,
        )
        for place, row in enumerate(table)
    ]
    return [row.score for row in rescored(method, rows, (), shares)[0]]


def differences(first: Catalogue, second: Catalogue) -> list[str]:
    """What two catalogues of the same plugin offer differently, functions left aside: no two imports make the same function."""
    found: list[str] = []
    for kind in (*NAMED_KINDS, "figures"):
        one, other = getattr(first, kind), getattr(second, kind)
        if set(one) != set(other):
            found.append(f"{kind} are first {_listed(one)}, then {_listed(other)}")
        found += [f"{kind} {name!r} differ when asked for again" for name in one if name in other and not _same(one[name], other[name])]
    if len(first.observers) != len(second.observers):
        found.append(f"observers are first {len(first.observers)}, then {len(second.observers)}")
    return found


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _same(one: object, other: object) -> bool:
    try:
        return bool(attempt(lambda: _plain(one) == _plain(other)))
    except Broke:  # a value function whose anchors can't be had
        return False


def _plain(part: Any) -> Any:
    """A value in parts that can be compared between two imports, in each of which a plugin's own classes and functions are made anew."""
    if isinstance(part, ValueFunction):
        return (type(part).__qualname__, _plain(dict(part.anchors)))
    if is_dataclass(part) and not isinstance(part, type):
        return {field.name: _plain(getattr(part, field.name)) for field in fields(part)}
    if isinstance(part, Mapping):
        return {name: _plain(value) for name, value in part.items()}
    if isinstance(part, tuple | list):
        return [_plain(one) for one in part]
    return "a function" if callable(part) else part
