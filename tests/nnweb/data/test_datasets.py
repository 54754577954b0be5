"""Data sets are read exactly; damaged ones are refused."""

import csv
import gzip

import numpy as np
import pytest
from PIL import Image

from nnweb.data import datasets
from nnweb.data.datasets import Dataset, load_dataset, load_mnist
from nnweb.errors import DatasetError

# --- folders of IDX files -------------------------------------------------------------


@pytest.mark.parametrize("zipped", [True, False])
def test_a_folder_of_idx_files_gives_train_and_test(
    tmp_path, bars, write_idx_folder, zipped
):
    train, test = bars(20), bars(5, seed=1)

    splits = load_dataset(write_idx_folder(tmp_path / "x", train, test, zipped=zipped))

    np.testing.assert_array_equal(splits.train.images, train.images)
    np.testing.assert_array_equal(splits.train.labels, train.labels)
    assert splits.test is not None
    np.testing.assert_array_equal(splits.test.images, test.images)
    assert splits.train.source == "x train" and splits.test.source == "x test"


def test_idx_files_with_kaggles_names_are_read(tmp_path, bars, idx_bytes):
    data = bars(3)
    (tmp_path / "train-images.idx3-ubyte").write_bytes(idx_bytes(data.images))
    (tmp_path / "emnist-train-labels-idx1-ubyte").write_bytes(idx_bytes(data.labels))

    splits = load_dataset(tmp_path)

    np.testing.assert_array_equal(splits.train.labels, data.labels)
    assert splits.test is None


def test_training_labels_that_are_missing_or_too_few_are_refused(
    tmp_path, bars, write_idx_folder, idx_bytes
):
    folder = write_idx_folder(tmp_path / "x", bars(3), zipped=False)
    labels = folder / "train-labels-idx1-ubyte"

    labels.write_bytes(idx_bytes(np.zeros(2, np.uint8)))
    with pytest.raises(DatasetError, match=r"x train: 3 images and labels of shape"):
        load_dataset(folder)
    labels.unlink()
    with pytest.raises(DatasetError, match=r"x: has train-images-idx3-ubyte, expected"):
        load_dataset(folder)


def test_mnist_is_identified_by_its_checksums(
    tmp_path, bars, write_idx_folder, monkeypatch
):
    folder = write_idx_folder(tmp_path / "x", bars(12), bars(5))
    _, digests = datasets._read_idx_folder(folder)
    monkeypatch.setattr(datasets, "MNIST_SHA256", digests)

    splits = load_mnist(folder)
    assert len(splits.train) == 12 and splits.train.source == "MNIST train"

    path = folder / "t10k-labels-idx1-ubyte.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[:-1] + b"\1"))
    with pytest.raises(DatasetError, match=r"sha256 of t10k-labels is [0-9a-f]{64},"):
        load_mnist(folder)


def test_mnist_with_a_file_missing_is_refused(tmp_path, bars, write_idx_folder):
    with pytest.raises(DatasetError, match=r"sha256 of train-images is"):
        load_mnist(write_idx_folder(tmp_path / "x", bars(3)))
    with pytest.raises(DatasetError, match=r"nowhere: no such folder, expected one"):
        load_mnist(tmp_path / "nowhere")


# --- CSV ------------------------------------------------------------------------------

CSV_HEADER = ",".join(["label", *(f"pixel{i}" for i in range(784))])


def csv_row(label: object, pixels: np.ndarray) -> str:
    return ",".join(map(str, [label, *pixels.ravel()]))


def test_a_csv_is_read_row_by_row(tmp_path, bars):
    data, path = bars(4), tmp_path / "mine.csv"
    rows = [
        csv_row(label, image)
        for label, image in zip(data.labels, data.images, strict=True)
    ]
    path.write_text("\n".join([CSV_HEADER, *rows]) + "\n")

    splits = load_dataset(path)

    np.testing.assert_array_equal(splits.train.images, data.images)
    np.testing.assert_array_equal(splits.train.labels, data.labels)
    assert splits.test is None and splits.train.names == tuple("0123456789")


BLANK = np.zeros((28, 28), int)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "first line has 1 columns, the first of them '';"),
        ([csv_row(1, BLANK)], "has 785 columns, the first of them '1'; expected a"),
        (["label,pixel0"], "has 2 columns, the first of them 'label'; expected"),
        ([CSV_HEADER], "no rows after the header"),
        ([CSV_HEADER, csv_row(1, BLANK)[:-2]], "784 columns of 0 to 1, expected 785"),
        ([CSV_HEADER, csv_row(1, BLANK), "1,2"], "number of columns .* row 2"),
        ([CSV_HEADER, csv_row("", BLANK + 1)], "1 labels, .*; expected 256 at most"),
        ([CSV_HEADER, csv_row(1, BLANK)[:-1] + "x"], "could not convert string 'x'"),
        ([CSV_HEADER, csv_row(1, BLANK + 256)], "785 columns of 1 to 256, expected"),
        ([CSV_HEADER, csv_row(-1, BLANK)], "785 columns of -1 to 0, expected"),
        (["\xff\xfe\0"], "cannot be read: 'utf-8' codec"),
    ],
)
def test_a_malformed_csv_is_refused(tmp_path, lines, message):
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(lines), encoding="latin-1")

    with pytest.raises(DatasetError, match=rf"mine.csv: .*{message}"):
        load_dataset(path)


def test_labels_of_a_csv_may_be_texts(tmp_path, bars):
    data, path = bars(4), tmp_path / "mine.csv"
    labels = ["e", '"cat"', "e", "7"]
    rows = [
        csv_row(label, image) for label, image in zip(labels, data.images, strict=True)
    ]
    path.write_text("\n".join([CSV_HEADER, *rows]) + "\n")

    train = load_dataset(path).train

    assert train.names == ("7", "cat", "e")
    which = [(image == train.images).all(axis=(1, 2)) for image in data.images]
    assert [train.names[train.labels[at][0]] for at in which] == ["e", "cat", "e", "7"]


def test_quoted_labels_of_a_csv_may_have_commas_and_quotes(tmp_path, bars):
    data, path = bars(5), tmp_path / "signs.csv"
    labels = ['","', '"a ""b"""', '"', '" +"', "\u0663"]
    rows = [
        csv_row(label, image) for label, image in zip(labels, data.images, strict=True)
    ]
    path.write_text("\n".join([CSV_HEADER, *rows]) + "\n", encoding="utf-8")

    assert set(load_dataset(path).train.names) == {",", 'a "b"', '"', "+", "\u0663"}


def test_all_values_of_a_csv_may_be_quoted(tmp_path, bars):
    data, path = bars(4), tmp_path / "mine.csv"
    for labels, names in (("0375", "0123456789"), ("c7ab", "7abc")):
        with path.open("w", newline="") as file:
            table = csv.writer(file, quoting=csv.QUOTE_ALL)
            table.writerow(CSV_HEADER.split(","))
            for label, image in zip(labels, data.images, strict=True):
                table.writerow([label, *image.ravel()])

        train = load_dataset(path).train

        assert train.names == tuple(names)
        assert {i.tobytes() for i in train.images} == {i.tobytes() for i in data.images}


# --- .npz -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y"), [("x", "y"), ("images", "labels"), ("x_train", "y_train")]
)
def test_an_npz_is_read_with_any_usual_array_names(tmp_path, bars, x, y):
    data, path = bars(6), tmp_path / "mine.npz"
    np.savez(path, **{x: data.images, y: data.labels.astype(np.int64)})

    train = load_dataset(path).train

    np.testing.assert_array_equal(train.images, data.images)
    np.testing.assert_array_equal(train.labels, data.labels)
    assert train.labels.dtype == np.uint8


def test_an_npz_with_a_test_part_has_both_splits(tmp_path, bars):
    train, test, path = bars(6), bars(3, seed=1), tmp_path / "mine.npz"
    arrays = {"x_train": train.images, "y_train": train.labels}
    np.savez(path, **arrays, x_test=test.images, y_test=test.labels)

    splits = load_dataset(path)

    assert splits.test is not None
    np.testing.assert_array_equal(splits.test.images, test.images)


@pytest.mark.parametrize("shape", [(6, 784), (6, 28, 28, 1), (6, 1, 28, 28)])
@pytest.mark.parametrize(
    ("invert", "source"),
    [(False, "mine.npz x"), (True, "mine.npz x (black on white, inverted)")],
)
def test_an_npz_can_have_flat_images_floats_and_black_on_white(
    tmp_path, bars, shape, invert, source
):
    data, path = bars(6), tmp_path / "mine.npz"
    images = 255 - data.images if invert else data.images
    np.savez(path, x=(images / 255).reshape(shape), y=data.labels)

    train = load_dataset(path).train

    np.testing.assert_array_equal(train.images, data.images)
    assert train.source == source


def test_labels_of_an_npz_may_be_texts_and_its_test_part_has_the_same(tmp_path, bars):
    data, path = bars(3), tmp_path / "letters.npz"
    arrays = {"x_train": data.images, "y_train": ["b", "a", "c"]}
    np.savez(path, **arrays, x_test=data.images[:1], y_test=["c"])

    splits = load_dataset(path)

    assert splits.train.names == ("a", "b", "c") and splits.test.labels == [2]
    np.savez(path, **arrays, x_test=data.images[:1], y_test=["d"])
    with pytest.raises(DatasetError, match="'d'.*no others to test on"):
        load_dataset(path)


def test_more_than_ten_labels_are_named_by_their_numbers(tmp_path, bars):
    data, path = bars(3), tmp_path / "letters.npz"
    np.savez(path, x=data.images, y=np.array([1, 26, 2]))

    assert load_dataset(path).train.names[-1] == "26"


GOOD = np.zeros((2, 28, 28), np.uint8)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"a": GOOD}, r"has \['a'\], expected x_train, y_train or x, y or images, lab"),
        (
            {"x": GOOD[:, :27], "y": [1, 2]},
            r"shape \(2, 27, 28\), expected \(N, 28, 28",
        ),
        ({"x": np.uint8(1), "y": [1]}, r"shape \(\), expected"),
        ({"x": GOOD.astype(np.int16), "y": [1, 2]}, "int16, expected uint8, or floats"),
        ({"x": GOOD + 1.5, "y": [1, 2]}, "float64 beyond 0 ... 1, or not a number"),
        ({"x": GOOD * np.nan, "y": [1, 2]}, "float64 beyond 0 ... 1, or not a number"),
        (
            {"x": GOOD, "y": [1]},
            r"labels are int64 \(1,\), expected integers or texts \(2,\)",
        ),
        ({"x": GOOD, "y": [1.0, 2.0]}, r"labels are float64 \(2,\), expected integers"),
        (
            {"x": GOOD[:0], "y": np.zeros(0, int)},
            r"labels are int64 \(0,\), expected integers or texts \(0,\), one",
        ),
        ({"x": GOOD, "y": [-1, 2]}, "labels go from -1 to 2, expected 0 to 255"),
        ({"x": GOOD, "y": [1, 256]}, "labels go from 1 to 256, expected 0 to 255"),
    ],
)
def test_a_malformed_npz_is_refused(tmp_path, arrays, message):
    path = tmp_path / "mine.npz"
    np.savez(path, **arrays)

    with pytest.raises(DatasetError, match=rf"mine.npz.*: {message}"):
        load_dataset(path)


@pytest.mark.parametrize("content", [b"", b"not a zip file", b"PK\x03\x04broken", None])
def test_an_npz_that_is_no_zip_or_has_a_pickle_is_refused(tmp_path, content):
    path = tmp_path / "mine.npz"
    np.savez(path, x=np.array([{}], object), y=[1])
    if content is not None:
        path.write_bytes(content)

    message = "" if content is not None else "x.npy: got Python objects, expected"
    with pytest.raises(DatasetError, match=f"mine.npz: {message}"):
        load_dataset(path)


# --- pictures -------------------------------------------------------------------------


def write_pictures(folder, data):

    for i, (image, label) in enumerate(zip(data.images, data.labels, strict=True)):
        (folder / str(label)).mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / str(label) / f"{i}.png")
    return folder


def test_folders_of_pictures_are_read_by_label_and_shuffled(tmp_path, bars):
    data = bars(60)

    train = load_dataset(write_pictures(tmp_path / "x", data)).train

    names = sorted({str(label) for label in data.labels})
    assert train.names == tuple(names)
    assert np.any(np.diff(train.labels.astype(int)) < 0), "labels are still in order"
    for label, name in enumerate(names):
        mine = {image.tobytes() for image in train.images[train.labels == label]}
        assert mine == {i.tobytes() for i in data.images[data.labels == int(name)]}


def test_folders_named_train_and_test_are_the_two_splits(tmp_path, bars):
    write_pictures(tmp_path / "x" / "train", bars(30))
    write_pictures(tmp_path / "x" / "test", bars(20, seed=1))

    splits = load_dataset(tmp_path / "x")

    assert len(splits.train) == 30
    assert splits.test is not None and len(splits.test) == 20


def test_what_systems_put_beside_pictures_is_no_label_and_no_picture(tmp_path, bars):
    folder = write_pictures(tmp_path / "x", bars(30))
    expected = load_dataset(folder).train
    for name in (".ipynb_checkpoints", "__MACOSX"):
        (folder / name / "7").mkdir(parents=True)
    label = next(path for path in folder.iterdir() if path.name.isdecimal())
    (label / "._1.png").write_bytes(b"Mac OS X")
    (label / "Thumbs.db").write_bytes(b"Windows")

    train = load_dataset(folder).train

    assert train.names == expected.names
    np.testing.assert_array_equal(train.images, expected.images)


def test_a_label_without_pictures_is_refused(tmp_path, bars):
    folder = write_pictures(tmp_path / "x", bars(30))
    (folder / "a").mkdir()
    (folder / "a" / "IMG_1.HEIC").write_bytes(b"a phone's")

    with pytest.raises(DatasetError, match=r"x.a: has no pictures, expected .png"):
        load_dataset(folder)


def test_a_label_is_composed_although_a_mac_takes_its_folders_name_apart(
    tmp_path, bars
):
    folder = write_pictures(tmp_path / "x", bars(30))
    (folder / "1").rename(folder / "a\u0308")

    assert "\u00e4" in load_dataset(folder).train.names


def test_large_black_on_white_pictures_are_reduced_and_inverted(tmp_path, bars):
    image = bars(1).images[0]
    (tmp_path / "x" / "cat").mkdir(parents=True)
    large = (255 - image).repeat(4, axis=0).repeat(4, axis=1)
    Image.fromarray(large).save(tmp_path / "x" / "cat" / "1.png")

    train = load_dataset(tmp_path / "x").train

    np.testing.assert_array_equal(train.images[0], image)
    assert train.names == ("cat",)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("x", "x: 1 folders and 0 pictures in them;"),
        ("nowhere", "nowhere: no such file or folder"),
        ("a.txt", "a.txt: expected a folder of IDX files or"),
    ],
)
def test_paths_with_nothing_to_read_are_refused(tmp_path, name, message):
    (tmp_path / "x" / "7").mkdir(parents=True)
    (tmp_path / "a.txt").write_text("hello")

    with pytest.raises(DatasetError, match=message):
        load_dataset(tmp_path / name)


# --- all ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (
            GOOD.astype(float),
            [1, 2],
            r"images are float64 \(2, 28, 28\), expected uint8",
        ),
        (GOOD[:, :5], [1, 2], r"images are uint8 \(2, 5, 28\), expected"),
        (GOOD, [1], r"2 images and labels of shape \(1,\), expected a label for each"),
        (GOOD[:0], [], r"0 images and labels of shape \(0,\), expected"),
        (GOOD, [1, 10], "labels are uint8 up to 10, expected uint8 up to 9"),
    ],
)
def test_an_inconsistent_data_set_is_refused(images, labels, message):
    with pytest.raises(DatasetError, match=rf"mine: {message}"):
        Dataset(images, np.array(labels, np.uint8), source="mine")


def test_the_last_examples_are_the_validation_split(bars):
    data = bars(24)

    train, validation = data.split(4)

    np.testing.assert_array_equal(train.labels, data.labels[:20])
    np.testing.assert_array_equal(validation.images, data.images[20:])
    assert validation.source == "bars, examples 20 to 23"
    assert len(data.split()[1]) == 2  # a twelfth


@pytest.mark.parametrize("count", [0, -1, 24])
def test_a_split_that_leaves_nothing_is_refused(bars, count):
    with pytest.raises(DatasetError, match=rf"bars: {count} of 24 examples to"):
        bars(24).split(count)


def test_a_fingerprint_changes_with_any_image_or_label(bars):
    data, same = bars(3), bars(3)
    assert data.fingerprint == same.fingerprint

    other = Dataset(data.images, np.roll(data.labels, 1))
    assert other.fingerprint != data.fingerprint
    assert Dataset(255 - data.images, data.labels).fingerprint != data.fingerprint
