"""Checkpoints: a run's state in a file, from which it resumes exactly.

An .npz file (a zip of arrays): the arrays of ``Trainer.state``; its plain values and
the caller's options are JSON in a text array, "facts". No pickle, so reading one runs
no code.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from nnweb.errors import TrainingError
from nnweb.training.trainer import Arrays, Trainer

VERSION = 1


def save_checkpoint(
    path: str | Path, trainer: Trainer, options: dict[str, Any]
) -> None:
    """Write the trainer's state, and ``options``, with which the run was started.

    The file is written under another name and then renamed, so that it is complete.
    """
    temporary = Path(f"{path}.part")
    with temporary.open("wb") as file:
        _write(file, trainer, options)
    temporary.replace(path)


def checkpoint_bytes(trainer: Trainer, options: dict[str, Any]) -> bytes:
    """Return the content of the file that ``save_checkpoint`` writes."""
    file = io.BytesIO()
    _write(file, trainer, options)
    return file.getvalue()


def read_checkpoint(source: str | Path | bytes) -> tuple[Arrays, dict[str, Any]]:
    """Return (arrays, facts); the caller's options are ``facts["options"]``.

    ``source`` is a path, or the file's content.
    """
    if isinstance(source, bytes):
        return _read(io.BytesIO(source), "checkpoint")
    try:
        with Path(source).open("rb") as raw:
            return _read(raw, str(source))
    except FileNotFoundError:
        raise TrainingError(f"{source}: no such checkpoint") from None
    except OSError as error:
        raise TrainingError(f"{source}: cannot be read: {error}") from error


def _write(file: BinaryIO, trainer: Trainer, options: dict[str, Any]) -> None:
    arrays, facts = trainer.state()
    facts = {"nnweb-checkpoint": VERSION, "options": options, **facts}
    members: dict[str, Any] = {"facts": np.array(json.dumps(facts)), **arrays}
    np.savez(file, **members)


def _read(raw: BinaryIO, path: str) -> tuple[Arrays, dict[str, Any]]:
    try:
        with np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        facts = json.loads(str(arrays.pop("facts")))
    except KeyError:
        raise TrainingError(f"{path}: not a checkpoint: it has no 'facts'") from None
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise TrainingError(f"{path}: not a checkpoint, or damaged: {error}") from error
    version = facts.get("nnweb-checkpoint") if isinstance(facts, dict) else None
    if version != VERSION:
        raise TrainingError(
            f"{path}: checkpoint version {version!r}, expected {VERSION}; it was "
            "written by another release of nnweb"
        )
    return arrays, facts
