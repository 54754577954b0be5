"""An evaluation of three answers: for its metrics, its tables and its report."""

import numpy as np

from nnweb.evaluation.evaluate import Evaluation


def three_answers(probabilities, labels=("a", "b", "c"), is_last_accepted=False):
    """One image of the first label, two of the second; of these the first is unsure."""
    return Evaluation(
        labels=labels,
        probabilities=np.array(probabilities, np.float32),
        truth=np.array([0, 1, 1], np.uint8),
        scores=np.array([1, 3, 2], np.float32),
        accepted=np.array([True, True, is_last_accepted]),
        unsure=np.array([False, not is_last_accepted, False]),
    )
