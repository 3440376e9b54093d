"""What plugins offer, settled among them: names offered twice, metrics defined twice, figures that are nobody's or somebody else's.

Every rule looks at all offers at once, so the order in which plugins are found changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from frameworth import rows
from frameworth.bounds import misfit
from frameworth.catalogue import Origin, Stage
from frameworth.criteria import Criterion, Metric
from frameworth.evidence import Observation
from frameworth.found import Found

NAMED_KINDS = ("criteria", "profiles", "methods", "collectors")


def settle_conflicts(found: Sequence[Found]) -> None:
    """Rung "conflict": a name offered twice goes to the shipped plugin, else to nobody."""
    for kind in NAMED_KINDS:
        offers: dict[str, list[Found]] = defaultdict(list)
        for plugin in found:
            for offer in getattr(plugin, kind):
                offers[offer.name].append(plugin)
        for name, plugins in offers.items():
            if len(plugins) == 1:
                continue
            keeper = next((plugin for plugin in plugins if plugin.origin is Origin.SHIPPED), None)
            for plugin in dict.fromkeys(plugins):
                if plugin is keeper and plugins.count(plugin) == 1:
                    continue
                getattr(plugin, kind)[:] = [offer for offer in getattr(plugin, kind) if offer.name != name]
                others = sorted({other.name for other in plugins if other is not plugin}) or [plugin.name]
                plugin.fault(Stage.CONFLICT, f"{kind} {name!r} is also offered by {', '.join(others)}; dropped")


def settle_metrics(found: Sequence[Found]) -> dict[str, Metric]:
    """Rung "value": a metric has one definition. Criteria that define it otherwise than a shipped one, or than each other, are dropped."""
    definitions: dict[str, list[tuple[Found, Criterion, Metric]]] = defaultdict(list)
    for plugin in found:
        for criterion in plugin.criteria:
            for metric in criterion.metrics:
                definitions[metric.name].append((plugin, criterion, metric))
    for name, uses in sorted(definitions.items()):
        if all(metric == uses[0][2] for _, _, metric in uses):
            continue
        right = next((metric for plugin, _, metric in uses if plugin.origin is Origin.SHIPPED), None)
        for plugin, criterion, metric in uses:
            if metric != right and criterion in plugin.criteria:
                others = sorted({f"{other.name}.{used.name}" for other, used, _ in uses if used is not criterion})
                plugin.criteria.remove(criterion)
                plugin.fault(
                    Stage.VALUE, f"criterion {criterion.name!r} defines metric {name!r} otherwise than {', '.join(others)}; dropped"
                )
    return {metric.name: metric for plugin in found for criterion in plugin.criteria for metric in criterion.metrics}


def settle_figures(found: Sequence[Found], metrics: Mapping[str, Metric]) -> None:
    """Rung "figures": what comes with each plugin, each row checked against its metric; a wrong row is a fault of that row alone."""
    for plugin in found:
        _read_figures(plugin, metrics, _readers(found, plugin))


def _readers(found: Sequence[Found], plugin: Found) -> dict[str, str]:
    """The metrics that criteria of other plugins read, and one of those plugins for each."""
    others = (other for other in found if other is not plugin)
    return {metric.name: other.name for other in others for criterion in other.criteria for metric in criterion.metrics}


def _read_figures(plugin: Found, metrics: Mapping[str, Metric], readers: Mapping[str, str]) -> None:
    """The CSV beside the plugin and what its hook yielded.

    A plugin brings figures for its own metrics only: a later date for anybody else's would move scores that are not its business.
    """
    judges = any(criterion.judge for criterion in plugin.criteria)

    def check(observation: Observation) -> str | None:
        metric = metrics.get(observation.metric)
        if metric is None:
            # A judge reads what it likes; without one a metric that no indicator names is a slip of the pen.
            return None if judges else f"no criterion reads metric {observation.metric!r}"
        if unfit := misfit(observation, metric.unit):
            return unfit
        if observation.metric in readers:
            return f"plugin {readers[observation.metric]!r} reads metric {observation.metric!r} too; its figures belong in the catalogue"
        return None

    for observation in list(plugin.figures):
        reason = check(observation)
        if reason:
            plugin.figures.remove(observation)
            plugin.fault(Stage.FIGURES, f"{observation.metric} of {observation.framework}: {reason}")
    path = plugin.figures_file
    if not plugin.admitted or path is None or not path.is_file():
        return
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            figures, faults = rows.observations(lines, path.name, check=check)
    except (OSError, UnicodeDecodeError) as error:
        plugin.fault(Stage.FIGURES, f"{path.name}: {error}")
        return
    plugin.figures += figures
    for fault in faults:
        plugin.fault(Stage.FIGURES, str(fault))
