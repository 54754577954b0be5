"""The playground: call traces, values by line, live edits, a console, and errors."""

import base64
import itertools
import json
import sys
from pathlib import Path

import numpy as np
import pytest

import nnweb
import nnweb.images.preprocess
from nnweb import matmul as products
from nnweb.errors import ImageError
from nnweb.layers import Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU, Sigmoid
from nnweb.network import InputSpec, Network
from nnweb.page.api import Recognizer
from nnweb.page.playground import api, call_trace, console
from nnweb.page.playground.api import Playground
from nnweb.page.playground.console import Console
from nnweb.page.playground.examples import EXAMPLES
from nnweb.page.playground.figures import MAX_FIGURES
from nnweb.page.playground.highlight import highlight
from nnweb.page.playground.time_limit import TimeLimitExceeded, time_limit
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
def panel(weights, pixels):
    """A playground with a network and a 7; its edits are undone afterwards."""
    panel = Playground()
    panel.open(weights)
    panel.draw(pixels, 28, 28, "canvas")
    yield panel
    panel.reset()
    assert panel.changed() == []


@pytest.fixture
def original(weights, pixels):
    return Recognizer(weights).recognize(pixels, fit="canvas")


def run(panel, text):
    """Run ``text``; return the result with all that was printed."""
    printed, drawn = [], []
    strokes = [[[1.0, 2.0], [3.0, 4.0]]]
    result = panel.run(text, strokes, printed.append, drawn.append)
    figures = [json.loads(figure) for figure in drawn]
    return {**result, "printed": "".join(printed), "figures": figures}


def number_of(panel, name, which=0):
    found = [i for i, c in enumerate(panel.ran()["calls"]) if c["name"] == name]
    return found[which]


def text_of(shown):
    return "\n".join("".join(text for _, text in line) for line in shown["lines"])


def line(shown, number):
    return text_of(shown).split("\n")[number - shown["first"]].strip()


# --- source ---------------------------------------------------------------------------


SHOWN = [*(ROOT / "nnweb" / "layers").glob("*.py"), ROOT / "nnweb" / "network.py"]
ODD = [
    "",
    "x = 1",
    'def f(x):\n    """a\n\n    b"""  # c\n    return f"{x!r} {{}}"',
    "a (",
]


@pytest.mark.parametrize(
    "text", [*ODD, *(path.read_text() for path in SHOWN)], ids=lambda text: text[:20]
)
def test_highlighted_pieces_join_to_the_text(text):
    lines = highlight(text)

    assert ["".join(piece for _, piece in line) for line in lines] == text.split("\n")


def test_highlighting_distinguishes_the_kinds_of_tokens():
    (pieces,) = highlight("def f(self): return len('a') + 1.5  # why")
    kinds = {text: kind for kind, text in pieces}

    assert kinds["def"] == kinds["return"] == "keyword"
    assert (
        kinds["f"] == "name" and kinds["self"] == "self" and kinds["len"] == "builtin"
    )
    assert kinds["'a'"] == "string" and kinds["1.5"] == "number"
    assert kinds["# why"] == "comment" and kinds["("] == ""


def test_methods_named_like_builtins_and_text_after_an_error_are_not_highlighted():
    (pieces,) = highlight("x.sum(), sum(x)")
    broken = highlight('def f():\n  """open\nreturn 1')

    assert [kind for kind, text in pieces if text == "sum"] == ["", "builtin"]
    assert broken[0][0] == ("keyword", "def")
    assert broken[2] == [("", "return 1")]


# --- what ran -------------------------------------------------------------------------


def test_calls_are_listed_in_order(panel):
    ran = panel.ran()

    main = [(c["name"], c["layer"]) for c in ran["calls"] if c["main"]]
    assert main == [
        ("examine", 0),
        ("prepare", 0),
        ("Network.judge", 0),
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
    conv = number_of(panel, "Conv2D.forward")
    below = {c["name"] for c in ran["calls"] if c["parent"] == conv}
    assert {"matmul", "Conv2D._columns"} <= below
    assert [c["name"] for c in ran["calls"]].count("Conv2D._columns") == 1
    assert ran["calls"][conv]["shape"] == [1, 3, 14, 14]
    assert ran["labels"] == list("0123456789")


def test_cached_functions_do_not_change_the_trace(panel):
    products.has_blas.cache_clear()

    first = panel.ran()

    assert first == panel.ran()


def test_a_shown_call_has_its_source_and_line_numbers(panel):
    shown = panel.show(number_of(panel, "Dense.forward"), 0)

    path = ROOT / shown["file"]
    there = path.read_text().split("\n")[shown["first"] - 1 :]
    for original, theirs in zip(text_of(shown).split("\n"), there, strict=False):
        assert original == theirs.removeprefix("    ")
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
def test_the_line_that_assigned_the_number_is_marked(panel, name, made):
    index = number_of(panel, name, -1)

    shown = panel.show(index, panel.ran()["calls"][index]["greatest"])

    assert line(shown, shown["made"][0]) == made
    assert shown["made"][0] == shown["made"][1]


@pytest.mark.parametrize(
    "name", ["Dense.forward", "Conv2D.forward", "MaxPool2D.forward"]
)
def test_the_number_beside_its_line_is_the_layers_output(panel, weights, pixels, name):
    network = Recognizer(weights).network
    y = nnweb.images.preprocess.prepare(
        np.frombuffer(pixels, np.uint8).reshape(1, 28, 28, 4), fit="canvas"
    ).reshape(1, *network.x_shape)
    for layer in network.layers:
        y = layer.forward(y)
        if type(layer).__name__ == name.split(".")[0]:
            break
    at = int(y.argmax())

    shown = panel.show(number_of(panel, name), at)

    assert shown["value"] == pytest.approx(y.max()) and y.max() > 0
    assert shown["place"] == [int(i) for i in np.unravel_index(at, y.shape)]
    notes = dict(map(tuple, shown["ran"]))
    assert f"= {float(y.max()):.6g}" in notes[shown["made"][0]]
    assert f"returns {shown['place']}" in notes[max(notes)]


def test_notes_follow_a_sum_from_the_product_to_the_bias(panel, weights):
    shown = panel.show(number_of(panel, "Dense.forward", -1), 4)

    notes = {line(shown, number): note for number, note in shown["ran"]}
    before, after = (
        float(notes[text].rpartition("= ")[2])
        for text in ('y = matmul(x, self.params["W"])', 'y += self.params["b"]')
    )
    bias = Recognizer(weights).network.layers[-1].params["b"][4]
    assert after - before == pytest.approx(float(bias), abs=1e-4) and bias != 0


@pytest.mark.parametrize("layer", ["Conv2D.forward", "Dense.forward"])
def test_a_product_is_shown_without_the_bias_that_is_added_to_it_later(panel, layer):
    zero, one = "network.params[f'{i}.W'][:] = 0", "network.params[f'{i}.b'][1] = 1"
    run(panel, f"for i in 0, 5: {zero}; {one}")
    calls = panel.ran()["calls"]
    index = next(
        i
        for i, call in enumerate(calls)
        if call["name"] == "matmul" and calls[call["parent"]]["name"] == layer
    )

    shown = panel.show(index, 1)

    assert shown["value"] == 0 and calls[index]["greatest"] == 0
    assert "returns [0, 1] = 0" in [note for _, note in shown["ran"]][-1]


def test_only_lines_that_ran_have_notes(panel):
    shown = panel.show(number_of(panel, "Dense.forward"), 0)

    ran = {line(shown, number) for number, _ in shown["ran"]}
    assert "if x.ndim != 2 or x.shape[1] != self.fan_in:" in ran
    assert not any(text.startswith("raise") for text in ran)


def test_a_statement_of_several_lines_is_marked_as_a_whole(panel):
    index = number_of(panel, "Dense.forward", -1)
    panel.edit(DENSE, DEF + "    return (\n        x @ self.params['W']\n    )\n")

    shown = panel.show(number_of(panel, "Dense.forward", -1), 0)

    assert shown["made"] == [2, 4] and shown["edited"]
    assert index == number_of(panel, "Dense.forward", -1) + 1  # no matmul any more


def test_the_previous_tracer_is_restored():
    def mine(frame, event, arg):
        return None

    before = sys.gettrace()
    sys.settrace(mine)
    try:
        call_trace.calls(lambda: None, lambda code: False)
        assert sys.gettrace() is mine
    finally:
        sys.settrace(before)


# --- edits ----------------------------------------------------------------------------


def test_an_edit_changes_the_answer_until_reset_and_outlasts_faulty_ones(
    panel, original
):
    assert panel.edit(RELU, DEF + "    return np.minimum(x, 0)\n") is None
    edited = panel.recognize()["answer"]["probabilities"]
    assert edited != original["probabilities"]

    assert panel.edit(RELU, DEF + "    return 1\n") is not None
    assert panel.edit(RELU, "nothing at all") is not None
    assert panel.recognize()["answer"]["probabilities"] == edited
    assert panel.changed() == ["ReLU.forward"]

    panel.reset()
    assert panel.recognize()["answer"]["probabilities"] == original["probabilities"]


@pytest.mark.parametrize(
    "refused", [DEF + "    return (x @\n", "1 / 0\n", DEF + "    return 1\n"]
)
def test_the_source_in_use_is_still_shown_after_a_refused_edit(panel, refused):
    edited = DEF + "    y = np.abs(x)\n    return y\n"
    assert panel.edit(RELU, edited) is None

    fault = panel.edit(RELU, refused)

    assert fault["line"] > 0
    index = number_of(panel, "ReLU.forward")
    assert text_of(panel.show(index, 0)) == panel.text(index).strip() == edited.strip()


def test_an_edit_of_prepare_takes_effect_where_it_was_imported(panel):
    head = "def prepare(images, *, fit, threshold):\n"
    panel.edit(PREPARE, head + "    return np.ones((1, 784), np.float32)\n")

    assert set(panel.recognize()["answer"]["seen"]) == {255}


def test_helpers_defined_next_to_an_edit_are_removed_with_it(panel):
    kept = nnweb.layers.activations.kept
    text = "def kept(x):\n    return x\n\n" + DEF + "    return kept(half(x))\n"
    text += "\ndef half(x):\n    return x / 2\n"

    assert panel.edit(RELU, text) is None
    assert panel.recognize()["fault"] is None
    assert nnweb.layers.activations.kept is not kept

    panel.reset(RELU)
    assert not hasattr(nnweb.layers.activations, "half")
    assert nnweb.layers.activations.kept is kept


def test_a_helper_lasts_no_longer_than_the_edit_that_defines_it(panel):
    helper, caller = "def half(x):\n    return x / 2\n\n", DEF + "    return half(x)\n"
    assert panel.edit(RELU, helper + caller) is None

    fault = panel.edit(RELU, caller)

    assert "NameError: name 'half' is not defined" in fault["text"]
    assert panel.recognize()["fault"] is None, "the edit before comes back"


@pytest.mark.parametrize(
    "helper",
    [
        "def endless(x):\n    while True:\n        x = x + 1\n",
        "class endless:\n  def __init__(self, x):\n    while True: pass\n",
    ],
    ids=["function", "class"],
)
def test_the_time_limit_applies_to_helpers_of_an_edit(panel, monkeypatch, helper):
    monkeypatch.setattr(api, "TIME_LIMIT_S", 0.1)

    fault = panel.edit(RELU, helper + DEF + "    return endless(x)\n")

    assert "TimeLimitExceeded: not finished after 0.1 s" in fault["text"]
    assert panel.changed() == []


@pytest.mark.parametrize("first", [0, 1])
def test_edits_with_helpers_of_one_name_are_reset_one_by_one(panel, first):
    module = "nnweb.network"
    edits = {
        f"{module}:softmax": "def softmax(logits):\n    return even(logits)\n",
        f"{module}:Network.score": "def score(self, x):\n    return even(x)[:, 0]\n",
    }
    helper = "def even(x):\n    return np.full_like(x, 0.1)\n"
    for key, text in edits.items():
        assert panel.edit(key, text + helper) is None

    panel.reset(list(edits)[first])

    assert panel.recognize()["fault"] is None
    panel.reset(list(edits)[1 - first])
    assert not hasattr(nnweb.network, "even")


def test_the_text_of_an_edited_function_has_its_helpers(panel):
    text = "def half(x):\n    return x / 2\n\n" + DEF + "    return half(x)\n"
    index = number_of(panel, "ReLU.forward")
    library = panel.text(index)
    assert panel.edit(RELU, text) is None

    again = panel.text(number_of(panel, "ReLU.forward"))

    assert again == text and panel.edit(RELU, again) is None
    panel.reset(RELU)
    assert panel.text(number_of(panel, "ReLU.forward")) == library


def test_an_unchanged_text_gives_the_same_answer(panel, original):
    for name in ("prepare", "examine", "Conv2D.forward", "Dense.forward", "softmax"):
        index = number_of(panel, name)
        key = panel.show(index, 0)["key"]
        assert panel.edit(key, panel.text(index)) is None, name

    assert panel.recognize()["answer"]["probabilities"] == original["probabilities"]
    assert len(panel.changed()) == 5


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
        ("    x = x[:, :5]\n    return x\n", "layer 7: ReLU.forward returned an", 3),
        ("    x = x / 0\n    return x\n", "588 of 588 numbers that are not", 3),
        ("    pass\n", "layer 2: ReLU.forward returned NoneType, expected an array", 2),
        ("    return self.forward(x)\n", "RecursionError", 2),
        (FOR_EVER, "TimeLimitExceeded: not finished after 0.1 s", (3, 4)),
        (FOR_EVER_HIDDEN, "TimeLimitExceeded", (3, 4)),
        ("    exit()\n", "SystemExit", 2),
    ],
)
def test_a_faulty_edit_is_reported_with_its_line_and_not_applied(
    panel, original, monkeypatch, body, said, at
):
    if "while True" in body:
        monkeypatch.setattr(api, "TIME_LIMIT_S", 0.1)

    fault = panel.edit(RELU, DEF + body)

    monkeypatch.undo()

    assert said in fault["text"]
    # Python's versions differ in which line of a loop leads back
    assert fault["line"] in (at if isinstance(at, tuple) else (at,))
    assert 'File "<your ReLU.forward>", line' in fault["text"]
    assert "nnweb/page" not in fault["text"] and str(ROOT) not in fault["text"]
    assert panel.changed() == []
    assert panel.recognize()["answer"]["probabilities"] == original["probabilities"]


def test_a_traceback_starts_in_the_edit_and_continues_in_the_library(panel):
    fault = panel.edit(DENSE, DEF + "    return matmul(x, 7)\n")

    lines = fault["text"].split("\n")
    assert lines[1].startswith('  File "<your Dense.forward>", line 2')
    assert any(text.startswith('  File "nnweb/matmul.py"') for text in lines)
    assert lines[2].strip() == "return matmul(x, 7)"


CLOSURE = """def made(y):
    def forward(self, x, *, train=False):
        return y
    return forward
forward = made(1)
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1", "got no definition, expected a function named"),
        ("def backward(self): pass", "got backward, expected a function"),
        ("forward = 7", "expected a function named forward"),
        (CLOSURE, "forward: got a closure"),
    ],
)
def test_a_text_without_the_function_is_refused(panel, text, said):
    fault = panel.edit(RELU, text)

    assert said in fault["text"] and "EditError" in fault["text"]


def test_only_functions_between_drawing_and_answer_can_be_edited(panel):
    names = {call["name"] for call in panel.ran()["calls"]}

    assert "Recognizer.recognize_image" not in names, "the page's own code is hidden"
    assert "expected a function that may be" in panel.edit("os:remove", "")["text"]


def test_an_edit_that_fails_on_a_later_drawing_is_reported_then(panel, pixels):
    prepared = "def prepare(images, *, fit, threshold):\n    ink = images[..., 0] < 9\n"
    prepared += "    return 1 / ink.max() * ink.reshape(1, 784)\n"
    assert panel.edit(PREPARE, prepared) is None

    panel.draw(b"\xff" * 3136, 28, 28, "canvas")
    result = panel.recognize()

    assert result["answer"] is None
    assert result["fault"]["line"] == 3
    assert "ShapeError: prepare returned" in result["fault"]["text"]


def test_text_that_an_edit_prints_is_returned_with_the_answer(panel, capsys):
    panel.edit(RELU, DEF + "    print(x.shape)\n    return np.maximum(x, 0)\n")
    capsys.readouterr()

    result = panel.recognize()
    panel.ran()

    assert result["printed"] == "(1, 3, 14, 14)\n(1, 20)\n"
    assert capsys.readouterr().out == ""


def test_edits_apply_to_the_next_network_too(panel, weights):
    panel.edit(RELU, DEF + "    return x * 0\n")
    panel.open(weights)

    answer = panel.recognize()["answer"]

    bias = panel._network.layers[-1].params["b"]
    assert np.argmax(answer["probabilities"]) == int(bias.argmax())


def test_an_edit_can_be_tried_on_a_blank_canvas(weights):
    panel = Playground()
    panel.open(weights)
    panel.draw(None, 0, 0, "digit")

    assert "NameError" in panel.edit(RELU, DEF + "    return y\n")["text"]
    assert run(panel, "image.min(), image.shape")["echo"] == "(np.uint8(255), (28, 28))"


def test_the_time_limit_applies_to_nested_functions():
    scope = {}
    exec("def f():\n  def g():\n    while True: pass\n  g()", scope)

    with (
        pytest.raises(TimeLimitExceeded, match=r"after 0\.1 s"),
        time_limit([scope["f"].__code__], 0.1),
    ):
        scope["f"]()
    with time_limit([scope["f"].__code__], 5):  # the tool's number is free again
        pass


def test_the_time_limit_applies_to_an_edit_that_is_endless_while_it_is_traced(
    panel, monkeypatch
):
    monkeypatch.setattr(api, "TRACE_LIMIT_S", 0.2)
    loop = "    import sys\n    while sys.gettrace(): pass\n"
    index = number_of(panel, "ReLU.forward")
    assert panel.edit(RELU, DEF + loop + "    return np.maximum(x, 0)\n") is None

    with pytest.raises(TimeLimitExceeded):
        panel.ran()
    with pytest.raises(TimeLimitExceeded):
        panel.show(index, 0)


# --- the console ----------------------------------------------------------------------


def test_the_console_has_the_network_the_image_and_the_strokes(panel):
    text = "network.architecture, image.shape, strokes[0].tolist(), np.pi > 3"

    result = run(panel, text)

    strokes = "[[1.0, 2.0], [3.0, 4.0]]"
    assert (
        result["echo"]
        == f"('1x28x28-conv3x3s2-pool2-20-10', (28, 28), {strokes}, True)"
    )
    assert result["fault"] is None and result["changed"] == []


def test_variables_persist_and_those_of_the_page_are_updated(panel, weights):
    run(panel, "import math\nnetwork = plot = 3\nx = math.pi")

    assert run(panel, "print(round(x, 2))\nnetwork.name")["echo"] == "'network'"
    assert run(panel, "_")["echo"] == "'network'"
    assert run(panel, "plot([1, 2])")["fault"] is None


def test_the_image_can_be_passed_to_recognize(panel, original):
    echo = run(panel, "nnweb.recognize(image[None], network, fit='canvas').argmax()")

    assert echo["echo"] == f"np.int64({np.argmax(original['probabilities'])})"


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
def test_values_are_echoed_and_output_is_passed_on(panel, text, echo, printed):
    result = run(panel, text)

    assert (result["echo"], result["printed"]) == (echo, printed)


def test_long_values_and_error_messages_are_abbreviated(panel):
    assert "..." in run(panel, "np.zeros(1000)")["echo"]
    assert run(panel, "np.float32([1/3])")["echo"] == "array([0.3333], dtype=float32)"
    echo = run(panel, "'ab' * 90_000")["echo"]
    assert len(echo) < console.MAX_ECHO + 60 and "176,002 characters" in echo
    text = run(panel, "raise ValueError('a' * 100_000 + 'end')")["fault"]["text"]
    assert len(text) < 6_100 and text.endswith("aend")


def test_an_array_is_shown_as_shares_of_its_largest_magnitude(panel):
    (figure,) = run(panel, "show([[0, 1], [-4, 2]])")["figures"]

    shares = np.frombuffer(base64.b64decode(figure["shares"]), np.int8)
    assert shares.tolist() == [0, 32, -127, 64]
    assert (figure["shape"], figure["low"], figure["high"]) == ([1, 2, 2], -4, 2)


@pytest.mark.parametrize(
    ("array", "shape"),
    [
        ("image", [1, 28, 28]),
        ("image[None, None]", [1, 28, 28]),
        ("np.zeros((2, 3, 5, 4))", [6, 5, 4]),
        ("nnweb.examine(image[None], network).seen", [1, 28, 28]),
        ("np.zeros((1, 20))", [20]),
        ("np.arange(9)", [9]),
        ("True", [1]),
    ],
)
def test_shown_arrays_are_images_or_one_vector(panel, array, shape):
    (figure,) = run(panel, f"show({array})")["figures"]

    assert figure["shape"] == shape


def test_numbers_are_plotted_with_their_labels(panel):
    text = "plot([1/3, -2], ['a', 'b']); plot(network(image)[None])"

    first, second = run(panel, text)["figures"]

    assert first == {"values": [0.333333, -2], "labels": ["a", "b"]}
    assert len(second["values"]) == 10 and second["labels"] == []
    assert sum(second["values"]) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("show('7')", "show: got <U1, expected numbers"),
        ("show([])", "show: got (0,), 0 numbers; expected 1 to 500,000"),
        ("show(np.zeros((800, 800)))", "show: got (800, 800), 640,000 numbers"),
        ("show([1, np.nan])", "show: 1 of 2 numbers are not finite"),
        ("plot(image)", "plot: got (28, 28), expected one row of numbers"),
        ("plot([1, 2], ['a'])", "plot: got 1 labels, expected 2"),
        ("while True: show(1)", f"one run may draw {MAX_FIGURES} figures, no more"),
    ],
)
def test_figures_that_cannot_be_drawn_are_refused_by_name(panel, text, said):
    assert said in run(panel, text)["fault"]["text"]


def test_figures_and_printed_text_keep_their_order(panel):
    events = []

    panel.run("print(1)\nshow(2)\nprint(3)", [], events.append, events.append)

    figure = json.dumps(run(panel, "show(2)")["figures"][0])
    assert "".join(events) == f"1\n{figure}3\n"


def test_every_example_runs_and_the_last_changes_the_answer(panel):
    results = {key: run(panel, text) for key, text in panel.examples().items()}

    assert list(results) == list(EXAMPLES) and len(results) == 5
    assert [result["fault"] for result in results.values()] == [None] * 5
    assert results["layers"]["echo"].startswith("network\nlayer ")
    assert [len(r["figures"]) for r in results.values()] == [0, 1, 1, 1, 0]
    assert results["bias"]["changed"] == ["network"]
    assert np.argmax(panel.recognize()["answer"]["probabilities"]) == 0


def test_every_example_runs_with_a_network_that_ends_with_a_sigmoid(panel):
    panel.open(dumps(Network([Dense(784, 10), Sigmoid()])).encode())

    faults = [run(panel, text)["fault"] for text in panel.examples().values()]

    assert faults == [None] * 5


def test_endless_output_is_cut_and_counted(panel):
    told = []

    result = panel.run("for i in range(100_000): print(i)", [], told.append, print)

    assert len("".join(told)) == console.MAX_OUTPUT and len(told) < 60
    assert result["cut"] == 588_890 - console.MAX_OUTPUT


def test_an_error_has_the_traceback_of_the_users_code(panel):
    text = "def f(x):\n    return network.forward(x)\n\nf(image)"

    fault = run(panel, text)["fault"]

    lines = fault["text"].split("\n")
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1].startswith('  File "<console ') and "line 4" in lines[1]
    assert lines[2].strip() == "f(image)"
    assert any(text.startswith('  File "nnweb/network.py"') for text in lines)
    assert lines[-1].startswith(
        "nnweb.errors.ShapeError: Network.forward: x is (28, 28)"
    )
    assert "nnweb/page" not in fault["text"] and fault["line"] == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 +", "SyntaxError: invalid syntax"),
        ("input('name? ')", "EOFError: input() got no answer: nothing can be typed"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("try: 1/0\nexcept Exception as e: raise OSError('b') from e", "direct cause"),
    ],
)
def test_every_kind_of_exception_is_reported(panel, text, said):
    fault = run(panel, text)["fault"]

    assert said in fault["text"] and "<console" in fault["text"]
    assert "lab/console" not in fault["text"]


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("network.layers[-1].params['b'][3] += 1000", "network"),
        ("nnweb.layers.ReLU.forward = lambda self, x, **_: abs(x)", "ReLU.forward"),
    ],
)
def test_a_change_in_the_console_affects_the_answer_until_reset(
    panel, original, text, changed
):
    result = run(panel, text)

    assert result["changed"] == [changed]
    assert panel.recognize()["answer"]["probabilities"] != original["probabilities"]
    panel.reset()
    assert panel.recognize()["answer"]["probabilities"] == original["probabilities"]


@pytest.mark.parametrize(
    "text",
    [
        "network.layers.append(5)",
        "network.layers = None",
        "del network.labels",
        "network.labels = np.zeros(10)",
        "network.layers[0].params['W'] = np.array([None])",
    ],
)
def test_what_is_no_longer_a_network_is_a_change_that_can_be_reset(panel, text):
    result = run(panel, f"{text}\n1 + 1")

    assert result["echo"] == "2" and result["changed"] == ["network"]
    assert run(panel, "1 + 1")["echo"] == "2"
    panel.reset()
    assert panel.changed() == [] and panel.recognize()["fault"] is None


def test_a_broken_network_is_not_blamed_on_library_code(panel):
    run(panel, "network.layers[-1].params['W'][:] = np.nan")

    result = panel.recognize()

    assert result["answer"] is None
    assert "are its weights damaged?" in result["fault"]["text"]


@pytest.mark.parametrize(
    ("text", "has", "begin"),
    [
        ("netw", "network", 0),
        ("x = netw", "network", 4),
        ("network.arch", "architecture", 8),
        ("network.", "layers", 8),
        ("network.layers[0].par", "params", 18),
        ("print(np.max", "maximum", 9),
        ("str.jo", "join", 4),
        ("impo", "import", 0),
        ("network._fir", "_first_learned", 8),
        ("", "ArithmeticError", 0),
    ],
)
def test_a_word_is_completed_and_private_names_only_after_an_underscore(
    panel, text, has, begin
):
    suggested = panel.suggest(text)

    assert has in suggested["names"] and suggested["begin"] == begin
    if "_" not in text:
        assert not any(name.startswith("_") for name in suggested["names"])


@pytest.mark.parametrize(
    "text", ["nowhere.at", "network.layers[99].par", "f(x).sh", "'a b'.up", "3."]
)
def test_completing_nothing_raises_nothing(panel, text):
    assert panel.suggest(text)["names"] == []


@pytest.mark.parametrize(
    "before",
    [
        "a" * 100_000 + " = ",
        "a." * 50_000 + "x(",
        "[" + "a" * 100_000 + " + ",
        "x = '" + "a" * 100_000 + "'; ",
    ],
    ids=["name", "attributes", "index", "string"],
)
def test_a_word_after_a_long_one_is_completed(panel, before):
    suggested = panel.suggest(before + "netw")

    assert suggested == {"begin": len(before), "names": ["network"]}


def test_completion_calls_nothing():
    shell = Console()
    count = itertools.count()
    shell.names["f"] = lambda: next(count)

    assert shell.suggest("f().de")["names"] == []
    assert next(count) == 0


def test_without_a_network_an_error_says_so():
    with pytest.raises(ImageError, match="no network is open"):
        Playground().ran()
