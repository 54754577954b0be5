"""Fuzz cases of what other programs send to nnweb serve, and the server that gets them.

A case is a line with address and type, as "/read?min=1 application/json", and the body.
"""

import asyncio
import io
import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import unquote

import numpy as np
from PIL import Image, ImageDraw
from starlette.applications import Starlette

from nnweb.errors import NnwebError
from nnweb.serve.app import make_app
from nnweb.serve.networks import load_all
from nnweb.serve.strokes import draw_strokes
from tools.fuzz.mutations import INTS, TEXTS, changed, damaged, damaged_text, often
from tools.fuzz.pictures import from_picture

STROKES = Path(__file__).resolve().parents[2] / "tests" / "data" / "strokes.json"
WIDE = 170  # pixels from one digit of a number to the next
ADDRESSES = ["/predict", "/predict", "/predict?fit=canvas", "/read", "/read"]
ADDRESSES += ["/read?min=1&max=31&step=2", "/read?pattern=99.99", "/read?pattern=date"]
ADDRESSES += ["/read?alphabet=0123456789-", "/read?check=luhn"]
NAMES = ["network", "fit", "alphabet", "pattern", "check", "min", "max", "step", "x"]
VALUES = [*map(str, INTS), *TEXTS[:-1], "nan", "1e308", "9{1,5}", "(9", "[0-9]*", "%ff"]
TYPES = ["application/json", "application/octet-stream", "image/png", "text/plain", ""]

Drawing = list[list[list[float]]]


def from_request(rng: Random) -> bytes:
    kind, body = rng.choice(KINDS)(rng)
    address = rng.choice(ADDRESSES)
    for _ in often(rng) if rng.randrange(4) == 0 else ():
        value = rng.choice(VALUES).encode("utf-8", "replace").decode("latin-1")
        address += ("&" if "?" in address else "?") + f"{rng.choice(NAMES)}={value}"
    if rng.randrange(20) == 0:
        kind = rng.choice(TYPES)
    line = f"{address} {kind}".replace("\n", "").encode("latin-1")
    return line + b"\n" + body


def ask(path: Path) -> None:
    """Send a request to the application, as uvicorn would."""
    line, _, body = path.read_bytes().partition(b"\n")
    address, _, kind = line.decode("latin-1").rpartition(" ")
    # in a thread of its own: the caller's may have a loop that runs
    with ThreadPoolExecutor(1) as thread:
        given = address, kind, body
        status, answer = thread.submit(lambda: asyncio.run(_answer(*given))).result()
    if status != 200:
        message = json.loads(answer)["error"]
        if len(message) > 1000:  # which NnwebError would shorten
            raise ValueError(f"a message of {len(message)} characters")
        raise NnwebError(message)


async def _answer(address: str, kind: str, body: bytes) -> tuple[int, bytes]:
    path, _, query = address.partition("?")
    request = {
        "type": "http",
        "method": "POST",
        "path": unquote(path),
        "query_string": query.encode("latin-1"),
        "headers": [(b"content-type", kind.encode("latin-1"))],
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(part: Any) -> None:
        sent.append(part)

    await _app()(request, receive, send)
    return sent[0]["status"], b"".join(part.get("body", b"") for part in sent)


@cache
def _app() -> Starlette:
    return make_app(load_all([Path("cnn-small")]))


# --- bodies ---------------------------------------------------------------------------


def _drawing(rng: Random) -> tuple[str, bytes]:
    whole: Any = {"strokes": _number(rng, rng.choice([1, 1, 2, 3, 5]))}
    if rng.randrange(4) == 0:
        return "application/json", damaged_text(rng, json.dumps(whole))
    for _ in often(rng, 9):
        whole = changed(rng, whole)
    return "application/json", json.dumps(whole).encode()


def _raw(rng: Random) -> tuple[str, bytes]:
    strokes = [np.array(stroke, float) for stroke in _number(rng, 1)]
    body = draw_strokes(strokes, "digit").tobytes()
    for _ in often(rng):
        body = damaged(rng, body)
    if rng.randrange(2):
        body = body.ljust(784, b"\xff")[:784]
    return "application/octet-stream", body


def _picture(rng: Random) -> tuple[str, bytes]:
    if rng.randrange(2):
        return "image/png", from_picture(rng)
    picture = Image.new("L", (WIDE * 3, 336), 255)
    pen = ImageDraw.Draw(picture)
    for stroke in _number(rng, 3):
        pen.line([(x, y) for x, y in stroke], 0, rng.choice([1, 4, 9, 20, 60]))
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    data = file.getvalue()
    return "image/png", damaged(rng, data) if rng.randrange(2) else data


def _number(rng: Random, digits: int) -> Drawing:
    """Return the strokes of some digits, side by side."""
    return [
        [[x + WIDE * place, y] for x, y in stroke[::6]]
        for place in range(digits)
        for stroke in rng.choice(_digits())
    ]


@cache
def _digits() -> list[Drawing]:
    return list(json.loads(STROKES.read_text()).values())


KINDS = [_drawing, _drawing, _raw, _picture]
