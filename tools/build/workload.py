"""Use nnweb as the page does: the Python part of the workload of tools/faststart.

It runs inside Pyodide. Modules that are loaded and functions that are called here start
fast in the page: networks of each architecture, blank and inked images, photos, refused
files, a traceback.
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
from nnweb.page.api import Recognizer
from nnweb.weights.json_format import dumps

pixels = np.full((28, 28, 4), 255, np.uint8)
blank = pixels.tobytes()
pixels[4:24, 12:15, :3] = 0
pixels[2, 2, :3] = 0  # a speck
inked = pixels.tobytes()
wide = np.repeat(pixels, 2, axis=1).tobytes()
# Photos: a lamp at one side of dark ink on paper, and of chalk on a board.
light = np.linspace(0.3, 1, 168)[:, None, None]
cover = pixels.repeat(6, axis=0).repeat(6, axis=1)[..., :3] / 255
photos = []
for paper, ink in ((240, 40), (50, 230)):
    lit = np.full((168, 168, 4), 255, np.uint8)
    lit[..., :3] = (ink + (paper - ink) * cover) * light
    photos.append(lit.tobytes())

# The shapes of the shipped networks: how they are computed depends on it.
small: list[Layer] = [
    *(Conv2D(1, 8, 3), ReLU(), MaxPool2D(2), Conv2D(8, 16, 3), ReLU(), MaxPool2D(2)),
    *(Conv2D(16, 32, 3), ReLU(), Flatten(), Dense(288, 32), ReLU(), Dense(32, 10)),
]
padded: list[Layer] = [
    *(Conv2D(1, 16, 3, padding=1), ReLU(), MaxPool2D(2), Conv2D(16, 32, 3, padding=1)),
    *(ReLU(), MaxPool2D(2), Flatten(), Dense(1568, 32), ReLU(), Dropout(0.1)),
    Dense(32, 10),
]
large: list[Layer] = [
    *(Dense(784, 500), ReLU(), Dense(500, 300), LeakyReLU(), Dense(300, 100), ReLU()),
    Dense(100, 10),
]
plain = {"W0": [0.0] * 7840, "b0": [0.0] * 10}
texts = [dumps(Network(small), dtype="float16"), json.dumps(plain)]
texts += [dumps(Network(padded), dtype="int8"), dumps(Network(large), dtype="int8")]
texts += [dumps(Network([Dense(784, 16), ReLU(), Dense(16, 10)]), dtype="float32")]

for text in texts:
    recognizer = Recognizer(text.encode())
    recognizer.describe()
    for fit in ("digit", "canvas"):
        for picture in (blank, inked, memoryview(inked)):
            for _ in range(8):
                recognizer.recognize(picture, 28, 28, fit)
        recognizer.recognize(wide, 56, 28, fit)
        for photo in photos:
            recognizer.recognize(photo, 168, 168, fit)
for refused in (b"{", b"{}", b'{"format": "nnweb"}', b'{"W0": [1], "b0": [1]}'):
    with contextlib.suppress(NnwebError):
        Recognizer(refused)
for encoding in ("ascii", "cp437", "idna", "latin-1", "utf-8-sig", "utf-16", "utf-32"):
    codecs.lookup(encoding)  # of file names in archives, and of files with a mark
for encoding in ("utf-16-be", "utf-16-le", "utf-32-be", "utf-32-le"):
    codecs.lookup(encoding)  # of JSON without one
try:
    np.zeros(2).reshape(3)
except ValueError:
    traceback.format_exc()
repr(np.linspace(0, 1, 3)), str(np.zeros((2, 2), np.float32))

del light, cover, lit, photos, photo, paper, ink
del pixels, blank, inked, wide, small, padded, large, plain, texts, text
del recognizer, picture, fit
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
