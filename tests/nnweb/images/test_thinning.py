"""Thinning: what the paper's algorithm does, for any number of images at once."""

import numpy as np

from nnweb.data.augment.warp import smooth_field
from nnweb.images.thinning import thin


def thin_slowly(image):
    """Zhang and Suen as the paper has it, pixel by pixel."""
    image = np.pad(image, 1).astype(int)
    ring = [(-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1)]
    while True:
        removed = 0
        for first in (True, False):
            marked = []
            for r, c in np.argwhere(image):
                p = [image[r + dr, c + dc] for dr, dc in ring]
                rises = sum(
                    a == 0 and b == 1 for a, b in zip(p, p[1:] + p[:1], strict=True)
                )
                up, right, down, left = p[::2]
                if first:
                    corner = up * right * down + right * down * left
                else:
                    corner = up * right * left + up * down * left
                if 2 <= sum(p) <= 6 and rises == 1 and corner == 0:
                    marked.append((r, c))
            for place in marked:
                image[place] = 0
            removed += len(marked)
        if not removed:
            return image[1:-1, 1:-1].astype(bool)


def test_thinning_agrees_with_the_paper_pixel_by_pixel(rng):
    noise = rng.random((13, 24, 20)) < 0.5
    blobs = np.array([smooth_field(1, rng, 5, 1)[0, 0] > 0.2 for _ in range(7)])

    for images in (noise, blobs):
        for image, thinned in zip(images, thin(images), strict=True):
            np.testing.assert_array_equal(thinned, thin_slowly(image))


def test_thinning_an_image_does_not_depend_on_the_other_images(rng):
    images = rng.random((600, 12, 12)) < 0.6

    together = thin(images)

    for n in (0, 7, 8, 511, 512, 599):
        np.testing.assert_array_equal(thin(images[n : n + 1])[0], together[n])
