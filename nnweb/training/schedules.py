"""Learning rate schedules: pure functions of the step, so that runs can resume.

Each function returns a ``Schedule``, which maps a step, from 0, to its learning rate.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi

Schedule = Callable[[int], float]


def constant(learning_rate: float, *, warmup_steps: int = 0) -> Schedule:
    """The same ``learning_rate`` at every step."""

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
    """Half a cosine from ``learning_rate`` down to ``final_fraction`` of it.

    The minimum is reached at ``total_steps`` and kept. Source: Loshchilov and Hutter
    2017, "SGDR: Stochastic Gradient Descent with Warm Restarts", eq. 5, one run.
    """

    def schedule(step: int) -> float:
        done = min(step / total_steps, 1.0)
        fraction = (1 + cos(pi * done)) / 2
        fraction = final_fraction + (1 - final_fraction) * fraction
        return learning_rate * fraction * warm_up(step, warmup_steps)

    return schedule


def warm_up(step: int, steps: int) -> float:
    """Return a factor that rises linearly from 1 / ``steps`` at step 0 to 1.

    It keeps the first updates small, while Adam's averages are unreliable.
    """
    return min(1.0, (step + 1) / steps) if steps else 1.0
