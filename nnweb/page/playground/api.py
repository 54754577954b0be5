"""What the page may ask of the Python that a person works with: their own, beside ours.

It has the network that is in use and the drawing that is on the paper; functions of the
library can be read, watched and edited in it, and anything typed. Whatever becomes of
it, the page's own Python is another one.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Buffer, Callable, Iterator, Sequence
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np
from numpy.typing import NDArray

import nnweb
from nnweb.errors import ImageError, NnwebError
from nnweb.images.decode import decode_image
from nnweb.images.preprocess import SIDE, Pixels, grey_of, prepare
from nnweb.network import Network
from nnweb.page.api import Recognizer
from nnweb.page.playground import call_trace as trace
from nnweb.page.playground.console import Console, Printed, Tell
from nnweb.page.playground.highlight import coloured, source_of
from nnweb.page.playground.live_edit import Edits
from nnweb.page.playground.time_limit import limited
from nnweb.page.playground.user_traceback import is_own, told

SECONDS = 1.0  # that an edited function may take for one drawing

#: A list of what ran shows these and what they call; the rest is found from there.
_ROOTS = ("examine", "judge", "Network.forward")


class Workshop:
    """One network, one drawing, and what a person does with them."""

    def __init__(self) -> None:
        self._weights = b""
        self._recognizer: Recognizer | None = None
        self._as_opened: tuple[object, ...] = ()
        self._image = _upright()
        self._drawn = False
        self._fit = "digit"
        self._edits = Edits()
        self._console = Console()
        self._calls: list[trace.Call] = []

    def open(self, weights: Buffer) -> dict[str, Any]:
        """Take the network that is in use; what it says of itself."""
        self._weights = bytes(weights)
        self._recognizer = Recognizer(self._weights)
        self._as_opened = _marks(self._network)
        return self._recognizer.describe()

    def draw(self, pixels: Buffer | None, width: int, height: int, fit: str) -> None:
        """Take what is on the paper, as ``Recognizer.recognize`` does; None: blank."""
        self._drawn = pixels is not None
        if pixels is None:
            self._image = _upright()
            return
        self._image, self._fit = decode_image(pixels, width, height).copy(), fit

    def recognize(self) -> dict[str, Any]:
        """The ``answer`` to the drawing, or the ``fault`` of an edit, the other None.

        And what was ``printed`` on the way.
        """
        said: list[str] = []
        printed = Printed(said.append)
        answer, fault = None, None
        try:
            with limited(self._edits.codes, SECONDS):
                answer = self._answered(printed)
        except BaseException as error:  # of an edit: theirs, to be told
            answer, fault = None, self._fault(error)
        printed.flush()
        return {"answer": answer, "fault": fault, "printed": "".join(said)}

    # --- what ran ---

    def ran(self) -> dict[str, Any]:
        """The calls that answer the drawing, in their order."""
        self._answered()
        self._calls = trace.calls(self._answered, _is_shown)
        calls = self._calls
        roots = {i for i, call in enumerate(calls) if call.name in _ROOTS}
        layers = {id(layer): i + 1 for i, layer in enumerate(self._network.layers)}
        return {
            "calls": [
                {
                    "name": call.name,
                    "parent": call.parent,
                    "main": call.parent in roots or i in roots,
                    # of a layer, its place in the network; of all else 0
                    "layer": layers.get(id(call.instance), 0),
                    "shape": [] if call.gives is None else list(call.gives.shape),
                    "greatest": _greatest(call.gives),
                    "edited": is_own(call.code),
                }
                for i, call in enumerate(calls)
            ],
            "labels": list(self._network.labels),
        }

    def show(self, index: int, at: int) -> dict[str, Any]:
        """Call ``index`` of ``ran`` by lines, and number ``at`` of what it gave."""
        code = self._calls[index].code
        looked = trace.look(self._answered, _is_shown, index, at)
        source = looked.source
        return {
            "key": self._edits.key_of(code),
            "file": source.file,
            "first": source.first,
            "lines": coloured(source.text.removesuffix("\n")),
            "ran": [[line, note] for line, note in looked.ran.items()],
            "made": [] if looked.made is None else list(looked.made),
            "place": list(looked.place),
            "value": float("nan") if looked.value is None else looked.value,
            "edited": is_own(code),
        }

    # --- edits ---

    def text(self, index: int) -> str:
        """The source of call ``index`` of ``ran``, to be edited."""
        return source_of(self._calls[index].code).text

    def colour(self, text: str) -> list[list[tuple[str, str]]]:
        return coloured(text)

    def edit(self, key: str, text: str) -> dict[str, Any] | None:
        """Have a function do what ``text`` says; None, or its fault.

        It is tried on the drawing first. Where it fails, what was there before stays.
        """
        before = self._edits.texts.get(key)
        try:
            self._edits.apply(key, text, SECONDS)
        except BaseException as error:
            return told(error)
        fault: dict[str, Any] | None = self.recognize()["fault"]
        if fault is not None:
            self._edits.reset(key)
            if before is not None:
                self._edits.apply(key, before, SECONDS)
        return fault

    def reset(self, key: str = "") -> None:
        """Bring back our function; with "" all of ours, and the network as it was."""
        self._edits.reset(key)
        if not key and self._weights:
            self.open(self._weights)

    def changed(self) -> list[str]:
        """What is not as we made it: functions by name, "network" for its numbers."""
        network = [] if _marks(self._network) == self._as_opened else ["network"]
        return [*self._edits.changed, *network]

    # --- the console ---

    def run(
        self, text: str, strokes: Sequence[Sequence[Sequence[float]]], tell: Tell
    ) -> dict[str, Any]:
        """Run what was typed (``Console.run``), with the names of the page."""
        self._name(strokes)
        return {**self._console.run(text, tell), "changed": self.changed()}

    def suggest(self, text: str) -> dict[str, Any]:
        if "network" not in self._console.names:
            self._name([])
        return self._console.suggest(text)

    def _name(self, strokes: Sequence[Sequence[Sequence[float]]]) -> None:
        """Bind what is on the page now."""
        grey = grey_of(self._image)[0] if self._drawn else np.full((SIDE, SIDE), 255)
        self._console.names |= {
            "network": self._network,
            "image": grey.astype(np.uint8),
            "strokes": [np.array(stroke, np.float32) for stroke in strokes],
            "np": np,
            "nnweb": nnweb,
        }

    # --- inside ---

    @property
    def _network(self) -> Network:
        return self._opened.network

    @property
    def _opened(self) -> Recognizer:
        if self._recognizer is None:
            raise ImageError("no network is open yet")
        return self._recognizer

    def _answered(self, printed: Printed | None = None) -> dict[str, Any]:
        """The answer; what somebody's code prints meanwhile goes to ``printed``."""
        with _quiet(printed or Printed(lambda text: None)):
            return self._opened.recognize_image(self._image, self._fit)

    def _fault(self, error: BaseException) -> dict[str, Any]:
        """An error's own words, or a fault of an edit that it comes of."""
        fault = told(error)
        if fault["line"] and not isinstance(error, NnwebError):
            return fault
        try:
            with (
                limited(self._edits.codes, SECONDS),
                _quiet(Printed(lambda text: None)),
            ):
                blamed = self._blame()
        except BaseException:  # the same once more, which is told already
            return fault
        return blamed or fault

    def _blame(self) -> dict[str, Any] | None:
        """The first edited function that gives what nobody can go on with."""
        threshold = self._network.input.threshold

        def prepared() -> Any:
            return prepare(self._image, fit=self._fit, threshold=threshold)

        x = prepared()
        found = _wrong(x, (1, SIDE * SIDE))
        if found:
            return self._blamed("prepare", prepare, prepared, found)
        y = x.reshape(1, *self._network.x_shape)
        for i, layer in enumerate(self._network.layers):
            given, y = y, layer.forward(y)
            found = _wrong(y, (1, *self._network.shapes[i]))
            if found:
                name = f"layer {i + 1}: {type(layer).__name__}.forward"
                forward = type(layer).forward

                def again(layer: Any = layer, given: Any = given) -> Any:
                    return layer.forward(given)

                return self._blamed(name, forward, again, found)
        return None

    def _blamed(
        self, name: str, function: Any, run: Callable[[], Any], found: str
    ) -> dict[str, Any] | None:
        code = function.__code__
        if not is_own(code):
            return None
        line = trace.last_line(run, code)
        source = source_of(code).lines[line - 1].strip()
        text = (
            f'Traceback (most recent call last):\n  File "{code.co_filename}", line '
            f"{line}, in {code.co_name}\n    {source}\nShapeError: {name} gave {found}"
        )
        return {"text": text, "line": line}


@contextlib.contextmanager
def _quiet(printed: Printed) -> Iterator[None]:
    """What is printed goes there; infinite numbers are looked at, not warned of."""
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        np.errstate(all="ignore"),
    ):
        yield


_PACKAGE = str(Path(nnweb.__file__).parent)


def _is_shown(code: CodeType) -> bool:
    """What a person wrote, and the library but for what only the lab does."""
    name = code.co_filename
    lab = str(Path(_PACKAGE) / "page")
    return is_own(code) or (name.startswith(_PACKAGE) and not name.startswith(lab))


def _wrong(value: object, shape: tuple[int, ...]) -> str:
    """What a function gave, where it ought to be finite numbers of a shape; else ""."""
    if not isinstance(value, np.ndarray):
        return f"{type(value).__name__}, expected an array of {shape}"
    if value.shape != shape:
        return f"an array of {value.shape}, expected {shape}"
    if value.dtype.kind != "f":
        return f"numbers of type {value.dtype}, expected float32"
    bad = int(value.size - np.isfinite(value).sum())
    return f"{bad} of {value.size} numbers that are not finite" if bad else ""


def _marks(network: Network) -> tuple[object, ...]:
    """What tells a network that was changed in place from the one that was opened."""
    sums = [zlib.crc32(np.ascontiguousarray(p)) for p in network.params.values()]
    layers = [id(layer) for layer in network.layers]
    spec = (network.input, network.temperature, network.reject_below, network.labels)
    return (*spec, *layers, *sums)


def _greatest(array: NDArray[Any] | None) -> int:
    return -1 if array is None or not array.size else int(array.argmax())


def _upright() -> Pixels:
    """A 1 to try an edit on, where the paper is blank: (1, 28, 28, 4) RGBA."""
    image = np.full((1, SIDE, SIDE, 4), 255, np.uint8)
    image[:, 5:23, 13:15, :3] = 0
    return image
