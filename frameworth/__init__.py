"""Frameworth: which web framework for this project, answered with evidence. This is the pure library: no AWS, no HTTP, no clock.

What a plugin imports is named here. A map of the rest:

- `values` · `evidence` · `criteria` · `findings` · `profiles`: the domain, frozen values
- `score` tells the whole story; `weighting`, `judging`, `rank`, `explain`, `scorecard` and `shown` are its chapters
- `sensitivity` · `needs` · `opinions` · `disagreement`: how firm an answer is
- `hooks` · `discovery` · `catalogue`: plugins, found once and turned into an immutable catalogue
- `rows`: CSV files of figures · `derive` and `growth`: figures made from figures · `register`: what is known by name · `names` · `errors`
"""

from frameworth.criteria import Criterion, Indicator, Metric
from frameworth.evidence import Basis, Evidence, Figure, Observation, Source
from frameworth.findings import Finding
from frameworth.hooks import HOOK_API, hookimpl
from frameworth.profiles import Gate, Profile, Weight
from frameworth.score import score
from frameworth.values import levels, linear, log, piecewise, place, ratio, reciprocal, yes_no

__version__ = "0.1.0"

__all__ = [
    "HOOK_API",
    "Basis",
    "Criterion",
    "Evidence",
    "Figure",
    "Finding",
    "Gate",
    "Indicator",
    "Metric",
    "Observation",
    "Profile",
    "Source",
    "Weight",
    "__version__",
    "hookimpl",
    "levels",
    "linear",
    "log",
    "piecewise",
    "place",
    "ratio",
    "reciprocal",
    "score",
    "yes_no",
]
