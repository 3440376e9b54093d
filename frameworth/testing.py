"""The kit for testing plugins: `check_plugin` says everything that is wrong with one, builders make what it is tested with.

It works under any test runner and imports none. Nothing here reads a clock: what is built is of `DAY` unless another day is given.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

from frameworth.catalogue import Catalogue, Fault, Stage
from frameworth.checking import differences, faults_of_judgement, faults_of_method, faults_of_value
from frameworth.criteria import Criterion
from frameworth.discovery import discover
from frameworth.distributions import Installed
from frameworth.errors import FrameworthError, InvalidValue
from frameworth.evidence import Basis, Evidence, Figure, Source
from frameworth.found import found
from frameworth.guard import Broke, attempt
from frameworth.methods import ADDITIVE, Method
from frameworth.names import shortened, title_of
from frameworth.register import Framework
from frameworth.score import score
from frameworth.scorecard import Scorecard

DAY = date(2026, 6, 15)
SOURCE = Source("A benchmark", "https://example.org/benchmark")

_PREFIX = "frameworth_"


class PluginCheckFailed(FrameworthError, AssertionError):
    """A plugin is not sound: `plugin` is its name, `faults` everything that is wrong with it; the message has a line for each."""

    def __init__(self, plugin: str, faults: Iterable[Fault]) -> None:
        self.plugin, self.faults = plugin, tuple(faults)
        lines = [f"  {fault.stage}: {' '.join(fault.error.split())}" for fault in self.faults]
        super().__init__("\n".join([f"plugin {plugin!r} has {len(lines)} fault{'s' if len(lines) > 1 else ''}", *lines]))


def check_plugin(plugin: ModuleType | str | Path, *, name: str = "", figures: bool = True) -> Catalogue:
    """What a plugin offers when it is the only one, if it is sound; else raises `PluginCheckFailed` with every fault at once.

    `plugin` is a file such as `plugins/licence.py`, or a module such as `frameworth_licence`, which is then called `name` (without it: the
    last part of the module's name, less a leading `frameworth_`). A CSV of its name beside it is read with it.

    Sound is a plugin that has no fault at any stage of discovery, its rows of figures included; whose value functions are monotone between
    their ends and lead back through their inverse (a scale of levels at its levels); whose criteria, asked twice about a framework of which
    nothing is known and about each of which it brings figures, find the same both times, do not fail, and change nothing of what they are
    given; whose methods score small tables the same each time, in 0..1, equal rows equally, and, unless they say that they depend on
    candidates, no row otherwise when another leaves; and which offers the same when it is asked again and when it is imported again.

    With `figures` false faults of its figures are passed over: for a table that is still being filled.

    >>> check_plugin("plugins/licence.py").plugins[0].criteria
    ('licence',)
    >>> check_plugin("plugins/nowhere.py")
    Traceback (most recent call last):
    frameworth.testing.PluginCheckFailed: plugin 'nowhere' has 1 fault
      load: there is no file plugins/nowhere.py
    """
    load: Callable[[], ModuleType]
    if isinstance(plugin, ModuleType):
        name = name or plugin.__name__.rpartition(".")[2].removeprefix(_PREFIX)
        catalogue, load = _alone(name, plugin), partial(_loaded_anew, plugin)
    else:
        name, catalogue, load = _of_file(Path(plugin), name)
    faults = [*catalogue.faults, *_faults_of_offers(name, catalogue), *_impurities(name, catalogue, load)]
    if not figures:
        faults = [fault for fault in faults if fault.stage is not Stage.FIGURES]
    if faults:
        raise PluginCheckFailed(name, faults)
    return catalogue


def _alone(name: str, module: ModuleType) -> Catalogue:
    """The catalogue of one module, by the way of distributions."""
    only = Installed(name, module.__name__, distribution="", version="0", folder=Path(), load=lambda: module)
    return discover((), shipped=(), version="0", installed=[only])


def _of_file(path: Path, name: str) -> tuple[str, Catalogue, Callable[[], ModuleType]]:
    """The name of a file, its catalogue as if it alone were in its folder, and how to import it again."""
    if name not in ("", path.stem):
        raise InvalidValue(f"check of {path}", f"name {shortened(name)} is not that of the file", "leave it out, or hand in a module")
    if not path.is_file():
        raise PluginCheckFailed(path.stem, [Fault(path.stem, Stage.LOAD, f"there is no file {path}")])
    if path.suffix != ".py" or path.name.startswith("_"):
        fault = f"{path.name} is no file of a plugin; use NAME.py, not led by '_', or hand in the module of a package"
        raise PluginCheckFailed(path.stem, [Fault(path.stem, Stage.LOAD, fault)])
    folder, others = path.absolute().parent, {other.stem for other in path.parent.glob("*.py")} - {path.stem}
    catalogue = discover([folder], shipped=(), version="0", disabled=others)
    alone = replace(catalogue, plugins=tuple(plugin for plugin in catalogue.plugins if plugin.name == path.stem))
    [again] = [one for one in found([folder], (), shipped=(), version="0", disabled=others) if one.name == path.stem]
    return path.stem, alone, again.load


def _loaded_anew(module: ModuleType) -> ModuleType:
    """A second copy of a module, as another process would import it; the module itself if it has no file to be loaded from."""
    spec = module.__spec__
    if spec is None or spec.loader is None:
        return module
    copy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copy)
    return copy


def _faults_of_offers(name: str, catalogue: Catalogue) -> list[Fault]:
    day = max((row.observed_on for row in chain.from_iterable(catalogue.figures.values())), default=DAY)
    samples = [evidence("nobody", as_of=day), *(Evidence.of(one, rows, as_of=day) for one, rows in catalogue.figures.items())]
    values = [fault for metric in catalogue.metrics.values() for fault in faults_of_value(metric)]
    judgements = [fault for criterion in catalogue.criteria.values() for fault in faults_of_judgement(criterion, samples)]
    methods = [fault for method in catalogue.methods.values() for fault in faults_of_method(method)]
    return [
        Fault(name, stage, fault)
        for stage, faults in ((Stage.VALUE, values), (Stage.JUDGE, judgements), (Stage.AGGREGATE, methods))
        for fault in faults
    ]


def _impurities(name: str, catalogue: Catalogue, load: Callable[[], ModuleType]) -> list[Fault]:
    """Where the plugin offers something else when it is imported again, and when that copy is asked again."""
    if any(fault.stage is Stage.LOAD for fault in catalogue.faults):
        return []
    try:
        copy = attempt(load)
    except Broke as broke:
        return [Fault(name, Stage.LOAD, f"can't be imported a second time: {broke}")]
    seen = list(catalogue.faults)
    impure: list[Fault] = []
    for how in ("imported", "asked"):
        again = _alone(name, copy)
        impure += [Fault(name, fault.stage, f"{how} again: {fault.error}") for fault in again.faults if fault not in seen]
        seen += again.faults
        impure += [Fault(name, Stage.OFFER, f"{how} again it offers something else: {one}") for one in differences(catalogue, again)]
    return impure


def figure(value: float, *, on: date = DAY, basis: str = "measured", source: Source = SOURCE) -> Figure:
    """A figure as scoring sees it: `value` in the metric's own unit, observed `on` a day; raises `ValueError` for an unknown basis.

    >>> figure(12, basis="reported").basis.value
    'reported'
    """
    return Figure(float(value), on, Basis(basis), source)


def evidence(framework: str = "alpha", *, as_of: date = DAY, released: date | None = None, **figures: float | Figure) -> Evidence:
    """What is known about a framework on the day `as_of`; a bare number is a figure measured on that day.

    `framework` is an id (a-z, 0-9 and -), `released` the day of its first release. Raises `InvalidValue` for what is no id.

    >>> known = evidence("flask", licence_permissiveness=3)
    >>> known.figures["licence_permissiveness"].value
    3.0
    """
    known = {name: given if isinstance(given, Figure) else figure(given, on=as_of) for name, given in figures.items()}
    return Evidence(framework, as_of=as_of, figures=known, released=released)


def framework(id: str = "alpha", **fields: Any) -> Framework:  # noqa: A002  # as the field is called
    """A framework of the catalogue, for collectors; `fields` are those of `Framework`. Raises `InvalidValue` for one that is not valid.

    >>> framework("flask", package="Flask").repository
    'https://example.org/flask/repository'
    """
    given = {
        "name": title_of(id),
        "package": id,
        "repository": f"https://example.org/{id}/repository",
        "homepage": f"https://example.org/{id}",
        "licence": "MIT",
        "first_release": date(2010, 1, 1),
        "summary": "A framework made for a test.",
    }
    return Framework(id, **{**given, **fields})


def score_with(
    criteria: Catalogue | Mapping[str, Criterion] | Iterable[Criterion],
    candidates: Iterable[Evidence],
    weights: Mapping[str, float] | None = None,
    *,
    method: Method | str | None = None,
    as_of: date | None = None,
    **how: Any,
) -> Scorecard:
    """The scorecard of `candidates` by the criteria of a catalogue, or by criteria alone. All shares in it are 0..1.

    `weights` are numbers ≥ 0 by criterion; without them each criterion counts the same. `method` is one, or the name of one in the
    catalogue; without it the additive one. `as_of` is by default the day of the candidates, who must then have one in common. `how` is
    what else `frameworth.score` takes. Raises `InvalidValue` for days that differ, an unknown method and weights without any above 0.

    >>> licence = check_plugin("plugins/licence.py")
    >>> card = score_with(licence, [evidence("strict", licence_permissiveness=1), evidence("free", licence_permissiveness=3)])
    >>> [(ranked.row.framework, ranked.row.score) for ranked in card.ranking]
    [('free', 1.0), ('strict', 0.0)]
    """
    candidates = list(candidates)
    methods = {ADDITIVE.name: ADDITIVE}
    if isinstance(criteria, Catalogue):
        methods |= criteria.methods
        criteria = criteria.criteria
    by_name = criteria if isinstance(criteria, Mapping) else {criterion.name: criterion for criterion in criteria}
    if isinstance(method, str):
        if method not in methods:
            raise InvalidValue("method", f"none is called {shortened(method)}", f"use {', '.join(sorted(methods))}, or hand in a Method")
        method = methods[method]
    days = {one.as_of for one in candidates} if as_of is None else {as_of}
    if len(days) != 1:
        fault = f"are of {', '.join(map(str, sorted(days)))}" if days else "are none"
        raise InvalidValue("candidates", fault, "give evidence of one day, or name a day in as_of")
    given = dict.fromkeys(by_name, 1.0) if weights is None else weights
    return score(candidates, by_name, given, as_of=days.pop(), method=method or ADDITIVE, **how)
