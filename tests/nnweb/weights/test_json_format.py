"""Weights files: round trips, and every malformation refused by name."""

import json
from base64 import b64encode
from pathlib import Path

import numpy as np
import pytest

from nnweb.errors import WeightsError
from nnweb.network import InputSpec
from nnweb.weights import json_format as weights
from nnweb.weights.json_format import dumps, load, save
from tests.nnweb.weights.convert.samples import every_layer


def tensor(shape, fill=0.0):
    data = np.full(shape, fill, "<f4").tobytes()
    return {
        "dtype": "float32",
        "shape": list(shape),
        "data": b64encode(data).decode("ascii"),
    }


def good():
    """A small valid file, as a dict: pool to 2 x 2, 4-3-2."""
    return {
        "format": "nnweb",
        "version": 1,
        "name": "small",
        "labels": ["no", "yes"],
        "input": {"shape": [1, 28, 28], "threshold": 127, "fit": "digit"},
        "temperature": 1.0,
        "reject_below": None,
        "unsure_below": None,
        "layers": [
            {
                "type": "conv2d",
                "stride": 3,
                "padding": 0,
                "W": tensor((1, 1, 2, 2), 0.5),
                "b": tensor((1,)),
            },
            {"type": "maxpool2d", "size": 4},
            {"type": "flatten"},
            {"type": "dense", "W": tensor((4, 3), 0.25), "b": tensor((3,), -1)},
            {"type": "leaky_relu", "slope": 0.1},
            {"type": "dropout", "rate": 0.5},
            {"type": "dense", "W": tensor((3, 2), 2), "b": tensor((2,), 1)},
        ],
        "card": {"seed": 1},
    }


def changed(path, value):
    """The small file with one field set or, by ``...``, removed; "layers.3.W.dtype"."""
    fields = good()
    *parents, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    node = fields
    for key in parents:
        node = node[key]
    node[last] = value
    if value is ...:
        del node[last]
    return fields


# Round trips


@pytest.mark.parametrize(
    ("dtype", "tolerance"), [("float32", 0), ("float16", 1e-3), ("int8", 2e-2)]
)
def test_a_network_is_read_back_as_exactly_as_the_type_allows(
    rng, tmp_path, dtype, tolerance
):
    network, path = every_layer(rng), tmp_path / "network.json"
    x = rng.random((4, 784), dtype=np.float32)

    save(network, path, dtype=dtype)
    back = load(path)

    assert [type(x) for x in back.layers] == [type(x) for x in network.layers]
    fields = ("name", "labels", "input", "temperature", "reject_below", "unsure_below")
    for field in (*fields, "card"):
        assert getattr(back, field) == getattr(network, field)
    conv, pool, leaky, dropout = (back.layers[i] for i in (0, 2, 3, 5))
    assert (conv.kernel_size, conv.stride, conv.padding) == ((3, 5), 2, 1)
    assert (pool.size, pool.stride, leaky.slope, dropout.rate) == (3, 2, 0.2, 0.25)
    assert back.params.keys() == network.params.keys()
    for array in back.params.values():
        assert array.dtype == np.float32 and array.flags.writeable
    expected = network.forward(x)
    np.testing.assert_allclose(back.forward(x), expected, rtol=0, atol=tolerance)
    assert (back.forward(x) != expected).any() == (dtype != "float32")
    np.testing.assert_array_equal(back.params["0.b"], network.params["0.b"])
    assert dumps(back, dtype=dtype) == path.read_text(encoding="utf-8")


def test_the_file_has_the_documented_format(rng):
    text = dumps(every_layer(rng), dtype="float16")

    fields = json.loads(text)
    tensors = [
        layer.pop(key) for layer in fields["layers"] for key in "Wb" if key in layer
    ]
    assert fields == {
        "format": "nnweb",
        "version": 1,
        "name": "Übung № 1",
        "labels": ["a", "b", "c", "d", "e", "ß"],
        "input": {"shape": [1, 28, 28], "threshold": 200, "fit": "canvas"},
        "temperature": 1.5,
        "reject_below": -2.25,
        "unsure_below": 0.75,
        "layers": [
            {"type": "conv2d", "stride": 2, "padding": 1},
            {"type": "relu"},
            {"type": "maxpool2d", "size": 3, "stride": 2},
            {"type": "leaky_relu", "slope": 0.2},
            {"type": "flatten"},
            {"type": "dropout", "rate": 0.25},
            {"type": "dense"},
            {"type": "tanh"},
            {"type": "dense"},
            {"type": "linear"},
            {"type": "sigmoid"},
        ],
        "card": {"seed": 7, "accuracy": {"mnist": 0.991}, "by": "Zoë"},
    }
    assert [tensor["dtype"] for tensor in tensors] == ["float16", "float32"] * 3
    assert "Übung № 1" in text and text.endswith("}\n")


def test_a_file_text_bytes_and_a_dict_can_be_loaded(rng, tmp_path):
    path, text = tmp_path / "network.json", dumps(every_layer(rng))
    path.write_text(text, encoding="utf-8-sig")  # the byte order mark is ignored

    sources = [path, str(path), text, "\n " + text, text.encode(), json.loads(text)]

    assert {load(source).name for source in sources} == {"Übung № 1"}


def test_optional_fields_have_defaults():
    fields = {"format": "nnweb", "version": 1, "layers": good()["layers"]}
    fields["labels"] = ["no", "yes"]
    del fields["layers"][0]["padding"], fields["layers"][4]["slope"]

    network = load(fields)

    assert (network.name, network.input) == ("network", InputSpec())
    assert (network.temperature, network.card) == (1, {})
    assert network.reject_below is None and network.unsure_below is None
    assert network.layers[1].stride == 4
    assert network.layers[4].slope == 0.01


def test_a_file_is_replaced_atomically(rng, tmp_path):
    path = tmp_path / "network.json"
    network = every_layer(rng)
    save(network, path)
    before = path.read_bytes()
    network.params["0.W"][0, 0, 0, 0] = np.nan

    with pytest.raises(WeightsError, match=r"^layers\[0\]\.W: nan at \[0, 0, 0, 0\]"):
        save(network, path)

    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["network.json"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", "{", "a.json: weights: "),
        ("b.json", '{"format": "x"}', "b.json: format: got 'x', expected 'nnweb'"),
        ("c.onnx", "\xff", "c.onnx: .*; nnweb convert c.onnx my.json makes one of it"),
    ],
)
def test_an_error_names_the_file_and_how_to_convert_it(
    tmp_path, name, content, message
):
    path = tmp_path / name
    path.write_text(content, encoding="latin-1")

    with pytest.raises(WeightsError, match=message):
        load(path)


def test_writing_refuses_unknown_layers_types_and_nan(rng):
    class Swish:
        params, grads = {}, {}

    network = every_layer(rng)
    with pytest.raises(WeightsError, match=r"^dtype: got 'int4', expected one of"):
        dumps(network, dtype="int4")
    network.card["loss"] = float("nan")
    with pytest.raises(WeightsError, match=r"^Übung № 1: cannot be written .* card"):
        dumps(network)
    network.layers[1] = Swish()
    with pytest.raises(WeightsError, match=r"^layers\[1\]: the format has no Swish"):
        dumps(network)


# Refusals


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "^weights: not JSON .* line 1, column 1"),
        ("not json", "^weights: not JSON"),
        ("null", "^weights: got nothing, expected an object"),
        ("[]", "^weights: got list, expected an object"),
        ('"nnweb"', "^weights: got str, expected an object"),
        ("{}", "^weights: the keys are none; expected 'format', or 'W0'"),
        ('{"a": 1, "b": 2}', "^weights: the keys are 'a', 'b'; expected"),
        ('{"format": "nnweb", "version": NaN}', "^weights: NaN, expected finite"),
        ('{"W0": [1, -Infinity]}', "^weights: -Infinity, expected finite numbers"),
        ("[" * 100_000, "^weights: nested more than 64 deep"),
        ('{"a":' * 100_000, "^weights: nested more than 64 deep"),
        ('{"version": ' + "9" * 5000 + "}", "^weights: an integer of thousands"),
        (b"\xff\x00\x80", "^weights: not UTF-8 text, expected JSON"),
        (b"\x1f\x8b\x08\x00", "^weights: not UTF-8 text, expected JSON"),
    ],
    ids=range(14),
)
def test_other_texts_than_a_json_object_are_refused(text, message):
    data = text if isinstance(text, bytes) else text.encode()

    with pytest.raises(WeightsError, match=message):
        load(data)


def test_a_truncated_file_is_refused(rng):
    data = dumps(every_layer(rng), dtype="int8").encode()
    whole = data.rstrip()  # without the newline at the end it is complete
    ends = [*range(200), *range(200, len(whole) - 100, 61)]
    ends += range(len(whole) - 100, len(whole))

    for end in ends:
        with pytest.raises(WeightsError, match=r"weights: not (JSON|UTF-8)"):
            load(data[:end])
    assert load(whole).name == "Übung № 1"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing.json", r"missing\.json: cannot be read \(No such"),
        (".", r"cannot be read \(Is a directory\)"),
        ("a\0b", r"cannot be read \(.*null"),
        ("x" * 1_000_000, "cannot be read"),
    ],
    ids=["missing", "a folder", "a null byte", "a long text"],
)
def test_unreadable_paths_are_named_and_shortened(path, message):
    for kind in (str, Path):
        with pytest.raises(WeightsError, match=message) as caught:
            load(kind(path))
        assert len(str(caught.value)) < 300


def test_files_and_texts_over_the_size_limit_are_not_parsed(tmp_path, monkeypatch):
    path = tmp_path / "network.json"
    path.write_text(json.dumps(good()))
    size = path.stat().st_size
    monkeypatch.setattr(weights, "MAX_BYTES", size - 1)

    with pytest.raises(WeightsError, match=rf"\.json: {size:,} bytes, the limit is"):
        load(path)
    with pytest.raises(WeightsError, match=rf"^weights: {size:,} bytes, the limit is"):
        load(path.read_bytes())


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("format", "onnx", "^format: got 'onnx', expected 'nnweb'"),
        ("format", ["nnweb"], r"^format: got \['nnweb'\], expected 'nnweb'"),
        ("version", 2, "^version: got 2, expected 1; a newer file needs a newer nnweb"),
        ("version", None, "^version: got None, expected 1"),
        ("version", True, "^version: got True, expected 1"),
        ("name", 5, "^name: got int, expected a string"),
        ("name", None, "^name: got nothing, expected a string"),
        ("labels", None, "^labels: got nothing, expected a list"),
        ("labels", ["no"], r"^labels: got \['no'\], expected 2 or more"),
        ("labels", ["no", "no"], r"^labels: got \['no', 'no'\], expected 2 or more"),
        ("labels", ["no", 1], r"^labels\[1\]: got int, expected a string"),
        ("labels", ["", "yes"], r"^labels\[0\]: got an empty string, expected a name"),
        ("labels", ["a", "b", "c"], "^layers: they end in 2 numbers, expected 3, one"),
        ("input", [], "^input: got list, expected an object"),
        ("input.shape", [1, 32, 32], r"^input.shape: got \[1, 32, 32\], expected \[1,"),
        ("input.shape", "28", r"^input.shape: got '28', expected \[1, 28, 28\]"),
        ("input.threshold", 0, "^input.threshold: got 0, expected 1 to 255"),
        ("input.threshold", 256, "^input.threshold: got 256, expected 1 to 255"),
        ("input.threshold", 12.5, "^input.threshold: got float, expected a whole"),
        ("input.fit", "stretch", "^input.fit: got 'stretch', expected 'digit' or 'can"),
        ("input.fit", {}, "^input.fit: got {}, expected 'digit' or 'canvas'"),
        ("temperature", 0, "^temperature: got 0, expected a number from 0.01 to 100"),
        ("temperature", 101, "^temperature: got 101, expected a number from"),
        ("temperature", float("nan"), "^temperature: got nan, expected a number from"),
        ("temperature", True, "^temperature: got True, expected a number"),
        ("temperature", "1", "^temperature: got '1', expected a number"),
        ("temperature", 10**400, "^temperature: got a huge number, expected a number"),
        ("reject_below", "low", "^reject_below: got 'low', expected a number"),
        ("reject_below", 1e300, r"^reject_below: got 1e\+300, expected a number from"),
        ("unsure_below", "low", "^unsure_below: got 'low', expected a number"),
        ("unsure_below", -0.1, "^unsure_below: got -0.1, expected a number from 0 to"),
        ("unsure_below", 95, "^unsure_below: got 95, expected a number from 0 to 1"),
        ("card", [], "^card: got list, expected an object"),
        ("layers", None, "^layers: got nothing, expected a list"),
        ("layers", [], "^layers: got 0 of them, expected 1 to 100"),
        ("layers", [{"type": "relu"}] * 101, "^layers: got 101 of them, expected 1 to"),
        ("layers.2", "relu", r"^layers\[2\]: got str, expected an object"),
        ("layers.2", {}, r"^layers\[2\]\.type: got nothing, expected a string"),
        ("layers.2.type", [], r"^layers\[2\]\.type: got list, expected a string"),
        ("layers.2.type", "gelu", r"^layers\[2\]\.type: got 'gelu', expected one of c"),
        ("layers.2.type", "tanh", r"layers\[3\]: Dense: input \(1, 2, 2\), expected"),
        ("layers.0.W", None, r"^layers\[0\]\.W: got nothing, expected an object"),
        ("layers.0.W", tensor((4, 1)), r"^layers\[0\]\.W\.shape: got \[4, 1\], exp"),
        (
            "layers.0.W",
            tensor((1, 2, 2, 2)),
            r"layers\[0\]: Conv2D: input \(1, 28, 28\)",
        ),
        ("layers.0.b", tensor((2,)), r"^layers\[0\]\.b: got 2 numbers, expected 1,"),
        ("layers.0.b", tensor((1, 1)), r"^layers\[0\]\.b\.shape: got \[1, 1\],"),
        ("layers.0.stride", 0, r"^layers\[0\]\.stride: got 0, expected 1 to 1000"),
        ("layers.0.stride", 1.0, r"^layers\[0\]\.stride: got float, expected a whole"),
        ("layers.0.stride", 10**5000, r"^layers\[0\]\.stride: got a huge number, exp"),
        ("layers.0.padding", -1, r"^layers\[0\]\.padding: got -1, expected 0 to 1"),
        ("layers.0.padding", 2, r"^layers\[0\]\.padding: got 2, expected 0 to 1"),
        ("layers.1.size", None, r"^layers\[1\]\.size: got nothing, expected a whole"),
        ("layers.1.size", 0, r"^layers\[1\]\.size: got 0, expected 1 to 1000"),
        ("layers.1.size", 10, r"^layers\[1\]: MaxPool2D: input \(1, 9, 9\), expected"),
        ("layers.1.stride", False, r"^layers\[1\]\.stride: got bool, expected a whole"),
        ("layers.3.W", tensor((5, 3)), r"^layers\[3\]: Dense: input \(4,\), expected"),
        ("layers.3.W.dtype", "int16", r"^layers\[3\]\.W\.dtype: got 'int16', expected"),
        ("layers.3.b", tensor((4,)), r"^layers\[3\]\.b: got 4 numbers, expected 3 for"),
        ("layers.3.b", tensor((3,), np.nan), r"^layers\[3\]\.b: nan at \[0\],"),
        ("layers.4.slope", 2, r"^layers\[4\]\.slope: got 2, expected a number from 0"),
        ("layers.5.rate", None, r"^layers\[5\]\.rate: got None, expected a number"),
        ("layers.5.rate", 1, r"^layers\[5\]: Dropout: rate is 1.*, expected 0 <= rate"),
        ("layers.5.rate", -0.1, r"^layers\[5\]\.rate: got -0.1, expected a number fr"),
        ("layers.6.W", tensor((3, 3)), r"^layers\[6\]\.b: got 2 numbers, expected 3"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_wrong_field_is_named_with_its_value_and_the_expectation(
    path, value, message
):
    fields = good()
    assert load(fields).architecture == "1x28x28-conv2x1s3-pool4-3-2"
    assert fields == good(), "loading does not change the dict"

    with pytest.raises(WeightsError, match=message) as caught:
        load(changed(path, value))

    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "path",
    [
        "format",
        "version",
        "labels",  # the default has ten
        "layers",
        *(f"layers.{i}.type" for i in range(7)),
        *(f"layers.{i}.{key}" for i in (0, 3, 6) for key in "Wb"),
        *(f"layers.3.W.{key}" for key in ("dtype", "shape", "data")),
        "layers.1.size",
        "layers.5.rate",
    ],
)
def test_a_missing_field_is_refused(path):
    last = path.split(".")[-1].replace("labels", "expected 10")

    with pytest.raises(WeightsError, match=last):
        load(changed(path, ...))


def test_the_parameter_limit_applies_to_all_layers_together(monkeypatch):
    monkeypatch.setattr(weights, "MAX_NUMBERS", 19)

    with pytest.raises(WeightsError, match=r"^layers\[3\]: 20 parameters so far, the"):
        load(good())


@pytest.mark.parametrize(
    ("W_shape", "pool", "stride", "labels", "numbers"),
    [
        # 1,027 x 1,027 places of a kernel of a million
        ((1, 1, 1000, 1000), 514, 513, 4, "1,054,729,000,000"),
        # 29 x 29 places, 100,000 outputs each
        ((100_000, 1, 2, 2), 29, 1, 100_000, "84,100,000"),
    ],
)
def test_a_small_file_cannot_require_gigabytes_per_image(
    W_shape, pool, stride, labels, numbers
):
    conv = {"type": "conv2d", "padding": W_shape[-1] - 1}
    conv |= {"W": tensor(W_shape), "b": tensor(W_shape[:1])}
    last = {"type": "maxpool2d", "size": pool, "stride": stride}
    fields = changed("layers", [conv, last, {"type": "flatten"}])
    fields["labels"] = [str(i) for i in range(labels)]

    with pytest.raises(WeightsError, match=rf"^layers\[0\]: takes {numbers} numbers"):
        load(fields)
