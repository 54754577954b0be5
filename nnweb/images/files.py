"""Picture files (PNG, JPEG, ...) as grey images, black ink on white paper.

Needs Pillow, which the command line has and the page has no use for; so this module is
imported only where a picture is to be read.
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
_SIDE = 28  # the least that ``nnweb.images.preprocess`` takes, in pixels


def read_picture(path: str | Path) -> Pixels:
    """Return grey uint8 (H, W), black ink on white paper, H and W of 28 or more.

    Turned upright by its EXIF orientation; what is transparent is paper; light ink on
    dark paper is inverted; shadows are taken out, and faint ink is darkened until the
    grey range is used; longer sides than 336 px are reduced, as in the page. Raises
    ImageError.
    """
    try:
        with Image.open(path) as file:
            # a JPEG is decoded at a fraction of its size, if that is enough
            file.draft("L", (LARGEST, LARGEST))
            upright = ImageOps.exif_transpose(file).convert("RGBA")
    except FileNotFoundError:
        raise ImageError(f"{path}: no such file") from None
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise ImageError(f"{path}: {error}; expected a picture file") from error
    except (OSError, SyntaxError, ValueError) as error:  # as Pillow names damage
        raise ImageError(f"{path}: cannot be read as a picture: {error}") from error
    upright.thumbnail((LARGEST, LARGEST), Image.Resampling.BOX)
    grey, opacity = (
        np.array(upright.convert("LA")).astype(np.float32).transpose(2, 0, 1)
    )
    opacity /= 255
    # behind what is transparent lies paper: dark if what can be seen is light
    paper = 255 if (opacity * (grey - 127.5)).sum() < 0 or opacity.all() else 0
    grey = opacity * grey + (1 - opacity) * paper
    return black_on_white(at_least(np.rint(grey).astype(np.uint8)))


def at_least(grey: Pixels, side: int = _SIDE) -> Pixels:
    """Repeat the pixels of grey (H, W) until both sides are ``side`` or more."""
    times = -(-side // min(grey.shape))
    return grey.repeat(times, axis=0).repeat(times, axis=1) if times > 1 else grey


def reduce_to_square(grey: Pixels, side: int) -> Pixels:
    """Grey (H, W) as (side, side), by averaging; paper is put at the shorter sides."""
    picture = Image.fromarray(grey)
    size = (side, side)
    return np.array(ImageOps.pad(picture, size, Image.Resampling.BOX, color=255))
