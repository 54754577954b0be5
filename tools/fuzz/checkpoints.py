"""Fuzz cases of checkpoints: the state of a training run, in an .npz."""

import io
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from random import Random
from unittest.mock import patch

import numpy as np

from nnweb.layers import Array
from nnweb.network import InputSpec, Network
from nnweb.page.lab.hyperparameters import Hyperparameters
from nnweb.page.lab.training_session import TrainingSession
from nnweb.training.batches import PlainBatches, inputs_of
from nnweb.training.checkpoints import checkpoint_bytes, read_checkpoint
from nnweb.training.settings import Settings
from nnweb.training.trainer import Trainer
from nnweb.weights.json_format import dumps
from tools.fuzz.data_sets import digits
from tools.fuzz.mutations import changed, often
from tools.fuzz.weights import layers
from tools.fuzz.zips import npy, unzipped, zipped


def from_checkpoint(rng: Random) -> bytes:
    files = dict(unzipped(checkpoint()))
    if rng.randrange(2):
        facts = json.loads(checkpoint_facts())
        if rng.randrange(3) == 0:
            network = json.loads(facts["options"]["network"])
            facts["options"]["network"] = json.dumps(changed(rng, network))
        for _ in often(rng):
            facts = changed(rng, facts)
        with io.BytesIO() as file:
            np.save(file, np.array(json.dumps(facts)))
            files["facts.npy"] = file.getvalue()
    else:
        name = rng.choice(list(files))
        files[name] = npy(rng, files[name])
    return zipped(rng, files)


def resume(path: Path) -> None:
    """Read a checkpoint, and take its run a step further."""
    arrays, facts = read_checkpoint(path)
    run = trainer()
    run.load_state(arrays, facts)
    next(run.run(), None)


def resume_in_the_page(path: Path) -> None:
    TrainingSession.resumed(path.read_bytes()).describe()


def trainer() -> Trainer:
    """A run that has everything a checkpoint can contain."""
    plain, x = batches()
    settings = Settings(epochs=3, patience=2, average=0.9)
    network = Network(layers("784-2-10", 0))
    return Trainer(network, plain, x, digits().labels, settings)


@cache
def batches() -> tuple[PlainBatches, Array]:
    spec = InputSpec()
    plain = PlainBatches(digits(), spec, batch_size=5, seed=0)
    return plain, inputs_of(digits(), spec)


@cache
def checkpoint() -> bytes:
    run = trainer()
    with patch("time.perf_counter", float):  # 0.0: the file has the seconds that passed
        for _ in zip(range(7), run.run(), strict=False):
            pass
    choices = asdict(Hyperparameters(layers="784-2-10", examples=1000))
    weights = dumps(run.network, dtype="int8")
    return checkpoint_bytes(run, {"network": weights, "steps": 7, "choices": choices})


@cache
def checkpoint_facts() -> str:
    return str(np.load(io.BytesIO(unzipped(checkpoint())["facts.npy"])))
