"""Python in the browser computes what Python here does, for each shipped network."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page

from nnweb.datasets import load_mnist
from nnweb.network import FITS
from nnweb.web import Recognizer
from tools.build_site import MODELS, ROOT

NETWORKS = sorted(MODELS.glob("*.json"))
TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """100 digits that no network was trained on: RGBA uint8 (100, 28, 28, 4)."""
    grey = 255 - load_mnist(ROOT / "assets" / "mnist").train.images[-100:]
    opaque = np.full_like(grey, 255)
    return np.stack([grey, grey, grey, opaque], axis=-1)


@pytest.fixture(scope="module")
def engine(modules: Page) -> Iterator[Page]:
    """A page with the real engine, the real worker and the real Python."""
    modules.evaluate(
        """async () => {
            const { createEngine } = await import(`${js}/engine.js`);
            window.engine = createEngine({});
        }"""
    )
    yield modules
    modules.evaluate("engine.dispose()")


@pytest.mark.firefox
@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_probabilities_and_scores_are_the_same(engine: Page, digits, path, fit):
    native = Recognizer(path.read_bytes())
    expected = [native.recognize(image.tobytes(), 28, 28, fit) for image in digits]

    description, got = engine.evaluate(
        """async ([weights, pixels, fit]) => {
            const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
            const description = await engine.open(bytes(weights).buffer);
            const all = bytes(pixels).buffer;
            const answers = [];
            for (let at = 0; at < all.byteLength; at += 3136) {
                const image = { pixels: all.slice(at, at + 3136), fit };
                const answer = await engine.recognize(
                    { ...image, width: 28, height: 28 });
                answers.push({ ...answer, seen: [...answer.seen] });
            }
            return [description, answers];
        }""",
        [_base64(path.read_bytes()), _base64(digits.tobytes()), fit],
    )

    assert description == native.describe()
    for key in ("probabilities", "score"):
        np.testing.assert_allclose(
            [answer[key] for answer in got],
            [answer[key] for answer in expected],
            rtol=TOLERANCE if key == "score" else 0,
            atol=TOLERANCE,
        )
    for answer, wanted in zip(got, expected, strict=True):
        assert answer["status"] == wanted["status"]
        assert answer["answer"] == wanted["answer"]
        np.testing.assert_allclose(answer["seen"], list(wanted["seen"]), atol=1)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
