"""Python in the browser computes what Python here does, for each shipped network."""

import base64
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page

from nnweb.data.datasets import load_mnist
from nnweb.images.preprocess import FITS
from nnweb.page.api import Recognizer
from tools.build.sources import MODELS, ROOT

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
            const { createPythonClient } = await import(`${js}/python-client.js`);
            window.engine = createPythonClient({});
        }"""
    )
    yield modules
    modules.evaluate("engine.dispose()")


@pytest.mark.parametrize(
    "fit", [pytest.param(FITS[0], marks=pytest.mark.firefox), *FITS[1:]]
)
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


def test_pixels_of_all_sizes_find_room_and_bad_ones_harm_nothing(engine: Page):
    path = MODELS / "cnn-small.json"
    images = [_one(side) for side in (28, 336, 28, 60)]
    native = Recognizer(path.read_bytes())
    expected = [native.recognize(i.tobytes(), *i.shape[:2])["answer"] for i in images]

    answers, said = engine.evaluate(
        f"""async ([weights, images]) => {{
            {_BYTES}
            await engine.open(bytes(weights).buffer);
            const ask = async (side, pixels, place) => (await engine.recognize(
                {{ pixels, width: side, height: side, fit: "digit" }}, place)).answer;
            const answers = [];
            const said = [];
            const fault = (error) => said.push(error.message);
            for (const [side, text] of images) {{
                answers.push(await ask(side, bytes(text).buffer));
                await ask(29, new ArrayBuffer(3136)).catch(fault);
                await ask(28, new ArrayBuffer(0)).catch(fault);
            }}
            await ask(28, new ArrayBuffer(3136), "nowhere").catch(fault);
            return [answers, said];
        }}""",
        [_base64(path.read_bytes()), [[len(i), _base64(i.tobytes())] for i in images]],
    )

    assert answers == expected and set(expected) == {"1"}
    assert said[:2] == [
        "pixels: got 3136 bytes, expected 3364 for 29 x 29 RGBA",
        "pixels: got 0 bytes, expected 3136 for 28 x 28 RGBA",
    ]
    assert said[-1] == "no network is open yet" and len(said) == 9


def test_networks_side_by_side_keep_their_answers_while_memory_grows(engine: Page):
    paths = [MODELS / "cnn-small.json", MODELS / "plain.json"]
    image = _one(28)
    expected = [
        Recognizer(path.read_bytes()).recognize(image.tobytes())["probabilities"]
        for path in paths
    ]

    first, second, answer = engine.evaluate(
        f"""async ([small, large, image]) => {{
            {_BYTES}
            const ask = async (place) => (await engine.recognize(
                {{ pixels: bytes(image).buffer, width: 28, height: 28, fit: "" }},
                place)).probabilities;
            await engine.open(bytes(small).buffer, "first");
            await engine.open(bytes(large).buffer, "second");
            // a 1 on so large a paper that Python needs more memory to look at it
            const side = 2000;
            const paper = new Uint32Array(side * side).fill(0xffffffff);
            for (let y = 400; y < 1600; y += 1) {{
                paper.fill(0xff000000, y * side + 950, y * side + 1050);
            }}
            const huge = {{ pixels: paper.buffer, width: side, height: side }};
            const {{ answer }} = await engine.recognize(
                {{ ...huge, fit: "digit" }}, "second");
            return [await ask("first"), await ask("second"), answer];
        }}""",
        [*(_base64(path.read_bytes()) for path in paths), _base64(image.tobytes())],
    )

    np.testing.assert_allclose(first, expected[0], atol=TOLERANCE)
    np.testing.assert_allclose(second, expected[1], atol=TOLERANCE)
    assert answer == "1"


_BYTES = "const bytes = (t) => Uint8Array.from(atob(t), (c) => c.charCodeAt(0));"


def _one(side: int) -> np.ndarray:
    """A 1 in RGBA, (side, side, 4)."""
    image = np.full((side, side, 4), 255, np.uint8)
    top, bottom, left, right = (side * x // 28 for x in (5, 23, 13, 15))
    image[top:bottom, left:right, :3] = 0
    return image


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
