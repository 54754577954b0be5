"""`nnweb augment`: a sheet with every kind of training example."""

import numpy as np
import pytest
from PIL import Image

from nnweb.cli import main
from nnweb.data.augment.mixture import KINDS
from nnweb.data.augment.styles import style_names


def test_the_preview_shows_every_kind_before_and_after_the_crop(
    bars, tmp_path, capsys, write_idx_folder
):
    folder = write_idx_folder(tmp_path / "data", bars(96))
    out = tmp_path / "sheet.png"

    code = main(
        ["augment", "--preview", str(out), "--data", str(folder), "--columns", "5"]
    )

    assert code == 0 and "clean, warped, pen, glyph, outlier" in capsys.readouterr().out
    with Image.open(out) as sheet:
        assert sheet.size == (2 * 5 * 30, 2 * len(KINDS) * 2 * 30)
        ink = 255 - np.array(sheet)
    rows = ink.reshape(2 * len(KINDS), -1)
    assert (rows > 0).any(axis=1).all()


def test_the_preview_shows_every_way_of_writing(
    bars, tmp_path, capsys, write_idx_folder
):
    folder = write_idx_folder(tmp_path / "data", bars(96))
    out = tmp_path / "sheet.png"

    code = main(["augment", "--styles", "--preview", str(out), "--data", str(folder)])

    assert code == 0 and capsys.readouterr().out.endswith(
        "; ".join(style_names()) + "\n"
    )
    with Image.open(out) as sheet:
        assert sheet.height == len(style_names()) * 2 * 30


def test_a_preview_that_cannot_be_written_is_refused(tmp_path, capsys):
    assert main(["augment", "--preview", str(tmp_path / "none" / "x.png")]) == 1
    assert "no such folder" in capsys.readouterr().err

    assert main(["augment", "--preview", str(tmp_path / "x.xyz")]) == 1
    assert "x.xyz: cannot be written: got .xyz, expected .png" in (
        capsys.readouterr().err
    )


def test_a_seed_below_zero_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["augment", "--preview", str(tmp_path / "x.png"), "--seed", "-1"])

    assert "--seed: got -1, expected 0 or more" in capsys.readouterr().err
