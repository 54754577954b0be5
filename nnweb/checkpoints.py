"""Checkpoints: a run's state in a file, from which it goes on as if never left.

An .npz file (a zip of arrays): what ``Trainer.state`` gives, its plain values and the
caller's own as JSON in an array of text, "facts". No pickle: reading one runs no code.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from nnweb.errors import TrainingError
from nnweb.training import Arrays, Trainer

VERSION = 1


def save_checkpoint(
    path: str | Path, trainer: Trainer, options: dict[str, Any]
) -> None:
    """Write the trainer's state, and ``options`` to know how the run was begun.

    The file is complete or not there: it is written beside and then renamed.
    """
    arrays, facts = trainer.state()
    facts = {"nnweb-checkpoint": VERSION, "options": options, **facts}
    members: dict[str, Any] = {"facts": np.array(json.dumps(facts)), **arrays}
    beside = Path(f"{path}.part")
    with beside.open("wb") as file:
        np.savez(file, **members)
    beside.replace(path)


def read_checkpoint(path: str | Path) -> tuple[Arrays, dict[str, Any]]:
    """Return (arrays, facts); the caller's own are ``facts["options"]``."""
    try:
        with Path(path).open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        facts = json.loads(str(arrays.pop("facts")))
    except FileNotFoundError:
        raise TrainingError(f"{path}: no such checkpoint") from None
    except KeyError:
        raise TrainingError(f"{path}: no facts in it: not a checkpoint") from None
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise TrainingError(f"{path}: not a checkpoint, or damaged: {error}") from error
    version = facts.get("nnweb-checkpoint") if isinstance(facts, dict) else None
    if version != VERSION:
        raise TrainingError(
            f"{path}: checkpoint version {version!r}, expected {VERSION}; it was "
            "written by another release of nnweb"
        )
    return arrays, facts
