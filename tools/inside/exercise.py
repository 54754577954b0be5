"""Run inside Pyodide: use nnweb as the page does, so that all it needs is loaded.

What a page may meet is met here once: networks of both kinds, a blank and an inked
picture, a file that is refused, an error's traceback.
"""

import codecs
import contextlib
import json
import traceback

import numpy as np

from nnweb import Network
from nnweb.errors import NnwebError
from nnweb.layers import (
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LeakyReLU,
    MaxPool2D,
    ReLU,
)
from nnweb.web import Recognizer
from nnweb.weights import dumps

pixels = np.full((28, 28, 4), 255, np.uint8)
blank = pixels.tobytes()
pixels[4:24, 12:15, :3] = 0
inked = pixels.tobytes()

small: list[Layer] = [Conv2D(1, 2, 3), ReLU(), MaxPool2D(2), Flatten(), Dense(338, 10)]
large: list[Layer] = [Dense(784, 16), LeakyReLU(), Dropout(0.1), Dense(16, 10)]
plain = {"W0": [0.0] * 7840, "b0": [0.0] * 10}
texts = [dumps(Network(small), dtype="float16"), json.dumps(plain)]
texts += [dumps(Network(large), dtype=dtype) for dtype in ("int8", "float32")]

for text in texts:
    recognizer = Recognizer(text.encode())
    recognizer.describe()
    for picture in (blank, inked, memoryview(inked)):
        for fit in ("digit", "canvas"):
            for _ in range(8):
                recognizer.recognize(picture, 28, 28, fit)
for refused in (b"{", b"{}", b'{"format": "nnweb"}', b'{"W0": [1], "b0": [1]}'):
    with contextlib.suppress(NnwebError):
        Recognizer(refused)
for encoding in ("ascii", "cp437", "idna", "latin-1", "utf-8-sig", "utf-16", "utf-32"):
    codecs.lookup(encoding)  # of file names in archives, and of files with a mark
for encoding in ("utf-16-be", "utf-16-le", "utf-32-be", "utf-32-le"):
    codecs.lookup(encoding)  # of JSON without one
try:
    np.linalg.inv(np.zeros((2, 2)))
except np.linalg.LinAlgError:
    traceback.format_exc()
repr(np.linspace(0, 1, 3)), str(np.zeros((2, 2), np.float32))

del pixels, blank, inked, small, large, plain, texts, text, recognizer, picture, fit
del (
    codecs,
    encoding,
    refused,
    _,
    Network,
    NnwebError,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    LeakyReLU,
)
del Layer, MaxPool2D, ReLU, dumps, Recognizer, contextlib, json, traceback, np
