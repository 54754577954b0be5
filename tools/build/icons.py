"""Draw the icons of site/icons from one description: python -m tools.build.icons.

A white 7 in one stroke on a dark ground, 28 units wide, like a digit of MNIST. The
icons are committed; a test fails when they differ from what this module draws.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

from PIL import Image, ImageDraw

ICONS = Path(__file__).resolve().parents[2] / "site" / "icons"
SIDE = 28  # units of the description
GROUND, LINE = "#171a21", "#ffffff"
CORNER, WIDTH = 6.0, 3.2
STROKE = [(8.0, 7.5), (20.0, 7.5), (12.5, 21.0)]
FINER = 8  # drawn larger by this factor, then scaled down smoothly


def svg() -> str:
    """The icon as SVG, with round corners."""
    points = " ".join(f"{x:g},{y:g}" for x, y in STROKE)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">'
        f'<rect width="{SIDE}" height="{SIDE}" rx="{CORNER:g}" fill="{GROUND}"/>'
        f'<polyline points="{points}" fill="none" stroke="{LINE}" '
        f'stroke-width="{WIDTH:g}" stroke-linecap="round" stroke-linejoin="round"/>'
        "</svg>\n"
    )


def png(side: int, *, full: bool, scale: float = 1.0) -> Image.Image:
    """The icon, RGBA (side, side).

    ``full`` fills the square with the ground, for systems that mask icons; ``scale``
    scales the stroke about the centre.
    """
    unit = side * FINER / SIDE
    large = Image.new("RGBA", (side * FINER, side * FINER))
    draw = ImageDraw.Draw(large)
    box = (0, 0, large.width - 1, large.height - 1)
    draw.rounded_rectangle(box, 0 if full else CORNER * unit, fill=GROUND)
    middle = SIDE / 2
    points = [
        tuple(((value - middle) * scale + middle) * unit for value in point)
        for point in STROKE
    ]
    width = WIDTH * scale * unit
    draw.line([value for point in points for value in point], LINE, round(width))
    for x, y in points:  # round caps and joins
        draw.circle((x, y), width / 2, LINE)
    return large.resize((side, side), Image.Resampling.LANCZOS)


def pngs() -> dict[str, Image.Image]:
    """Every image by its name. A mask may leave only a circle of 80 % of the width."""
    far = max(math.hypot(x - SIDE / 2, y - SIDE / 2) for x, y in STROKE) + WIDTH / 2
    safe = min(1.0, 0.4 * SIDE / far)
    return {
        "icon-192.png": png(192, full=False),
        "icon-512.png": png(512, full=False),
        "maskable-512.png": png(512, full=True, scale=safe),
        "apple-touch-icon.png": png(180, full=True),
    }


def main() -> int:
    ICONS.mkdir(exist_ok=True)
    (ICONS / "icon.svg").write_text(svg(), encoding="utf-8", newline="\n")
    for name, picture in pngs().items():
        picture.save(ICONS / name, optimize=True)
    print(f"icons: {', '.join(sorted(path.name for path in ICONS.iterdir()))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
