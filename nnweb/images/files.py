"""Picture files (PNG, JPEG, ...) as grey images, black ink on white paper.

Needs Pillow, which only the command line installs: import this module on first use.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ImageError
from nnweb.files.content import read_content
from nnweb.images.lighting import LARGEST, black_on_white

try:
    from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError
except ImportError as error:
    raise ImageError("picture files need Pillow: pip install nnweb[cli]") from error

Pixels = NDArray[np.uint8]

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
#: Pillow's names of the formats that are read, whatever a file is called. It knows
#: others, and would run Ghostscript for an EPS that is named photo.png.
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
_SPACE = 48 * 2**20  # for the pixels of a picture: 12 million in colour, as a phone's
_KEPT = ("RGBA", "LA", "RGB", "L")  # modes that are not converted to RGB or RGBA
_LONGEST_PAGE = 1600  # side of a picture of a number, in pixels
_LONGEST = 4 * LARGEST  # side of a small picture that is enlarged
_SIDE = 28  # the smallest side ``nnweb.images.preprocess`` accepts, in pixels


def read_picture(source: str | Path | bytes) -> Pixels:
    """Return grey uint8 (H, W), black ink on white paper, H and W of 28 or more.

    ``source`` is the path of a file, or its content.

    The picture is turned upright by its EXIF orientation; transparent pixels are paper;
    light ink on dark paper is inverted; shadows are removed, and faint ink is darkened
    until the grey range is used; sides longer than 336 px are reduced, as in the page.
    Raises ImageError.
    """
    return black_on_white(at_least(_on_paper(_decoded(source, LARGEST))))


def read_grey(source: str | Path | bytes) -> Pixels:
    """Return a picture's grey as it is, uint8 (H, W), upright, on white paper.

    As ``read_picture``, but larger, and nothing is done about its light.
    """
    return at_least(_on_paper(_decoded(source, _LONGEST_PAGE)))


def write_boxes(
    grey: Pixels,
    boxes: Sequence[tuple[tuple[float, float, float, float], str]],
    path: str | Path,
) -> None:
    """Write grey (H, W) as a picture file with labelled boxes drawn on it.

    Raises ImageError.
    """
    picture = Image.fromarray(grey).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for (left, top, right, bottom), label in boxes:
        frame = (left - 4, top - 4, right + 4, bottom + 4)
        draw.rectangle(frame, outline=(0, 90, 200), width=2)
        draw.text((left - 2, max(top - 16, 0)), label, fill=(0, 90, 200))
    _save(picture, Path(path))


def write_grey(grey: Pixels, path: str | Path) -> None:
    """Write grey (H, W) as a picture file. Raises ImageError."""
    _save(Image.fromarray(grey), Path(path))


def _save(picture: Image.Image, path: Path) -> None:
    if path.suffix.lower() not in SUFFIXES:
        raise ImageError(
            f"{path}: cannot be written: got {path.suffix or 'no suffix'}, expected "
            f"{', '.join(SUFFIXES)}"
        )
    try:
        picture.save(path)
    except OSError as error:
        reason = error.strerror or error
        raise ImageError(f"{path}: cannot be written: {reason}") from error


def _decoded(source: str | Path | bytes, longest: int) -> Image.Image:
    """Return a picture, upright RGBA, its longer side reduced. Raises ImageError."""
    # as a whole: Pillow reads as much of a file as a chunk claims to have
    data, where = read_content(source, ImageError, "picture")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as file:
            # a JPEG is decoded at a fraction of its size, if that is enough
            file.draft("L", (longest, longest))
            _check_memory(file, len(data))
            picture: Image.Image = file
            if file.mode.startswith("I;16"):  # Pillow would clip it to 255
                picture = Image.fromarray((np.asarray(file) >> 8).astype(np.uint8))
            elif file.mode in ("I", "F"):
                raise ImageError("got pixels of 32 bits, expected 8 or 16")
            elif file.mode not in _KEPT:  # as a palette's numbers
                picture = file.convert("RGBA" if file.has_transparency_data else "RGB")
            picture.thumbnail((longest, longest), Image.Resampling.BOX)
            return ImageOps.exif_transpose(picture).convert("RGBA")
    except UnidentifiedImageError:
        raise ImageError(
            f"{where}: got {_format_of(data)}, expected {', '.join(FORMATS)}"
        ) from None
    except ImageError as error:
        raise ImageError(f"{where}: {error}") from None
    except Exception as error:  # Pillow raises a dozen types for damaged files
        raise ImageError(f"{where}: cannot be read as a picture: {error}") from error


def _on_paper(upright: Image.Image) -> Pixels:
    """Return its grey, uint8 (H, W); transparent pixels are paper."""
    grey, opacity = (
        np.array(upright.convert("LA")).astype(np.float32).transpose(2, 0, 1)
    )
    opacity /= 255
    # transparent pixels are paper: dark if the visible pixels are light
    paper = 255 if (opacity * (grey - 127.5)).sum() < 0 or opacity.all() else 0
    grey = opacity * grey + (1 - opacity) * paper
    return np.rint(grey).astype(np.uint8)


def _check_memory(file: Image.Image, size: int) -> None:
    """ImageError if the pixels of a file of ``size`` bytes take too much memory."""
    width, height = file.size
    each = 1 if file.mode in ("1", "L", "P") else 4
    needed = width * height * (each if file.mode in _KEPT else each + 4)
    most = _SPACE + 8 * size
    if needed > most:
        raise ImageError(
            f"{width} x {height} pixels in a file of {size:,} bytes take {needed:,} "
            f"bytes, the limit is {most:,}; expected a smaller picture"
        )


def at_least(grey: Pixels) -> Pixels:
    """Enlarge grey (H, W) until both sides are _SIDE or more.

    Its pixels are repeated, at most until the longer side is _LONGEST; then those of
    its edges.
    """
    times = min(-(-_SIDE // min(grey.shape)), max(1, _LONGEST // max(grey.shape)))
    grey = grey.repeat(times, axis=0).repeat(times, axis=1)
    return np.pad(grey, [(0, max(0, _SIDE - n)) for n in grey.shape], mode="edge")


def reduce_to_square(grey: Pixels, side: int) -> Pixels:
    """Average grey (H, W) down to (side, side), padded with paper to a square."""
    picture = Image.fromarray(grey)
    size = (side, side)
    return np.array(ImageOps.pad(picture, size, Image.Resampling.BOX, color=255))


def _format_of(data: bytes) -> str:
    """Name the format by the file's first bytes; no reader parses the file."""
    prefix = data[:16]
    Image.init()
    padded = prefix.ljust(16, b"\0")  # Pillow fails at fewer bytes
    for name, (_, accepts) in Image.OPEN.items():
        if prefix and accepts is not None and accepts(padded) is True:
            return f"an {name} file" if name[0] in "AEIO" else f"a {name} file"
    return "no picture" if prefix else "an empty file"
