"""Finds the edited function that made a recognition fail with its result."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from nnweb.images import preprocess
from nnweb.images.preprocess import SIDE, Pixels
from nnweb.network import Network
from nnweb.page.playground import call_trace
from nnweb.page.playground.highlight import source_of
from nnweb.page.playground.user_traceback import is_user_code


def find_culprit(network: Network, image: Pixels, fit: str) -> dict[str, Any] | None:
    """Return a traceback to the first edited function with an invalid result."""
    threshold = network.input.threshold
    prepare = partial(preprocess.prepare, image, fit=fit, threshold=threshold)
    x = prepare()
    if problem := _problem(x, (1, SIDE * SIDE)):
        return _traceback("prepare", preprocess.prepare, prepare, problem)
    y = x.reshape(1, *network.x_shape)
    for i, layer in enumerate(network.layers):
        forward = partial(layer.forward, y)
        y = forward()
        if problem := _problem(y, (1, *network.shapes[i])):
            name = f"layer {i + 1}: {type(layer).__name__}.forward"
            return _traceback(name, type(layer).forward, forward, problem)
    return None


def _traceback(
    name: str, function: Any, run: Callable[[], Any], problem: str
) -> dict[str, Any] | None:
    code = function.__code__
    if not is_user_code(code):
        return None
    line = call_trace.last_line(run, code)
    source = source_of(code).lines[line - 1].strip()
    text = (
        f'Traceback (most recent call last):\n  File "{code.co_filename}", line '
        f"{line}, in {code.co_name}\n    {source}\n"
        f"ShapeError: {name} returned {problem}"
    )
    return {"text": text, "line": line}


def _problem(value: object, shape: tuple[int, ...]) -> str:
    """Describe a result that is not an array of finite numbers of a shape; else ""."""
    if not isinstance(value, np.ndarray):
        return f"{type(value).__name__}, expected an array of {shape}"
    if value.shape != shape:
        return f"an array of {value.shape}, expected {shape}"
    if value.dtype.kind != "f":
        return f"numbers of type {value.dtype}, expected float32"
    bad = int(value.size - np.isfinite(value).sum())
    return f"{bad} of {value.size} numbers that are not finite" if bad else ""
