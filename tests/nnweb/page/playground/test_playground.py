"""The workshop: source as it runs, values by line, edits, a console, and faults."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

import nnweb
import nnweb.images.preprocess
from nnweb import matmul as products
from nnweb.layers import Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU
from nnweb.network import InputSpec, Network
from nnweb.page.api import Recognizer
from nnweb.page.playground import api as workshop
from nnweb.page.playground import call_trace as trace
from nnweb.page.playground import console
from nnweb.page.playground import time_limit as limits
from nnweb.page.playground.api import Workshop
from nnweb.page.playground.console import Console
from nnweb.page.playground.highlight import coloured
from nnweb.weights.json_format import dumps

ROOT = Path(__file__).resolve().parents[4]
RELU = "nnweb.layers.activations:ReLU.forward"
DENSE = "nnweb.layers.dense:Dense.forward"
PREPARE = "nnweb.images.preprocess:prepare"
DEF = "def forward(self, x, *, train=False):\n"


@pytest.fixture(scope="module")
def weights():
    """Every kind of layer, with numbers that differ."""
    rng = np.random.default_rng(3)
    layers = [
        Conv2D(1, 3, 3, stride=2, padding=1, rng=rng),
        ReLU(),
        MaxPool2D(2),
        Flatten(),
        Dropout(0.5, rng=rng),
        Dense(147, 20, rng=rng),
        ReLU(),
        Dense(20, 10, rng=rng),
    ]
    for layer in (layers[0], layers[-1]):
        layer.params["b"] += rng.normal(size=layer.params["b"].shape)
    return dumps(Network(layers, input=InputSpec(fit="canvas"))).encode()


@pytest.fixture
def pixels():
    image = np.full((28, 28, 4), 255, np.uint8)
    image[4:24, 13:16, :3] = 0
    image[4:7, 8:16, :3] = 0
    return image.tobytes()


@pytest.fixture
def shop(weights, pixels):
    """With the network open and a 7 drawn; what it edits is brought back."""
    made = Workshop()
    made.open(weights)
    made.draw(pixels, 28, 28, "canvas")
    yield made
    made.reset()
    assert made.changed() == []


@pytest.fixture
def ours(weights, pixels):
    return Recognizer(weights).recognize(pixels, fit="canvas")


def run(shop, text):
    """What came of it, with all that it printed."""
    printed = []
    result = shop.run(text, [[[1.0, 2.0], [3.0, 4.0]]], printed.append)
    return {**result, "printed": "".join(printed)}


def number_of(shop, name, which=0):
    found = [i for i, c in enumerate(shop.ran()["calls"]) if c["name"] == name]
    return found[which]


def text_of(shown):
    return "\n".join("".join(text for _, text in line) for line in shown["lines"])


def line(shown, number):
    return text_of(shown).split("\n")[number - shown["first"]].strip()


# --- source ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1",
        'def f(x):\n    """a\n\n    b"""  # c\n    return f"{x!r} {{}}"',
        "a (",
    ],
)
def test_pieces_join_to_the_text(text):
    lines = coloured(text)

    assert ["".join(piece for _, piece in line) for line in lines] == text.split("\n")


def test_every_file_of_the_package_comes_through_colouring_unchanged():
    for path in (ROOT / "nnweb").rglob("*.py"):
        text = path.read_text()
        joined = ["".join(piece for _, piece in line) for line in coloured(text)]
        assert joined == text.split("\n"), path


def test_pieces_are_told_apart():
    (pieces,) = coloured("def f(self): return len('a') + 1.5  # why")
    kinds = {text: kind for kind, text in pieces}

    assert kinds["def"] == kinds["return"] == "keyword"
    assert (
        kinds["f"] == "name" and kinds["self"] == "self" and kinds["len"] == "builtin"
    )
    assert kinds["'a'"] == "string" and kinds["1.5"] == "number"
    assert kinds["# why"] == "comment" and kinds["("] == ""


def test_a_method_of_the_name_of_a_builtin_is_none():
    (pieces,) = coloured("x.sum(), sum(x)")

    assert [kind for kind, text in pieces if text == "sum"] == ["", "builtin"]


def test_what_is_no_python_any_more_is_left_plain():
    lines = coloured('def f():\n  """open\nreturn 1')

    assert lines[0][0] == ("keyword", "def")
    assert lines[2] == [("", "return 1")]


# --- what ran -------------------------------------------------------------------------


def test_the_calls_of_an_answer_come_in_their_order(shop):
    ran = shop.ran()

    main = [(c["name"], c["layer"]) for c in ran["calls"] if c["main"]]
    assert main == [
        ("examine", 0),
        ("prepare", 0),
        ("judge", 0),
        ("Network.forward", 0),
        ("Conv2D.forward", 1),
        ("ReLU.forward", 2),
        ("MaxPool2D.forward", 3),
        ("Flatten.forward", 4),
        ("Dropout.forward", 5),
        ("Dense.forward", 6),
        ("ReLU.forward", 7),
        ("Dense.forward", 8),
        ("Network.probabilities", 0),
        ("Network.score", 0),
    ]
    conv = number_of(shop, "Conv2D.forward")
    below = {c["name"] for c in ran["calls"] if c["parent"] == conv}
    assert {"matmul", "Conv2D._columns"} <= below
    assert [c["name"] for c in ran["calls"]].count("Conv2D._columns") == 1
    assert ran["calls"][conv]["shape"] == [1, 3, 14, 14]
    assert ran["labels"] == list("0123456789")


def test_what_is_called_only_once_and_kept_does_not_count(shop):
    products.has_blas.cache_clear()

    first = shop.ran()

    assert first == shop.ran()


def test_what_is_shown_is_the_source_with_its_place_in_the_file(shop):
    shown = shop.show(number_of(shop, "Dense.forward"), 0)

    path = ROOT / shown["file"]
    there = path.read_text().split("\n")[shown["first"] - 1 :]
    for ours, theirs in zip(text_of(shown).split("\n"), there, strict=False):
        assert ours == theirs.removeprefix("    ")
    assert path.name == "dense.py" and shown["key"] == DENSE


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Dense.forward", 'y += self.params["b"]'),
        ("Conv2D.forward", 'y += self.params["b"]'),
        ("ReLU.forward", "y = np.maximum(x, 0)"),
        ("Flatten.forward", "return x.reshape(len(x), prod(x.shape[1:]))"),
        ("Dropout.forward", "return x"),
        ("Network.forward", "y = layer.forward(y, train=train)"),
        ("prepare", "ink = dark.astype(np.float32)"),
        ("softmax", "e /= np.add.reduce(e, axis=1, keepdims=True)"),
    ],
)
def test_the_line_that_made_the_number_is_told(shop, name, made):
    index = number_of(shop, name, -1)

    shown = shop.show(index, shop.ran()["calls"][index]["greatest"])

    assert line(shown, shown["made"][0]) == made
    assert shown["made"][0] == shown["made"][1]


@pytest.mark.parametrize(
    "name", ["Dense.forward", "Conv2D.forward", "MaxPool2D.forward"]
)
def test_the_number_beside_its_line_is_that_of_the_layer(shop, weights, pixels, name):
    network = Recognizer(weights).network
    y = nnweb.images.preprocess.prepare(
        np.frombuffer(pixels, np.uint8).reshape(1, 28, 28, 4), fit="canvas"
    ).reshape(1, *network.x_shape)
    for layer in network.layers:
        y = layer.forward(y)
        if type(layer).__name__ == name.split(".")[0]:
            break
    at = int(y.argmax())

    shown = shop.show(number_of(shop, name), at)

    assert shown["value"] == pytest.approx(y.max()) and y.max() > 0
    assert shown["place"] == [int(i) for i in np.unravel_index(at, y.shape)]
    notes = dict(map(tuple, shown["ran"]))
    assert f"= {float(y.max()):.6g}" in notes[shown["made"][0]]
    assert f"gives {shown['place']}" in notes[max(notes)]


def test_a_sum_is_followed_from_the_product_to_the_bias(shop, weights):
    shown = shop.show(number_of(shop, "Dense.forward", -1), 4)

    notes = {line(shown, number): note for number, note in shown["ran"]}
    before, after = (
        float(notes[text].rpartition("= ")[2])
        for text in ('y = matmul(x, self.params["W"])', 'y += self.params["b"]')
    )
    bias = Recognizer(weights).network.layers[-1].params["b"][4]
    assert after - before == pytest.approx(float(bias), abs=1e-4) and bias != 0


def test_lines_that_did_not_run_are_told_from_those_that_did(shop):
    shown = shop.show(number_of(shop, "Dense.forward"), 0)

    ran = {line(shown, number) for number, _ in shown["ran"]}
    assert "if x.ndim != 2 or x.shape[1] != self.fan_in:" in ran
    assert not any(text.startswith("raise") for text in ran)


def test_a_statement_of_several_lines_is_marked_whole(shop):
    index = number_of(shop, "Dense.forward", -1)
    shop.edit(DENSE, DEF + "    return (\n        x @ self.params['W']\n    )\n")

    shown = shop.show(number_of(shop, "Dense.forward", -1), 0)

    assert shown["made"] == [2, 4] and shown["edited"]
    assert index == number_of(shop, "Dense.forward", -1) + 1  # no matmul any more


def test_a_tracer_that_was_there_is_there_again(shop):
    import sys

    def mine(frame, event, arg):
        return None

    before = sys.gettrace()
    sys.settrace(mine)
    try:
        trace.calls(lambda: None, lambda code: False)
        assert sys.gettrace() is mine
    finally:
        sys.settrace(before)


# --- edits ----------------------------------------------------------------------------


def test_an_edit_acts_on_the_answer_and_reset_brings_ours_back(shop, ours):
    fault = shop.edit(RELU, DEF + "    return np.minimum(x, 0)\n")

    edited = shop.recognize()["answer"]
    assert fault is None and shop.changed() == ["ReLU.forward"]
    assert edited["probabilities"] != ours["probabilities"]

    shop.reset()
    assert shop.recognize()["answer"]["probabilities"] == ours["probabilities"]


def test_an_edit_of_what_prepares_acts_also_where_it_was_imported(shop):
    head = "def prepare(images, *, fit, threshold):\n"
    shop.edit(PREPARE, head + "    return np.ones((1, 784), np.float32)\n")

    assert set(shop.recognize()["answer"]["seen"]) == {255}


def test_helpers_beside_the_function_are_there_and_go_with_it(shop):
    kept = nnweb.layers.activations.kept
    text = "def kept(x):\n    return x\n\n" + DEF + "    return kept(half(x))\n"
    text += "\ndef half(x):\n    return x / 2\n"

    assert shop.edit(RELU, text) is None
    assert shop.recognize()["fault"] is None
    assert nnweb.layers.activations.kept is not kept

    shop.reset(RELU)
    assert not hasattr(nnweb.layers.activations, "half")
    assert nnweb.layers.activations.kept is kept


def test_an_unchanged_text_gives_the_same_answer(shop, ours):
    for name in ("prepare", "examine", "Conv2D.forward", "Dense.forward", "softmax"):
        index = number_of(shop, name)
        key = shop.show(index, 0)["key"]
        assert shop.edit(key, shop.text(index)) is None, name

    assert shop.recognize()["answer"]["probabilities"] == ours["probabilities"]
    assert len(shop.changed()) == 5


FOR_EVER = "    y = x\n    while True:\n        y = y + 1\n"
FOR_EVER_HIDDEN = """    try:
        while True:
            y = x
    except Exception:
        return x
"""


@pytest.mark.parametrize(
    ("body", "said", "at"),
    [
        ("    return x +\n", "SyntaxError: invalid syntax", 2),
        ("  y = 1\n    return x\n", "IndentationError: unexpected indent", 3),
        ("    return nowhere\n", "NameError: name 'nowhere' is not defined", 2),
        ("    y = x\n    return y @ y\n", "ValueError: matmul", 3),
        ("    y = x\n    return y[:, :5]\n", "layer 7: ReLU.forward gave an array", 3),
        ("    x = x / 0\n    return x\n", "gave 588 of 588 numbers that are not", 3),
        ("    pass\n", "layer 2: ReLU.forward gave NoneType, expected an array", 2),
        ("    return self.forward(x)\n", "RecursionError", 2),
        (FOR_EVER, "TookTooLong: it was not done after 1 s", (3, 4)),
        (FOR_EVER_HIDDEN, "TookTooLong", (3, 4)),
        ("    exit()\n", "SystemExit", 2),
    ],
)
def test_a_fault_of_an_edit_is_told_with_its_line_and_ours_stays(
    shop, ours, body, said, at
):
    fault = shop.edit(RELU, DEF + body)

    assert said in fault["text"]
    # Python's versions differ in which line of a loop leads back
    assert fault["line"] in (at if isinstance(at, tuple) else (at,))
    assert 'File "<your ReLU.forward>", line' in fault["text"]
    assert "nnweb/page" not in fault["text"] and str(ROOT) not in fault["text"]
    assert shop.changed() == []
    assert shop.recognize()["answer"]["probabilities"] == ours["probabilities"]


def test_a_traceback_goes_on_into_the_library_and_begins_with_theirs(shop):
    fault = shop.edit(DENSE, DEF + "    return matmul(x, 7)\n")

    lines = fault["text"].split("\n")
    assert lines[1].startswith('  File "<your Dense.forward>", line 2')
    assert any(text.startswith('  File "nnweb/matmul.py"') for text in lines)
    assert lines[2].strip() == "return matmul(x, 7)"


def test_after_a_fault_the_last_good_edit_stays(shop):
    good = DEF + "    return np.minimum(x, 0)\n"
    shop.edit(RELU, good)
    before = shop.recognize()["answer"]["probabilities"]

    assert shop.edit(RELU, DEF + "    return 1\n") is not None
    assert shop.edit(RELU, "nothing at all") is not None

    assert shop.recognize()["answer"]["probabilities"] == before
    assert shop.changed() == ["ReLU.forward"]


CLOSURE = """def made(y):
    def forward(self, x, *, train=False):
        return y
    return forward
forward = made(1)
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1", "got nothing that is defined, expected a function by the name of"),
        ("def backward(self): pass", "got backward, expected a function"),
        ("forward = 7", "expected a function by the name of forward"),
        (CLOSURE, "forward: got a closure"),
    ],
)
def test_a_text_that_defines_something_else_is_refused(shop, text, said):
    fault = shop.edit(RELU, text)

    assert said in fault["text"] and "EditError" in fault["text"]


def test_only_functions_between_drawing_and_answer_can_be_edited(shop):
    names = {call["name"] for call in shop.ran()["calls"]}

    assert "Recognizer.recognize_image" not in names, "the page's own code is hidden"
    assert "expected a function that may be" in shop.edit("os:remove", "")["text"]


def test_a_fault_that_comes_only_with_another_drawing_is_told_then(shop, pixels):
    prepared = "def prepare(images, *, fit, threshold):\n    ink = images[..., 0] < 9\n"
    prepared += "    return 1 / ink.max() * ink.reshape(1, 784)\n"
    assert shop.edit(PREPARE, prepared) is None

    shop.draw(b"\xff" * 3136, 28, 28, "canvas")
    result = shop.recognize()

    assert result["answer"] is None
    assert result["fault"]["line"] == 3
    assert "ShapeError: prepare gave" in result["fault"]["text"]


def test_a_traceback_leaves_out_the_code_of_the_page(shop):
    fault = shop.edit(RELU, DEF + "    while True:\n        pass\n")

    assert "it was not done after" in fault["text"]
    assert "nnweb/page" not in fault["text"]


def test_what_an_edit_prints_comes_with_the_answer(shop, capsys):
    shop.edit(RELU, DEF + "    print(x.shape)\n    return np.maximum(x, 0)\n")
    capsys.readouterr()

    result = shop.recognize()
    shop.ran()

    assert result["printed"] == "(1, 3, 14, 14)\n(1, 20)\n"
    assert capsys.readouterr().out == ""


def test_another_network_meets_the_edits_that_are_there(shop, weights):
    shop.edit(RELU, DEF + "    return x * 0\n")
    shop.open(weights)

    answer = shop.recognize()["answer"]

    bias = shop._network.layers[-1].params["b"]
    assert np.argmax(answer["probabilities"]) == int(bias.argmax())


def test_an_edit_can_be_tried_on_blank_paper(weights):
    shop = Workshop()
    shop.open(weights)
    shop.draw(None, 0, 0, "digit")

    assert "NameError" in shop.edit(RELU, DEF + "    return y\n")["text"]
    assert run(shop, "image.min(), image.shape")["echo"] == "(np.uint8(255), (28, 28))"


def test_time_is_kept_also_in_functions_inside_of_functions():
    scope = {}
    exec("def f():\n  def g():\n    while True: pass\n  g()", scope)

    with (
        pytest.raises(limits.TookTooLong, match=r"after 0\.1 s"),
        limits.limited([scope["f"].__code__], 0.1),
    ):
        scope["f"]()
    with limits.limited([scope["f"].__code__], 5):  # the tool's number is free again
        pass


# --- the console ----------------------------------------------------------------------


def test_the_console_has_what_is_on_the_page(shop):
    result = run(
        shop, "network.architecture, image.shape, strokes[0].tolist(), np.pi > 3"
    )

    expected = (
        "('1x28x28-conv3x3s2-pool2-20-10', (28, 28), [[1.0, 2.0], [3.0, 4.0]], True)"
    )
    assert result["echo"] == expected
    assert result["fault"] is None and result["changed"] == []


def test_names_last_from_one_run_to_the_next_and_the_page_s_come_anew(shop, weights):
    run(shop, "import math\nnetwork = 3\nx = math.pi")

    assert run(shop, "print(round(x, 2))\nnetwork.name")["echo"] == "'network'"
    assert run(shop, "_")["echo"] == "'network'"


def test_the_image_is_as_recognize_wants_it(shop, ours):
    echo = run(shop, "nnweb.recognize(image[None], network, fit='canvas').argmax()")

    assert echo["echo"] == f"np.int64({np.argmax(ours['probabilities'])})"


@pytest.mark.parametrize(
    ("text", "echo", "printed"),
    [
        ("1 + 1", "2", ""),
        ("x = 3", "", ""),
        ("None", "", ""),
        ("print('a')\nprint('b', end='')", "", "a\nb"),
        ("for i in range(2):\n    i\n    print(i)", "", "0\n1\n"),
        ("import sys\nprint('oh', file=sys.stderr)", "", "oh\n"),
        ("", "", ""),
    ],
)
def test_values_are_echoed_and_output_is_told(shop, text, echo, printed):
    result = run(shop, text)

    assert (result["echo"], result["printed"]) == (echo, printed)


def test_arrays_are_short(shop):
    assert "..." in run(shop, "np.zeros(1000)")["echo"]
    assert run(shop, "np.float32([1/3])")["echo"] == "array([0.3333], dtype=float32)"
    echo = run(shop, "'ab' * 90_000")["echo"]
    assert len(echo) < console.ECHOED + 60 and "176,002 characters" in echo


def test_output_without_end_is_cut_and_counted(shop):
    told = []

    result = shop.run("for i in range(100_000): print(i)", [], told.append)

    assert len("".join(told)) == console.PRINTED and len(told) < 60
    assert result["cut"] == 588_890 - console.PRINTED


def test_a_fault_is_their_own_traceback(shop):
    text = "def f(x):\n    return network.forward(x)\n\nf(image)"

    fault = run(shop, text)["fault"]

    lines = fault["text"].split("\n")
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1].startswith('  File "<console ') and "line 4" in lines[1]
    assert lines[2].strip() == "f(image)"
    assert any(text.startswith('  File "nnweb/network.py"') for text in lines)
    assert lines[-1].startswith(
        "nnweb.errors.ShapeError: Network.forward: x is (28, 28)"
    )
    assert "nnweb/page" not in fault["text"] and fault["line"] == 2


def test_a_fault_that_says_too_much_is_cut(shop):
    fault = run(shop, "raise ValueError('a' * 100_000 + 'end')")["fault"]

    assert len(fault["text"]) < 6_100 and fault["text"].endswith("aend")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 +", "SyntaxError: invalid syntax"),
        ("input('name? ')", "EOFError"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        (
            "try:\n  1/0\nexcept Exception as e:\n  raise OSError('b') from e",
            "direct cause",
        ),
    ],
)
def test_whatever_is_raised_is_told(shop, text, said):
    fault = run(shop, text)["fault"]

    assert said in fault["text"] and "<console" in fault["text"]
    assert "lab/console" not in fault["text"]


def test_a_network_that_was_changed_answers_differently_until_reset(shop, ours):
    result = run(shop, "network.layers[-1].params['b'][3] += 1000")

    assert result["changed"] == ["network"]
    assert shop.recognize()["answer"]["index"] == 3
    shop.reset()
    assert shop.recognize()["answer"]["index"] == ours["index"]


def test_what_is_ours_is_not_blamed_for_a_network_that_was_broken(shop):
    run(shop, "network.layers[-1].params['W'][:] = np.nan")

    result = shop.recognize()

    assert result["answer"] is None
    assert "are its weights damaged?" in result["fault"]["text"]


def test_a_function_that_was_replaced_by_hand_comes_back_too(shop, ours):
    result = run(
        shop,
        "from nnweb.layers import ReLU\nReLU.forward = lambda self, x, **_: abs(x)",
    )

    assert result["changed"] == ["ReLU.forward"]
    assert shop.recognize()["answer"]["probabilities"] != ours["probabilities"]
    shop.reset()
    assert shop.recognize()["answer"]["probabilities"] == ours["probabilities"]


@pytest.mark.parametrize(
    ("text", "has", "begin"),
    [
        ("netw", "network", 0),
        ("x = netw", "network", 4),
        ("network.arch", "architecture", 8),
        ("network.layers[0].par", "params", 18),
        ("print(np.max", "maximum", 9),
        ("impo", "import", 0),
        ("network._fir", "_first_learned", 8),
    ],
)
def test_a_word_is_completed(shop, text, has, begin):
    suggested = shop.suggest(text)

    assert has in suggested["names"] and suggested["begin"] == begin


@pytest.mark.parametrize(
    "text", ["", "nowhere.at", "network.layers[99].par", "f(x).sh", "'a b'.up", "3."]
)
def test_where_there_is_nothing_to_complete_nothing_is_raised(shop, text):
    suggested = shop.suggest(text)

    assert text == "" or suggested["names"] == []
    assert all(not name.startswith("_") for name in suggested["names"])


def test_what_is_private_is_not_offered_unasked(shop):
    names = shop.suggest("network.")["names"]

    assert "layers" in names and not any(name.startswith("_") for name in names)


def test_completing_calls_nothing():
    shell = Console()
    count = itertools.count()
    shell.names["f"] = lambda: next(count)

    assert shell.suggest("f().de")["names"] == []
    assert next(count) == 0


def test_without_a_network_it_says_so():
    with pytest.raises(workshop.ImageError, match="no network is open"):
        Workshop().ran()
