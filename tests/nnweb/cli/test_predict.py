"""`nnweb predict` and `nnweb info`: a line for each file, and a file's content."""

import numpy as np
import pytest
from PIL import Image

from nnweb.cli import main
from nnweb.layers import Dense
from nnweb.network import InputSpec, Network
from nnweb.weights.json_format import save


def halves(path, **options):
    """A network of two labels: "left" where most ink is left of the middle."""
    layer = Dense(784, 2)
    W = np.zeros((28, 28, 2), np.float32)
    W[:, :14, 0] = W[:, 14:, 1] = 0.05
    layer.params["W"][:] = W.reshape(784, 2)
    spec = InputSpec(fit="canvas")
    network = Network([layer], labels=("left", "right"), input=spec, **options)
    save(network, path)
    return str(path)


@pytest.fixture
def pictures(tmp_path):
    """Ink on the right half; the same white on black; nothing at all."""
    grey = np.full((56, 56), 255, np.uint8)
    Image.fromarray(grey).save(tmp_path / "blank.png")
    grey[10:40, 30:40] = 0
    Image.fromarray(grey).save(tmp_path / "right.png")
    Image.fromarray(255 - grey).save(tmp_path / "light.jpg", quality=95)
    return tmp_path


def predict(capsys, *argv, code=0):
    assert main(["predict", *map(str, argv)]) == code
    return capsys.readouterr()


def test_each_file_has_a_line_with_answer_probability_and_second_guess(
    pictures, capsys
):
    model = halves(pictures / "halves.json")
    names = ("right.png", "light.jpg", "other.png", "blank.png")
    files = [pictures / name for name in names]

    out, err = predict(capsys, *files, "--model", model, code=1)

    # 75 pixels of ink: logits 3.75 and 0, e^3.75 = 42.5
    assert out.splitlines() == [
        f"{files[0]}  right   97.7%  then left    2.3%",
        f"{files[1]}  right   97.7%  then left    2.3%",
        f"{files[3]}  blank",
    ]
    assert err == f"nnweb predict: error: {files[2]}: no such file\n"
    predict(capsys, *files[:2], "--model", model, code=0)


@pytest.mark.parametrize(
    ("network", "options", "expected"),
    [
        ({"reject_below": 1e6}, [], "none of the labels; if one: right"),
        ({}, ["--fit", "digit"], "50.0%"),  # centred: as much ink on either side
        ({"unsure_below": 0.98}, [], "png  right, or left  97.7%, 2.3%\n"),
        ({"unsure_below": 0.97}, [], "png  right   97.7%  then left    2.3%\n"),
    ],
    ids=["rejected", "another fit", "unsure", "sure"],
)
def test_rejection_doubt_and_the_fit_affect_the_line(
    pictures, capsys, network, options, expected
):
    model = halves(pictures / "halves.json", **network)

    out, _ = predict(capsys, pictures / "right.png", "--model", model, *options)

    assert expected in out


def test_info_shows_the_layers_the_input_and_the_card(tmp_path, capsys):
    card = {"trained_on": "halves", "accuracy": {"test": 0.5}}
    model = halves(tmp_path / "halves.json", name="Half", card=card, unsure_below=0.9)

    assert main(["info", model]) == 0

    out = capsys.readouterr().out
    assert out.startswith("Half\n")
    for line in (
        "architecture   784-2",
        "labels         left right",
        "input          fit canvas, ink below a grey of 127",
        "reject below   never",
        "unsure below   0.9",
        "trained on     halves",
        'accuracy       {"test": 0.5}',
    ):
        assert f"{line}\n" in out


def test_help_names_the_network_that_is_used_by_default(capsys):
    with pytest.raises(SystemExit):
        main(["predict", "--help"])

    assert "cnn, cnn-small, mlp, plain (cnn)" in capsys.readouterr().out.replace(
        "\n" + 24 * " ", " "
    )
