"""Augmentation: training examples that look like what people draw.

    thinning <- traces <- glyphs, warp <- pen, styles, outliers <- mixture <- batches

``mixture`` says which kinds there are and how much of each; ``batches`` feeds them to
the trainer from a second process.
"""

from nnweb.augment.batches import AugmentedBatches
from nnweb.augment.mixture import Mix, Mixture
from nnweb.augment.pen import PenStyle

__all__ = ["AugmentedBatches", "Mix", "Mixture", "PenStyle"]
