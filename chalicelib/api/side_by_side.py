"""Frameworks side by side: each figure with its score, source, date and basis. All are there; those that are not picked are hidden."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape

from chalicelib.api.drawing import swatch, worth
from chalicelib.api.firmness import Doubts
from chalicelib.api.formats.html_text import escaped
from chalicelib.api.formats.markup import listed
from frameworth.explain import quantity
from frameworth.findings import Reading
from frameworth.judgements import Judged
from frameworth.shown import shown_score, whole_points


class SideBySide:
    """Parts of the table. `columns` are frameworks in order; `names`, `titles` (of criteria) and `metrics` are what things are called."""

    def __init__(
        self,
        judged: Mapping[str, Judged],
        columns: Sequence[str],
        picks: Collection[str],
        doubts: Doubts,
        names: Mapping[str, str],
        titles: Mapping[str, str],
        metrics: Mapping[str, str],
    ) -> None:
        self._judged, self._columns, self._picks, self._doubts = judged, columns, picks, doubts
        self._names, self._titles, self._metrics = names, titles, metrics

    def heads(self) -> str:
        """A cell for each framework."""
        return "".join(map(self._column, self._columns))

    def bodies(self) -> str:
        """A group of rows for each criterion: its score, then its figures."""
        return "".join(self._criterion(place, name) for place, name in enumerate(self._titles))

    def _hidden_unless_picked(self, framework: str) -> str:
        return "" if framework in self._picks else " hidden"

    def _column(self, framework: str) -> str:
        known = f'<a href="./frameworks/{escape(framework)}">{escape(self._names.get(framework, framework))}</a>'
        return f'<th scope="col" data-id="{escape(framework)}"{self._hidden_unless_picked(framework)}>{known}</th>'

    def _criterion(self, place: int, name: str) -> str:
        findings = {framework: self._judged[framework].findings[name] for framework in self._columns}
        title = f'<th scope="rowgroup">{swatch(place)}{escaped(self._titles[name])}</th>'
        scores = "".join(f"<td{self._hidden_unless_picked(one)}>{worth(place, finding)}</td>" for one, finding in findings.items())
        readings = {framework: finding.readings for framework, finding in findings.items()}
        count = max((len(some) for some in readings.values()), default=0)
        rows = "".join(
            self._indicator(name, {framework: some[at] if at < len(some) else None for framework, some in readings.items()})
            for at in range(count)
        )
        if not count:
            cells = "".join(f"<td{self._hidden_unless_picked(one)}>{escaped(finding.because)}</td>" for one, finding in findings.items())
            rows = f'<tr><th scope="row">Its reason</th>{cells}</tr>'
        return f'<tbody><tr class="criterion">{title}{scores}</tr>{rows}</tbody>'

    def _indicator(self, criterion: str, readings: Mapping[str, Reading | None]) -> str:
        title = next(reading.indicator.title for reading in readings.values() if reading)
        cells = "".join(
            f"<td{self._hidden_unless_picked(framework)}>{self._reading(framework, criterion, reading) if reading else 'no figure'}</td>"
            for framework, reading in readings.items()
        )
        return f'<tr><th scope="row">{escaped(title)}</th>{cells}</tr>'

    def _reading(self, framework: str, criterion: str, reading: Reading) -> str:
        worth = whole_points(shown_score(reading.value))
        figure = reading.figure
        if figure is None:
            return f'<span class="gap">no figure</span> <small>{worth} of 100 stands in</small>'
        others = [self._metrics.get(one, one) for one in self._doubts.get((framework, criterion, reading.indicator.name), ())]
        told = listed(others) if others else ""
        doubt = f'<small class="gap">another source disagrees: {escaped(told)}</small>' if told else ""
        return (
            f'<a href="{escape(figure.source.url)}">'
            f"{escaped(quantity(figure.value, reading.metric.unit))}</a> "
            f"<small>{worth} of 100<br>{figure.observed_on} · {figure.basis.value}</small>{doubt}"
        )
