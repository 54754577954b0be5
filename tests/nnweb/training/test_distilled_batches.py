"""Distilled batches: rows that mix labels with a teacher's answers, and refusals."""

import numpy as np
import pytest

from nnweb.architecture import build_layers
from nnweb.errors import TrainingError
from nnweb.initializers import he_normal
from nnweb.network import OUTLIER, InputSpec, Network, softmax
from nnweb.training.batches import Batch
from nnweb.training.distilled_batches import DistilledBatches
from nnweb.weights.json_format import save


def network(seed=0, **options):
    rng = np.random.default_rng(seed)
    layers = build_layers("784-10", activation="relu", initializer=he_normal, rng=rng)
    return Network(layers, **options)


class Numbered:
    """Twenty batches of random pixels: four digits and a non-digit each."""

    steps, examples, fingerprint = 20, 100, "numbered"
    targets = np.array([0, 3, 3, 9, OUTLIER])
    closed = False

    def epoch(self, epoch, start=0):
        for step in range(start, self.steps):
            x = np.random.default_rng([epoch, step]).random((5, 784), np.float32)
            yield Batch(x, self.targets, np.full(5, step, np.float32))

    def close(self):
        self.closed = True


class OnlyDigits(Numbered):
    targets = np.array([0, 3, 3, 9, 1])


@pytest.fixture
def teacher(tmp_path):
    save(network(1, name="wise", reject_below=2.0), tmp_path / "wise.json")
    return tmp_path / "wise.json"


def distilled(source, *teachers, share=0.75, open_set=True, student=None):
    student = student or network()
    return DistilledBatches(source, teachers, student, share=share, open_set=open_set)


def test_open_set_rows_mix_the_label_with_the_teachers_answer(teacher):
    batch = next(distilled(Numbered(), teacher).epoch(2))

    logits = network(1).forward(batch.x)
    answer = softmax(np.concatenate([logits, np.zeros((5, 1))], axis=1))
    label = np.eye(11)[[0, 3, 3, 9, 10]]
    np.testing.assert_allclose(batch.targets, 0.25 * label + 0.75 * answer, atol=1e-6)
    assert batch.targets.dtype == np.float32


def test_rows_without_an_open_set_have_one_column_for_each_label(tmp_path):
    save(network(1, temperature=2.0), tmp_path / "t.json")

    batches = distilled(OnlyDigits(), tmp_path / "t.json", share=1, open_set=False)

    batch = next(batches.epoch(0))
    expected = softmax(network(1).forward(batch.x) / 2)
    np.testing.assert_allclose(batch.targets, expected, atol=1e-6)


def test_the_answers_of_several_teachers_are_averaged(tmp_path, teacher):
    save(network(2, reject_below=2.0), tmp_path / "other.json")
    other = tmp_path / "other.json"

    both, one, two = (
        next(distilled(Numbered(), *teachers).epoch(0)).targets
        for teachers in ((teacher, other), (teacher,), (other,))
    )

    np.testing.assert_allclose(both, (one + two) / 2, atol=1e-6)


def test_an_epoch_from_a_step_on_has_the_same_batches_in_order(teacher):
    batches = distilled(Numbered(), teacher)

    whole, rest = list(batches.epoch(1)), list(batches.epoch(1, 7))

    assert [batch.weights[0] for batch in whole] == list(range(20)), "kept, in order"
    for one, other in zip(whole[7:], rest, strict=True):
        np.testing.assert_array_equal(one.x, other.x)
        np.testing.assert_array_equal(one.targets, other.targets)


def test_the_fingerprint_changes_with_the_teachers_weights_and_share(tmp_path, teacher):
    save(network(2, name="wise", reject_below=2.0), tmp_path / "other.json")

    prints = {
        distilled(Numbered(), teacher).fingerprint,
        distilled(Numbered(), teacher, share=0.5).fingerprint,
        distilled(Numbered(), tmp_path / "other.json").fingerprint,
    }

    assert len(prints) == 3 and all("wise" in text for text in prints)


def test_closing_closes_the_source_of_labels(teacher):
    source = Numbered()

    distilled(source, teacher).close()

    assert source.closed


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"labels": "abcdefghij"}, r"teacher: .*t.json: its labels: got \('a', 'b'"),
        ({"input": InputSpec(fit="canvas")}, r"its input: got .*fit='canvas'"),
        ({"reject_below": None}, r"t.json: it was trained without outliers"),
    ],
)
def test_a_teacher_that_does_not_fit_is_refused(tmp_path, options, message):
    save(network(**{"reject_below": 2.0} | options), tmp_path / "t.json")

    with pytest.raises(TrainingError, match=message):
        distilled(Numbered(), tmp_path / "t.json")


def test_a_missing_or_damaged_teacher_is_refused(tmp_path):
    (tmp_path / "t.json").write_text("{")

    with pytest.raises(TrainingError, match=r"teacher: .*no.json: cannot be read"):
        distilled(Numbered(), tmp_path / "no.json")
    with pytest.raises(TrainingError, match=r"teacher: "):
        distilled(Numbered(), tmp_path / "t.json")
