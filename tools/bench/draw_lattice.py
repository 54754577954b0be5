"""Draws lattices for docs/numbers.md: python -m tools.bench.draw_lattice.

One of a number that is read, and one of a number that is misread: the first such ones
of those that ``bench numbers`` composes, short and with a stroke or a digit to join.
"""

import argparse

import numpy as np

from nnweb.numbers.conditions import DIGITS
from nnweb.numbers.reader import NumberReader
from nnweb.numbers.separators import SIGNS
from nnweb.numbers.solver import Solver
from nnweb.weights.json_format import load
from tools.bench.composed_numbers import compose_numbers
from tools.bench.numbers import COUNT, SEED
from tools.build.sources import MODELS, ROOT

_UNIT = 100  # pixels to a digit height
_ROW = 26  # pixels from one row of groups to the next
_LIKELY = 0.02  # of a group's labels, the share that is mentioned
_COLOURS = ("#1b5e9b", "#b3541e", "#2e7d4f", "#7b3f98")  # of pieces, in turn


def main() -> None:
    reader = NumberReader(load(MODELS / "cnn.json"))
    wanted = {True: "lattice", False: "lattice-misread"}
    for number in compose_numbers(COUNT, SEED):
        if not 3 <= len(number.text) <= 5 or len(number.strokes) <= len(number.text):
            continue
        solver = Solver(reader.lattice(number.strokes)[0], reader.weights)
        right = "".join(solver.best(1)[0].labels) == number.text
        if right in wanted:
            path = ROOT / "docs" / f"{wanted.pop(right)}.svg"
            path.write_text(lattice_svg(solver, number.text), encoding="utf-8")
            print(path)
        if not wanted:
            return


def lattice_svg(solver: Solver, text: str) -> str:
    """Return a picture: the ink, and below it each group with its likeliest labels.

    The groups of the best reading are filled.
    """
    found = solver.best()
    shares = np.exp([hypothesis.score - found[0].score for hypothesis in found])
    pieces = solver.lattice.pieces
    left = min(piece.box[0] for piece in pieces)
    top = min(piece.box[1] for piece in pieces)
    right = max(piece.box[2] for piece in pieces)
    bottom = max(piece.box[3] for piece in pieces)
    begin = (bottom - top) * _UNIT + 30  # of the rows
    drawn, rows = [], [-np.inf]
    for i, piece in enumerate(pieces):
        points = (piece.points - [left, top]) * _UNIT + 15
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        colour = _COLOURS[i % len(_COLOURS)]
        drawn.append(
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="5"'
            ' stroke-linecap="round" stroke-linejoin="round"/>'
        )
    for i, group in enumerate(solver.lattice.groups):
        label = _labels(solver, i)
        x = (group.box[0] - left) * _UNIT + 15
        width = max(group.width * _UNIT, 7 * len(label) + 8)
        free = [row for row, end in enumerate(rows) if end < x - 3]
        if not free:
            rows.append(-np.inf)
        row = free[0] if free else len(rows) - 1
        rows[row] = x + width
        y = begin + row * _ROW
        fill = "#cfe3f5" if i in found[0].groups else "#fff"
        drawn.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="20" rx="3"'
            f' fill="{fill}" stroke="#555"/>'
            f'<text x="{x + 4:.1f}" y="{y + 14:.1f}">{label}</text>'
        )
    readings = ", ".join(
        f"{''.join(hypothesis.labels)} {share:.0%}"
        for hypothesis, share in list(zip(found, shares / shares.sum(), strict=True))[
            :3
        ]
    )
    y = begin + len(rows) * _ROW + 14
    words = f"written: {text}; read: {readings}"
    width = max((right - left) * _UNIT + 45, 7 * len(words) + 30)
    drawn.append(f'<text x="15" y="{y:.1f}">{words}</text>')
    size = f"{width:.0f} {y + 14:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}"'
        f' width="{width:.0f}" font-family="monospace" font-size="12">\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n'
        + "\n".join(drawn)
        + "\n</svg>\n"
    )


def _labels(solver: Solver, group: int) -> str:
    """Return the likeliest digits and signs of a group, the likeliest first."""
    shares = np.exp(solver.scores[group] - solver.scores[group].max())
    shares /= shares.sum()
    labels = solver.lattice.labels
    order = [i for i in np.argsort(-shares) if shares[i] > _LIKELY]
    known = [labels[i] for i in order[:3] if labels[i] in DIGITS + SIGNS]
    return " ".join(known) or "none"


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    main()
