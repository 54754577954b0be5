"""A drawing is there again after a reload, and after leaving and coming back."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.site.conftest import without_python

PAD = "#drawingCanvas"
NO_STORAGE = (
    "Object.defineProperty(window, 'sessionStorage', { get() { throw Error(); } })"
)


@pytest.mark.firefox(only="all")
def test_a_drawing_survives_a_reload_and_a_visit_to_another_page(visit, site, strokes):
    page = visit()
    page.draw(strokes["7"])
    assert page.digit() == "7"
    drawn = page.pixels(PAD)

    page.page.reload()

    assert page.digit() == "7"
    np.testing.assert_array_equal(page.pixels(PAD), drawn)

    page.page.goto(f"{site}examples/form.html")
    page.page.goto(site)

    assert page.digit() == "7"
    np.testing.assert_array_equal(page.pixels(PAD), drawn)


def test_a_cleared_pad_stays_empty_after_a_reload(visit, strokes):
    page = visit()
    page.draw(strokes["7"])
    page.page.reload()
    page.digit()
    page.clear()

    page.page.reload()
    page.be("ready")

    assert (page.pixels(PAD)[..., 0] == 255).all()


def test_the_drawing_of_a_link_comes_before_the_one_that_was_kept(visit, strokes):
    page = visit()
    page.draw(strokes["4"])
    page.more()
    page.page.locator("#share").get_by_role("button", name="Copy link").click()
    page.page.wait_for_function("() => location.hash.startsWith('#d=')")
    link = page.page.url
    page.clear()
    page.draw(strokes["7"])
    assert page.digit() == "7"
    page.page.goto("about:blank")

    page.page.goto(link)

    assert page.digit() == "4"


def test_a_drawing_is_stored_before_the_page_ends(visit, strokes):
    page = visit(before=without_python)
    page.draw(strokes["7"])

    page.page.wait_for_function(
        "() => Object.values(sessionStorage).some((text) => /strokes/.test(text))"
    )


def test_a_drawing_that_finds_no_room_is_not_replaced_by_the_one_before(visit, strokes):
    page = visit()
    page.draw(strokes["7"])
    assert page.digit() == "7"
    page.page.wait_for_function("() => sessionStorage.length > 0")
    page.page.evaluate(
        "void (Storage.prototype.setItem = () => { throw new Error('no room'); })"
    )
    page.draw([[[20, 20], [60, 20]]])
    expect(page.page.locator("#linkNotice")).to_contain_text("does not keep")

    page.page.reload()
    page.be("ready")

    expect(page.page.locator("#hint")).to_be_visible()


def test_without_storage_the_page_works_and_says_what_it_cannot_keep(visit, strokes):
    page = visit(before=lambda page: page.add_init_script(NO_STORAGE))
    page.draw(strokes["7"])

    assert page.digit() == "7"
    notice = page.page.locator("#linkNotice")
    expect(notice).to_contain_text("does not keep the drawing")
    page.page.reload()
    page.be("ready")
    assert page.watch.errors == []
