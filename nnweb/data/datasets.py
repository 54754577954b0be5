"""Data sets of labelled 28 x 28 images: MNIST, and your own in four file formats.

``images`` are always uint8 (N, 28, 28), *ink*: 0 paper ... 255 ink, as in MNIST, and
``labels`` uint8 (N,). Data that is black on white is inverted when read.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from nnweb.data.idx import read_idx_with_sha256
from nnweb.errors import DatasetError, raised_as
from nnweb.files.npz import read_npz
from nnweb.files.shown import shown
from nnweb.network import DIGITS

Bytes = NDArray[np.uint8]

SIDE = 28

#: SHA-256 of MNIST's four files, uncompressed.
MNIST_SHA256 = {
    "train-images": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
_IDX_NAME = re.compile(
    r".*?(train|t10k|test)-(images|labels)[-.]idx[13]-ubyte(\.gz)?", re.IGNORECASE
)
_QUOTED = re.compile(r'\s*"((?:[^"]|"")*)"\s*,')  # a line's label
_IDX_FILES = "train-images-idx3-ubyte, train-labels-idx1-ubyte and t10k-..., or .gz"


@dataclass(frozen=True)
class Dataset:
    """Images and their labels.

    Attributes
    ----------
    images : uint8 (N, 28, 28), ink
    labels : uint8 (N,), indices into ``names``
    names : the meaning of the labels
    source : where the data comes from, for messages
    """

    images: Bytes
    labels: Bytes
    names: tuple[str, ...] = DIGITS
    source: str = "data"

    def __post_init__(self) -> None:
        images, labels = self.images, self.labels
        if images.dtype != np.uint8 or images.shape[1:] != (SIDE, SIDE):
            raise DatasetError(
                f"{self.source}: images are {images.dtype} {images.shape}, expected "
                f"uint8 (N, {SIDE}, {SIDE})"
            )
        if labels.shape != (len(images),) or len(images) == 0:
            raise DatasetError(
                f"{self.source}: {len(images)} images and labels of shape "
                f"{labels.shape}, expected a label for each image and one image or more"
            )
        if labels.dtype != np.uint8 or labels.max() >= len(self.names):
            raise DatasetError(
                f"{self.source}: labels are {labels.dtype} up to {labels.max()}, "
                f"expected uint8 up to {len(self.names) - 1}"
            )

    def __len__(self) -> int:
        return len(self.images)

    def take(self, part: slice, name: str) -> Dataset:
        """Return the examples of ``part``; ``name`` describes them in ``source``."""
        source = f"{self.source}, {name}"
        return Dataset(self.images[part], self.labels[part], self.names, source)

    def split(self, validation: int | None = None) -> tuple[Dataset, Dataset]:
        """Split off the last ``validation`` examples: (train, validation).

        By default a twelfth: 5,000 of MNIST's 60,000.
        """
        N = len(self)
        count = max(1, N // 12) if validation is None else validation
        if not 0 < count < N:
            raise DatasetError(
                f"{self.source}: {count} of {N} examples to validate on, expected 1 to "
                f"{N - 1}"
            )
        at = N - count
        return (
            self.take(slice(0, at), f"examples 0 to {at - 1}"),
            self.take(slice(at, N), f"examples {at} to {N - 1}"),
        )

    @property
    def fingerprint(self) -> str:
        """SHA-256 of images and labels, to recognize the same data."""
        digest = hashlib.sha256(np.ascontiguousarray(self.images))
        digest.update(np.ascontiguousarray(self.labels))
        return digest.hexdigest()


@dataclass(frozen=True)
class Splits:
    """Data to train on and, if the source has it, data to test on."""

    train: Dataset
    test: Dataset | None = None


def load_mnist(folder: str | Path) -> Splits:
    """Read MNIST from its four IDX files; DatasetError if a checksum differs."""
    splits, digests = _read_idx_folder(Path(folder), "MNIST")
    for name, expected in MNIST_SHA256.items():
        got = digests.get(name, "missing")
        if got != expected:
            raise DatasetError(
                f"{folder}: sha256 of {name} is {got}, expected {expected}: this is "
                "not MNIST, or damaged; download the file again"
            )
    return splits


def load_dataset(path: str | Path) -> Splits:
    """Read a data set of any of these kinds, detected from the files.

    - a folder of IDX files (``train-images-idx3-ubyte`` ..., or .gz);
    - a folder with a folder of pictures for each label; labels are the folders' names;
    - a CSV file whose first line is a header, ``label`` and 784 names of pixels;
    - an .npz file of ``x_train, y_train, x_test, y_test``, or ``x, y``, or ``images,
      labels``.

    Labels are numbers from 0 to 255 or, in pictures, CSV and .npz, any texts. Examples
    with texts are shuffled, as they may be sorted by label.

    Data with light borders is black on white, and is inverted.
    """
    path = Path(path)
    if not path.exists():
        raise DatasetError(f"{path}: no such file or folder")
    if path.is_dir():
        if any(_IDX_NAME.fullmatch(file.name) for file in path.iterdir()):
            return _read_idx_folder(path)[0]
        return _read_picture_folders(path)
    if path.suffix.lower() == ".csv":
        return _read_csv(path)
    if path.suffix.lower() == ".npz":
        return _read_npz(path)
    raise DatasetError(
        f"{path}: expected a folder of IDX files or of pictures by label, a .csv or an "
        ".npz file"
    )


# --- IDX ------------------------------------------------------------------------------


def _read_idx_folder(
    folder: Path, name: str | None = None
) -> tuple[Splits, dict[str, str]]:
    """Return the splits, and each file's SHA-256 by "train-images", ..."""
    source = folder.name if name is None else name
    if not folder.is_dir():
        raise DatasetError(f"{folder}: no such folder, expected one with {_IDX_FILES}")
    files: dict[str, Path] = {}
    for file in sorted(folder.iterdir(), reverse=True):  # a plain file replaces its .gz
        if match := _IDX_NAME.fullmatch(file.name):
            part = "train" if match[1].lower() == "train" else "t10k"
            files[f"{part}-{match[2].lower()}"] = file
    read = {key: read_idx_with_sha256(file) for key, file in files.items()}
    parts: dict[str, Dataset] = {}
    for part, word in (("train", "train"), ("t10k", "test")):
        if f"{part}-images" in read and f"{part}-labels" in read:
            images, labels = read[f"{part}-images"][0], read[f"{part}-labels"][0]
            names = _numbered(labels)
            parts[part] = Dataset(images, labels, names, f"{source} {word}")
    if "train" not in parts:
        found = (
            ", ".join(sorted(file.name for file in files.values())) or "none of them"
        )
        raise DatasetError(f"{folder}: has {found}, expected {_IDX_FILES}")
    digests = {key: digest for key, (_, digest) in read.items()}
    return Splits(parts["train"], parts.get("t10k")), digests


# --- CSV ------------------------------------------------------------------------------


def _read_csv(path: Path) -> Splits:
    columns = 1 + SIDE * SIDE
    try:
        with path.open(encoding="utf-8-sig") as file:
            header = file.readline().strip().split(",")
            if header[0].strip('" ').lower() != "label" or len(header) != columns:
                raise DatasetError(
                    f"{path}: the first line has {len(header)} columns, the first of "
                    f"them {header[0][:20]!r}; expected a header, 'label' and "
                    f"{columns - 1} names of pixels"
                )
            labels, numbers = _split_labels(file)
            # a wide integer, so that 256 is refused instead of wrapping to 0
            with warnings.catch_warnings():  # an empty table is refused below
                warnings.simplefilter("ignore", UserWarning)
                table = np.loadtxt(
                    numbers, np.int32, delimiter=",", ndmin=2, quotechar='"'
                )
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: cannot be read: {error}") from error
    except ValueError as error:
        if isinstance(error, DatasetError):
            raise
        # NumPy's message has the row and column, and may go on about its own arguments
        what = str(error).partition(";")[0]
        raise DatasetError(f"{path}: {what} (rows counted after the header)") from None
    if table.size == 0:
        raise DatasetError(f"{path}: no rows after the header")
    if table.shape[1] != columns or table.min() < 0 or table.max() > 255:
        raise DatasetError(
            f"{path}: {table.shape[1]} columns of {table.min()} to {table.max()}, "
            f"expected {columns} of 0 to 255"
        )
    pixels = table.astype(np.uint8)
    images, note = _as_ink(pixels[:, 1:].reshape(-1, SIDE, SIDE))
    y = np.array(labels) if labels else np.ascontiguousarray(pixels[:, 0])
    return Splits(_labelled(images, y, path.name + note))


def _split_labels(file: TextIO) -> tuple[list[str], Iterable[str]]:
    """Return the labels if some are texts, and lines that are numbers throughout."""
    lines = [line for line in file if line.strip()]
    parts = [_split_line(line) for line in lines]
    if all(_is_number(label) for label, _ in parts):
        return [], lines
    return [label for label, _ in parts], [f"0,{numbers}" for _, numbers in parts]


def _is_number(label: str) -> bool:
    return label.isascii() and label.removeprefix("-").isdecimal()


def _split_line(line: str) -> tuple[str, str]:
    """Return the label, which may be quoted as RFC 4180 has it, and the rest."""
    if quoted := _QUOTED.match(line):
        return quoted[1].replace('""', '"').strip(), line[quoted.end() :]
    label, _, numbers = line.partition(",")
    return label.strip(), numbers


# --- .npz -----------------------------------------------------------------------------

_NPZ_NAMES = (("x_train", "y_train"), ("x", "y"), ("images", "labels"))


def _read_npz(path: Path) -> Splits:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read: {error}") from error
    most = 48 * 2**20 + 8 * len(data)  # MNIST's is a fifth of its arrays
    with raised_as(DatasetError, str(path)):
        arrays = read_npz(data, most=most, numbers=most)
    del data
    for x, y in _NPZ_NAMES:
        if {x, y} <= set(arrays):
            train = _npz_part(arrays.pop(x), arrays.pop(y), f"{path.name} {x}")
            break
    else:
        expected = " or ".join(f"{x}, {y}" for x, y in _NPZ_NAMES)
        found = shown(sorted(arrays))
        raise DatasetError(f"{path}: has {found}, expected {expected}")
    test = None
    if x == "x_train" and {"x_test", "y_test"} <= set(arrays):
        source = f"{path.name} x_test"
        test = _npz_part(arrays["x_test"], arrays["y_test"], source, train.names)
    return Splits(train, test)


def _npz_part(
    x: NDArray[Any], y: NDArray[Any], source: str, names: tuple[str, ...] = ()
) -> Dataset:
    """``names``, if not those in ``y``, are the ones of labels that are texts."""
    size = SIDE * SIDE
    if x.ndim not in (2, 3, 4) or prod(x.shape[1:]) != size:
        raise DatasetError(
            f"{source}: shape {x.shape}, expected (N, {SIDE}, {SIDE}) or (N, {size})"
        )
    if y.dtype.kind not in "iuU" or y.shape != (len(x),) or len(x) == 0:
        raise DatasetError(
            f"{source}: labels are {y.dtype} {y.shape}, expected integers or texts "
            f"({len(x)},), one or more"
        )
    if y.dtype.kind != "U" and (y.min() < 0 or y.max() > 255):
        raise DatasetError(
            f"{source}: labels go from {y.min()} to {y.max()}, expected 0 to 255"
        )
    pixels = _as_bytes(x.reshape(len(x), size), source)
    images, note = _as_ink(pixels.reshape(-1, SIDE, SIDE))
    return _labelled(images, y, source + note, names)


def _as_bytes(x: NDArray[Any], source: str) -> Bytes:
    """Return pixels (N, 784) as uint8, from uint8 or floats in 0 ... 1."""
    if x.dtype == np.uint8:
        return x
    if x.dtype.kind != "f":
        raise DatasetError(f"{source}: {x.dtype}, expected uint8, or floats in 0 ... 1")
    pixels = np.empty(x.shape, np.uint8)
    for i in range(0, len(x), 1000):  # in parts, which need little memory
        part = x[i : i + 1000]
        if not (np.all(part >= 0) and np.all(part <= 1)):  # NaN fails both
            raise DatasetError(f"{source}: {x.dtype} beyond 0 ... 1, or not a number")
        pixels[i : i + 1000] = np.rint(part * 255)
    return pixels


# --- pictures -------------------------------------------------------------------------


def _read_picture_folders(folder: Path) -> Splits:
    """``folder/7/anything.png``; ``folder/train/7/...`` and ``folder/test/7/...``."""
    names = {child.name for child in _visible(folder) if child.is_dir()}
    if names == {"train", "test"}:
        return Splits(
            _read_pictures(folder / "train", f"{folder.name} train"),
            _read_pictures(folder / "test", f"{folder.name} test"),
        )
    return Splits(_read_pictures(folder, folder.name))


def _read_pictures(folder: Path, source: str) -> Dataset:
    from nnweb.images.files import SUFFIXES, read_picture, reduce_to_square

    pictures = {
        child: [file for file in _visible(child) if file.suffix.lower() in SUFFIXES]
        for child in _visible(folder)
        if child.is_dir()
    }
    # a Mac may have taken the accents off the letters
    labels_of = {child: unicodedata.normalize("NFC", child.name) for child in pictures}
    names = tuple(sorted(set(labels_of.values())))
    files = [
        (file, names.index(labels_of[child]))
        for child, mine in pictures.items()
        for file in mine
    ]
    if len(files) == 0 or len(names) > 256:
        raise DatasetError(
            f"{folder}: {len(names)} folders and {len(files)} pictures in them; "
            "expected a folder for each label, named as the label, with its pictures "
            f"(or IDX files: {_IDX_FILES})"
        )
    if empty := [child for child, mine in pictures.items() if not mine]:
        raise DatasetError(
            f"{empty[0]}: has no pictures, expected {', '.join(SUFFIXES)}"
        )
    # shuffled with a fixed seed, so that the last ones, for validation, have all labels
    order = np.random.default_rng(0).permutation(len(files))
    images = np.empty((len(files), SIDE, SIDE), np.uint8)
    labels = np.empty(len(files), np.uint8)
    for place, index in enumerate(order):
        file, labels[place] = files[index]
        images[place] = 255 - reduce_to_square(read_picture(file), SIDE)
    return Dataset(images, labels, names, source)


def _visible(folder: Path) -> list[Path]:
    """Return what is in a folder, sorted, without what systems have put there."""
    return sorted(
        child
        for child in folder.iterdir()
        if not child.name.startswith(".") and child.name != "__MACOSX"
    )


# --- helpers --------------------------------------------------------------------------


def _as_ink(images: Bytes) -> tuple[Bytes, str]:
    """Return the images as ink, and a note for ``source`` if they were inverted."""
    border = np.concatenate(
        [images[:, [0, -1], :].ravel(), images[:, 1:-1, [0, -1]].ravel()]
    )
    if float(border.mean()) <= 127.5:
        return images, ""
    return 255 - images, " (black on white, inverted)"


def _labelled(
    images: Bytes, y: NDArray[Any], source: str, names: tuple[str, ...] = ()
) -> Dataset:
    """Return the data set of images with labels that are numbers or texts."""
    if y.dtype.kind != "U":
        labels = y.astype(np.uint8)
        return Dataset(images, labels, _numbered(labels), source)
    names = names or tuple(np.unique(y).tolist())
    unknown = sorted(set(y.tolist()) - set(names))
    if len(names) > 256 or unknown or "" in names:
        raise DatasetError(
            f"{source}: {len(names)} labels, {shown(unknown or list(names))}; expected "
            "256 at most, none of them empty, and no others to test on"
        )
    place = {name: i for i, name in enumerate(names)}
    labels = np.array([place[name] for name in y.tolist()], np.uint8)
    # shuffled as pictures are
    order = np.random.default_rng(0).permutation(len(labels))
    return Dataset(images[order], labels[order], names, source)


def _numbered(labels: Bytes) -> tuple[str, ...]:
    """Return names for numeric labels: at least the ten digits."""
    return tuple(str(i) for i in range(max(10, int(labels.max()) + 1)))
