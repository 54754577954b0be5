"""Checkpoints: a run's state in a file, from which it resumes exactly.

An .npz file (a zip of arrays): the arrays of ``Trainer.state``; its plain values and
the caller's options are JSON in a text array, "facts". No pickle, so reading one runs
no code.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from nnweb.errors import TrainingError, raised_as
from nnweb.files.content import read_content
from nnweb.files.json_text import parse_json
from nnweb.files.npz import read_npz
from nnweb.files.replace import replacing
from nnweb.files.shown import shown
from nnweb.training.trainer import Arrays, Trainer

VERSION = 1
#: The facts of a run, and their types.
_FACTS = {
    "options": dict,
    "settings": dict,
    "epoch": int,
    "tally": dict,
    "history": list,
}


def save_checkpoint(
    path: str | Path, trainer: Trainer, options: dict[str, Any]
) -> None:
    """Write the trainer's state, and ``options``, with which the run was started.

    A power cut leaves the previous checkpoint.
    """
    with replacing(Path(path)) as file:
        _write(file, trainer, options)


def checkpoint_bytes(trainer: Trainer, options: dict[str, Any]) -> bytes:
    """Return the content of the file that ``save_checkpoint`` writes."""
    file = io.BytesIO()
    _write(file, trainer, options)
    return file.getvalue()


def read_checkpoint(source: str | Path | bytes) -> tuple[Arrays, dict[str, Any]]:
    """Return (arrays, facts); the caller's options are ``facts["options"]``.

    ``source`` is a path, or the file's content.
    """
    data, path = read_content(source, TrainingError, "checkpoint")
    with raised_as(TrainingError, f"{path}: not a checkpoint, or damaged"):
        most = 2**20 + len(data)  # written without compression
        arrays = read_npz(data, most=most, numbers=most)
        facts = arrays.pop("facts", None)
        if facts is None or facts.dtype.kind != "U" or facts.ndim:
            raise TrainingError(f"{path}: not a checkpoint: it has no 'facts'")
        facts = parse_json(str(facts), "facts")
    version = facts.get("nnweb-checkpoint") if isinstance(facts, dict) else None
    if version != VERSION:
        raise TrainingError(
            f"{path}: checkpoint version {shown(version)}, expected {VERSION}; it was "
            "written by another release of nnweb"
        )
    for name, kind in _FACTS.items():
        if type(facts.get(name)) is not kind:
            raise TrainingError(
                f"{path}: damaged: its {name} is {shown(facts.get(name))}, expected "
                f"{kind.__name__}"
            )
    return arrays, facts


def _write(file: BinaryIO, trainer: Trainer, options: dict[str, Any]) -> None:
    arrays, facts = trainer.state()
    facts = {"nnweb-checkpoint": VERSION, "options": options, **facts}
    members: dict[str, Any] = {"facts": np.array(json.dumps(facts)), **arrays}
    np.savez(file, **members)
