"""Whole numbers read: how many are exactly right, by kind and length.

1,000 numbers composed of the digits of six held-out people (composed_numbers.py), and
with NNWEB_BENCH_NUMBERS=FILE.npz numbers that people wrote: points, stroke_len,
n_strokes, and the text, without spaces. A number is right if its text is, spaces aside.
Both are read from strokes, and as many as that from pictures of them, too.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nnweb.numbers.reader import DIGITS, Conditions, NumberReader
from nnweb.numbers.reading import NumberReading
from nnweb.numbers.separators import SIGNS
from nnweb.weights.json_format import load
from tools.bench.composed_numbers import Written, compose_numbers
from tools.bench.number_pictures import photograph
from tools.build.sources import MODELS

NUMBERS = os.environ.get("NNWEB_BENCH_NUMBERS", "")
SEED, COUNT = 1, 1000
PICTURES = 300  # of each kind
_SURE = 0.95
_LENGTHS = {"2 digits": (2, 2), "3 to 5": (3, 5), "6 to 9": (6, 9), "more": (10, 99)}

_Results = list[tuple[str, NumberReading]]


def run() -> dict[str, Any]:
    """Return the shares of numbers read exactly, and failures of those composed."""
    reader = NumberReader(load(MODELS / "cnn.json"))
    numbers = {"composed": list(compose_numbers(COUNT, SEED))}
    if NUMBERS:
        numbers["written"] = list(written_numbers(Path(NUMBERS)))
    composed = _read(reader, numbers["composed"])
    figures = {"composed": _figures(composed)}
    if NUMBERS:
        figures["written"] = _figures(_read(reader, numbers["written"]))
    for kind, all_of in numbers.items():
        pictures = _figures(_read_pictures(reader, all_of[:PICTURES]))
        figures[f"{kind}, as pictures"] = pictures
    shares = [
        f"of {figure['all']['count']:,} {name} numbers {figure['all']['digits']:.1%} "
        f"have all digits right and {figure['all']['exact']:.1%} all signs too; of "
        f"those with a confidence of {_SURE:.0%} or more "
        f"({figure['sure']['share']:.0%}) {figure['sure']['exact']:.1%} are right; of "
        f"{pictures['all']['count']} of them as pictures "
        f"{pictures['all']['digits']:.1%} have all digits right"
        for name in numbers
        for figure, pictures in [(figures[name], figures[f"{name}, as pictures"])]
    ]
    failures = [(t, r.text, round(r.confidence, 2)) for t, r in composed if t != r.text]
    return {"summary": "; ".join(shares), "numbers": figures, "failures": failures[:40]}


def _read(reader: NumberReader, numbers: Iterable[Written]) -> _Results:
    every = Conditions(DIGITS + SIGNS)
    return [(number.text, reader.read(number.strokes, every)) for number in numbers]


def _read_pictures(reader: NumberReader, numbers: Iterable[Written]) -> _Results:
    rng = np.random.default_rng(SEED)
    every, read = Conditions(DIGITS + SIGNS), reader.read_image
    return [(n.text, read(photograph(n.strokes, rng), every)) for n in numbers]


def written_numbers(path: Path) -> Iterator[Written]:
    arrays = np.load(path)
    strokes = np.split(arrays["points"], arrays["stroke_len"].cumsum()[:-1])
    first = np.concatenate([[0], arrays["n_strokes"].cumsum()])
    for i, text in enumerate(arrays["text"].tolist()):
        yield Written(text, strokes[first[i] : first[i + 1]])


def _figures(results: _Results) -> dict[str, Any]:
    kinds = {"all": results}
    kinds |= {
        name: [(t, r) for t, r in results if least <= len(_digits(t)) <= most]
        for name, (least, most) in _LENGTHS.items()
    }
    kinds["with signs"] = [(t, r) for t, r in results if _digits(t) != t]
    sure = [(t, r) for t, r in results if r.accepted and r.confidence >= _SURE]
    return {
        **{name: _shares(chosen) for name, chosen in kinds.items()},
        "accepted": round(float(np.mean([r.accepted for _, r in results])), 4),
        "sure": {**_shares(sure), "share": round(len(sure) / len(results), 4)},
    }


def _shares(results: _Results) -> dict[str, Any]:
    texts = [(text, reading.text.replace(" ", "")) for text, reading in results]
    exact = [text == read for text, read in texts]
    digits = [_digits(text) == _digits(read) for text, read in texts]
    count = len(results)
    return {
        "count": count,
        "digits": round(sum(digits) / max(count, 1), 4),
        "exact": round(sum(exact) / max(count, 1), 4),
    }


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
