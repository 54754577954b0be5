"""Digits as glyphs: plain ones, and ways of writing that MNIST does not show.

MNIST was written by Americans. It has no crossed 7, no 4 whose second stroke is short,
no 9 with a filled loop, and no 3 with a flat top.
"""

from __future__ import annotations

from nnweb.data.augment.glyphs import Glyph, Point, Stroke, arc, curve, line, ring

_FLAG = line((0.05, 0.33), (0.6, 0.0))
_STEM = line((0.6, 0.0), (0.6, 1.0))
_THREE_BOWL = curve((0.4, 0.42), *arc(0.45, 0.7, 0.5, 0.3, -60, 150))
_NINE_LOOP = ring(0.45, 0.28, 0.42, 0.28, -30)

_PLAIN: list[Glyph] = [
    Glyph("0", [ring()]),
    Glyph("0", [ring(), line((0.95, 0.0), (0.05, 1.0))]),
    Glyph("0", [ring(), line((0.8, 0.2), (0.2, 0.8))]),
    Glyph("1", [_FLAG, _STEM], 0.5),
    Glyph("1", [line((0.0, 0.5), (0.7, 0.0)), line((0.7, 0.0), (0.7, 1.0))], 0.7),
    Glyph("1", [_FLAG, _STEM, line((0.2, 1.0), (1.0, 1.0))], 0.6),
    Glyph("1", [_STEM, line((0.2, 1.0), (1.0, 1.0))], 0.4),
    Glyph("1", [_STEM], 0.3),
    Glyph(
        "2",
        [
            curve(*arc(0.5, 0.28, 0.42, 0.28, -170, 40), (0.05, 1.0)),
            line((0.05, 1.0), (1.0, 1.0)),
        ],
    ),
    Glyph(
        "2",
        [
            curve(
                *arc(0.5, 0.28, 0.42, 0.28, -170, 40),
                (0.3, 0.85),
                (0.1, 1.0),
                (0.05, 0.85),
                (0.25, 0.83),
                (0.6, 0.97),
                (1.0, 0.92),
            )
        ],
    ),
    Glyph(
        "2",
        [
            curve(
                *arc(0.5, 0.28, 0.42, 0.28, -200, 60),
                (0.1, 0.97),
                (0.3, 0.93),
                (0.65, 1.0),
                (1.0, 0.93),
            )
        ],
    ),
    Glyph(
        "3",
        [curve(*arc(0.45, 0.25, 0.42, 0.25, -160, 80)), _THREE_BOWL],
    ),
    Glyph("3", [line((0.05, 0.0), (0.9, 0.0), (0.4, 0.4)), _THREE_BOWL]),
    Glyph(
        "3",
        [
            line((0.05, 0.0), (0.9, 0.0), (0.4, 0.42)),
            curve((0.4, 0.42), *arc(0.4, 0.7, 0.55, 0.3, -70, 170)),
        ],
    ),
    Glyph(
        "4",
        [line((0.6, 0.0), (0.0, 0.65), (1.0, 0.65)), line((0.65, 0.35), (0.65, 1.0))],
    ),
    Glyph(
        "4", [line((0.3, 0.0), (0.05, 0.6), (1.0, 0.6)), line((0.75, 0.2), (0.7, 1.0))]
    ),
    Glyph(
        "4", [line((0.15, 0.0), (0.1, 0.5), (0.9, 0.5)), line((0.85, 0.0), (0.8, 1.0))]
    ),
    Glyph(
        "4",
        [line((0.75, 0.0), (0.0, 0.68), (1.0, 0.68)), line((0.75, 0.0), (0.75, 1.0))],
    ),
    Glyph(
        "4",
        [
            curve((0.15, 0.0), (0.1, 0.45), (0.4, 0.55), (0.8, 0.45)),
            line((0.85, 0.0), (0.8, 1.0)),
        ],
    ),
    Glyph(
        "5",
        [
            line((0.9, 0.0), (0.2, 0.0), (0.13, 0.45)),
            curve((0.13, 0.45), *arc(0.45, 0.68, 0.5, 0.32, -90, 140)),
        ],
    ),
    Glyph(
        "5",
        [
            curve((0.2, 0.05), (0.15, 0.42), *arc(0.45, 0.68, 0.5, 0.32, -90, 150)),
            line((0.2, 0.03), (0.95, 0.0)),
        ],
    ),
    Glyph(
        "5",
        [
            curve(
                (0.9, 0.0),
                (0.35, 0.05),
                (0.2, 0.4),
                (0.6, 0.45),
                (0.9, 0.7),
                (0.55, 0.98),
                (0.05, 0.9),
            )
        ],
    ),
    Glyph(
        "6",
        [
            curve(
                (0.75, 0.0),
                (0.3, 0.3),
                (0.05, 0.65),
                *arc(0.48, 0.72, 0.43, 0.28, 150, -200),
            )
        ],
    ),
    Glyph(
        "6",
        [
            curve(
                (0.4, 0.0),
                (0.1, 0.4),
                (0.05, 0.75),
                *arc(0.48, 0.74, 0.43, 0.26, 130, -170),
            )
        ],
    ),
    Glyph("7", [line((0.0, 0.0), (1.0, 0.0), (0.35, 1.0))]),
    Glyph(
        "7", [line((0.0, 0.0), (1.0, 0.0), (0.4, 1.0)), line((0.3, 0.5), (0.95, 0.48))]
    ),
    Glyph(
        "7",
        [
            line((0.03, 0.2), (0.0, 0.0), (1.0, 0.02)),
            curve((1.0, 0.02), (0.65, 0.45), (0.45, 1.0)),
            line((0.25, 0.52), (0.95, 0.5)),
        ],
    ),
    Glyph("7", [line((0.03, 0.22), (0.0, 0.0), (1.0, 0.0), (0.45, 1.0))]),
    Glyph(
        "7",
        [
            curve(
                (0.0, 0.12),
                (0.3, 0.0),
                (0.6, 0.1),
                (1.0, 0.0),
                (0.65, 0.45),
                (0.45, 1.0),
            ),
            line((0.3, 0.5), (0.9, 0.48)),
        ],
    ),
    Glyph(
        "8",
        [
            curve(
                (0.85, 0.15),
                (0.5, 0.0),
                (0.15, 0.2),
                (0.5, 0.47),
                (0.9, 0.75),
                (0.5, 1.0),
                (0.1, 0.77),
                (0.5, 0.47),
                (0.85, 0.2),
                (0.8, 0.08),
            )
        ],
    ),
    Glyph(
        "8",
        [
            curve(
                (0.5, 0.48),
                (0.15, 0.25),
                (0.5, 0.0),
                (0.85, 0.25),
                (0.5, 0.48),
                (0.08, 0.75),
                (0.5, 1.0),
                (0.92, 0.75),
                (0.5, 0.48),
            )
        ],
    ),
    Glyph("9", [_NINE_LOOP, line((0.87, 0.15), (0.85, 1.0))]),
    Glyph("9", [_NINE_LOOP, line((0.87, 0.15), (0.55, 1.0))]),
    Glyph("9", [_NINE_LOOP, curve((0.87, 0.2), (0.88, 0.7), (0.6, 1.0), (0.1, 0.9))]),
    Glyph(
        "9",
        [_NINE_LOOP, curve((0.87, 0.2), (0.9, 0.75), (0.5, 1.0), (0.05, 0.8))],
    ),
]


def _in_style(style: str, *ways: list[Stroke], width: float = 0.7) -> list[Glyph]:
    """Return a glyph for each way of writing the digit that ``style`` begins with."""
    return [Glyph(style[0], strokes, width, style) for strokes in ways]


def _four(
    *first: Point, second: tuple[Point, Point], round: bool = False
) -> list[Stroke]:
    return [(curve if round else line)(*first), line(*second)]


def _six(loop: float) -> list[Stroke]:
    """Return a 6 whose loop has a radius of ``loop`` heights."""
    across, down = loop * 1.3, loop
    middle, low = 0.15 + across, 1 - down
    turn = arc(middle, low, across, down, 170, -180)
    return [curve((0.75, 0.0), (0.35, 0.35), (0.15, 0.75 - down / 2), *turn)]


def _nine(loop: float, *tail: Point, flat: float = 1) -> list[Stroke]:
    """Return a 9 whose loop has a radius of ``loop`` heights, with the given tail."""
    across, down = loop * 1.3, loop * flat
    turn = arc(0.8 - across, down, across, down, -20, -370)
    return [curve(*turn, *tail)]


def _seven(top: Stroke, bar: float | None, *stem: Point) -> list[Stroke]:
    strokes = [top, curve(*stem)]
    return strokes if bar is None else [*strokes, line((0.2, bar + 0.03), (0.9, bar))]


_ROUND_TOP = curve((0.02, 0.22), (0.15, 0.03), (0.5, 0.1), (0.92, 0.03))
_FLAT_TOP = line((0.0, 0.03), (0.92, 0.03))
_BENT_STEM = ((0.92, 0.03), (0.6, 0.4), (0.45, 0.7), (0.48, 1.0))
_FIVE_BODY = curve((0.15, 0.1), (0.12, 0.45), *arc(0.45, 0.7, 0.5, 0.3, -90, 140))
_TAILS: list[tuple[Point, ...]] = [
    ((0.8, 0.6), (0.75, 1.0)),
    ((0.75, 0.6), (0.4, 1.0)),
    ((0.85, 0.7), (0.5, 1.0), (0.05, 0.85)),
    # as low as a 3's lower bowl, with a long curl
    ((0.6, 0.42), (0.9, 0.62), (0.8, 0.88), (0.4, 1.0), (-0.1, 0.93)),
]

_STYLED: list[Glyph] = [
    *_in_style(
        "0 in two strokes",
        [
            curve(*arc(0.5, 0.5, 0.5, 0.5, -80, -290)),
            curve(*arc(0.52, 0.5, 0.47, 0.5, -110, 110)),
        ],
        [
            curve(*arc(0.45, 0.5, 0.45, 0.5, -60, -270)),
            curve(*arc(0.55, 0.5, 0.45, 0.5, -90, 100)),
        ],
    ),
    *_in_style(
        "0 that ends inside",
        [
            curve(
                (0.7, 0.0),
                *arc(0.5, 0.55, 0.48, 0.45, -100, -370),
                (0.6, 0.22),
                (0.3, 0.25),
            )
        ],
        [curve((0.85, 0.02), *arc(0.5, 0.5, 0.5, 0.5, -70, -400), (0.6, 0.12))],
    ),
    *_in_style(
        "1 that leans",
        [line((0.9, 0.0), (0.1, 1.0))],
        [line((0.0, 0.45), (0.85, 0.0), (0.2, 1.0))],
        [line((0.0, 0.25), (0.9, 0.0), (0.35, 1.0))],
    ),
    *_in_style(
        "1 with a hook",
        [
            curve((0.05, 0.3), (0.35, 0.05), (0.55, 0.1), (0.5, 0.5), (0.45, 1.0)),
            line((0.05, 1.0), (0.9, 0.98)),
        ],
        [curve((0.1, 0.25), (0.4, 0.02), (0.5, 0.3), (0.5, 1.0))],
        width=0.5,
    ),
    *_in_style(
        "2 with a loop",
        [
            curve(
                *arc(0.5, 0.28, 0.42, 0.28, -170, 40),
                (0.35, 0.75),
                (0.08, 0.95),
                (0.05, 0.78),
                (0.3, 0.72),
                (0.55, 0.92),
                (1.0, 0.95),
            )
        ],
        [
            curve(
                (0.35, 0.33),
                (0.15, 0.22),
                (0.35, 0.01),
                (0.8, 0.08),
                (0.8, 0.35),
                (0.4, 0.75),
                (0.05, 1.0),
            ),
            line((0.05, 1.0), (1.0, 1.0)),
        ],
    ),
    *_in_style(
        "3 with a loop",
        [
            curve(
                (0.1, 0.1),
                (0.5, 0.0),
                (0.85, 0.2),
                (0.55, 0.42),
                (0.3, 0.49),
                (0.32, 0.38),
                (0.6, 0.48),
                (0.9, 0.72),
                (0.5, 1.0),
                (0.05, 0.88),
            )
        ],
        [
            curve(
                (0.45, 0.25),
                (0.2, 0.2),
                (0.3, 0.02),
                (0.75, 0.02),
                (0.8, 0.25),
                (0.4, 0.45),
                (0.9, 0.7),
                (0.5, 1.0),
                (0.0, 0.9),
            )
        ],
    ),
    *_in_style(
        "4 with a short second stroke",
        _four((0.35, 0.0), (0.05, 0.7), (0.8, 0.7), second=((0.55, 0.5), (0.52, 1.0))),
        _four((0.5, 0.0), (0.1, 0.75), (0.9, 0.72), second=((0.65, 0.58), (0.6, 1.0))),
        _four(
            (0.4, 0.0),
            (0.15, 0.5),
            (0.1, 0.75),
            (0.4, 0.76),
            (0.85, 0.66),
            second=((0.6, 0.45), (0.6, 1.0)),
            round=True,
        ),
        _four(
            (0.3, 0.0),
            (0.1, 0.6),
            (0.2, 0.76),
            (0.75, 0.62),
            second=((0.5, 0.4), (0.55, 0.95)),
            round=True,
        ),
    ),
    *_in_style(
        "4 in one stroke",
        [line((0.85, 0.0), (0.08, 0.48), (0.82, 0.5), (0.88, 0.02), (0.7, 1.0))],
        [
            curve(
                (0.2, 0.0),
                (0.08, 0.42),
                (0.45, 0.52),
                (0.82, 0.3),
                (0.88, 0.02),
                (0.82, 0.5),
                (0.72, 1.0),
            )
        ],
        [
            curve((0.6, 0.0), (0.1, 0.45), (0.3, 0.55), (0.85, 0.35)),
            line((0.85, 0.35), (0.6, 1.0)),
        ],
    ),
    *_in_style(
        "5 with its top apart",
        [_FIVE_BODY, line((0.35, 0.0), (1.0, -0.03))],
        [_FIVE_BODY, line((0.5, 0.08), (1.1, 0.0))],
        [_FIVE_BODY, line((0.3, -0.08), (0.9, -0.06))],
    ),
    *_in_style("6 with a small loop", _six(0.15), _six(0.1), _six(0.05)),
    *_in_style(
        "7 with a curved stem",
        _seven(_FLAT_TOP, None, *_BENT_STEM),
        _seven(_FLAT_TOP, 0.5, *_BENT_STEM),
        _seven(_ROUND_TOP, 0.65, *_BENT_STEM),
    ),
    *_in_style(
        "7 with a round top",
        _seven(_ROUND_TOP, None, (0.92, 0.03), (0.65, 0.5), (0.45, 1.0)),
        _seven(_ROUND_TOP, 0.48, (0.92, 0.03), (0.65, 0.5), (0.45, 1.0)),
        _seven(_ROUND_TOP, 0.72, (0.92, 0.03), (0.65, 0.5), (0.45, 1.0)),
    ),
    *_in_style(
        "8 that is open",
        [
            curve(
                (0.8, 0.12),
                (0.45, 0.02),
                (0.15, 0.22),
                (0.5, 0.48),
                (0.9, 0.76),
                (0.5, 1.0),
                (0.1, 0.78),
                (0.45, 0.5),
                (1.0, 0.0),
            )
        ],
        [
            curve(
                (0.65, 0.18),
                (0.3, 0.05),
                (0.15, 0.25),
                (0.5, 0.5),
                (0.75, 0.78),
                (0.45, 1.0),
                (0.2, 0.78),
                (0.5, 0.45),
                (0.8, 0.02),
            )
        ],
    ),
    *_in_style(
        "8 of two loops",
        [ring(0.5, 0.24, 0.36, 0.24), ring(0.5, 0.74, 0.45, 0.26)],
        [ring(0.55, 0.22, 0.28, 0.2), ring(0.45, 0.72, 0.45, 0.28)],
    ),
    *_in_style(
        "8 with a small loop",
        [
            curve(
                *arc(0.6, 0.12, 0.2, 0.12, 60, -300),
                *arc(0.5, 0.65, 0.45, 0.35, -70, 250),
            )
        ],
    ),
    *_in_style(
        "9 with a small loop",
        *(_nine(loop, *tail) for loop in (0.16, 0.11, 0.06) for tail in _TAILS),
    ),
    *_in_style(
        "9 with a flat loop", *(_nine(0.24, *tail, flat=0.5) for tail in _TAILS)
    ),
    *_in_style("9 with a long curl", *(_nine(0.22, *tail) for tail in _TAILS[2:])),
]

DIGITS: list[Glyph] = _PLAIN + _STYLED
