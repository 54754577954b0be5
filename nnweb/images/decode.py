"""RGBA bytes of a canvas or a picture as network input: the one way in for pixels."""

from __future__ import annotations

from collections.abc import Buffer

import numpy as np

from nnweb.errors import ImageError
from nnweb.images.lighting import black_on_white, luma
from nnweb.images.preprocess import SIDE, Array, Pixels, prepare


def decode_image(pixels: Buffer, width: int, height: int) -> Pixels:
    """Return one image for ``nnweb.recognize``: (1, H, W, 4) RGBA or (1, H, W) grey.

    The page sends its drawings at 28 x 28. Anything larger is a picture from elsewhere,
    whose light is evened (``nnweb.images.lighting``). Raises ImageError.
    """
    if min(width, height) < SIDE:
        raise ImageError(
            f"image: got {width} x {height}, expected {SIDE} x {SIDE} or more"
        )
    flat = np.frombuffer(pixels, np.uint8)
    if flat.size != width * height * 4:
        raise ImageError(
            f"pixels: got {flat.size} bytes, expected {width * height * 4} for "
            f"{width} x {height} RGBA"
        )
    image = flat.reshape(height, width, 4)
    if max(width, height) > SIDE:
        return black_on_white(luma(image))[None]
    return image[None]


def decode_input(
    pixels: Buffer, width: int, height: int, *, fit: str, threshold: int
) -> Array:
    """Return network input, float32 (1, 784), as of ``prepare``. Raises ImageError."""
    return prepare(decode_image(pixels, width, height), fit=fit, threshold=threshold)
