"""Learning rate schedules: functions of the step alone, so that they resume for free.

Each maker returns a ``Schedule``, called with the step, 0 for the first update, and
returning the learning rate for it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi

Schedule = Callable[[int], float]


def constant(learning_rate: float, *, warmup_steps: int = 0) -> Schedule:
    """``learning_rate`` throughout."""

    def schedule(step: int) -> float:
        return learning_rate * warm_up(step, warmup_steps)

    return schedule


def step_decay(
    learning_rate: float, *, every: int, factor: float, warmup_steps: int = 0
) -> Schedule:
    """``learning_rate``, multiplied by ``factor`` after each ``every`` steps."""

    def schedule(step: int) -> float:
        return learning_rate * factor ** (step // every) * warm_up(step, warmup_steps)

    return schedule


def cosine(
    learning_rate: float,
    *,
    total_steps: int,
    final_fraction: float = 0.01,
    warmup_steps: int = 0,
) -> Schedule:
    """Half a cosine from ``learning_rate`` to ``final_fraction`` of it.

    It reaches that at ``total_steps`` and stays there. Source: Loshchilov and Hutter
    2017, "SGDR: Stochastic Gradient Descent with Warm Restarts", eq. 5, one run.
    """

    def schedule(step: int) -> float:
        done = min(step / total_steps, 1.0)
        fraction = (1 + cos(pi * done)) / 2
        fraction = final_fraction + (1 - final_fraction) * fraction
        return learning_rate * fraction * warm_up(step, warmup_steps)

    return schedule


def warm_up(step: int, steps: int) -> float:
    """A factor that grows evenly from 1 / ``steps`` at step 0 to 1, and stays.

    It keeps the first updates small, while Adam's averages know little yet.
    """
    return min(1.0, (step + 1) / steps) if steps else 1.0
