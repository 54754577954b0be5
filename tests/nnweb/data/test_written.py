"""Digits that people wrote: read from strokes, split by writer, mixed in."""

import numpy as np
import pytest

from nnweb.data.augment import Mix, Mixture
from nnweb.data.augment.traces import Traces
from nnweb.data.augment.written import load_written
from nnweb.errors import DatasetError


def arrays(**changed):
    """Twenty digits of five writers: a line, and every other one with a second one."""
    n_strokes = np.tile([1, 2], 10)
    return {
        "points": np.tile([[0, 0], [0, 100]], (30, 1)).astype(np.int16),
        "stroke_len": np.full(30, 2, np.int16),
        "n_strokes": n_strokes.astype(np.int8),
        "y": np.tile(np.arange(10), 2).astype(np.uint8),
        "group": np.repeat([f"w{i}" for i in (1, 2, 10, 11, 12)], 4),
    } | changed


@pytest.fixture
def save(tmp_path):
    def save(**changed):
        found = {k: v for k, v in arrays(**changed).items() if v is not None}
        np.savez(tmp_path / "pens.npz", **found)
        return tmp_path / "pens.npz"

    return save


def test_strokes_become_traces_twenty_pixels_high_without_gaps(save):
    written = load_written(save())

    low, high = written.traces.bounds()
    np.testing.assert_allclose(high - low, [[0, 20]] * 20, atol=1e-4)
    np.testing.assert_allclose((low + high) / 2, 13.5, atol=1e-4)
    one = written.traces.take(np.array([0])).points[:, 1]
    assert np.diff(np.sort(one)).max() <= 0.2501


def test_every_fifth_writer_by_number_is_held_out(save):
    train, validation = load_written(save()).split()

    assert set(train.writers) == {"w1", "w2", "w10", "w11"}
    assert set(validation.writers) == {"w12"} and len(validation) == 4
    assert list(load_written(save()).by_writer()) == ["w1", "w2", "w10", "w11", "w12"]


def test_characters_that_are_no_digits_have_their_own_labels(save):
    path = save(y=None, group=None, char=np.array(list("ab") * 10))

    others = load_written(path, labels="char")

    by_label = others.by_label()
    assert list(by_label) == ["a", "b"]
    np.testing.assert_array_equal(by_label["b"], [False, True] * 10)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"y": None}, "has no y, expected points, stroke_len, n_strokes, y"),
        ({"y": np.full(20, 10, np.uint8)}, "do not fit together"),
        ({"y": np.zeros(19, np.uint8)}, "do not fit together"),
        ({"points": np.zeros((59, 2), np.int16)}, "do not fit together"),
        ({"points": np.full((60, 2), np.nan)}, "do not fit together"),
        ({"stroke_len": np.zeros(30, np.int16)}, "do not fit together"),
        ({"stroke_len": np.full(30, 2.0)}, "do not fit together"),
        ({"n_strokes": np.full(20, 2, np.int8)}, "do not fit together"),
    ],
)
def test_a_file_of_another_kind_is_refused(save, changed, message):
    with pytest.raises(DatasetError, match=message):
        load_written(save(**changed))


def test_a_file_that_is_missing_or_damaged_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="cannot be read"):
        load_written(tmp_path / "none.npz")
    (tmp_path / "bad.npz").write_bytes(b"PK")
    with pytest.raises(DatasetError, match=r"bad\.npz: "):
        load_written(tmp_path / "bad.npz")


def test_the_given_share_of_pen_drawings_is_written_by_people(save, bars, monkeypatch):
    digits, written = bars(200), load_written(save())
    replaced, counts = Traces.replaced, []

    def counting(self, which, by):
        counts.append(len(which))
        return replaced(self, which, by)

    monkeypatch.setattr(Traces, "replaced", counting)
    mix = Mix(clean=0, pen=1, outliers=0, glyphs=0, pens=0.5)

    Mixture(digits.images, digits.labels, mix, pens=written).chunk(np.arange(200), [0])

    assert len(counts) == 1 and 70 < counts[0] < 130
