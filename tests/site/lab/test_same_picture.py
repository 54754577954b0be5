"""Every panel sees the picture that the pad recognizes, with its light evened."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

PANEL_MS = 120_000  # a second and a third Python start


@pytest.fixture
def blackboard() -> bytes:
    """A photo of a white 1 on a dark board, lit from the left."""
    grey = np.full((200, 150), 60, np.float32)
    grey[50:150, 70:82] = 230
    grey *= np.linspace(1, 0.7, 150, dtype=np.float32)
    file = io.BytesIO()
    Image.fromarray(grey.astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def test_every_panel_sees_the_1_on_a_blackboard_and_not_the_board(visit, blackboard):
    pad = visit()
    page = pad.page
    pad.be("ready")
    page.locator("#pictures input").set_input_files(
        {"name": "board.png", "mimeType": "image/png", "buffer": blackboard}
    )
    expect(page.locator("#answer .digit")).to_have_text("1")
    pad.be("ready")
    pad.learn()

    page.get_by_role("tab", name="Inspect").click()
    expect(page.locator("#lab-inside .why select")).to_have_value("1", timeout=PANEL_MS)

    page.get_by_role("tab", name="Teach").click()
    page.locator("#lab-teach .label-pad button[value='1']").click()
    expect(page.locator("#lab-teach .album li")).to_have_count(1)
    page.locator("#lab-teach [data-do=teach]").click()
    marks = page.locator("#lab-teach [data-mark=right] td")
    expect(marks.first).to_have_text("1 of 1", timeout=PANEL_MS)

    page.get_by_role("tab", name="Tour").click()
    page.locator("#lab-tour .body").wait_for(timeout=PANEL_MS)
    for _ in range(3):  # to the probabilities
        page.locator("#lab-tour [data-do=next]").click()
    expect(page.locator("#lab-tour .winner .label")).to_have_text("1")

    page.get_by_role("tab", name="Python").click()
    page.locator("#lab-python .code .line").first.wait_for(timeout=PANEL_MS)
    page.locator("#lab-python .console textarea").fill(
        "nnweb.recognize(image[None], network)[0].argmax()"
    )
    page.locator("#lab-python .console .main").click()
    expect(page.locator("#lab-python .log .echo").last).to_contain_text("1")
    assert pad.watch.errors == []
