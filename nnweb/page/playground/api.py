"""The Python panel's API: a console, a call trace and live edits of the library.

It runs in a worker of its own, on a copy of the network in use and the current drawing,
so that nothing typed there can harm the page's own recognizer.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Buffer, Iterator, Sequence
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np

import nnweb
from nnweb.errors import ImageError, NnwebError
from nnweb.images.decode import decode_image
from nnweb.images.preprocess import SIDE, Pixels, grey_of
from nnweb.network import Network
from nnweb.page.api import Recognizer
from nnweb.page.playground import call_trace
from nnweb.page.playground.console import Console, OutputStream, Write
from nnweb.page.playground.diagnosis import find_culprit
from nnweb.page.playground.examples import EXAMPLES
from nnweb.page.playground.figures import Figures, Send
from nnweb.page.playground.highlight import highlight, source_of
from nnweb.page.playground.live_edit import LiveEdits
from nnweb.page.playground.time_limit import time_limit
from nnweb.page.playground.user_traceback import describe_error, is_user_code

TIME_LIMIT_S = 1.0  # of edited functions, for one drawing
TRACE_LIMIT_S = 10.0  # the same while they are traced, which is slow

#: A trace lists these functions and their direct callees first.
_ROOTS = ("examine", "Network.judge", "Network.forward")


class Playground:
    """One network, one drawing, and the user's code and edits."""

    def __init__(self) -> None:
        self._weights = b""
        self._recognizer: Recognizer | None = None
        self._original: tuple[object, ...] = ()
        self._image = _sample_digit()
        self._drawn = False
        self._fit = "digit"
        self._edits = LiveEdits()
        self._figures = Figures()
        self._console = Console()
        self._calls: list[call_trace.Call] = []

    def open(self, weights: Buffer) -> dict[str, Any]:
        """Use this network from now on; return its description."""
        self._weights = bytes(weights)
        self._recognizer = Recognizer(self._weights)
        self._original = _fingerprint(self._network)
        return self._recognizer.describe()

    def draw(self, pixels: Buffer | None, width: int, height: int, fit: str) -> None:
        """Set the drawing, as ``Recognizer.recognize`` takes it; None: blank."""
        self._drawn = pixels is not None
        if pixels is None:
            self._image = _sample_digit()
            return
        self._image, self._fit = decode_image(pixels, width, height).copy(), fit

    def recognize(self) -> dict[str, Any]:
        """Return the ``answer`` or the ``fault`` of an edit, and the ``printed`` text.

        Either answer or fault is None.
        """
        chunks: list[str] = []
        output = OutputStream(chunks.append)
        answer, fault = None, None
        try:
            with time_limit(self._edits.codes, TIME_LIMIT_S):
                answer = self._recognize(output)
        except BaseException as error:  # whatever the edit raises is shown
            answer, fault = None, self._fault(error)
        output.flush()
        return {"answer": answer, "fault": fault, "printed": "".join(chunks)}

    # --- call trace ---

    def ran(self) -> dict[str, Any]:
        """Return the calls made to recognize the drawing, in order."""
        with time_limit(self._edits.codes, TRACE_LIMIT_S):
            self._recognize()
            self._calls = call_trace.calls(self._recognize, _is_shown)
        calls = self._calls
        roots = {i for i, call in enumerate(calls) if call.name in _ROOTS}
        layers = {id(layer): i + 1 for i, layer in enumerate(self._network.layers)}
        return {
            "calls": [
                {
                    "name": call.name,
                    "parent": call.parent,
                    "main": call.parent in roots or i in roots,
                    # of a layer, its number in the network, from 1; else 0
                    "layer": layers.get(id(call.instance), 0),
                    "shape": list(call.shape),
                    "greatest": call.greatest,
                    "edited": is_user_code(call.code),
                }
                for i, call in enumerate(calls)
            ],
            "labels": list(self._network.labels),
        }

    def show(self, index: int, at: int) -> dict[str, Any]:
        """Return call ``index`` of ``ran`` by lines, and number ``at`` it returned."""
        code = self._calls[index].code
        with time_limit(self._edits.codes, TRACE_LIMIT_S):
            traced = call_trace.trace_lines(self._recognize, _is_shown, index, at)
        source = traced.source
        return {
            "key": self._edits.key_of(code),
            "file": source.file,
            "first": source.first,
            "lines": highlight(source.text.removesuffix("\n")),
            "ran": [[line, note] for line, note in traced.notes.items()],
            "made": [] if traced.assigned is None else list(traced.assigned),
            "place": list(traced.place),
            "value": float("nan") if traced.value is None else traced.value,
            "edited": is_user_code(code),
        }

    # --- edits ---

    def text(self, index: int) -> str:
        """Return the source of call ``index`` of ``ran``, for editing.

        Of an edited function it is the whole text of the edit, with its helpers.
        """
        code = self._calls[index].code
        edit = self._edits.edits.get(self._edits.key_of(code))
        return source_of(code).text if edit is None else edit.text

    def colour(self, text: str) -> list[list[tuple[str, str]]]:
        return highlight(text)

    def edit(self, key: str, text: str) -> dict[str, Any] | None:
        """Replace a function's code by ``text``; return None, or the fault.

        The edit is tried on the drawing; if it fails, the previous code comes back.
        """
        previous = self._edits.edits
        try:
            self._edits.apply(key, text, TIME_LIMIT_S)
            fault = self.recognize()["fault"]
        except BaseException as error:
            fault = describe_error(error)
        if fault is not None:
            self._edits.use(previous)
        return fault

    def reset(self, key: str = "") -> None:
        """Restore a function; with "" restore all of them, and the network."""
        self._edits.reset(key)
        if not key and self._weights:
            self.open(self._weights)

    def changed(self) -> list[str]:
        """Return the names of edited functions, and "network" if it was modified."""
        return [*self._edits.changed, *(["network"] if self._network_changed() else [])]

    def _network_changed(self) -> bool:
        try:
            return _fingerprint(self._network) != self._original
        except Exception:  # it is no longer a network
            return True

    # --- the console ---

    def run(
        self,
        text: str,
        strokes: Sequence[Sequence[Sequence[float]]],
        write: Write,
        draw: Send,
    ) -> dict[str, Any]:
        """Run ``text`` in the console, with the page's variables (``Console.run``).

        ``draw`` gets its figures, as JSON.
        """
        self._bind_variables(strokes)
        self._figures.begin(draw)
        return {**self._console.run(text, write), "changed": self.changed()}

    def examples(self) -> dict[str, str]:
        return EXAMPLES

    def suggest(self, text: str) -> dict[str, Any]:
        if "network" not in self._console.names:
            self._bind_variables([])
        return self._console.suggest(text)

    def _bind_variables(self, strokes: Sequence[Sequence[Sequence[float]]]) -> None:
        """Set the console's variables to the network and the drawing, and its tools.

        A person who has used one of these names has it back.
        """
        grey = grey_of(self._image)[0] if self._drawn else np.full((SIDE, SIDE), 255)
        self._console.names |= {
            "network": self._network,
            "image": grey.astype(np.uint8),
            "strokes": [np.array(stroke, np.float32) for stroke in strokes],
            "show": self._figures.show,
            "plot": self._figures.plot,
            "np": np,
            "nnweb": nnweb,
        }

    # --- recognition and its faults ---

    @property
    def _network(self) -> Network:
        return self._opened.network

    @property
    def _opened(self) -> Recognizer:
        if self._recognizer is None:
            raise ImageError("no network is open yet")
        return self._recognizer

    def _recognize(self, output: OutputStream | None = None) -> dict[str, Any]:
        """Return the answer; the text printed meanwhile goes to ``output``."""
        with _redirected(output or OutputStream(lambda text: None)):
            return self._opened.recognize_image(self._image, self._fit)

    def _fault(self, error: BaseException) -> dict[str, Any]:
        """Describe an error, or the fault of an edit that caused it."""
        fault = describe_error(error)
        if fault["line"] and not isinstance(error, NnwebError):
            return fault
        try:
            with (
                time_limit(self._edits.codes, TIME_LIMIT_S),
                _redirected(OutputStream(lambda text: None)),
            ):
                culprit = find_culprit(self._network, self._image, self._fit)
        except BaseException:  # the same error again
            return fault
        return culprit or fault


@contextlib.contextmanager
def _redirected(output: OutputStream) -> Iterator[None]:
    """Send what is printed to ``output``, and do not warn of infinite numbers."""
    with (
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(output),
        np.errstate(all="ignore"),
    ):
        yield


_PACKAGE = str(Path(nnweb.__file__).parent)


def _is_shown(code: CodeType) -> bool:
    """Whether a trace shows this code: the user's or the library's, not the page's."""
    file = code.co_filename
    page = str(Path(_PACKAGE) / "page")
    return is_user_code(code) or (
        file.startswith(_PACKAGE) and not file.startswith(page)
    )


def _fingerprint(network: Network) -> tuple[object, ...]:
    """Return values that change when the network is modified in place."""
    sums = [zlib.crc32(np.ascontiguousarray(p)) for p in network.params.values()]
    layers = [id(layer) for layer in network.layers]
    limits = (network.temperature, network.reject_below, network.unsure_below)
    return (network.input, network.labels, *limits, *layers, *sums)


def _sample_digit() -> Pixels:
    """Return a 1 to try edits on while the canvas is blank: (1, 28, 28, 4) RGBA."""
    image = np.full((1, SIDE, SIDE, 4), 255, np.uint8)
    image[:, 5:23, 13:15, :3] = 0
    return image
