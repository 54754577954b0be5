"""Light and dark: by the system, or by the switch in the header."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.site.accessibility import barriers

LIGHT, DARK = "rgb(243, 244, 241)", "rgb(20, 22, 27)"


def ground(page):
    return page.page.evaluate("getComputedStyle(document.body).backgroundColor")


def bar(page):
    """The colour that the browser gives its own bars."""
    return page.page.evaluate(
        """() => [...document.querySelectorAll("meta[name=theme-color]")]
            .find(({ media }) => matchMedia(media).matches).content"""
    )


def switch(page, name):
    return page.page.get_by_role("radio", name=name, exact=True)


@pytest.mark.parametrize(
    ("scheme", "colour", "of_bar"),
    [("light", LIGHT, "#f3f4f1"), ("dark", DARK, "#14161b")],
)
def test_the_theme_follows_the_system_until_one_is_chosen(
    visit, scheme, colour, of_bar
):
    page = visit(color_scheme=scheme)
    if not page.page.evaluate(
        f"matchMedia('(prefers-color-scheme: {scheme})').matches"
    ):
        pytest.skip("this browser does not let itself be told its colour scheme")

    assert (ground(page), bar(page)) == (colour, of_bar)
    expect(switch(page, "Match the system")).to_be_checked()


def test_the_chosen_theme_applies_from_the_first_paint_of_the_next_visit(visit):
    page = visit(color_scheme="light")
    switch(page, "Dark").check()
    assert (ground(page), bar(page)) == (DARK, "#14161b")

    # the module never comes: what is seen is what the head alone has made
    page.page.route("**/js/main.js", lambda route: route.abort())
    page.page.reload(wait_until="domcontentloaded")

    assert ground(page) == DARK and bar(page) == "#14161b"
    expect(switch(page, "Dark")).to_be_checked()
    switch(page, "Match the system").check()
    assert (ground(page), bar(page)) == (LIGHT, "#f3f4f1")


@pytest.mark.firefox(only="all")
def test_the_theme_is_changed_by_keyboard(visit):
    page = visit(color_scheme="light")
    page.page.keyboard.press("Tab")  # the other language
    page.page.keyboard.press("Tab")
    expect(switch(page, "Match the system")).to_be_focused()

    page.page.keyboard.press("ArrowRight")
    assert ground(page) == LIGHT
    page.page.keyboard.press("ArrowRight")

    expect(switch(page, "Dark")).to_be_checked()
    assert ground(page) == DARK


def test_the_switch_works_without_storage(visit):
    page = visit(
        color_scheme="dark",
        before=lambda page: page.add_init_script(
            """Object.defineProperty(window, "localStorage", {
                get() { throw new DOMException("no", "SecurityError"); } });"""
        ),
    )

    switch(page, "Light").check()

    assert ground(page) == LIGHT
    page.be("ready")
    assert page.watch.errors == []


def test_an_unknown_stored_theme_is_ignored(visit):
    page = visit(
        color_scheme="dark",
        before=lambda page: page.add_init_script(
            "localStorage.setItem('nnweb-theme', 'sepia')"
        ),
    )

    assert ground(page) == DARK
    expect(switch(page, "Match the system")).to_be_checked()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_a_theme_against_the_systems_is_accessible(visit, theme):
    page = visit(color_scheme="dark" if theme == "Light" else "light")
    switch(page, theme).check()
    page.be("ready")

    assert barriers(page) == []


def test_the_switch_is_large_enough_for_touch(visit, browser_name):
    touch = {"has_touch": True}
    if browser_name == "chromium":  # Firefox emulates no phone
        touch["is_mobile"] = True
    page = visit(viewport={"width": 360, "height": 740}, **touch)

    boxes = [
        switch(page, name).bounding_box()
        for name in ("Match the system", "Light", "Dark")
    ]

    least = 44 if browser_name == "chromium" else 24
    assert all(box["width"] >= least and box["height"] >= least for box in boxes)
