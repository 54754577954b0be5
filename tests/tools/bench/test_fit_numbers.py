"""The fit of the lattice's weights: what it may see, and what it may change."""

import subprocess
import sys

import numpy as np

from nnweb.numbers.scores import NAMES
from tools.bench.fit_numbers import START, fit


def test_the_fit_cannot_read_written_numbers():
    code = (
        "import sys, tools.bench.fit_numbers;"
        "print('tools.bench.numbers' in sys.modules)"
    )

    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert run.stdout.strip() == "False"


def test_the_fit_makes_right_readings_likelier_but_no_penalty_a_reward():
    right, wrong = np.zeros((2, 1, len(NAMES)))
    right[0, NAMES.index("label")] = -0.1
    wrong[0, NAMES.index("label")] = -3.0
    right[0, NAMES.index("gap")] = 1.0  # misleading: the right one has the wide gap
    right[0, NAMES.index("other")] = 0.1

    weights, loss = fit([(right, wrong)], START)

    assert loss < np.log(2)
    assert weights[NAMES.index("label")] > START[NAMES.index("label")]
    assert weights[NAMES.index("gap")] <= 0
    assert weights[NAMES.index("other")] == START[NAMES.index("other")]


def test_a_right_reading_without_a_chance_counts_as_any_other():
    label = NAMES.index("label")
    right, wrong = np.zeros((2, 1, len(NAMES)))
    right[0, label] = -100.0

    weights, loss = fit([(right, wrong)], START)

    assert weights[label] < START[label] / 2
    assert loss < 50


def test_a_number_may_be_hopeless():
    label = NAMES.index("label")
    right, wrong = np.zeros((2, 1, len(NAMES)))
    right[0, label] = -100.0

    weights, loss = fit([(right, wrong)], START, hopeless=0.02)

    assert abs(weights[label] - START[label]) < 0.1
    assert loss < -np.log(0.019)
