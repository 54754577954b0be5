"""Networks, recipes and data by name: files come first, and errors list the names."""

import json
import shutil

import numpy as np
import pytest

import nnweb
from nnweb import shipped
from nnweb.cli import default_paths, main
from nnweb.cli.default_paths import open_data
from nnweb.cli.options import read_recipe
from nnweb.data import demo
from nnweb.data.datasets import MNIST_SHA256, load_mnist
from nnweb.errors import DatasetError, TrainingError, WeightsError
from nnweb.shipped import ASSETS


@pytest.fixture
def no_assets(tmp_path, monkeypatch):
    for module in (shipped, default_paths):
        monkeypatch.setattr(module, "ASSETS", tmp_path / "assets")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize(("name", "found"), [((), "cnn"), (("cnn-small",),) * 2])
def test_load_finds_a_shipped_network_by_name(name, found, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert nnweb.load(*name).name == "".join(found)


def test_an_existing_file_is_preferred_to_a_shipped_network(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(ASSETS / "models" / "plain.json", "cnn")

    assert nnweb.load("cnn").name == "plain"


def test_an_unknown_name_is_refused_with_the_names_there_are():
    with pytest.raises(WeightsError, match="no: cannot be read .*; shipped models: cn"):
        nnweb.load("no")
    with pytest.raises(TrainingError, match="no: cannot .*; shipped recipes: cnn, cnn"):
        read_recipe("no")


def test_a_package_without_data_says_that_nothing_is_shipped(no_assets):
    with pytest.raises(WeightsError, match="cnn: cannot be .*; shipped models: none"):
        nnweb.load()


def test_info_finds_a_shipped_network_by_name(capsys):
    assert main(["info", "cnn-small"]) == 0
    assert "architecture   1x28x28-conv3x8-" in capsys.readouterr().out


def test_convert_finds_a_shipped_network_by_name(tmp_path):
    assert main(["convert", "cnn-small", str(tmp_path / "my.json")]) == 0
    assert nnweb.load(tmp_path / "my.json").name == "cnn-small"


def test_train_finds_a_shipped_recipe_by_name(tmp_path, capsys):
    out = tmp_path / "out.json"
    options = ["--data", "demo", "--epochs", "1", "--validation", "100"]
    assert main(["train", str(out), "--recipe", "plain", *options]) == 0

    card = json.loads(out.read_text())["card"]
    assert "--recipe plain" in card["command"] and "--data demo" in card["command"]
    assert card["trained_on"].startswith("2,000 digits of MNIST train")


def test_the_demo_data_has_200_of_each_digit_and_none_of_the_validation(rng):
    train = load_mnist(ASSETS / "mnist").train
    data = open_data("demo").train

    assert (np.bincount(data.labels) == 200).all()
    held_out = {image.tobytes() for image in train.split()[1].images}
    assert not held_out & {image.tobytes() for image in data.images}
    # both parts of a split have all digits
    assert all(len(np.unique(part.labels)) == 10 for part in data.split())


def test_an_installed_package_has_the_same_demo_data(tmp_path):
    data = open_data("demo").train
    np.savez_compressed(tmp_path / demo.FILE, x=data.images, y=data.labels)

    installed = demo.load_demo(tmp_path)

    assert installed.fingerprint == data.fingerprint
    assert installed.source == data.source


def test_a_data_set_that_is_called_demo_is_preferred(
    tmp_path, bars, write_idx_folder, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    write_idx_folder(tmp_path / "demo", bars(20))

    assert len(open_data("demo").train) == 20


def test_mnist_is_read_from_the_cache_where_there_is_no_checkout(no_assets, tmp_path):
    shutil.copytree(ASSETS / "mnist", tmp_path / "cache" / "nnweb" / "mnist")

    assert len(open_data(None).train) == 60_000


def test_missing_mnist_is_reported_with_where_to_put_it_and_what_to_try(no_assets):
    with pytest.raises(DatasetError) as refused:
        open_data(None)

    message = str(refused.value)
    assert "cache/nnweb/mnist" in message and "--data demo" in message
    assert all(name in message for name in MNIST_SHA256)
