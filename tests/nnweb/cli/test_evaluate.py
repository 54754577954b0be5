"""`nnweb evaluate`: the printed metrics, and the part of the data they are for."""

import json

import numpy as np
import pytest

from nnweb.cli import main
from nnweb.cli.default_paths import open_written
from nnweb.cli.evaluate import describe
from nnweb.data.augment.styles import style_names
from nnweb.data.augment.written import load_written
from nnweb.data.corruptions import CORRUPTIONS
from nnweb.evaluation.drawn_digits import draw_written
from nnweb.layers import Dense
from nnweb.network import InputSpec, Network
from nnweb.weights.json_format import load, save
from tests.nnweb.evaluation.three_answers import three_answers


@pytest.fixture
def model(tmp_path):
    """A network that knows bars by their place."""
    layer = Dense(784, 10)
    W = layer.params["W"].reshape(28, 28, 10)
    for label in range(10):
        W[:, 2 * label + 4 : 2 * label + 6, label] = 1
    layer.params["W"][:] = W.reshape(784, 10)
    network = Network([layer], name="bars", input=InputSpec(fit="canvas"))
    save(network, tmp_path / "bars.json")
    return str(tmp_path / "bars.json")


@pytest.fixture
def data(tmp_path, bars, write_idx_folder):
    return str(write_idx_folder(tmp_path / "data", bars(120), bars(30, seed=2)))


def evaluate(capsys, *argv, code=0):
    assert main(["evaluate", *argv]) == code
    out, err = capsys.readouterr()
    return err if code else out


def test_evaluate_prints_the_metrics_of_the_test_set(model, data, capsys):
    out = evaluate(capsys, model, "--data", data)

    lines = out.splitlines()
    assert lines[0] == "bars, 784-10, fit canvas"
    assert lines[1] == "data test: 30 images"
    assert lines[3] == "accuracy           100.00%  (88.65% to 100.00%, 95 %)"
    assert "corruption" not in out and "mistake" not in out


@pytest.mark.parametrize(
    ("split", "expected"),
    [
        ("test", "data test: 30 images"),
        ("validation", "data train, examples 110 to 119: 10 images"),
        ("train", "data train, examples 0 to 109: 110 images"),
        ("all", "data train and test: 150 images"),
    ],
)
def test_a_split_can_be_chosen(model, data, capsys, split, expected):
    assert expected in evaluate(capsys, model, "--data", data, "--split", split)


def test_data_without_a_test_set_is_evaluated_completely(
    model, tmp_path, bars, write_idx_folder, capsys
):
    folder = str(write_idx_folder(tmp_path / "x", bars(40)))

    assert "x train: 40 images" in evaluate(capsys, model, "--data", folder)
    err = evaluate(capsys, model, "--data", folder, "--split", "test", code=1)
    assert "--split test: x train has no test set; expected" in err


def test_fit_can_be_changed(model, data, capsys):
    out = evaluate(capsys, model, "--data", data, "--fit", "digit")

    assert "fit digit" in out and "accuracy           100.00%" not in out


def test_the_tables_are_aligned():
    result = three_answers([[0.9, 0.1, 0], [0.6, 0.4, 0], [0.25, 0.75, 0]])

    assert describe(result, {"thick": result}) == (
        "accuracy            66.67%  (20.77% to 93.85%, 95 %)\n"
        "wrong                    1  of 3\n"
        "calibration error   31.67%\n"
        "rejected            33.33%\n"
        "sure                50.00%  of the accepted\n"
        "accuracy when sure 100.00%\n"
        "\n"
        " label   images   recall  precision       F1\n"
        "     a        1  100.00%     50.00%   66.67%\n"
        "     b        2   50.00%    100.00%   66.67%\n"
        "     c        0        -          -        -\n"
        "\n"
        "answered as:\n"
        "true  a b c\n"
        "   a  1 . .\n"
        "   b  1 1 .\n"
        "   c  . . .\n"
        "\n"
        "    confidence   images     mean accuracy\n"
        "60.0% to 66.7%        1   60.00%    0.00%\n"
        "73.3% to 80.0%        1   75.00%  100.00%\n"
        "86.7% to 93.3%        1   90.00%  100.00%\n"
        "\n"
        "answered  by probability       by energy\n"
        "    100%          66.67%          66.67%\n"
        "     99%          66.67%          66.67%\n"
        "     98%          66.67%          66.67%\n"
        "     95%          66.67%          66.67%\n"
        "     90%          66.67%          66.67%\n"
        "\n"
        "corruption      accuracy  95 %\n"
        "thick             66.67%  20.77% to 93.85%\n"
        "\n"
        "the 1 most confident of 1 mistakes:\n"
        "  image 1: b, answered a, 60.0%"
    )


def test_json_has_all_metrics_and_nothing_else_is_printed(model, data, capsys):
    out = evaluate(capsys, model, "--data", data, "--json", "--corruptions")

    figures = json.loads(out)
    assert figures["network"] == "bars" and figures["data"] == "data test"
    assert figures["fit"] == "canvas" and figures["parameters"] == 7850
    assert figures["accuracy"] == 1 and figures["examples"] == 30
    assert list(figures["corruptions"]) == list(CORRUPTIONS)
    # bars differ by their position: moved bars look like other labels
    assert figures["corruptions"]["in a corner"]["accuracy"] < 0.5
    assert figures["corruptions"]["blurred"]["accuracy"] > 0.9


def test_drawings_are_evaluated_by_style_by_writer_and_by_kind_of_non_digit(
    model, data, capsys, tmp_path
):
    argv = [model, "--data", data, "--drawn", "--others", lines(tmp_path, "aa")]

    figures = json.loads(evaluate(capsys, *argv, "--json"))

    assert set(figures["accuracy by way of writing"]) <= set(style_names())
    written = open_written()[1].by_writer()
    shares = [figures["accuracy by writer"][name] for name in written]
    counts = [theirs.sum() for theirs in written.values()]
    of_all = figures["accuracy of the answered by probability, validation writers"]
    assert np.average(shares, weights=counts) == pytest.approx(of_all["100% answered"])
    assert set(figures["non-digits accepted"].values()) == {1}  # it rejects nothing
    assert figures["accepted of others.npz"] == {"all 2": 1, "a": 1}
    by_writer = figures["accuracy of the answered by energy, validation writers"]
    assert list(by_writer)[-1] == "90% answered" and len(by_writer) == 5
    table = evaluate(capsys, *argv)
    assert "accuracy by way of writing\n  0 with a slash" in table
    assert "accepted of others.npz\n  all 2 100.00%\n  a     100.00%" in table


def test_other_characters_are_drawn_alike_whatever_their_labels(
    model, data, capsys, tmp_path
):
    network = load(model)
    score = np.median(network.score(network.forward(draw_lines(tmp_path, 60))))
    network.reject_below = float(score)
    save(network, model)

    def shares(labels):
        argv = [model, "--data", data, "--others", lines(tmp_path, labels), "--json"]
        return json.loads(evaluate(capsys, *argv))["accepted of others.npz"]

    together, apart = shares("a" * 60), shares("a" * 30 + "b" * 30)

    assert together == {"all 60": 0.5, "a": 0.5}
    assert apart["all 60"] == 0.5 and apart["a"] + apart["b"] == pytest.approx(1)


def draw_lines(folder, count):
    """Network input (count, 784) of equal lines."""
    return draw_written(load_written(lines(folder, "a" * count), "char")).digits


def lines(folder, labels):
    """The path of a file of written characters: the same line for each label."""
    arrays = {
        "points": np.array([[0, 0], [9, 90]] * len(labels), np.int16),
        "stroke_len": np.array([2] * len(labels)),
        "n_strokes": np.array([1] * len(labels)),
        "char": np.array(list(labels)),
    }
    np.savez(folder / "others.npz", **arrays)
    return str(folder / "others.npz")


def test_a_report_is_written(model, data, capsys, tmp_path):
    report = tmp_path / "r.html"

    argv = [model, "--data", data, "--corruptions", "--report", str(report)]

    assert main(["evaluate", *argv]) == 0

    out, progress = capsys.readouterr()
    assert "accuracy           100.00%" in out
    assert all(name in out and f"{name}: " in progress for name in CORRUPTIONS)
    assert "<h1>bars on data test</h1>" in report.read_text(encoding="utf-8")
    err = evaluate(capsys, model, "--report", str(tmp_path / "no" / "r.html"), code=1)
    assert "r.html: cannot be written: no such folder" in err
    err = evaluate(capsys, model, "--report", model, code=1)
    assert "bars.json: cannot be written: expected a name in .html" in err
