"""Picture files (PNG, JPEG, ...) as grey images, black ink on white paper.

Needs Pillow, which only the command line installs: import this module on first use.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ImageError
from nnweb.images.lighting import LARGEST, black_on_white

try:
    from PIL import Image, ImageOps, UnidentifiedImageError
except ImportError as error:
    raise ImageError("reading pictures needs Pillow: pip install nnweb[cli]") from error

Pixels = NDArray[np.uint8]

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
#: Pillow's names of the formats that are read, whatever a file is called. It knows
#: others, and would run Ghostscript for an EPS that is named photo.png.
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
_SIDE = 28  # the smallest side ``nnweb.images.preprocess`` accepts, in pixels


def read_picture(path: str | Path) -> Pixels:
    """Return grey uint8 (H, W), black ink on white paper, H and W of 28 or more.

    The picture is turned upright by its EXIF orientation; transparent pixels are paper;
    light ink on dark paper is inverted; shadows are removed, and faint ink is darkened
    until the grey range is used; sides longer than 336 px are reduced, as in the page.
    Raises ImageError.
    """
    try:
        with Image.open(path, formats=FORMATS) as file:
            # a JPEG is decoded at a fraction of its size, if that is enough
            file.draft("L", (LARGEST, LARGEST))
            upright = ImageOps.exif_transpose(file).convert("RGBA")
    except FileNotFoundError:
        raise ImageError(f"{path}: no such file") from None
    except UnidentifiedImageError:
        raise ImageError(
            f"{path}: got {_format_of(path)}, expected {', '.join(FORMATS)}"
        ) from None
    except Image.DecompressionBombError as error:
        raise ImageError(f"{path}: {error}; expected a smaller picture") from error
    except (OSError, SyntaxError, ValueError) as error:  # Pillow's for damaged files
        raise ImageError(f"{path}: cannot be read as a picture: {error}") from error
    upright.thumbnail((LARGEST, LARGEST), Image.Resampling.BOX)
    grey, opacity = (
        np.array(upright.convert("LA")).astype(np.float32).transpose(2, 0, 1)
    )
    opacity /= 255
    # transparent pixels are paper: dark if the visible pixels are light
    paper = 255 if (opacity * (grey - 127.5)).sum() < 0 or opacity.all() else 0
    grey = opacity * grey + (1 - opacity) * paper
    return black_on_white(at_least(np.rint(grey).astype(np.uint8)))


def at_least(grey: Pixels, side: int = _SIDE) -> Pixels:
    """Repeat the pixels of grey (H, W) until both sides are ``side`` or more."""
    times = -(-side // min(grey.shape))
    return grey.repeat(times, axis=0).repeat(times, axis=1) if times > 1 else grey


def reduce_to_square(grey: Pixels, side: int) -> Pixels:
    """Average grey (H, W) down to (side, side), padded with paper to a square."""
    picture = Image.fromarray(grey)
    size = (side, side)
    return np.array(ImageOps.pad(picture, size, Image.Resampling.BOX, color=255))


def _format_of(path: str | Path) -> str:
    """Name the format by the file's first bytes; no reader parses the file."""
    with Path(path).open("rb") as file:
        prefix = file.read(16)
    Image.init()
    for name, (_, accepts) in Image.OPEN.items():
        if accepts is not None and accepts(prefix) is True:
            return f"an {name} file" if name[0] in "AEIO" else f"a {name} file"
    return "no picture" if prefix else "an empty file"
