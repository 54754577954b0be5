"""An evaluation as one self-contained HTML page: tables, plots, images of mistakes.

It has no scripts and loads nothing, so it can be mailed and opened anywhere. Plots are
SVG, images are PNG data URLs.
"""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from collections.abc import Mapping
from html import escape

import numpy as np
from numpy.typing import NDArray

from nnweb.data.datasets import Dataset
from nnweb.evaluation.evaluate import Evaluation
from nnweb.evaluation.metrics import COVERAGES
from nnweb.network import Network

Pixels = NDArray[np.uint8]

_SHOWN = 60  # mistakes with images

_STYLE = """
:root { color-scheme: light dark; --ink: #1d4ed8; --line: #8886; --faint: #8882; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { margin-bottom: 0; } h2 { margin-top: 2.5rem; }
.big { font-size: 2.5rem; font-weight: 700; margin: 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem; text-align: right;
  border-bottom: 1px solid var(--line); }
th:first-child { text-align: left; }
.confusion td { text-align: center; min-width: 2.2rem; border: 1px solid var(--line); }
.mistakes { display: flex; flex-wrap: wrap; gap: .75rem; padding: 0; list-style: none; }
.mistakes li { width: 7rem; font-size: .85rem; text-align: center; }
.mistakes img { width: 5.25rem; image-rendering: pixelated;
  border: 1px solid var(--line); background: #fff; }
svg { max-width: 100%; height: auto; } svg text { fill: currentColor; font-size: 12px; }
"""


def write_report(
    network: Network,
    data: Dataset,
    result: Evaluation,
    *,
    fit: str,
    corrupted: Mapping[str, Evaluation] | None = None,
) -> str:
    """Return the page's HTML; ``corrupted`` are evaluations by name of corruption."""
    title = f"{network.name} on {data.source}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(network.architecture)}, {network.parameter_count:,} parameters, "
        f"fit {escape(fit)}; {len(data):,} images</p>",
        _headline(result),
        "<h2>By label</h2>",
        _per_class(result),
        "<h2>Confusion matrix</h2>",
        "<p>Rows: the true label. Columns: the network's answer.</p>",
        _confusion(result),
        "<h2>Calibration</h2>",
        _calibration(result),
    ]
    parts += ["<h2>Selective accuracy</h2>", _selective(result)]
    if corrupted:
        parts += ["<h2>Under corruptions</h2>", _corruptions(result, corrupted)]
    parts += ["<h2>Most confident mistakes</h2>", _mistakes(data, result)]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _headline(result: Evaluation) -> str:
    low, high = result.interval
    total = len(result.truth)
    lines = [
        f'<p class="big">{result.accuracy:.2%}</p>',
        f"<p>accuracy (95 % confidence interval {low:.2%} to {high:.2%}). "
        f"{total - result.correct:,} of {total:,} wrong. Expected calibration error "
        f"{result.calibration.error:.2%}.",
    ]
    if not result.accepted.all():
        lines.append(f"{result.rejected:.2%} of the images are rejected.")
    if result.unsure.any():
        lines.append(
            f"The network is sure of {result.sure:.2%} of those accepted; of these "
            f"{_percent(result.accuracy_when_sure)} are right."
        )
    return "\n".join([*lines, "</p>"])


def _per_class(result: Evaluation) -> str:
    shares, counts = result.per_class, result.confusion.sum(axis=1)
    rows = []
    for i, name in enumerate(result.labels):
        cells = (shares.recall[i], shares.precision[i], shares.f1[i])
        rows.append(
            f"<tr><th>{escape(name)}</th><td>{counts[i]:,}</td>"
            + "".join(f"<td>{_percent(cell)}</td>" for cell in cells)
            + "</tr>"
        )
    head = "<th>label</th><th>images</th><th>recall</th><th>precision</th><th>F1</th>"
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _confusion(result: Evaluation) -> str:
    matrix = result.confusion
    wrong = matrix - np.diag(matrix.diagonal())
    worst = max(int(wrong.max()), 1)
    head = "".join(f"<th>{escape(name)}</th>" for name in result.labels)
    rows = []
    for i, name in enumerate(result.labels):
        cells = []
        for j, count in enumerate(matrix[i]):
            # only mistakes are coloured: there are far more right answers
            shade = 0 if i == j else 85 * count / worst
            style = f"background: rgb(220 38 38 / {shade:.0f}%)" if shade else ""
            cells.append(f'<td style="{style}">{count or ""}</td>')
        rows.append(f"<tr><th>{escape(name)}</th>{''.join(cells)}</tr>")
    return f'<table class="confusion"><tr><th></th>{head}</tr>{"".join(rows)}</table>'


def _calibration(result: Evaluation) -> str:
    """Plot accuracy against confidence, with the diagonal."""
    table = result.calibration
    size, margin = 320, 44
    bars = []
    for i in np.flatnonzero(table.count):
        low, high, right = table.edges[i], table.edges[i + 1], table.accuracy[i]
        bars.append(
            f'<rect x="{margin + size * low:.1f}" y="{size * (1 - right) + 8:.1f}" '
            f'width="{size * (high - low) - 1:.1f}" height="{size * right:.1f}" '
            f'fill="var(--ink)"><title>confidence {low:.0%} to {high:.0%}: '
            f"{table.count[i]:,} answers, {right:.1%} right</title></rect>"
        )
    marks = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        y, x = size * (1 - share) + 8, margin + size * share
        marks.append(f'<text x="{margin - 8}" y="{y + 4}" text-anchor="end">')
        marks.append(f"{share:.0%}</text>")
        marks.append(f'<text x="{x}" y="{size + 26}" text-anchor="middle">')
        marks.append(f"{share:.0%}</text>")
    diagonal = (
        f'<line x1="{margin}" y1="{size + 8}" x2="{margin + size}" y2="8" '
        'stroke="currentColor" stroke-dasharray="4 4"/>'
    )
    return (
        f'<svg role="img" aria-label="accuracy by confidence" '
        f'width="{size + margin + 16}" height="{size + 52}" '
        f'viewBox="0 0 {size + margin + 16} {size + 52}">'
        f"{''.join(bars)}{diagonal}{''.join(marks)}"
        f'<text x="{margin + size / 2}" y="{size + 46}" text-anchor="middle">'
        "confidence (bars: accuracy)</text></svg>"
    )


def _selective(result: Evaluation) -> str:
    curves = result.selective
    rows = [
        f"<tr><th>{coverage:.0%}</th>"
        + "".join(f"<td>{curve[coverage]:.2%}</td>" for curve in curves.values())
        + "</tr>"
        for coverage in COVERAGES
    ]
    head = "".join(f"<th>by {name}</th>" for name in curves)
    return (
        "<p>Accuracy if only the highest-ranked images are answered.</p>"
        f"<table><tr><th>answered</th>{head}</tr>{''.join(rows)}</table>"
    )


def _corruptions(result: Evaluation, corrupted: Mapping[str, Evaluation]) -> str:
    rows = []
    for name, it in {"none": result, **corrupted}.items():
        low, high = it.interval
        bar = (
            f'<svg width="200" height="14" role="img" aria-label="{it.accuracy:.1%}">'
            '<rect width="200" height="14" fill="var(--faint)"/>'
            f'<rect width="{200 * it.accuracy:.1f}" height="14" fill="var(--ink)"/>'
            "</svg>"
        )
        rows.append(
            f"<tr><th>{escape(name)}</th><td>{bar}</td><td>{it.accuracy:.2%}</td>"
            f"<td>{low:.2%} to {high:.2%}</td></tr>"
        )
    head = "<th>corruption</th><th></th><th>accuracy</th><th>95 %</th>"
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _mistakes(data: Dataset, result: Evaluation) -> str:
    found = result.mistakes
    items = []
    for index in found[:_SHOWN]:
        p = result.probabilities[index]
        truth = result.labels[result.truth[index]]
        answer = result.labels[p.argmax()]
        picture = b64encode(png(255 - data.images[index])).decode()
        items.append(
            f'<li><img alt="image {index}" src="data:image/png;base64,{picture}"><br>'
            f"{escape(truth)}, answered {escape(answer)}<br>{p.max():.1%}<br>"
            f"image {index}</li>"
        )
    if not items:
        return "<p>None.</p>"
    note = f"<p>{len(items)} of {len(found):,}.</p>"
    return f'{note}<ul class="mistakes">{"".join(items)}</ul>'


def _percent(share: float) -> str:
    return "-" if np.isnan(share) else f"{share:.2%}"


def png(grey: Pixels) -> bytes:
    """Encode grey uint8 (H, W) as a PNG file. Source: https://www.w3.org/TR/png-3/"""
    height, width = grey.shape
    # each row starts with its filter type: 0, none
    rows = np.pad(grey, ((0, 0), (1, 0))).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body))
        + kind
        + body
        + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
