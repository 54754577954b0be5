"""Write MNIST for the page in blocks of 1,000 digits, each fetched when needed.

A block has the images, 784 bytes each (0 paper ... 255 ink), then the labels, one byte
each; all compressed with gzip. site/js/input/mnist.js reads them.
"""

import gzip
from pathlib import Path
from typing import Any

import numpy as np

from nnweb.data.datasets import Dataset, load_mnist
from tools.faststart.build import integrity

BLOCK = 1000
_LEVEL = 6  # 9 takes ten times as long for 2 % less


def write_blocks(source: Path, folder: Path) -> dict[str, Any]:
    """Write both splits of MNIST to ``folder`` and return their manifest entry:

    ``{"train": {"count": 60000, "blocks": [file entries]}, "test": ...}``
    """
    folder.mkdir(parents=True, exist_ok=True)
    splits = load_mnist(source)
    parts = {"train": splits.train, "test": splits.test}
    return {
        "block": BLOCK,
        **{name: _write(data, name, folder) for name, data in parts.items() if data},
    }


def _write(data: Dataset, name: str, folder: Path) -> dict[str, Any]:
    entries = []
    for start in range(0, len(data), BLOCK):
        part = slice(start, start + BLOCK)
        images = np.ascontiguousarray(data.images[part])
        raw = images.tobytes() + data.labels[part].tobytes()
        packed = gzip.compress(raw, _LEVEL, mtime=0)
        path = folder / f"{name}-{start // BLOCK:02}.bin.gz"
        path.write_bytes(packed)
        size = len(packed)
        entries.append(
            {"file": path.name, "size": size, "integrity": integrity(packed)}
        )
    return {"count": len(data), "blocks": entries}
