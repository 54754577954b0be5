"""ONNX export: onnxruntime agrees with the network."""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from nnweb.data.idx import read_idx
from nnweb.errors import WeightsError
from nnweb.images.preprocess import prepare
from nnweb.layers import ReLU, Sigmoid
from nnweb.weights.convert import write_network
from nnweb.weights.json_format import load
from tests.nnweb.weights.convert.samples import (
    IMAGES,
    every_layer,
    mlp,
)

ASSETS = Path(__file__).resolve().parents[4] / "assets"


def run_onnx(path, x):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    logits, probabilities = session.run(["logits", "probabilities"], {"x": x})
    return logits, probabilities, session.get_modelmeta()


@pytest.mark.parametrize("count", [1, 7])
def test_onnx_agrees_with_the_network(rng, tmp_path, count):
    network, path = every_layer(rng), tmp_path / "net.onnx"
    x = rng.random((count, 1, 28, 28), dtype=np.float32)

    write_network(network, path)
    logits, probabilities, about = run_onnx(path, x)

    np.testing.assert_allclose(logits, network.forward(x), rtol=0, atol=1e-5)
    np.testing.assert_allclose(probabilities, network.predict_proba(x), atol=1e-5)
    assert about.graph_name == "Übung № 1"
    facts = {name: json.loads(text) for name, text in about.custom_metadata_map.items()}
    assert facts == {
        "labels": list("abcdeß"),
        "threshold": 200,
        "fit": "canvas",
        "temperature": 1.5,
        "reject_below": -2.25,
        "unsure_below": 0.75,
        "card": network.card,
    }


@pytest.mark.parametrize(
    "network",
    [
        lambda rng: mlp(rng, 784, 500, 300, 100, 10),
        lambda rng: mlp(rng, 784, 20, 10, activation=Sigmoid, last=[Sigmoid()]),
    ],
    ids=["relu", "sigmoid"],
)
def test_onnx_of_a_dense_network_takes_784_numbers(rng, tmp_path, network):
    network, path = network(rng), tmp_path / "net.onnx"

    write_network(network, path)
    logits, probabilities, _ = run_onnx(path, IMAGES)

    np.testing.assert_allclose(logits, network.forward(IMAGES), rtol=0, atol=1e-5)
    np.testing.assert_allclose(probabilities, network.predict_proba(IMAGES), atol=1e-5)


@pytest.mark.parametrize(
    "model", sorted(ASSETS.glob("models/*.json")), ids=lambda p: p.stem
)
def test_onnx_of_each_shipped_network_agrees_with_it(tmp_path, model):
    digits = read_idx(ASSETS / "mnist" / "t10k-images-idx3-ubyte.gz")[:100]
    network, path = load(model), tmp_path / "net.onnx"
    x = prepare(255 - digits).reshape(-1, *network.x_shape)

    write_network(network, path)
    logits, probabilities, _ = run_onnx(path, x)

    np.testing.assert_allclose(logits, network.forward(x), rtol=1e-6, atol=1e-5)
    np.testing.assert_allclose(probabilities, network.predict_proba(x), atol=1e-5)


def test_without_the_package_onnx_the_message_says_what_to_install(
    rng, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "onnx", None)

    with pytest.raises(WeightsError, match=r"^onnx: the package is not .* pip install"):
        write_network(mlp(rng), tmp_path / "net.onnx")
    assert list(tmp_path.iterdir()) == []


def test_layers_that_onnx_cannot_express_are_refused(rng, tmp_path):
    class Swish(ReLU):
        pass

    with pytest.raises(WeightsError, match="^onnx: nnweb cannot export Swish"):
        write_network(mlp(rng, activation=Swish), tmp_path / "net.onnx")
