"""Teaching the network one's own hand: said, learned, watched, kept or thrown away."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from nnweb.data.datasets import load_dataset
from tests.site.accessibility import barriers
from tests.site.conftest import BOOT_MS, Visit

LESSON_MS = 180_000  # a machine that does much else at the same time still gets there
NO_STORE = "Object.defineProperty(window, 'indexedDB', { value: undefined });"


class Teach:
    """The Teach panel, and what a person does there and below the answer."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.page = visit, visit.page
        self.panel = self.page.locator("#lab-teach")
        self.album = self.panel.locator(".album li")
        self.said = self.panel.locator(".feedback .said")
        self.outcome = self.panel.locator(".outcome")

    def open(self) -> None:
        if not self.page.locator("#lab details").get_attribute("open"):
            self.page.locator("#lab summary").click()
        self.page.get_by_role("tab", name="Teach").click()
        expect(self.panel).to_have_attribute("data-lesson", re.compile("."))
        expect(self.panel).not_to_have_attribute("inert", re.compile(".*"))

    def wrong(self, label: str) -> None:
        """Say below the answer what it was."""
        self.page.locator("#wrong summary").click()
        self.page.get_by_role("button", name=f"It was a {label}").click()
        expect(self.page.locator("#wrong [role=status]")).to_contain_text(f"a {label},")
        self.page.keyboard.press("Escape")

    def teach(self) -> None:
        self.panel.get_by_role("button", name="Teach the network").click()
        expect(self.panel).to_have_attribute("data-lesson", "done", timeout=LESSON_MS)

    def marks(self, name: str) -> list[float]:
        """A line of the table, before and after."""
        cells = self.panel.locator(f"[data-mark={name}] td").all_inner_texts()
        return [float(re.match(r"[\d.]+", cell)[0]) for cell in cells]

    def keep(self, name: str) -> None:
        self.panel.get_by_label("keep it as").fill(name)
        self.panel.get_by_role("button", name="Use and keep").click()

    def give(self, *files: Path) -> None:
        self.panel.locator("[type=file]").set_input_files(files)


@pytest.fixture
def teach(visit):
    def open_teach(**options: Any) -> Teach:
        made = Teach(visit(**options))
        made.visit.be("ready")
        return made

    return open_teach


def strokes_file(path: Path, drawings: dict[str, list]) -> Path:
    """``drawings`` by label, as the page exports them."""
    rows = [{"label": label, "strokes": strokes} for label, strokes in drawings.items()]
    head = {"format": "nnweb-drawings", "version": 1, "canvas": 336, "pen": 20}
    path.write_text(json.dumps({**head, "drawings": rows}))
    return path


def small(page: Visit, drawing: list) -> None:
    """In the corner of the paper, where a network that centres nothing is lost."""
    page.clear()
    page.draw(drawing, scale=0.35, shift=(10, 200))
    page.be("ready")


def test_correcting_three_drawings_changes_the_answer_on_them(teach, strokes):
    one = teach()
    one.visit.network("plain")
    labels: list[str] = []
    for label in "4078569":
        small(one.visit, strokes[label])
        if one.visit.digit() != label and len(labels) < 3:
            one.wrong(label)
            labels.append(label)
    assert len(labels) == 3
    one.open()
    expect(one.album).to_have_count(3)

    one.teach()

    assert one.marks("right") == [0, 3]
    before, after = one.marks("accuracy")
    assert before > 97 and after > 97
    for item, label in zip(one.album.all(), labels, strict=True):
        expect(item).to_contain_text(f"→ {label}")
    one.keep("My hand")
    if before - after > 0.3:
        pytest.fail("it was asked whether to keep it")
    expect(one.outcome).to_have_text("My hand is kept, and in use now.")
    for label in labels:
        small(one.visit, strokes[label])
        assert one.visit.digit() == label
    assert one.visit.watch.errors == [] and one.visit.watch.foreign == []

    one.panel.get_by_role("button", name="Back to how it was").click()
    chosen = one.page.get_by_label("Network", exact=True)
    expect(chosen).to_have_value("plain")
    one.page.get_by_role("tab", name="Networks").click()
    expect(one.page.locator("#lab-networks .kept")).to_contain_text("My hand")


def test_a_change_that_harms_is_kept_only_if_the_person_says_so(
    teach, strokes, tmp_path
):
    one = teach()
    one.visit.network("cnn-small")
    one.open()
    wrong = {str((int(d) + 1) % 10): strokes[d] for d in strokes}
    one.give(strokes_file(tmp_path / "wrong.json", wrong))
    expect(one.album).to_have_count(10)
    one.panel.get_by_label("How it is taught").select_option("hard")

    one.teach()

    before, after = one.marks("accuracy")
    assert before - after > 0.3
    expect(one.panel.locator(".cost")).to_contain_text("points")
    one.page.once("dialog", lambda dialog: dialog.dismiss())
    with one.page.expect_event("dialog") as asked:
        one.keep("Harmed")
    assert "Keep it?" in asked.value.message and "points" in asked.value.message
    expect(one.outcome).to_contain_text("Not kept")
    chosen = one.page.get_by_label("Network", exact=True)
    expect(chosen).to_have_value("cnn-small")

    one.page.once("dialog", lambda dialog: dialog.accept())
    one.keep("Harmed")
    expect(chosen.locator("option:checked")).to_contain_text("Harmed (kept)")
    one.visit.be("ready")


def test_drawings_outlive_a_reload_are_relabelled_deleted_and_brought_back(
    teach, strokes
):
    one = teach()
    one.visit.draw(strokes["4"])
    one.visit.be("ready")
    one.wrong("9")
    one.wrong("7")  # the same drawing: a change of mind
    one.open()
    expect(one.album).to_have_count(1)
    one.panel.locator(".label-pad").get_by_role("button", name="4").click()
    expect(one.album).to_have_count(2)
    one.panel.get_by_label("What drawing 2 is").select_option("1")

    one.page.reload()
    one.visit.be("ready")
    one.open()

    labels = one.panel.locator(".album select")
    assert labels.evaluate_all("all => all.map(({ value }) => value)") == ["7", "1"]
    one.panel.get_by_role("button", name="Delete Drawing 1, a 7").click()
    expect(one.album).to_have_count(1)
    one.panel.get_by_role("button", name="Undo").click()
    expect(one.album).to_have_count(2)
    one.page.once("dialog", lambda dialog: dialog.accept())
    one.panel.get_by_role("button", name="Delete all").click()
    expect(one.panel.locator(".album")).to_have_attribute(
        "data-empty", re.compile("None yet")
    )
    expect(one.panel.get_by_role("button", name="Export CSV")).to_be_disabled()
    assert one.visit.watch.errors == []


def test_deleted_drawings_stay_deleted_though_the_page_is_left_at_once(
    teach, strokes, tmp_path
):
    one = teach()
    one.open()
    many = {d: strokes[d] for d in "0123456789"}
    one.give(strokes_file(tmp_path / "mine.json", many))
    expect(one.album).to_have_count(10)

    one.page.once("dialog", lambda dialog: dialog.accept())
    with one.page.expect_navigation():
        one.panel.get_by_role("button", name="Delete all").evaluate(
            "button => { button.click(); location.reload(); }"
        )
    one.visit.be("ready")
    one.open()

    # which a first visit is told, too
    expect(one.panel.locator(".album")).to_have_attribute(
        "data-empty", re.compile("None yet")
    )
    expect(one.album).to_have_count(0)


def test_drawings_go_out_as_three_kinds_of_files_and_come_in_again(
    teach, strokes, tmp_path
):
    one = teach()
    one.open()
    one.give(strokes_file(tmp_path / "mine.json", {d: strokes[d] for d in "407"}))
    expect(one.album).to_have_count(3)
    folder = tmp_path / "out"
    for button in ("strokes", "CSV", "IDX images", "IDX labels"):
        with one.page.expect_download() as saved:
            one.panel.get_by_role("button", name=f"Export {button}").click()
        saved.value.save_as(folder / saved.value.suggested_filename)

    table = load_dataset(folder / "my-digits.csv").train
    assert table.labels.tolist() == [4, 0, 7]
    strokes_out = folder / "my-digits.json"
    assert [
        drawing["label"] for drawing in json.loads(strokes_out.read_text())["drawings"]
    ] == ["4", "0", "7"]
    idx = [
        folder / name for name in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
    ]
    packed = tmp_path / "labels.gz"
    packed.write_bytes(gzip.compress(idx[1].read_bytes()))
    images = np.frombuffer(idx[0].read_bytes()[16:], np.uint8).reshape(-1, 28, 28)
    np.testing.assert_array_equal(images, table.images)
    count = 3
    for files in ((strokes_out,), (folder / "my-digits.csv",), (idx[0], packed)):
        one.give(*files)
        count += 3
        expect(one.album).to_have_count(count)
        expect(one.said).to_have_text("3 drawings more.")
    labels = one.panel.locator(".album select")
    found = labels.evaluate_all("all => all.map(({ value }) => value)")
    assert found == ["4", "0", "7"] * 4
    assert one.visit.watch.errors == []


BAD = {
    "letter.csv": (b"Dear all\nhow are you", "line 2: 1 values, expected 785"),
    "empty.csv": (b"", "there are no drawings in it"),
    "loud.csv": (b"7," + b"300," * 783 + b"0", "line 1: it has what is no whole"),
    "blank.csv": (b"7" + b",0" * 784, "drawing 1: there is no ink"),
    "eleven.csv": (b"11" + b",255" * 784, "drawing 1: its label is 11"),
    "other.json": (b'{"format": "x"}', '"format" is "x", expected'),
    "cut.json": (b'{"format": ', "JSON"),
    "stroke.json": (
        b'{"format": "nnweb-drawings", "version": 1, "canvas": 336, "drawings": '
        b'[{"label": "x", "strokes": []}]}',
        'drawing 1: "label" is "x", expected a digit',
    ),
    "lone-idx3-ubyte": (b"\0\0\x08\x03" + b"\0" * 12, "choose the two files"),
    "damaged.gz": (b"\x1f\x8b damaged", "cannot be unpacked"),
}


def test_a_file_that_is_none_says_what_is_wrong_and_changes_nothing(teach, tmp_path):
    one = teach()
    one.open()

    for name, (content, message) in BAD.items():
        path = tmp_path / name
        path.write_bytes(content)
        one.give(path)
        expect(one.said).to_contain_text(f"{name}: ")
        expect(one.said).to_contain_text(message)
        expect(one.album).to_have_count(0)
    pair = [tmp_path / "images", tmp_path / "labels"]
    pair[0].write_bytes(
        b"\0\0\x08\x03" + np.array([1, 28, 28], ">u4").tobytes() + b"\xff" * 784
    )
    pair[1].write_bytes(b"\0\0\x08\x01" + np.array([2], ">u4").tobytes() + b"\1\2")
    one.give(*pair)
    expect(one.said).to_contain_text("1 images and 2 labels")
    assert one.visit.watch.errors == []


def test_a_browser_that_keeps_nothing_says_so_and_teaches_all_the_same(teach, strokes):
    one = teach(before=lambda context: context.add_init_script(NO_STORE))
    one.visit.draw(strokes["4"])
    one.visit.be("ready")
    one.wrong("9")
    one.open()
    expect(one.panel.locator(".notice")).to_contain_text("keeps nothing")
    expect(one.album).to_have_count(1)

    one.teach()
    one.page.on("dialog", lambda dialog: dialog.accept())
    one.keep("Mine")

    expect(one.outcome).to_contain_text("used now, but not kept")
    assert one.visit.digit() == "9"


def test_a_lesson_is_stopped_and_what_it_learned_until_then_is_shown(teach, strokes):
    one = teach()
    one.visit.network("cnn")
    one.visit.draw(strokes["4"])
    one.visit.be("ready")
    one.wrong("0")
    one.open()
    one.panel.get_by_label("How it is taught").select_option("hard")
    one.panel.get_by_role("button", name="Teach the network").click()
    expect(one.panel).to_have_attribute("data-lesson", "learning", timeout=LESSON_MS)

    one.panel.get_by_role("button", name="Stop").click()

    expect(one.panel).to_have_attribute("data-lesson", "done", timeout=LESSON_MS)
    steps = int(re.search(r"(\d+) steps", one.outcome.inner_text())[1])
    assert steps < 300
    assert len(one.marks("accuracy")) == 2


def test_where_there_is_no_answer_nothing_can_be_wrong(teach, strokes):
    one = teach()
    expect(one.page.locator("#wrong")).to_be_hidden()
    one.open()
    one.panel.locator(".label-pad").get_by_role("button", name="3").click()
    expect(one.said).to_contain_text("The paper is blank")

    one.visit.draw(strokes["3"])

    expect(one.page.locator("#wrong")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(320, 568), (1440, 900)], ids=str)
def test_a_lesson_that_is_over_fits_and_has_no_barriers(teach, strokes, size, scheme):
    one = teach(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        has_touch=size[0] < 500,
    )
    one.visit.network("cnn-small")
    one.visit.draw(strokes["4"])
    one.visit.be("ready")
    one.page.locator("#wrong summary").click()
    one.page.get_by_role("button", name="It was a 9").click()
    expect(one.page.locator("#wrong a")).to_be_visible()
    assert barriers(one.visit) == []
    one.page.locator("#wrong a").click()
    expect(one.panel).to_be_visible(timeout=BOOT_MS)
    expect(one.album).to_have_count(1)

    one.teach()

    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert barriers(one.visit) == []
    assert one.visit.watch.errors == []
