"""A run's history as a CSV table and as a PNG plot."""

from __future__ import annotations

import csv
from dataclasses import asdict, fields
from pathlib import Path

from nnweb.errors import TrainingError
from nnweb.training.trainer import Row


def write_history(path: Path, rows: list[Row]) -> None:
    """Write a CSV line for each epoch, with the fields of ``Row``."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Row)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def need_matplotlib() -> None:
    """TrainingError unless matplotlib is installed; checked before the training."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        raise TrainingError(
            "--plot needs matplotlib: pip install nnweb[cli], or use --history"
        ) from None


def draw_history(path: Path, rows: list[Row], title: str) -> None:
    """Plot training and validation loss and accuracy over the epochs, as a PNG."""
    from matplotlib.figure import Figure

    epochs = [row.epoch for row in rows]
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    figure.suptitle(title)
    loss, accuracy = figure.subplots(1, 2)
    loss.plot(epochs, [row.train_loss for row in rows], label="training")
    loss.plot(epochs, [row.validation_loss for row in rows], label="validation")
    loss.set(xlabel="epoch", ylabel="loss (nats)", yscale="log")
    accuracy.plot(epochs, [100 * row.train_accuracy for row in rows], label="training")
    accuracy.plot(
        epochs, [100 * row.validation_accuracy for row in rows], label="validation"
    )
    accuracy.set(xlabel="epoch", ylabel="accuracy (%)")
    for axes in (loss, accuracy):
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(path, format="png", dpi=120)
