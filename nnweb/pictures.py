"""Picture files (PNG, JPEG, ...) as grey images, black ink on white paper.

Needs Pillow, which the command line has and the page has no use for; so this module is
imported only where a picture is to be read.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ImageError

try:
    from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError
except ImportError as error:
    raise ImageError("reading pictures needs Pillow: pip install nnweb[cli]") from error

Pixels = NDArray[np.uint8]
Array = NDArray[np.floating]

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
_SIDE = 28  # the least that ``nnweb.preprocess`` takes, in pixels
_LARGEST = 1024  # longer side that is still read as it is, in pixels
_LEAST_CONTRAST = 32  # grey levels from paper to ink, below which there is no ink
_COARSE = 48  # pixels along a picture, on which its light is judged
_WINDOW = 13  # of those, wider than any stroke
_FINE = 112  # pixels along a picture, on which its range of greys is judged


def read_picture(path: str | Path) -> Pixels:
    """Return grey uint8 (H, W), black ink on white paper, H and W of 28 or more.

    Turned upright by its EXIF orientation; what is transparent is paper; light ink on
    dark paper is inverted; shadows are taken out, and faint ink is darkened until the
    grey range is used; longer sides than 1024 px are reduced. Raises ImageError.
    """
    try:
        with Image.open(path) as file:
            # a JPEG is decoded at a fraction of its size, if that is enough
            file.draft("L", (_LARGEST, _LARGEST))
            upright = ImageOps.exif_transpose(file).convert("RGBA")
    except FileNotFoundError:
        raise ImageError(f"{path}: no such file") from None
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise ImageError(f"{path}: {error}; expected a picture file") from error
    except (OSError, SyntaxError, ValueError) as error:  # as Pillow names damage
        raise ImageError(f"{path}: cannot be read as a picture: {error}") from error
    upright.thumbnail((_LARGEST, _LARGEST), Image.Resampling.BOX)
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


def black_on_white(grey: Pixels) -> Pixels:
    """Grey (H, W) turned so that the paper is the lighter, evenly lit, in full range.

    The range is stretched only where paper and ink differ enough to be writing; noise
    stays noise.
    """
    if _is_light_on_dark(grey):
        grey = 255 - grey
    paper = _paper(grey)
    if _reduced(np.maximum(paper - grey, 0), _FINE).max() < _LEAST_CONTRAST:
        return np.full_like(grey, 255)
    even = np.minimum(grey * (255 / np.maximum(paper, 1)), 255)
    darkest = float(_reduced(even, _FINE).min())
    stretched = (even - darkest) * (255 / (255 - darkest))
    return np.rint(np.clip(stretched, 0, 255)).astype(np.uint8)


def _is_light_on_dark(grey: Pixels) -> bool:
    """Whether the strokes are the lighter part, however the paper is lit.

    Strokes are narrow. Where they are dark, most places are paper, with nothing
    lighter around, and something darker only near a stroke: the mean way up to the
    lightest grey around is shorter than the mean way down to the darkest.
    """
    small = _reduced(grey, _COARSE)
    up = _around(small, ImageFilter.MaxFilter).astype(np.float32) - small
    down = small - _around(small, ImageFilter.MinFilter).astype(np.float32)
    return bool(down.mean() < up.mean())


def _paper(grey: Pixels) -> Array:
    """The grey that the paper alone has at each place, under its lamps and shadows.

    A closing: the lightest for some way around, then the darkest of those. It fills
    what is narrower than its window, strokes, and leaves slopes and edges of light
    where they are. Source: Serra 1982, "Image Analysis and Mathematical Morphology".
    """
    lightest = _around(_reduced(grey, _COARSE), ImageFilter.MaxFilter)
    closed = Image.fromarray(_around(lightest, ImageFilter.MinFilter))
    height, width = grey.shape
    paper = np.array(closed.resize((width, height), Image.Resampling.BILINEAR))
    return paper.astype(np.float32)


def _around(small: Pixels, choose: Callable[[int], Any]) -> Pixels:
    """The greatest or least of a window wider than a stroke around each pixel."""
    return np.array(Image.fromarray(small).filter(choose(_WINDOW)))


def _reduced(grey: NDArray[Any], side: int) -> Pixels:
    """Grey (H, W) by averaging, its longer side ``side`` at most."""
    scale = min(1, side / max(grey.shape))
    height, width = (max(1, round(length * scale)) for length in grey.shape)
    picture = Image.fromarray(np.rint(grey).astype(np.uint8))
    return np.array(picture.resize((width, height), Image.Resampling.BOX))


def reduce_to_square(grey: Pixels, side: int) -> Pixels:
    """Grey (H, W) as (side, side), by averaging; paper is put at the shorter sides."""
    picture = Image.fromarray(grey)
    size = (side, side)
    return np.array(ImageOps.pad(picture, size, Image.Resampling.BOX, color=255))
