"""Strokes of digits for the tests, 100 units tall, and strokes painted as pixels."""

import numpy as np

from nnweb.numbers.pieces import resample


def polyline(*points):
    return np.array(points, float)


def circle(x, y, radius):
    angle = np.linspace(-np.pi / 2, -2.5 * np.pi, 40)
    return np.stack(
        [x + 0.7 * radius * np.cos(angle), y + radius * np.sin(angle)], axis=1
    )


ONE = polyline((0, 0), (0, 100))
SEVEN = polyline((0, 0), (60, 0), (20, 100))
FOUR = [polyline((30, 0), (0, 60), (65, 60)), polyline((45, 30), (45, 100))]
ZERO = circle(35, 50, 50)
HYPHEN = polyline((0, 50), (20, 49), (40, 50))


def at(x, *strokes):
    return [stroke + np.array([x, 0]) for stroke in strokes]


def painted(strokes, width, margin=40):
    """Paint strokes with a round pen of ``width`` pixels, dark on light."""
    points = np.concatenate([resample(stroke, 1.0) for stroke in strokes]) + margin
    right, bottom = (points.max(axis=0) + margin).astype(int)
    rows, columns = np.mgrid[:bottom, :right]
    image = np.full((bottom, right), 235, np.uint8)
    for x, y in points:
        image[(columns - x) ** 2 + (rows - y) ** 2 <= (width / 2) ** 2] = 40
    return image
