"""Checkpoints are read back exactly; damaged ones are refused."""

import json

import numpy as np
import pytest

from nnweb.errors import TrainingError
from nnweb.training.checkpoints import read_checkpoint, save_checkpoint


class Run:
    """As much of a trainer as a checkpoint asks for."""

    def state(self):
        W = np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3) / 7)
        facts = {"epoch": 2, "settings": {}, "tally": {}, "history": []}
        return {"params/0.W": W, "optimizer/steps": np.array(3.0)}, facts


def test_a_checkpoint_is_read_back_exactly(tmp_path):
    path = tmp_path / "run.ckpt"  # the name is as given, no .npz is put behind it

    save_checkpoint(path, Run(), {"layers": "784-10"})
    arrays, facts = read_checkpoint(path)

    expected, _ = Run().state()
    assert arrays.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(arrays[name], array)
        assert arrays[name].dtype == array.dtype
    assert facts["epoch"] == 2 and facts["options"] == {"layers": "784-10"}


def test_a_checkpoint_replaces_the_previous_one_and_leaves_no_other_file(tmp_path):
    path = tmp_path / "run.ckpt"
    path.write_bytes(b"older")

    save_checkpoint(path, Run(), {})

    assert [file.name for file in tmp_path.iterdir()] == ["run.ckpt"]
    assert read_checkpoint(path)[1]["epoch"] == 2


def test_missing_and_damaged_checkpoints_are_refused(tmp_path):
    path = tmp_path / "x"
    with pytest.raises(TrainingError, match=r"x: no such file"):
        read_checkpoint(path)
    save_checkpoint(path, Run(), {})
    whole = path.read_bytes()

    for content in (b"", b"hello", whole[:-30], whole[: len(whole) // 2]):
        path.write_bytes(content)
        with pytest.raises(TrainingError, match=r"x: not a checkpoint, or damaged"):
            read_checkpoint(path)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": np.zeros(1)}, "not a checkpoint: it has no 'facts'"),
        ({"facts": np.array('{"nnweb-checkpoint": 2}')}, "checkpoint version 2"),
        ({"facts": np.array("{}")}, "checkpoint version .*, expected 1"),
        ({"facts": np.array("[1]")}, "checkpoint version .*, expected 1"),
        ({"facts": np.array([{}], object)}, "not a checkpoint, or damaged: fac"),
    ],
    ids=["other arrays", "version 2", "no version", "a list", "a pickle"],
)
def test_other_archives_than_checkpoints_are_refused(tmp_path, arrays, message):
    with (tmp_path / "x").open("wb") as file:
        np.savez(file, **arrays)

    with pytest.raises(TrainingError, match=f"x: {message}"):
        read_checkpoint(tmp_path / "x")


@pytest.mark.parametrize("name", ["options", "settings", "epoch", "tally", "history"])
def test_a_checkpoint_with_a_fact_of_another_type_is_refused(tmp_path, name):
    path = tmp_path / "x"
    facts = {"nnweb-checkpoint": 1, "options": {}, **Run().state()[1], name: "7"}
    with path.open("wb") as file:
        np.savez(file, facts=np.array(json.dumps(facts)))

    with pytest.raises(TrainingError, match=rf"x: damaged: its {name} is '7', expect"):
        read_checkpoint(path)
