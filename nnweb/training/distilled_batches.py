"""Distillation: batches whose targets are partly the answers of trained networks.

A teacher answers for the very images of the batch, augmented as they are. Sources:
Hinton et al. 2015, "Distilling the Knowledge in a Neural Network"; Beyer et al. 2022,
"Knowledge distillation: a good teacher is patient and consistent".
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np

from nnweb.errors import TrainingError, WeightsError
from nnweb.network import OUTLIER, Network, softmax
from nnweb.training.batches import Array, Batch, BatchSource
from nnweb.training.losses import as_rows
from nnweb.weights.json_format import file_bytes, load

_AHEAD = 8  # batches being answered in advance


class DistilledBatches:
    """A BatchSource of labels as one of rows: (1 - share) * label + share * teachers.

    ``teachers`` are weights files, whose probabilities are averaged. They need the
    labels and the input of ``student``. With ``open_set`` the rows have one more
    column, "none of the labels", as in ``open_set_cross_entropy``.

    The teachers run in a thread: NumPy releases the GIL in what takes long, so they use
    whichever core the training and the augmentation leave idle.
    """

    def __init__(
        self,
        source: BatchSource,
        teachers: Sequence[Path],
        student: Network,
        *,
        share: float,
        open_set: bool,
    ) -> None:
        self._source, self._share, self._open_set = source, share, open_set
        loaded = [_load(path, student, open_set) for path in teachers]
        self._teachers = [teacher for teacher, _ in loaded]
        self.steps, self.examples = source.steps, source.examples
        names = [f"{teacher.name} (sha256 {digest[:12]})" for teacher, digest in loaded]
        #: The teachers and their share, for the card.
        self.taught_by = f"{', '.join(names)}, share {share:g}"
        self.fingerprint = f"taught by {self.taught_by}, {source.fingerprint}"

    def epoch(self, epoch: int, start: int = 0) -> Generator[Batch]:
        waiting: deque[Future[Batch]] = deque()
        with (
            closing(self._source.epoch(epoch, start)) as batches,
            ThreadPoolExecutor(1) as thread,
        ):
            for batch in batches:
                waiting.append(thread.submit(self._taught, batch))
                if len(waiting) > _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def close(self) -> None:
        """Close the source of labels."""
        self._source.close()

    def _taught(self, batch: Batch) -> Batch:
        labels, K = batch.targets, len(self._teachers[0].labels)
        if self._open_set:
            labels = np.where(labels == OUTLIER, K, labels)
        answers = [self._answer(teacher, batch.x) for teacher in self._teachers]
        answer = np.mean(answers, axis=0, dtype=np.float32)
        rows = (1 - self._share) * as_rows(labels, answer.shape[1])
        return Batch(batch.x, rows + self._share * answer, batch.weights)

    def _answer(self, teacher: Network, x: Array) -> Array:
        logits = teacher.forward(x)
        if not self._open_set:
            return teacher.probabilities(logits)
        none = np.zeros((len(x), 1), logits.dtype)
        return softmax(np.concatenate([logits, none], axis=1))


def _load(path: Path, student: Network, open_set: bool) -> tuple[Network, str]:
    """Return a teacher and the SHA-256 of its file.

    TrainingError if it cannot teach ``student``.
    """
    try:
        content = file_bytes(path)
    except WeightsError as error:
        raise TrainingError(f"teacher: {error}") from None
    try:
        teacher = load(content)
    except WeightsError as error:
        raise TrainingError(f"teacher: {path}: {error}") from None
    for what, got, expected in (
        ("labels", teacher.labels, student.labels),
        ("input", teacher.input, student.input),
    ):
        if got != expected:
            raise TrainingError(
                f"teacher: {path}: its {what}: got {got}, expected {expected}, as the "
                "network to train has"
            )
    if open_set and teacher.reject_below is None:
        raise TrainingError(
            f"teacher: {path}: it was trained without outliers, so it cannot teach "
            "with the loss open_set_cross_entropy, which needs to know non-digits"
        )
    return teacher, hashlib.sha256(content).hexdigest()
