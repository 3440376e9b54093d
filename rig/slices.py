"""A load cut into slices, of which the better ones tell what an application takes where nobody disturbs it.

On a machine that is shared, others slow a core down for some hundredths of a second at a time, more or fewer of them in any one window, and
never speed it up. So the quicker slices are alike from window to window where the whole of a window is not.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from itertools import pairwise

from rig.client import Failed

LENGTH = 0.025  # seconds: no longer than most disturbances, so that slices without one are left
FEWEST = 5


class Slices:
    """Heeds a load: reads `cpu`, the seconds that the server has used, about every `LENGTH` seconds.

    That is always after a multiple of `every` answers; with as many as there are requests in turn, each slice has as many of each kind.
    """

    def __init__(self, cpu: Callable[[], float], every: int) -> None:
        self._cpu = cpu
        self._every = every
        self._marks = [(0, cpu())]
        self._next = time.monotonic() + LENGTH

    def heed(self, answered: int) -> None:
        """To be told after each answer how many there have been."""
        if answered % self._every == 0 and time.monotonic() >= self._next:
            self._marks.append((answered, self._cpu()))
            self._next = time.monotonic() + LENGTH

    def requests_per_cpu_s(self) -> float:
        """What nine of ten slices stay below. Raises `Failed` if there were fewer than `FEWEST`."""
        rates = [(count - before) / (cpu - used) for (before, used), (count, cpu) in pairwise(self._marks) if cpu > used]
        if len(rates) < FEWEST:
            raise Failed(
                f"answers came in {len(rates)} slices of {LENGTH * 1000:g} ms or more, and {FEWEST} are the fewest to tell anything"
            )
        return statistics.quantiles(rates, n=10, method="inclusive")[-1]
