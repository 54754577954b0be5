"""What the endurance benchmark takes for a failure."""

import pytest

from tools.bench.endurance import BOUND_MB, POINTS, Curve


def curve(megabytes):
    made = Curve("drawing", "predictions", 1000)
    for i in range(POINTS + 1):
        made.add(i, megabytes(i))
        made.heap.append(3.0)
    return made


@pytest.mark.parametrize(
    ("megabytes", "failures"),
    [
        (lambda i: 300 + i * BOUND_MB / 5, 1),
        (lambda i: 300 + i % 3 * 5 * BOUND_MB, 0),
        (lambda i: 900 if i < POINTS // 5 else 300, 0),
    ],
    ids=["a leak", "garbage that is collected", "a warm-up"],
)
def test_only_memory_that_keeps_growing_is_a_failure(megabytes, failures):
    *_, memory = curve(megabytes).figures()["classes"]

    assert memory["failures"] == failures


def test_each_wrong_answer_is_a_failure_and_named():
    made = curve(lambda i: 300)
    made.check("7", "7")
    made.check("", "7")
    made.errors.append("oh no")

    figures = made.figures()

    answers, errors, _ = figures["classes"]
    assert (answers["cases"], answers["failures"]) == (2, 1)
    assert errors["failures"] == 1
    assert figures["problems"] == ["got '', expected '7'", "oh no"]
