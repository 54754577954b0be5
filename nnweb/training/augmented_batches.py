"""Augmented batches, made in a second process while the first one trains.

A training step and making its examples cost about the same, and two cores can do both
at once. The second process changes only the speed: a chunk is a pure function of the
seed, the epoch and its index (``Mixture.chunk``).
"""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nnweb.data.augment.mixture import Mix, Mixture
from nnweb.data.augment.written import WrittenDigits
from nnweb.data.datasets import Dataset
from nnweb.errors import TrainingError
from nnweb.network import DIGITS
from nnweb.training.batches import Batch, stream

Chunk = tuple[NDArray[np.uint8], NDArray[np.int16]]

_BATCHES = 8  # per chunk: enough to make NumPy's overhead per call small
_AHEAD = 3  # chunks being made in advance


class AugmentedBatches:
    """The training mixture as a BatchSource (``nnweb.training.batches``).

    ``batch_size`` counts digits, or images of other labels; the made-up outliers are
    added. Examples that do not fill a chunk of eight batches are dropped, others in
    each epoch; fewer than a chunk are taken repeatedly. ``process=False`` makes the
    same batches in this process.
    """

    def __init__(
        self,
        data: Dataset,
        mix: Mix,
        *,
        batch_size: int,
        seed: int,
        pens: WrittenDigits | None = None,
        process: bool = True,
    ) -> None:
        if data.names != DIGITS and pens is not None:
            raise TrainingError(
                f"pens: they are the ten digits, but the labels are "
                f"{', '.join(data.names[:12])}; expected --pens 0"
            )
        self._seed = seed
        self._mixture_of = (data, mix, pens)
        self._count = len(data)
        self._chunk_size = batch_size * _BATCHES
        chunks = max(1, len(data) // self._chunk_size)
        self.steps = chunks * _BATCHES
        self.examples = chunks * self._chunk_size
        written = "" if pens is None else f", {len(pens)} written digits"
        self.fingerprint = f"augmented, {asdict(mix)}, {data.fingerprint}{written}"
        self._process = process
        self._pool: ProcessPoolExecutor | None = None
        self._mixture: Mixture | None = None

    def epoch(self, epoch: int, start: int = 0) -> Generator[Batch]:
        """The batches of an epoch from step ``start`` on; see ``BatchSource``."""
        rng = stream(self._seed, "shuffle", epoch)
        rounds = math.ceil(self.examples / self._count)
        order = np.concatenate([rng.permutation(self._count) for _ in range(rounds)])
        first, skip = divmod(start, _BATCHES)
        places = range(first, self.steps // _BATCHES)
        jobs = (
            (order[p * self._chunk_size :][: self._chunk_size], [self._seed, epoch, p])
            for p in places
        )
        for x, labels in self._chunks(jobs):
            edges = np.linspace(0, len(x), _BATCHES + 1).astype(int)
            for low, high in list(pairwise(edges))[skip:]:
                ink = x[low:high].astype(np.float32) * np.float32(1 / 255)
                yield Batch(ink, labels[low:high].astype(np.intp))
            skip = 0

    def close(self) -> None:
        """Stop the second process."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _chunks(
        self, jobs: Iterator[tuple[NDArray[np.intp], list[int]]]
    ) -> Iterator[Chunk]:
        """Yield the chunks in order, with a few of them being made in advance."""
        if not self._process:
            self._mixture = self._mixture or _mixture(*self._mixture_of)
            yield from (self._mixture.chunk(*job) for job in jobs)
            return
        pool = self._pool = self._pool or _pool(*self._mixture_of)
        waiting: deque[Future[Chunk]] = deque()
        try:
            for job in jobs:
                with _stop_signals_blocked():  # the first job starts the process
                    waiting.append(pool.submit(_make, *job))
                if len(waiting) > _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            self._pool = None
            raise TrainingError(
                "augmentation: its process died, perhaps out of memory; "
                "resume from the last checkpoint"
            ) from None
        finally:
            for future in waiting:
                future.cancel()


@contextmanager
def _stop_signals_blocked() -> Iterator[None]:
    """Let a process that starts here ignore Ctrl-C and SIGTERM, from its first moment.

    It inherits what is blocked. The training process, which gets the signals as well,
    handles them; here that is delayed until the block ends. If the other one died while
    it is sent its data, the training process would wait for ever.
    """
    if not hasattr(signal, "pthread_sigmask"):  # on Windows
        yield
        return
    stops = (signal.SIGINT, signal.SIGTERM)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# --- in the second process ------------------------------------------------------------

_process_mixture: Mixture | None = None  # set by _start, in the second process


def _pool(data: Dataset, mix: Mix, pens: WrittenDigits | None) -> ProcessPoolExecutor:
    # spawned: a fork of a process with threads may deadlock, and not every system forks
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, context, _start, (data, mix, pens))


def _start(data: Dataset, mix: Mix, pens: WrittenDigits | None) -> None:
    global _process_mixture
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for Windows; elsewhere it is blocked
    threading.Thread(target=_end_with_first, daemon=True).start()
    _process_mixture = _mixture(data, mix, pens)


def _end_with_first() -> None:
    """End this process, which nobody would stop, once the training one was killed."""
    if (first := multiprocessing.parent_process()) is not None:
        first.join()
        os._exit(1)


def _make(indices: NDArray[np.intp], seed: list[int]) -> Chunk:
    if _process_mixture is None:
        raise RuntimeError("augmentation: _make before _start")
    return _process_mixture.chunk(indices, seed)


def _mixture(data: Dataset, mix: Mix, pens: WrittenDigits | None) -> Mixture:
    return Mixture(data.images, data.labels, mix, pens=pens, names=data.names)
