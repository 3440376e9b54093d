"""Frameworth: which web framework for this project, answered with evidence. This is the pure library: no AWS, no HTTP, no clock.

What a plugin imports is named here. A map of the rest:

- `values` · `evidence` · `criteria` · `findings` · `profiles`: the domain, frozen values
- `score` tells the whole story; `weighting`, `judging`, `rank`, `explain`, `scorecard` and `shown` are its chapters
- `sensitivity` · `needs` · `opinions` · `disagreement`: how firm an answer is
- `methods` · `rescore`: other ways to add up · `observing` · `collecting`: what else plugins can offer
- `hooks` · `discovery` · `catalogue`: plugins, found once and turned into an immutable catalogue; `found`, `distributions`, `remake` and
  `settling` are the steps of it, `guard` and `deadline` what keeps a plugin's trouble its own
- `testing`: the kit for tests of plugins · `checking`: what it asks of them
- `rows`: CSV files of figures · `derive` and `growth`: figures made from figures · `register`: what is known by name
- `bounds`: what a figure can be · `names` · `errors`
"""

from frameworth.collecting import Client, Collector
from frameworth.criteria import Criterion, Indicator, Metric
from frameworth.deadline import Deadline
from frameworth.evidence import Basis, Evidence, Figure, Observation, Source
from frameworth.findings import Finding
from frameworth.hooks import hookimpl
from frameworth.methods import ADDITIVE, Method
from frameworth.profiles import Gate, Profile, Weight
from frameworth.register import Framework
from frameworth.score import score
from frameworth.scorecard import Scorecard
from frameworth.values import levels, linear, log, piecewise, place, ratio, reciprocal, yes_no

__version__ = "0.1.0"

__all__ = [
    "ADDITIVE",
    "Basis",
    "Client",
    "Collector",
    "Criterion",
    "Deadline",
    "Evidence",
    "Figure",
    "Finding",
    "Framework",
    "Gate",
    "Indicator",
    "Method",
    "Metric",
    "Observation",
    "Profile",
    "Scorecard",
    "Source",
    "Weight",
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
