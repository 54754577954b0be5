"""Photographs of written numbers, drawn from their strokes, for bench numbers.

Ruled paper in uneven light, a pen of 5 to 12 hundredths of the writing's height, noise.
Real photographs are harder, but what fails here will fail there too.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

_HEIGHT = 110  # pixels of the writing, less if it would be too wide:
_WIDEST = 1500
_MARGIN = 40
_PAPER, _RULE, _INK = 238, 205, 45  # grey levels
_OVERSAMPLED = 2


def photograph(
    strokes: Sequence[NDArray[np.floating]], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Return grey pixels (H, W) of strokes, arrays (P, 2) in any unit."""
    points = np.concatenate(strokes)
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    scale = min(_HEIGHT / max(size[1], size[0] / 20), _WIDEST / max(size[0], 1e-6))
    width, height = np.ceil(size * scale).astype(int) + 2 * _MARGIN
    big = (int(width) * _OVERSAMPLED, int(height) * _OVERSAMPLED)
    image = Image.new("L", big, _PAPER)
    draw = ImageDraw.Draw(image)
    for rule in range(int(rng.integers(10, 50)), big[1], 90):
        draw.line([(0, rule), (big[0], rule)], fill=_RULE, width=_OVERSAMPLED)
    radius = rng.uniform(0.025, 0.06) * _HEIGHT * _OVERSAMPLED
    for stroke in strokes:
        at = ((stroke - low) * scale + _MARGIN) * _OVERSAMPLED
        line = [(float(x), float(y)) for x, y in at]
        draw.line(line, fill=_INK, width=round(2 * radius), joint="curve")
        for x, y in (line[0], line[-1]):
            draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=_INK)
    small = image.resize((int(width), int(height)), Image.Resampling.LANCZOS)
    across, down = rng.uniform(0.7, 1, 2)
    light = (
        np.linspace(1, across, int(width)) * np.linspace(1, down, int(height))[:, None]
    )
    pixels = np.asarray(small) * light + rng.normal(0, 4, light.shape)
    return np.clip(pixels, 0, 255).astype(np.uint8)
