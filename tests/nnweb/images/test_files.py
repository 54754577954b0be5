"""Picture files: any size, either polarity, any orientation; damage is refused."""

import numpy as np
import pytest
from PIL import Image

from nnweb.errors import ImageError
from nnweb.images.files import at_least, read_picture, reduce_to_square


def seven(height: int = 60, width: int = 40) -> np.ndarray:
    """Black on white: a bar at the top and a stem on the right."""
    grey = np.full((height, width), 255, np.uint8)
    grey[5:10, 5:-5] = 0
    grey[5:-5, -10:-5] = 0
    return grey


def save(path, grey, **options):
    Image.fromarray(grey).save(path, **options)
    return path


@pytest.mark.parametrize(
    "grey",
    [
        seven(),
        255 - seven(),
        np.where(seven() == 0, 150, 210).astype(np.uint8),
    ],
    ids=["black on white", "white on black", "faint ink on grey paper"],
)
def test_any_picture_becomes_black_on_white_over_the_full_range(tmp_path, grey):
    picture = read_picture(save(tmp_path / "a.png", grey))

    np.testing.assert_array_equal(picture, seven())
    assert picture.dtype == np.uint8


@pytest.mark.parametrize("suffix", ["bmp", "gif", "jpg", "tif", "webp"])
def test_every_named_format_is_read(tmp_path, suffix):
    picture = read_picture(save(tmp_path / f"a.{suffix}", seven(), quality=90))

    assert np.array_equal(picture < 127, seven() < 127)


def test_a_file_is_read_from_memory_too(tmp_path):
    path = tmp_path / "grey.png"
    Image.fromarray(np.eye(40, dtype=np.uint8) * 255).save(path)

    np.testing.assert_array_equal(read_picture(path.read_bytes()), read_picture(path))
    with pytest.raises(ImageError, match="^picture: got an empty file, expected PNG"):
        read_picture(b"")


def test_exif_orientation_is_applied(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held so that the top is on the right
    turned = np.rot90(seven())

    picture = read_picture(save(tmp_path / "a.png", turned, exif=exif))

    np.testing.assert_array_equal(picture, seven())


@pytest.mark.parametrize("grey", [0, 255])
def test_transparent_pixels_are_paper_and_others_ink_of_either_colour(tmp_path, grey):
    pixels = np.full((40, 40, 4), grey, np.uint8)
    pixels[..., 3] = 0
    pixels[10:30, 18:22, 3] = 255

    picture = read_picture(save(tmp_path / "a.png", pixels))

    assert picture[20, 20] == 0 and picture[0, 0] == 255


def test_colours_and_palettes_are_read_as_grey(tmp_path):
    colours = np.full((40, 40, 3), (255, 255, 0), np.uint8)
    colours[10:30, 18:22] = (0, 0, 255)
    palette = Image.fromarray(colours).convert("P")
    palette.save(tmp_path / "a.gif")

    picture = read_picture(tmp_path / "a.gif")

    assert picture[20, 20] == 0 and picture[0, 0] == 255


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_grey_of_16_bits_is_read_as_of_8(tmp_path, name):
    deep = seven().astype(np.uint16) * 200 + 3000

    np.testing.assert_array_equal(read_picture(save(tmp_path / name, deep)), seven())


@pytest.mark.parametrize("dtype", [np.int32, np.float32])
def test_grey_of_an_unknown_range_is_refused(tmp_path, dtype):
    path = save(tmp_path / "a.tif", seven().astype(dtype))

    with pytest.raises(ImageError, match="got pixels of 32 bits, expected 8 or 16"):
        read_picture(path)


def test_small_pictures_are_enlarged_and_large_ones_reduced(tmp_path):
    small = read_picture(save(tmp_path / "a.png", seven(20, 15)))
    large = read_picture(save(tmp_path / "b.png", seven(3000, 100)))

    np.testing.assert_array_equal(small, at_least(seven(20, 15)))
    assert small.shape == (40, 30)
    assert large.shape == (1008, 33)  # 336 x 11, three times


def test_a_picture_is_padded_with_paper_to_a_square():
    square = reduce_to_square(np.zeros((56, 28), np.uint8), 28)

    assert square.shape == (28, 28)
    assert (square[:, 7:21] == 0).all() and (square[:, :7] == 255).all()


def test_damaged_and_other_files_are_refused(tmp_path):
    (tmp_path / "a.png").write_text("hello")
    whole = save(tmp_path / "b.png", seven(400, 400)).read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(ImageError, match=r"nowhere.png: no such file"):
        read_picture(tmp_path / "nowhere.png")
    for start in (b"", b"B"):
        (tmp_path / "short.png").write_bytes(start)
        with pytest.raises(ImageError, match=r"got (an empty file|no picture), exp"):
            read_picture(tmp_path / "short.png")
    with pytest.raises(ImageError, match=r"a.png: got no picture, expected PNG, JPEG"):
        read_picture(tmp_path / "a.png")
    with pytest.raises(ImageError, match=r"cut.png: cannot be read as a picture"):
        read_picture(tmp_path / "cut.png")
    with pytest.raises(ImageError, match=r"cannot be read: [^[]+$"):
        read_picture(tmp_path)


def test_a_file_is_read_only_as_one_of_the_named_formats(tmp_path, monkeypatch):
    """Pillow would hand an EPS file to Ghostscript, whatever its suffix."""
    from PIL import EpsImagePlugin

    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", pytest.fail)
    lines = ["%!PS-Adobe-3.0 EPSF-3.0", "%%BoundingBox: 0 0 40 40", "%%EndComments"]
    (tmp_path / "photo.png").write_text("\n".join([*lines, "showpage", ""]))

    with pytest.raises(ImageError, match=r"photo\.png: got an EPS.*expected .*PNG.*"):
        read_picture(tmp_path / "photo.png")
