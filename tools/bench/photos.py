"""Accuracy on synthetic photos of paper and blackboards, with and without evened light.

MNIST's last 5,000 training digits, which no network was trained on, rendered as camera
pictures: paper with grain, light from one side, the hard edge of a shadow across the
digit, ruled lines, chalk, coloured pens, blur, noise and JPEG artefacts. Real photos
are harder, but what fails here will fail there too.
"""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from nnweb.data.datasets import load_mnist
from nnweb.images.lighting import LARGEST, black_on_white, luma
from nnweb.images.thinning import thin
from nnweb.network import Network
from nnweb.recognize import recognize
from nnweb.weights.json_format import load
from tools.build.sources import MODELS, ROOT

Array = NDArray[np.float32]
Pixels = NDArray[np.uint8]

_COUNT = 300  # photos of each kind
_SEED = 3
_NETWORKS = ("cnn", "mlp", "cnn-small")
_SIZE = (480, 640)  # rows and columns of a photo, or reversed

_PAPER = (236, 233, 224)
_BOARD = (44, 62, 54)
_BLACK, _CHALK = (34, 34, 40), (226, 226, 220)
_PENS = ((36, 58, 150), (186, 40, 48), (30, 118, 70), (128, 128, 130))


@dataclass(frozen=True)
class Kind:
    """Parameters of one kind of photo; by default good paper in good light.

    ``height``: the digit's height as a share of the picture's shorter side; ``lamp``:
    the share of the light that reaches the far side; ``shadow``: the share that remains
    in the shadow. Each photo draws them from their ranges.
    """

    height: tuple[float, float] = (0.35, 0.6)
    lamp: tuple[float, float] = (0.85, 1)
    shadow: tuple[float, float] | None = None
    lines: str = ""  # "ruled", "squared"
    chalk: bool = False
    coloured: bool = False
    fine: bool = False  # a ball pen instead of a felt pen
    blur: float = 0.8  # pixels
    noise: float = 3.0  # grey levels
    quality: int = 85  # JPEG's


KINDS = {
    "good light": Kind(),
    "lamp at one side": Kind(lamp=(0.2, 0.4)),
    "shadow across": Kind(shadow=(0.35, 0.6)),
    "ruled paper": Kind(lines="ruled"),
    "squared paper": Kind(lines="squared"),
    "chalk": Kind(chalk=True),
    "chalk, shadow": Kind(chalk=True, shadow=(0.4, 0.65)),
    "coloured pens": Kind(coloured=True),
    "ball pen": Kind(fine=True, coloured=True),
    "small": Kind(height=(0.12, 0.18)),
    "large": Kind(height=(0.75, 0.9)),
    "blurred": Kind(blur=4),
    "noisy": Kind(noise=14, quality=25),
    "all at once": Kind(
        height=(0.2, 0.7),
        lamp=(0.4, 1),
        shadow=(0.4, 0.8),
        lines="ruled",
        coloured=True,
        blur=1.5,
        noise=6,
        quality=60,
    ),
}


def run() -> dict[str, Any]:
    """Return the shares of photos recognized, by kind and network."""
    _, held_out = load_mnist(ROOT / "assets" / "mnist").train.split()
    networks = {name: load(MODELS / f"{name}.json") for name in _NETWORKS}
    figures: dict[str, dict[str, dict[str, float]]] = {}
    for place, (name, kind) in enumerate(KINDS.items()):
        rng = np.random.default_rng([_SEED, place])
        chosen = rng.choice(len(held_out), _COUNT, replace=False)
        photos = [photograph(held_out.images[i], kind, rng) for i in chosen]
        labels = held_out.labels[chosen]
        figures[name] = {
            "evened": _shares([black_on_white(p) for p in photos], labels, networks),
            "as taken": _shares(photos, labels, networks),
        }
    mean = {
        way: float(np.mean([kind[way]["cnn"] for kind in figures.values()]))
        for way in ("evened", "as taken")
    }
    return {
        "summary": f"of {_COUNT * len(KINDS):,} synthetic photos of held-out digits "
        f"cnn recognises {mean['as taken']:.1%} as taken, {mean['evened']:.1%} with "
        f"evened light; with the edge of a shadow across the digit "
        f"{figures['shadow across']['as taken']['cnn']:.1%} and "
        f"{figures['shadow across']['evened']['cnn']:.1%}",
        "kinds": figures,
    }


def _shares(
    pictures: list[Pixels], labels: NDArray[Any], networks: dict[str, Network]
) -> dict[str, float]:
    right = {
        name: [
            int(recognize(picture[None], network)[0].argmax()) == label
            for picture, label in zip(pictures, labels, strict=True)
        ]
        for name, network in networks.items()
    }
    return {name: round(float(np.mean(good)), 4) for name, good in right.items()}


def photograph(glyph: Pixels, kind: Kind, rng: np.random.Generator) -> Pixels:
    """Render a digit, ink 0 ... 255 (28, 28), as a photo: grey (H, W)."""
    size = _SIZE if rng.random() < 0.5 else _SIZE[::-1]
    ink, middle = _placed(glyph, kind, size, rng)
    colour, background = _colours(kind, rng)
    surface = np.asarray(background, np.float32) * _grain(size, kind, rng)[..., None]
    cover = ink[..., None] * (0.9 if not kind.chalk else 0.8)
    scene = surface * (1 - cover) + np.asarray(colour, np.float32) * cover
    scene *= _light(size, middle, kind, rng)[..., None]
    blurred = Image.fromarray(_bytes(scene)).filter(ImageFilter.GaussianBlur(kind.blur))
    noisy = np.asarray(blurred, np.float32) + rng.normal(0, kind.noise, (*size, 3))
    file = io.BytesIO()
    Image.fromarray(_bytes(noisy)).save(file, "JPEG", quality=kind.quality)
    taken = Image.open(file)
    taken.thumbnail((LARGEST, LARGEST), Image.Resampling.BOX)
    return luma(np.asarray(taken))


def _placed(
    glyph: Pixels, kind: Kind, size: tuple[int, int], rng: np.random.Generator
) -> tuple[Array, Array]:
    """Return the digit's ink on the sheet, 0 ... 1 (H, W), and its middle."""
    rows, columns = (np.flatnonzero(glyph.max(axis=k) > 60) for k in (1, 0))
    tight = glyph[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height = round(rng.uniform(*kind.height) * min(size))
    scale = height / max(tight.shape)
    h, w = (max(1, round(side * scale)) for side in tight.shape)
    if kind.fine:
        tight = np.pad(thin((tight > 127)[None])[0], 1).astype(np.uint8) * 255
    grown = Image.fromarray(np.ascontiguousarray(tight)).resize(
        (w, h), Image.Resampling.BICUBIC
    )
    soft = np.asarray(grown.filter(ImageFilter.GaussianBlur(scale / 3)), np.float32)
    edge = 0.3 * float(soft.max()) if kind.fine else 127
    mask: Array = np.clip((soft - edge) / 40 + 0.5, 0, 1).astype(np.float32)
    if kind.fine:
        mask = _pen_line(mask, 4.0)
    top, left = (
        int(rng.uniform(0.04, 0.96) * (side - length))
        for side, length in zip(size, mask.shape, strict=True)
    )
    sheet = np.zeros(size, np.float32)
    sheet[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    h, w = mask.shape
    return sheet, np.array([top + h / 2, left + w / 2], np.float32)


def _pen_line(mask: Array, width: float) -> Array:
    """Return a line of ``width`` pixels along the middle of the mask's strokes."""
    thinned = Image.fromarray(
        (thin((mask > 0.5)[None])[0] * 255).astype(np.uint8)
    ).filter(ImageFilter.MaxFilter(2 * round(width / 2) - 1))
    soft = thinned.filter(ImageFilter.GaussianBlur(0.7))
    line: Array = np.asarray(soft, np.float32) / np.float32(255)
    return line


def _colours(kind: Kind, rng: np.random.Generator) -> tuple[Any, Any]:
    """Return the colours of the ink and of the background."""
    if kind.chalk:
        return _CHALK, _BOARD
    return (_PENS[rng.integers(len(_PENS))] if kind.coloured else _BLACK), _PAPER


def _grain(size: tuple[int, int], kind: Kind, rng: np.random.Generator) -> Array:
    """Return the texture of the paper: fibres, smears, printed lines."""
    fibres = _clouds(size, 2, rng) * 0.02 + _clouds(size, 24, rng) * 0.02
    grain = 1 + fibres * (4 if kind.chalk else 1)
    if kind.lines:
        gap, first = rng.integers(28, 44), rng.integers(28)
        grain[first::gap] *= 0.82
        grain[first + 1 :: gap] *= 0.82
        if kind.lines == "squared":
            grain[:, first::gap] *= 0.82
            grain[:, first + 1 :: gap] *= 0.82
    return grain.astype(np.float32)


def _clouds(size: tuple[int, int], grain: int, rng: np.random.Generator) -> Array:
    """Return smooth noise of deviation 1, its features ``grain`` pixels wide."""
    coarse = rng.normal(0, 1, [side // grain + 2 for side in size]).astype(np.float32)
    grown = Image.fromarray(coarse).resize(size[::-1], Image.Resampling.BICUBIC)
    return np.asarray(grown, np.float32)


def _light(
    size: tuple[int, int], middle: Array, kind: Kind, rng: np.random.Generator
) -> Array:
    """Return the share of the light that reaches each pixel, (H, W)."""
    rows, columns = np.indices(size, dtype=np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    along = np.cos(angle) * rows + np.sin(angle) * columns
    far = rng.uniform(*kind.lamp)
    light = far + (1 - far) * (along - along.min()) / np.ptp(along)
    if kind.shadow is not None:
        angle = rng.uniform(0, 2 * np.pi)
        down, across = middle + rng.normal(0, 0.04 * min(size), 2)
        depth = np.cos(angle) * (rows - down) + np.sin(angle) * (columns - across)
        edge = np.clip(depth / rng.uniform(1, 10) + 0.5, 0, 1)  # the penumbra's width
        light *= 1 - (1 - rng.uniform(*kind.shadow)) * edge
    return light.astype(np.float32)


def _bytes(values: NDArray[Any]) -> Pixels:
    return np.rint(np.clip(values, 0, 255)).astype(np.uint8)
