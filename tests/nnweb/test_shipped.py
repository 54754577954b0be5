"""The networks and recipes in assets/: accuracies as on their cards, and valid."""

import shlex

import pytest

import nnweb
from nnweb.cli import main
from nnweb.cli.options import DEFAULTS, read_recipe, settings_of
from nnweb.cli.train import build_network
from nnweb.data.datasets import load_mnist
from nnweb.evaluation.evaluate import evaluate
from nnweb.shipped import ASSETS

MODELS = sorted((ASSETS / "models").glob("*.json"))
RECIPES = sorted((ASSETS / "recipes").glob("*.toml"))


@pytest.fixture(scope="module")
def mnist_test():
    test = load_mnist(ASSETS / "mnist").test
    assert test is not None and len(test) == 10_000
    return test


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_network_recognizes_the_first_test_digits(path, mnist_test):
    network = nnweb.load(path)

    result = evaluate(network, mnist_test.take(slice(0, 1000), "the first 1,000"))

    assert result.accuracy >= network.card["accuracy"]["test"] - 0.02


@pytest.mark.exhaustive
@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_network_has_the_accuracy_on_its_card(path, mnist_test):
    network = nnweb.load(path)

    result = evaluate(network, mnist_test)

    # one image of 10,000 may fall the other way under another BLAS
    assert result.accuracy == pytest.approx(network.card["accuracy"]["test"], abs=2e-4)
    assert network.card["license"] and network.card["trained_on"]


def test_the_plain_network_reaches_its_accuracy(mnist_test):
    network = nnweb.load(ASSETS / "models" / "plain.json")

    assert network.architecture == "784-500-300-100-10"
    assert network.input.fit == "canvas"
    assert evaluate(network, mnist_test).accuracy >= 0.976


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_network_has_the_architecture_of_its_recipe(path):
    shipped, recipe = nnweb.load(path), ASSETS / "recipes" / f"{path.stem}.toml"
    options = DEFAULTS | read_recipe(recipe)
    settings = settings_of(options)

    network = build_network(options, settings, tuple("0123456789"), "unnamed")

    assert network.name == shipped.name == path.stem
    assert network.architecture == shipped.architecture
    assert network.input == shipped.input
    assert shipped.card["seed"] == settings.seed
    assert f"assets/recipes/{recipe.name}" in shlex.split(shipped.card["command"])


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_can_be_trained(path):
    options = DEFAULTS | read_recipe(path)

    network = build_network(options, settings_of(options), tuple("0123456789"), "n")

    assert network.name in (path.stem, "n")  # or the name of its file
    assert f"--recipe assets/recipes/{path.name}" in path.read_text(encoding="utf-8")


def test_evaluate_prints_the_accuracy_on_the_card(capsys):
    assert main(["evaluate", str(ASSETS / "models" / "plain.json")]) == 0

    out = capsys.readouterr().out
    assert "MNIST test: 10,000 images" in out
    assert "accuracy            98.01%  (97.72% to 98.27%, 95 %)" in out
