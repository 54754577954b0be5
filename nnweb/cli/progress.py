"""Training progress on stderr: a live bar in a terminal, else lines."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Protocol, Self

from nnweb.training.trainer import EpochDone, Row, StepDone

_LINE_SECONDS = 10.0  # between two plain lines within an epoch
_BAR_SECONDS = 0.1  # between two changes of the bar


class Progress(Protocol):
    """Shows events; a context manager."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def show(self, event: StepDone | EpochDone) -> None: ...


def make_progress(epochs: int) -> Progress:
    """Return a bar if stderr is a terminal and rich is installed, else plain lines."""
    if sys.stderr.isatty():
        try:
            import rich.progress  # noqa: F401
        except ImportError:
            pass
        else:
            return Bar(epochs)
    return Lines(epochs)


class Lines:
    """A line for each epoch, and one every ten seconds in between."""

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs
        self._printed_at = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def show(self, event: StepDone | EpochDone) -> None:
        if isinstance(event, EpochDone):
            self._print(epoch_line(event.row, self._epochs, best=event.best))
        elif time.monotonic() - self._printed_at >= _LINE_SECONDS:
            self._print(f"step {event.step:,} of {event.steps:,}: {step_text(event)}")

    def _print(self, line: str) -> None:
        self._printed_at = time.monotonic()
        print(line, file=sys.stderr, flush=True)


class Bar:
    """A line for each epoch, and a progress bar below them."""

    def __init__(self, epochs: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

        self._epochs = epochs
        self._updated_at = 0.0
        self._bar = Progress(
            TextColumn("epoch {task.fields[epoch]}/{task.fields[epochs]}"),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TextColumn("{task.fields[text]}"),
            console=Console(stderr=True),
            transient=True,
        )
        self._task: Any = None

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def show(self, event: StepDone | EpochDone) -> None:
        if isinstance(event, EpochDone):
            line = epoch_line(event.row, self._epochs, best=event.best)
            self._bar.console.print(line, markup=False, highlight=False)
            return
        if self._task is None:
            self._task = self._bar.add_task(
                "", total=event.steps, epoch=1, epochs=self._epochs, text=""
            )
        if time.monotonic() - self._updated_at >= _BAR_SECONDS:
            self._updated_at = time.monotonic()
            self._bar.update(
                self._task,
                completed=event.step,
                epoch=event.epoch + 1,
                text=step_text(event),
            )


def epoch_line(row: Row, epochs: int, *, best: bool) -> str:
    width = len(str(epochs))
    return (
        f"epoch {row.epoch:>{width}}/{epochs}"
        f"  train loss {row.train_loss:.4f}, {row.train_accuracy:7.2%}"
        f"  validation loss {row.validation_loss:.4f}, {row.validation_accuracy:7.2%}"
        f"  {row.seconds:.1f} s{'  best' if best else ''}"
    )


def step_text(event: StepDone) -> str:
    return (
        f"loss {event.loss:.4f}, {event.accuracy:4.0%}, "
        f"{event.examples_per_second:,.0f} images/s, {_span(event.seconds_left)} left"
    )


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
