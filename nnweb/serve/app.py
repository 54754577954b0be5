"""The application of ``nnweb serve``: pictures and strokes in, JSON out.

Nothing of a request is kept or logged. Other sites' pages cannot read the answers: no
CORS headers are sent. Every error is ``{"error": what was given, expected, what to
do}``.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from nnweb.errors import NnwebError
from nnweb.files.shown import shown
from nnweb.images.preprocess import FITS
from nnweb.serve.answers import Body, predict, read
from nnweb.serve.networks import Served
from nnweb.serve.openapi import document

MOST_BYTES = 8 * 2**20  # of a body
MOST_TEXT = 200  # characters of a parameter
SECONDS = 10.0  # for a body to arrive, and for its answer
THREADS = 2  # that compute answers
MOST_REQUESTS = 32  # at a time; each may hold a body

Handler = Callable[[Request], Awaitable[Response]]
Compute = Callable[[Body], dict[str, Any]]

_ASKS = (
    *("POST /predict", "POST /read"),
    *("GET /networks", "GET /weights", "GET /openapi.json"),
)
_ASKED_WRONGLY = (404, 405)  # Starlette's own, without a message
_TEXTS = ("alphabet", "pattern", "check")
_NUMBERS = ("min", "max", "step")


def make_app(networks: Mapping[str, Served], *, seconds: float = SECONDS) -> Starlette:
    """Return the application; the first of ``networks`` answers unless one is named."""
    service = _Service(networks, seconds)
    handlers: list[Handler] = [
        *(service.predict, service.read),
        *(service.networks, service.weights, service.openapi),
    ]
    routes = []
    for asked, handler in zip(_ASKS, handlers, strict=True):
        method, path = asked.split()
        routes.append(Route(path, handler, methods=[method]))
    return Starlette(
        routes=routes, exception_handlers={HTTPException: _refused, 500: _failed}
    )


class _Service:
    def __init__(self, networks: Mapping[str, Served], seconds: float) -> None:
        self._networks, self._seconds = networks, seconds
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="answer")
        self._running = 0

    async def predict(self, request: Request) -> Response:
        return await self._answer(request, self._predicts)

    async def read(self, request: Request) -> Response:
        return await self._answer(request, self._reads)

    async def networks(self, request: Request) -> Response:
        _parameters(request, ())
        described = [served.describe() for served in self._networks.values()]
        return JSONResponse({"networks": described})

    async def weights(self, request: Request) -> Response:
        served = self._chosen(_parameters(request, ("network",)))
        name = f'attachment; filename="{served.name}.json"'
        headers = {"Content-Disposition": name} if served.name.isascii() else None
        return Response(served.file, 200, headers, "application/json")

    async def openapi(self, request: Request) -> Response:
        return JSONResponse(document(list(self._networks)))

    def _chosen(self, given: Mapping[str, str]) -> Served:
        name = given.get("network", next(iter(self._networks)))
        if name not in self._networks:
            names = ", ".join(self._networks)
            raise _bad(f"network: got {name!r}, expected one of {names}")
        return self._networks[name]

    def _predicts(self, request: Request) -> Compute:
        given = _parameters(request, ("network", "fit"))
        network, fit = self._chosen(given).network, given.get("fit")
        if fit is not None and fit not in FITS:
            raise _bad(f"fit: got {fit!r}, expected {' or '.join(FITS)}")
        return lambda body: predict(network, body, fit)

    def _reads(self, request: Request) -> Compute:
        given = _parameters(request, ("network", *_TEXTS, *_NUMBERS))
        network = self._chosen(given).network
        conditions: dict[str, Any] = {k: v for k, v in given.items() if k in _TEXTS}
        conditions |= {k: _number(k, given[k]) for k in _NUMBERS if k in given}
        return lambda body: read(network, body, conditions)

    async def _answer(
        self, request: Request, plan: Callable[[Request], Compute]
    ) -> Response:
        """Read the body and compute its answer in a thread, both in time."""
        if self._running >= MOST_REQUESTS:
            raise _busy(f"got more than {MOST_REQUESTS} requests at a time")
        self._running += 1
        try:
            # first of all: a client that is still sending may not see an error
            body = await _body(request, self._seconds)
            # Python cannot stop a thread: one that is late keeps its place in the pool
            answer = self._pool.submit(plan(request), body)
            async with asyncio.timeout(self._seconds):
                return JSONResponse(await asyncio.wrap_future(answer))
        except NnwebError as error:
            raise _bad(str(error)) from None
        except TimeoutError:
            raise _busy(f"got no answer within {self._seconds:g} s") from None
        finally:
            self._running -= 1


async def _body(request: Request, seconds: float) -> Body:
    """Return the body; of one that is too large no more than that is in memory."""
    content, size = bytearray(), 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                size += len(part)
                if size <= MOST_BYTES:
                    content += part
    except TimeoutError:
        raise HTTPException(
            408,
            f"body: got {size:,} bytes in {seconds:g} s, expected all of it by then; "
            "send it faster, or a smaller one",
            {"Connection": "close"},
        ) from None
    except ClientDisconnect:
        raise _bad("body: got a part, expected all of it") from None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.startswith("multipart/"):
        raise HTTPException(
            415,
            f"Content-Type: got {kind}, expected the file itself as the body, as of "
            "curl --data-binary @FILE",
        )
    if size > MOST_BYTES:
        raise HTTPException(
            413,
            f"body: got {size:,} bytes, expected at most {MOST_BYTES:,}; send a "
            "smaller picture",
        )
    if not content:
        raise _bad(
            "body: got nothing, expected a picture file, strokes as JSON, or 784 bytes"
        )
    return Body(bytes(content), kind)


def _parameters(request: Request, known: tuple[str, ...]) -> dict[str, str]:
    """Return the parameters of the address, checked by name and length."""
    expected = f"expected {', '.join(known)}" if known else "expected none"
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise _bad(f"parameter: got {name[:MOST_TEXT]!r}, {expected}")
        if name in given:
            raise _bad(f"{name}: got it twice, expected it once")
        if len(value) > MOST_TEXT:
            raise _bad(
                f"{name}: got {len(value):,} characters, expected at most {MOST_TEXT}"
            )
        given[name] = value
    return given


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _bad(f"{name}: got {text!r}, expected a number")
    return value


def _bad(message: str) -> HTTPException:
    return HTTPException(400, message)


def _busy(message: str) -> HTTPException:
    return HTTPException(
        503, f"{message}; ask again later, or for less", {"Retry-After": "1"}
    )


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    message = error.detail
    if error.status_code in _ASKED_WRONGLY:
        got = f"{request.method} {shown(request.url.path)}"
        message = f"got {got}, expected one of {', '.join(_ASKS)}"
    return _error(error.status_code, message, error.headers)


async def _failed(request: Request, error: Exception) -> Response:
    return _error(500, "the server failed, which is a bug; its terminal shows where")


def _error(
    status: int, message: str, headers: Mapping[str, str] | None = None
) -> Response:
    return JSONResponse({"error": message}, status, headers)
