"""Augmentation: training examples that look like what people draw.

    traces <- glyphs, warp <- pen, styles, outliers <- mixture

``mixture`` has the kinds of examples and their shares.
"""

from nnweb.data.augment.mixture import Mix, Mixture
from nnweb.data.augment.pen import PenStyle

__all__ = [
    "Mix",
    "Mixture",
    "PenStyle",
]
