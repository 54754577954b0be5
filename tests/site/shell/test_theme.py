"""Light and dark: by the system, or by the button in the header."""

import pytest
from playwright.sync_api import expect

from tests.site.accessibility import barriers
from tests.site.conftest import without_python

LIGHT, DARK = "rgb(243, 244, 241)", "rgb(20, 22, 27)"


def ground(page):
    return page.page.evaluate("getComputedStyle(document.body).backgroundColor")


def bar(page):
    """The colour that the browser gives its own bars."""
    return page.page.evaluate(
        """() => [...document.querySelectorAll("meta[name=theme-color]")]
            .find(({ media }) => matchMedia(media).matches).content"""
    )


def button(page):
    return page.page.locator("#theme")


def choose(page, name):
    """Click until the button says so: there are three themes."""
    for _ in range(3):
        if name not in button(page).inner_text():
            button(page).click()
    is_chosen(page, name)


def is_chosen(page, name):
    expect(button(page)).to_have_accessible_name(f"Colours: {name}")


@pytest.mark.parametrize(
    ("scheme", "colour", "of_bar"),
    [("light", LIGHT, "#f3f4f1"), ("dark", DARK, "#14161b")],
)
def test_the_theme_follows_the_system_until_one_is_chosen(
    visit, scheme, colour, of_bar
):
    page = visit(before=without_python, color_scheme=scheme)
    if not page.page.evaluate(
        f"matchMedia('(prefers-color-scheme: {scheme})').matches"
    ):
        pytest.skip("this browser does not let itself be told its colour scheme")

    assert (ground(page), bar(page)) == (colour, of_bar)
    is_chosen(page, "Match the system")


def test_the_chosen_theme_applies_from_the_first_paint_of_the_next_visit(visit):
    page = visit(before=without_python, color_scheme="light")
    choose(page, "Dark")
    assert (ground(page), bar(page)) == (DARK, "#14161b")

    # the module never comes: what is seen is what the head alone has made
    page.page.route("**/js/main.js", lambda route: route.abort())
    page.page.reload(wait_until="domcontentloaded")

    assert ground(page) == DARK and bar(page) == "#14161b"
    is_chosen(page, "Dark")
    choose(page, "Match the system")
    assert (ground(page), bar(page)) == (LIGHT, "#f3f4f1")


@pytest.mark.firefox(only="all")
def test_the_theme_is_changed_by_keyboard(visit):
    page = visit(before=without_python, color_scheme="light")
    button(page).focus()

    page.page.keyboard.press("Enter")
    assert ground(page) == LIGHT
    page.page.keyboard.press("Space")

    is_chosen(page, "Dark")
    assert ground(page) == DARK


def test_the_button_works_without_storage(visit):
    page = visit(
        color_scheme="dark",
        before=lambda page: page.add_init_script(
            """Object.defineProperty(window, "localStorage", {
                get() { throw new DOMException("no", "SecurityError"); } });"""
        ),
    )

    choose(page, "Light")

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
    is_chosen(page, "Match the system")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_a_theme_against_the_systems_is_accessible(visit, theme):
    page = visit(color_scheme="dark" if theme == "Light" else "light")
    choose(page, theme)
    page.be("ready")

    assert barriers(page) == []


def test_the_button_is_large_enough_for_touch(visit, browser_name):
    touch = {"has_touch": True}
    if browser_name == "chromium":  # Firefox emulates no phone
        touch["is_mobile"] = True
    phone = {"width": 360, "height": 740}
    page = visit(before=without_python, viewport=phone, **touch)

    box = button(page).bounding_box()

    least = 44 if browser_name == "chromium" else 24
    assert box["width"] >= least and box["height"] >= least
