"""`nnweb train`: options, recipes, stopping and resuming, and the files written."""

import argparse
import csv
import errno
import json
import os
import re
import shlex
import signal
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import nnweb
from nnweb.cli import default_paths, main
from nnweb.cli import train as train_module
from nnweb.cli.default_paths import open_written
from nnweb.cli.options import (
    DEFAULTS,
    add_training_options,
    given_options,
    read_recipe,
)
from nnweb.cli.progress import Bar, Lines, epoch_line, step_text
from nnweb.errors import TrainingError
from nnweb.evaluation.drawn_digits import accepted, draw_written
from nnweb.training.trainer import EpochDone, Row, StepDone
from tests.characters import drawn

SMALL = ["--layers", "784-12-10", "--batch-size", "20", "--epochs", "3", "--seed", "4"]
FIT = ["--fit", "canvas"]  # faster, and bars differ by their position


@pytest.fixture
def data(tmp_path, bars, write_idx_folder):
    """A data set on disk: 100 bars to train on, 30 to test on."""
    return write_idx_folder(tmp_path / "data", bars(100), bars(30, seed=2))


def train(out, data, *options, code=0):
    argv = ["train", str(out), "--data", str(data), *SMALL, *FIT, *map(str, options)]
    assert main(argv) == code
    return out


def usage(capsys, *argv):
    """Return the message of a usage error."""
    with pytest.raises(SystemExit) as stop:
        main(["train", *map(str, argv)])
    assert stop.value.code == 2
    return capsys.readouterr().err


# --- what is written ------------------------------------------------------------------


def test_train_writes_a_network_with_its_card(tmp_path, data, capsys):
    handler = signal.getsignal(signal.SIGINT)

    out = train(tmp_path / "mine.json", data, "--license", "MIT", "--test")

    assert signal.getsignal(signal.SIGINT) is handler

    network = nnweb.load(out)
    assert network.architecture == "784-12-10" and network.name == "mine"
    assert network.input.fit == "canvas"
    card = network.card
    assert card["trained_on"] == "data train, examples 0 to 91"
    assert card["seed"] == 4 and card["license"] == "MIT"
    assert card["command"].startswith("nnweb train mine.json --batch-size 20 --data")
    assert set(card["accuracy"]) == {"validation", "test"}
    out_text, err = capsys.readouterr()
    assert out_text.startswith(f"{out}: 784-12-10, ") and out_text.count("\n") == 1
    assert "epoch 3/3" in err and "epoch" not in out_text


def test_labels_that_are_texts_train_a_network_that_rejects_others(tmp_path):
    images, labels = drawn("abc", 40)
    np.savez(tmp_path / "letters.npz", x=images, y=np.array([*"abc"])[labels])
    out = tmp_path / "letters.json"
    argv = ["train", str(out), "--data", str(tmp_path / "letters.npz")]

    argv += ["--recipe", "own", "--layers", "784-32-labels", "--validation", "20"]
    argv += ["--epochs", "15"]

    assert main(argv) == 0

    network = nnweb.load(out)
    assert network.labels == ("a", "b", "c") and network.architecture == "784-32-3"
    assert network.reject_below is not None
    assert network.card["non-digits accepted"] < 0.5


def test_the_default_layers_end_in_one_output_for_each_label(tmp_path):
    images, labels = drawn("ab", 20)
    np.savez(tmp_path / "letters.npz", x=images, y=np.array([*"ab"])[labels])
    out = tmp_path / "letters.json"

    data = str(tmp_path / "letters.npz")
    assert main(["train", str(out), "--data", data, "--epochs", "1"]) == 0

    assert nnweb.load(out).architecture == "784-500-300-100-2"


@pytest.fixture(autouse=True)
def folders(tmp_path):
    for name in "abc":
        (tmp_path / name).mkdir()


def test_the_accuracy_on_the_card_is_that_of_the_rounded_weights(tmp_path, data, bars):
    out = train(tmp_path / "mine.json", data, "--dtype", "int8", "--test")

    network, test = nnweb.load(out), bars(30, seed=2)
    rows = nnweb.recognize(255 - test.images, network, fit="canvas")
    right = float((rows.argmax(axis=1) == test.labels).mean())
    assert network.card["accuracy"]["test"] == pytest.approx(right, abs=1e-5)
    assert json.loads(out.read_text())["layers"][0]["W"]["dtype"] == "int8"


def test_without_mnist_a_command_with_the_bundled_digits_is_named_and_runs(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(default_paths, "_mnist_folders", lambda: [tmp_path / "none"])
    monkeypatch.chdir(tmp_path)

    assert main(["train", "a.json"]) == 1

    error = capsys.readouterr().err
    assert f"no such folder: {tmp_path / 'none'}" in error
    command = re.search(r"nnweb (train my\.json --data demo)", error)
    assert main([*command[1].split(), *SMALL, "--epochs", "1", *FIT]) == 0
    assert nnweb.load("my.json").architecture == "784-12-10"


def test_options_reach_the_network(tmp_path, data):
    options = ["--activation", "tanh", "--dropout", "0.1", "--name", "other"]

    out = train(tmp_path / "n.json", data, *options, "--loss", "quadratic")

    network = nnweb.load(out)
    kinds = [type(layer).__name__ for layer in network.layers]
    assert kinds == ["Dense", "Tanh", "Dropout", "Dense", "Sigmoid"]
    assert network.name == "other"
    assert set(network.card["accuracy"]) == {"validation"}, "no --test was given"


def test_the_chosen_initializer_is_used():
    options = DEFAULTS | {"layers": "784-20-10", "init": "glorot_uniform"}
    settings = train_module.settings_of(options)

    network = train_module.build_network(options, settings, tuple("0123456789"), "n")

    W = network.params["0.W"]
    limit = np.sqrt(6 / 804)
    assert 0.99 * limit < abs(W).max() <= limit


def test_every_option_can_be_given_and_absent_ones_are_not_set():
    parser = argparse.ArgumentParser()
    add_training_options(parser)
    line = []
    for name, default in DEFAULTS.items():
        flag = f"--{name.replace('_', '-')}"
        line += [flag] if default is False else [flag, str(default or 1)]

    given = given_options(parser.parse_args(line))

    assert given.keys() == DEFAULTS.keys()
    assert given_options(parser.parse_args([])) == {}
    # help has the default in brackets, and none where there is none
    text = " ".join(parser.format_help().split())
    assert "examples per step (64)" in text and "(None)" not in text
    assert "(False)" not in text


# --- recipes --------------------------------------------------------------------------


def test_a_recipe_may_begin_with_the_mark_of_windows_and_have_its_line_ends(tmp_path):
    recipe = tmp_path / "r.toml"
    recipe.write_bytes(b'\xef\xbb\xbfepochs = 2\r\nlayers = "784-9-10"\r\n')

    assert read_recipe(recipe) == {"epochs": 2, "layers": "784-9-10"}


def test_the_command_line_overrides_a_recipe(tmp_path, data):
    recipe = tmp_path / "r.toml"
    recipe.write_text(
        'layers = "784-9-10"\nepochs = 2\nlearning-rate = 0.2\nfit = "canvas"\n'
        'optimizer = "momentum"\nnesterov = true\n'
    )
    argv = ["train", str(tmp_path / "n.json"), "--data", str(data)]

    assert main([*argv, "--recipe", str(recipe), "--layers", "784-7-10"]) == 0

    network = nnweb.load(tmp_path / "n.json")
    assert network.architecture == "784-7-10"
    assert network.input.fit == "canvas"
    assert network.card["command"].endswith("--layers 784-7-10")
    assert f"--recipe {recipe.as_posix()}" in network.card["command"]
    assert read_recipe(recipe)["nesterov"] is True
    assert read_recipe(recipe)["learning_rate"] == 0.2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, r"r.toml: cannot be read as a recipe: No such file or directory; shi"),
        ("epochs = ", r"r.toml: cannot be read as a recipe: "),
        ("epoch = 3", r"r.toml: unknown option 'epoch', expected accept, "),
        ("resume = 'x'", r"r.toml: unknown option 'resume'"),
        ("epochs = 'three'", r"r.toml: argument --epochs: invalid int value: 'three'"),
        ("epochs = true", r"r.toml: epochs: got True, of the wrong type"),
        ("nesterov = 1", r"r.toml: nesterov: got 1, of the wrong type"),
        ("optimizer = 'x'", r"r.toml: argument --optimizer: invalid choice: 'x'"),
    ],
)
def test_a_missing_or_invalid_recipe_is_refused(tmp_path, text, message):
    recipe = tmp_path / "r.toml"
    if text is not None:
        recipe.write_text(text)

    with pytest.raises(TrainingError, match=message):
        read_recipe(recipe)


# --- stopping and going on ------------------------------------------------------------


def interrupt_after(monkeypatch, events):
    """Press Ctrl-C after so many events."""

    class Pressing(Lines):
        seen = 0

        def show(self, event):
            super().show(event)
            Pressing.seen += 1
            if Pressing.seen == events:
                signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(train_module, "make_progress", Pressing)


@pytest.mark.parametrize("events", [1, 6, 9])
def test_resuming_after_ctrl_c_gives_exactly_the_same_file(
    tmp_path, data, monkeypatch, capsys, events
):
    options = ["--optimizer", "adamw", "--learning-rate", "0.01", "--dropout", "0.2"]
    whole = train(tmp_path / "a" / "n.json", data, *options, "--average", "0.9")
    out = tmp_path / "b" / "n.json"
    with monkeypatch.context() as patch:
        interrupt_after(patch, events)
        train(out, data, *options, "--average", "0.9", code=1)
    err = capsys.readouterr().err
    checkpoint = f"{out}.checkpoint"
    assert f"nnweb train {out} --resume {checkpoint}" in err
    assert not out.exists()

    assert main(["train", str(out), "--resume", checkpoint]) == 0

    assert out.read_bytes() == whole.read_bytes()


@pytest.fixture
def unfinished(tmp_path, data, monkeypatch):
    """A run of three epochs that was stopped in the second; its weights file."""
    out = tmp_path / "b" / "n.json"
    with monkeypatch.context() as patch:
        interrupt_after(patch, 8)
        train(out, data, code=1)
    return out


def test_the_checkpoint_of_an_unfinished_run_is_not_overwritten(
    data, unfinished, capsys
):
    checkpoint = unfinished.with_name("n.json.checkpoint")
    before = checkpoint.read_bytes()
    capsys.readouterr()

    train(unfinished, data, code=1)

    err = capsys.readouterr().err
    assert (
        f"{checkpoint}: the checkpoint of an unfinished run (1 of 3 epochs done)" in err
    )
    assert f"--resume {checkpoint}" in err and "--overwrite" in err
    assert "epoch " not in err, "nothing was trained"
    assert checkpoint.read_bytes() == before


def test_overwrite_discards_the_checkpoint_and_trains_from_the_start(
    tmp_path, data, unfinished
):
    expected = train(tmp_path / "a" / "n.json", data).read_bytes()

    train(unfinished, data, "--overwrite")

    assert unfinished.read_bytes() == expected
    assert not unfinished.with_name("n.json.checkpoint").exists()


def test_resuming_one_run_does_not_overwrite_the_checkpoint_of_another(
    tmp_path, data, unfinished, capsys
):
    other = tmp_path / "run.ckpt"
    train(tmp_path / "a" / "n.json", data, "--checkpoint", other)

    assert main(["train", str(unfinished), "--resume", str(other)]) == 1

    assert "n.json.checkpoint: the checkpoint of an unf" in capsys.readouterr().err


def test_a_run_that_was_stopped_after_its_last_epoch_is_not_overwritten_but_resumed(
    tmp_path, data, monkeypatch, capsys
):
    expected = train(tmp_path / "a" / "n.json", data).read_bytes()
    out = tmp_path / "b" / "n.json"

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(train_module, "evaluate", interrupted)
        train(out, data, code=1)
    assert capsys.readouterr().err.endswith("nnweb train: interrupted\n")
    train(out, data, code=1)
    assert "of an unfinished run (3 of 3 epochs done)" in capsys.readouterr().err

    assert main(["train", str(out), "--resume", f"{out}.checkpoint"]) == 0

    assert out.read_bytes() == expected


def test_a_run_that_stopped_by_itself_has_finished(tmp_path, data):
    own = ["--checkpoint", tmp_path / "run", "--patience", 1, "--learning-rate", 1e-9]

    train(tmp_path / "n.json", data, *own)

    train(tmp_path / "n.json", data, *own)


def test_a_test_set_with_other_labels_is_refused_before_the_training(tmp_path, capsys):
    images, labels = drawn("abc", 20)
    names = np.array([*"abc"])[labels]
    for part, shown in (("train", "ab"), ("test", "bc")):
        for label in shown:
            folder = tmp_path / "letters" / part / label
            folder.mkdir(parents=True)
            for i, image in enumerate(images[names == label]):
                Image.fromarray(image).save(folder / f"{i}.png")

    options = ["--layers", "784-12-labels", "--test"]
    train(tmp_path / "n.json", tmp_path / "letters", *options, code=1)

    err = capsys.readouterr().err
    assert "letters test: has the labels c" in err and "epoch" not in err


def test_a_failing_write_keeps_the_network_that_was_there(
    tmp_path, data, monkeypatch, capsys
):
    out = train(tmp_path / "n.json", data)
    before = out.read_bytes()

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    train(out, data, "--seed", 7, code=1)

    assert "No space left on device" in capsys.readouterr().err
    assert out.read_bytes() == before
    assert [path.name for path in tmp_path.glob("n.json*")] == ["n.json"]


@pytest.mark.parametrize("option", ["--data", "--recipe", "--history", "--checkpoint"])
def test_a_file_is_not_written_over_another_of_the_same_run(
    tmp_path, bars, capsys, option
):
    out = tmp_path / "n.json"
    data = bars(30)
    np.savez(tmp_path / "data.npz", x=data.images, y=data.labels)
    given = tmp_path / "data.npz"
    if option == "--recipe":
        given = tmp_path / "r.toml"
        given.write_text("epochs = 1\n")
    if option in ("--data", "--recipe"):
        out = given
    else:
        given = out
    argv = ["train", out, "--data", tmp_path / "data.npz", option, given, *SMALL]
    before = given.read_bytes() if given.exists() else None

    assert main([*map(str, argv)]) == 1

    assert f"{given}: given twice" in capsys.readouterr().err
    assert (given.read_bytes() if given.exists() else None) == before


def test_a_folder_that_takes_no_checkpoint_is_named_before_the_training(
    tmp_path, data, capsys
):
    out = tmp_path / f"{'n' * 237}.json"  # OUT.json.checkpoint is too long

    train(out, data, code=1)

    err = capsys.readouterr().err
    assert ".checkpoint.part: cannot be written: File name too long" in err
    assert "epoch" not in err


def test_only_a_checkpoint_with_a_chosen_name_is_kept_and_can_be_replaced(
    tmp_path, data
):
    own = ["--checkpoint", tmp_path / "b" / "c"]

    train(tmp_path / "a" / "n.json", data)
    train(tmp_path / "b" / "n.json", data, *own)
    train(tmp_path / "b" / "n.json", data, *own)  # the run before has finished

    assert {path.name for path in (tmp_path / "a").iterdir()} == {"n.json"}
    assert {path.name for path in (tmp_path / "b").iterdir()} == {"n.json", "c"}


def test_a_file_that_is_no_checkpoint_is_not_overwritten(tmp_path, data, capsys):
    (tmp_path / "notes").write_text("mine")

    train(tmp_path / "n.json", data, "--checkpoint", tmp_path / "notes", code=1)

    assert "notes: not a checkpoint" in capsys.readouterr().err
    assert (tmp_path / "notes").read_text() == "mine"


def test_the_printed_resume_command_repeats_history_and_plot(
    tmp_path, data, monkeypatch, capsys
):
    out, checkpoint = tmp_path / "n.json", tmp_path / "my run.ckpt"
    history, plot = tmp_path / "h.csv", tmp_path / "p.png"
    options = ["--checkpoint", checkpoint, "--history", history, "--plot", plot]
    with monkeypatch.context() as patch:
        interrupt_after(patch, 4)
        train(out, data, *options, code=1)

    command = capsys.readouterr().err.splitlines()[-1]
    history.unlink()
    plot.unlink()
    assert main(shlex.split(command)[1:]) == 0

    with history.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    assert [row["step"] for row in rows] == ["5", "10", "15"]
    assert all(float(row["train_loss"]) > 0 for row in rows)
    assert {"validation_accuracy", "learning_rate", "seconds"} <= set(rows[0])
    assert plot.read_bytes().startswith(b"\x89PNG") and checkpoint.exists()


def test_resuming_with_other_options_is_refused_and_with_the_same_allowed(
    tmp_path, data, capsys
):
    checkpoint = tmp_path / "run.ckpt"
    train(tmp_path / "n.json", data, "--checkpoint", checkpoint)
    resume = [tmp_path / "n.json", "--resume", checkpoint]

    err = usage(capsys, *resume, "--seed", 5)
    assert "--seed: the run to resume has 4, not 5" in err
    assert "no --recipe" in usage(capsys, *resume, "--recipe", "r.toml")
    train(tmp_path / "n.json", data, "--resume", checkpoint)


def test_a_run_whose_data_has_moved_is_resumed_with_it_but_not_with_other_data(
    tmp_path, data, unfinished, bars, write_idx_folder, capsys
):
    expected = train(tmp_path / "a" / "n.json", data).read_bytes()
    (tmp_path / "elsewhere").mkdir()
    moved = data.rename(tmp_path / "elsewhere" / "data")
    other = write_idx_folder(tmp_path / "other", bars(100, seed=5))
    resume = ["train", str(unfinished), "--resume", f"{unfinished}.checkpoint"]
    assert main([*resume, "--data", str(other)]) == 1
    assert "the checkpoint was made with batches" in capsys.readouterr().err

    assert main([*resume, "--data", str(moved)]) == 0

    assert unfinished.read_bytes() == expected


# --- augmentation ---------------------------------------------------------------------


def test_training_with_outliers_sets_the_threshold_that_accepts_a_given_share(
    tmp_path, bars, write_idx_folder
):
    data = write_idx_folder(tmp_path / "data", bars(200))
    argv = ["train", str(tmp_path / "n.json"), "--data", str(data), *SMALL]
    argv += ["--augment", "mixture", "--outliers", "0.125", "--epochs", "2"]
    argv += ["--loss", "open_set_cross_entropy"]

    assert main([*argv, "--pens", "0.5", "--accept", "0.9", "--dtype", "int8"]) == 0

    network = nnweb.load(tmp_path / "n.json")
    assert network.card["augmentation"] == "mixture"
    people = draw_written(open_written()[1])
    # as the file's rounded weights score them
    assert network.reject_below == pytest.approx(
        people.threshold(network, 0.9), abs=1e-4
    )
    assert accepted(network, people.digits) == pytest.approx(0.9, abs=2e-3)
    assert set(network.card["accuracy"]) == {
        "validation",
        "validation drawn by pen",
        "validation writers",
    }
    assert 0 <= network.card["non-digits accepted"] <= 1
    assert 0.1 <= network.unsure_below < 1
    for name in ("validation drawn by pen", "validation writers"):
        assert 0.9 <= network.card["sure"][name] <= 1
        assert 0 <= network.card["accuracy when sure"][name] <= 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--outliers", "0.1"], "outliers: they need --augment mixture"),
        (["--outliers", "-0.1"], "outliers: got -0.1, expected 0 to 1"),
        (
            ["--accept", "0", "--outliers", "0.1"],
            "accept: got 0.0, expected more than 0, at most 1",
        ),
        (["--pens", "1.1"], "pens: got 1.1, expected 0 to 1"),
        (["--pens", "0.1"], "pens: they need --augment mixture"),
        (["--augment", "mixture", "--fit", "canvas"], "it needs --fit digit"),
        (
            ["--augment", "mixture", "--outliers", "1"],
            "got the loss softmax_cross_entropy, which cannot use them",
        ),
    ],
)
def test_inconsistent_augmentation_options_are_refused(
    tmp_path, data, capsys, options, message
):
    assert message in usage(capsys, tmp_path / "n.json", "--data", data, *options)


@pytest.mark.parametrize(
    ("option", "needs"),
    [
        ("--momentum 0.9", "--optimizer momentum, got sgd"),
        ("--nesterov --optimizer adamw", "--optimizer momentum, got adamw"),
        ("--decay-epochs 3", "--schedule step, got constant"),
        ("--decay-factor 0.5 --schedule cosine", "--schedule step, got cosine"),
        ("--final-fraction 0.1", "--schedule cosine, got constant"),
        ("--accept 0.9", "--outliers, got 0"),
    ],
)
def test_an_option_that_would_change_nothing_is_refused(
    tmp_path, data, capsys, option, needs
):
    given = [tmp_path / "n.json", "--data", data, *option.split()]

    assert f"it needs {needs}" in usage(capsys, *given)


def test_the_command_line_may_take_another_optimizer_than_a_recipe(tmp_path, data):
    recipe = tmp_path / "r.toml"
    recipe.write_text('optimizer = "momentum"\nmomentum = 0.8\nnesterov = true\n')

    train(tmp_path / "n.json", data, "--recipe", recipe, "--optimizer", "adamw")


# --- distillation ---------------------------------------------------------------------


@pytest.fixture
def teachers(tmp_path, data):
    """Two trained networks; their files."""
    return [train(tmp_path / f"{name}.json", data, "--seed", name) for name in "12"]


def taught(*teachers):
    return [part for path in teachers for part in ("--teacher", path)]


def test_the_card_names_the_teachers_of_a_recipe(tmp_path, data, teachers):
    recipe = tmp_path / "r.toml"
    files = [path.as_posix() for path in teachers]
    recipe.write_text(f"teacher = {files}\nteacher-share = 0.9\n")

    out = train(tmp_path / "n.json", data, "--recipe", recipe)

    card = nnweb.load(out).card
    words = r"1 \(sha256 [0-9a-f]{12}\), 2 \(sha256 [0-9a-f]{12}\), share 0.9"
    assert re.fullmatch(words, card["taught by"])
    by_flag = train(tmp_path / "m.json", data, *taught(*teachers))
    assert "taught by" in nnweb.load(by_flag).card
    command = nnweb.load(by_flag).card["command"]
    assert command.endswith(f"--teacher {teachers[0]} --teacher {teachers[1]}")
    assert "taught by" not in nnweb.load(teachers[0]).card


def test_a_recipe_may_name_a_shipped_teacher(tmp_path, data):
    recipe = tmp_path / "r.toml"
    recipe.write_text('teacher = ["plain"]\n')

    out = train(tmp_path / "n.json", data, "--recipe", recipe)

    assert nnweb.load(out).card["taught by"].startswith("plain (sha256 ")


def test_a_distilled_run_resumes_to_the_same_file_but_not_with_another_teacher(
    tmp_path, data, teachers, monkeypatch, capsys
):
    whole = train(tmp_path / "a" / "n.json", data, *taught(teachers[0]))
    out = tmp_path / "b" / "n.json"
    with monkeypatch.context() as patch:
        interrupt_after(patch, 8)
        train(out, data, *taught(teachers[0]), code=1)
    resume = ["train", str(out), "--resume", f"{out}.checkpoint"]
    first = teachers[0].read_bytes()

    teachers[0].write_bytes(teachers[1].read_bytes())
    assert main(resume) == 1
    err = capsys.readouterr().err
    assert "the checkpoint was made with batches" in err and "taught by 1 (" in err
    assert "the run to resume has" in usage(capsys, *resume[1:], *taught(teachers[1]))
    teachers[0].write_bytes(first)
    assert main(resume) == 0

    assert out.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--teacher", "x.json", "--teacher-share", "2"], "got 2.0, expected 0 to 1"),
        (["--teacher-share", "0.9"], "teacher_share: it needs a --teacher"),
    ],
)
def test_inconsistent_options_of_distillation_are_refused(
    tmp_path, data, capsys, options, message
):
    assert message in usage(capsys, tmp_path / "n.json", "--data", data, *options)


def test_a_missing_teacher_is_detected_before_the_training(tmp_path, data, capsys):
    train(tmp_path / "n.json", data, "--teacher", tmp_path / "no.json", code=1)

    err = capsys.readouterr().err
    assert f"teacher: {tmp_path / 'no.json'}: cannot be read" in err
    assert "epoch" not in err


# --- refusals -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--epochs", "0"], "epochs: got 0, expected >= 1"),
        (["--epochs", "many"], "--epochs: invalid int value: 'many'"),
        (["--layers", "784-x-10"], "'x' in '784-x-10', expected a number"),
        (["--layers", "784-11"], "end in 11 numbers, expected 10, one for each label"),
        (["--layers", "783-10"], "layers"),
        (["--optimizer", "newton"], "invalid choice: 'newton'"),
        (["--lear", "1"], "unrecognized arguments: --lear"),
    ],
)
def test_invalid_options_are_refused_with_a_short_message(
    tmp_path, data, capsys, options, message
):
    err = usage(capsys, tmp_path / "n.json", "--data", data, *options)

    assert message in err
    assert len(err.splitlines()) <= 3


def test_unwritable_files_are_detected_before_the_training(tmp_path, data, capsys):
    train(tmp_path / "nowhere" / "n.json", data, code=1)
    train(tmp_path, data, code=1)
    train(tmp_path / "n.json", data, "--history", tmp_path / "no" / "h.csv", code=1)
    train(tmp_path / f"{'long' * 70}.json", data, code=1)

    err = capsys.readouterr().err
    assert err.count("cannot be written") == 4 and "epoch" not in err
    assert not list(tmp_path.glob("*.json*"))


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ("784-13000-10", "expected at most 10,000,000 numbers"),
        ("1x28x28-conv3x2p3-pool2-10", "layers[0].padding: got 3, expected 0 to 2"),
    ],
)
def test_a_network_that_could_not_be_saved_is_refused_before_the_training(
    tmp_path, data, capsys, layers, message
):
    train(tmp_path / "n.json", data, "--layers", layers, code=1)

    err = capsys.readouterr().err
    assert message in err and "epoch" not in err


def test_few_images_are_trained_with_non_digits(tmp_path, bars, write_idx_folder):
    data = write_idx_folder(tmp_path / "data", bars(20))
    argv = ["train", str(tmp_path / "n.json"), "--data", str(data), *SMALL]
    argv += ["--augment", "mixture", "--outliers", "0.1"]
    argv += ["--seed", "6"]  # rounded up, the threshold would reject the one image

    assert main([*argv, "--loss", "open_set_cross_entropy"]) == 0

    assert nnweb.load(tmp_path / "n.json").reject_below is not None


def test_what_is_missing_for_an_option_is_detected_before_the_training(
    tmp_path, bars, write_idx_folder, monkeypatch, capsys
):
    folder = write_idx_folder(tmp_path / "x", bars(50))
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)

    train(tmp_path / "n.json", folder, "--test", code=1)
    train(tmp_path / "n.json", folder, "--plot", tmp_path / "p.png", code=1)

    err = capsys.readouterr().err
    assert "--test: x train has no test set" in err
    assert "--plot needs matplotlib: pip install nnweb[cli]" in err
    assert "epoch" not in err


# --- progress -------------------------------------------------------------------------

ROW = Row(3, 15, 0.1, 0.2512, 0.9125, 0.1987, 0.9325, 4.25)
STEP = StepDone(2, 12, 20, 0.31, 0.875, 24321.0, 3725.0)


def test_progress_lines_are_formatted():
    assert epoch_line(ROW, 10, best=True) == (
        "epoch  3/10  train loss 0.2512,  91.25%  "
        "validation loss 0.1987,  93.25%  4.2 s  best"
    )
    assert not epoch_line(ROW, 10, best=False).endswith("best")
    assert step_text(STEP) == "loss 0.3100,  88%, 24,321 images/s, 1:02:05 left"


def test_plain_lines_are_printed_each_epoch_and_every_ten_seconds(capsys, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("nnweb.cli.progress.time.monotonic", lambda: now[0])

    with Lines(10) as lines:
        for now[0] in (1.0, 9.0, 10.0, 11.0, 19.0, 21.0):
            lines.show(STEP)
        lines.show(EpochDone(ROW, False))

    said = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in said] == ["step", "step", "epoch"]
    assert said[0].startswith("step 12 of 20: loss 0.3100")


def test_the_bar_updates_ten_times_a_second_and_keeps_a_line_per_epoch(
    capsys, monkeypatch
):
    now = [100.0]
    monkeypatch.setattr("nnweb.cli.progress.time.monotonic", lambda: now[0])
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich: as if stderr were a terminal
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")

    with Bar(10) as bar:
        bar.show(STEP)
        now[0] += 0.05
        bar.show(replace(STEP, step=13, loss=0.99))
        bar.show(EpochDone(ROW, True))

    err = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", capsys.readouterr().err)
    assert "epoch 3/10" in err  # the third is under way
    assert "60%" in err and "loss 0.3100,  88%, 24,321 images/s" in err
    assert "loss 0.9900" not in err
    assert "epoch  3/10  train loss 0.2512" in err
