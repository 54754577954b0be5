"""Augmentation: training examples that look like what people draw.

    thinning <- traces <- glyphs, warp <- pen, styles, outliers <- mixture <- batches

``mixture`` says which kinds there are and how much of each; ``batches`` feeds them to
the trainer from a second process.
"""

from nnweb.data.augment.background_batches import AugmentedBatches
from nnweb.data.augment.mixture import Mix, Mixture
from nnweb.data.augment.pen import PenStyle
from nnweb.data.augment.validation import Drawn, draw_validation

__all__ = [
    "AugmentedBatches",
    "Drawn",
    "Mix",
    "Mixture",
    "PenStyle",
    "draw_validation",
]
