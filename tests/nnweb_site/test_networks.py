"""The files of networks in a page, with the labels that its owner names."""

import json

import numpy as np
import pytest

import nnweb
from nnweb.errors import NnwebError, WeightsError
from nnweb.layers import Dense
from nnweb.network import Network
from nnweb_site.errors import PageError
from nnweb_site.networks import checked_file

LETTERS = "abcdefghij"


def saved(path, outputs=3, labels="xyz"):
    layer = Dense(784, outputs, rng=np.random.default_rng(0))
    nnweb.save(Network([layer], labels=labels), path, dtype="int8")
    return path


def test_labels_of_the_owner_replace_those_of_the_file_and_nothing_else(tmp_path):
    path = saved(tmp_path / "net.json")

    fields = json.loads(checked_file(path, ["left", "right", "ä"]))

    assert fields == {**json.loads(path.read_text()), "labels": ["left", "right", "ä"]}
    assert checked_file(path, None) == path.read_bytes()


def test_a_file_without_labels_gets_them(tmp_path):
    path = saved(tmp_path / "net.json")
    fields = json.loads(path.read_text())
    del fields["labels"]
    path.write_text(json.dumps(fields))

    assert nnweb.load(checked_file(path, "abc")).labels == ("a", "b", "c")
    with pytest.raises(WeightsError, match="end in 3 numbers, expected 10"):
        checked_file(path, None)


def test_a_file_of_another_project_gets_labels(tmp_path):
    path = tmp_path / "net.json"
    weights = np.random.default_rng(0).normal(size=(784, 10)).round(3)
    path.write_text(json.dumps({"weights": [weights.tolist()]}))

    network = nnweb.load(checked_file(path, LETTERS))

    assert network.labels == tuple(LETTERS)
    image = np.ones((1, 784), np.float32)
    np.testing.assert_array_equal(
        network.forward(image), nnweb.load(path).forward(image)
    )


@pytest.mark.parametrize("labels", [None, "abc"])
def test_a_file_of_another_format_is_refused_with_the_command_that_converts_it(
    tmp_path, labels
):
    path = tmp_path / "net.onnx"
    path.write_bytes(b"\x08\xff")

    with pytest.raises(NnwebError, match=r"nnweb convert net\.onnx my\.json"):
        checked_file(path, labels)


@pytest.mark.parametrize(
    ("labels", "error"),
    [
        ("ab", "net.json with the labels a, b: layers: they end in 3 numbers"),
        ("aab", "net.json with the labels a, a, b: labels: got .* all different"),
        (["a", "", "b"], r"net.json with the labels .*labels\[1\]: got an empty"),
    ],
)
def test_labels_that_do_not_fit_are_refused(tmp_path, labels, error):
    with pytest.raises(PageError, match=error):
        checked_file(saved(tmp_path / "net.json"), labels)
