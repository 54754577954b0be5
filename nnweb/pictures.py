"""Picture files (PNG, JPEG, ...) as grey images, black ink on white paper.

Needs Pillow, which the command line has (``pip install nnweb[cli]``) and the page has
no use for.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ImageError

Pixels = NDArray[np.uint8]

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
_SIDE = 28  # the least that ``nnweb.preprocess`` takes, in pixels
_LARGEST = 1024  # longer side that is still read as it is, in pixels
_LEAST_CONTRAST = 48  # grey levels from paper to ink, below which there is no ink
_COARSE = 32  # pixels along a picture, on which its light is judged
_FINE = 112  # pixels along a picture, on which its range of greys is judged


def read_picture(path: str | Path) -> Pixels:
    """Return grey uint8 (H, W), black ink on white paper, H and W of 28 or more.

    Turned upright by its EXIF orientation; what is transparent is paper; light ink on
    dark paper is inverted; faint ink is darkened until the grey range is used; longer
    sides than 1024 px are reduced. Raises ImageError.
    """
    try:
        from PIL import Image, ImageOps, UnidentifiedImageError
    except ImportError as error:
        raise ImageError(
            "reading pictures needs Pillow: pip install nnweb[cli]"
        ) from error
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
    sheet = Image.new("RGBA", upright.size, "white")
    sheet.alpha_composite(upright)
    return black_on_white(at_least(np.array(sheet.convert("L"))))


def at_least(grey: Pixels, side: int = _SIDE) -> Pixels:
    """Repeat the pixels of grey (H, W) until both sides are ``side`` or more."""
    times = -(-side // min(grey.shape))
    return grey.repeat(times, axis=0).repeat(times, axis=1) if times > 1 else grey


def black_on_white(grey: Pixels) -> Pixels:
    """Grey (H, W) turned so that the paper is the lighter, evenly lit, in full range.

    Paper is what the border shows: its median. The range is stretched only where paper
    and ink differ enough to be writing; noise stays noise.
    """
    border = np.concatenate([grey[0], grey[-1], grey[1:-1, 0], grey[1:-1, -1]])
    paper = float(np.median(border))
    darkest, lightest = _range(grey)
    if paper - darkest < lightest - paper:
        grey = 255 - grey
    grey = _even_light(grey)
    darkest, _ = _range(grey)
    if 255 - darkest < _LEAST_CONTRAST:
        return np.full_like(grey, 255)
    stretched = (grey.astype(np.float32) - darkest) * (255 / (255 - darkest))
    return np.rint(np.clip(stretched, 0, 255)).astype(np.uint8)


def _even_light(grey: Pixels) -> Pixels:
    """Grey divided by the paper's own, which a lamp or a shadow makes uneven.

    The paper's grey at a place is the lightest for some way around it, smoothed: wider
    than any stroke, so that ink is not taken for a shadow.
    """
    from PIL import Image, ImageFilter

    picture = Image.fromarray(grey)
    small = picture.resize(_fitted(grey, _COARSE), Image.Resampling.BOX)
    around = small.filter(ImageFilter.MaxFilter(_COARSE // 4 + 1))
    smooth = around.filter(ImageFilter.GaussianBlur(_COARSE / 8))
    paper = np.array(smooth.resize(picture.size, Image.Resampling.BILINEAR))
    even = grey * (255 / np.maximum(paper.astype(np.float32), 1))
    return np.rint(np.minimum(even, 255)).astype(np.uint8)


def _range(grey: Pixels) -> tuple[float, float]:
    """Darkest and lightest grey, specks of less than a stroke's width left out."""
    from PIL import Image

    size = _fitted(grey, _FINE)
    small = np.array(Image.fromarray(grey).resize(size, Image.Resampling.BOX))
    return float(small.min()), float(small.max())


def _fitted(grey: Pixels, side: int) -> tuple[int, int]:
    """Width and height of ``grey`` (H, W) when its longer side is at most ``side``."""
    scale = min(1, side / max(grey.shape))
    height, width = (max(1, round(length * scale)) for length in grey.shape)
    return width, height


def reduce_to_square(grey: Pixels, side: int) -> Pixels:
    """Grey (H, W) as (side, side), by averaging; paper is put at the shorter sides."""
    from PIL import Image, ImageOps

    picture = Image.fromarray(grey)
    size = (side, side)
    return np.array(ImageOps.pad(picture, size, Image.Resampling.BOX, color=255))
