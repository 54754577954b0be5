"""Checks by axe, and whether a page fits its window, on several screens."""

from collections.abc import Iterator
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT

from tests.site.conftest import Visit

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# without selectors of all the elements that pass, which take longer than the rules
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"]}
RUN = """async ([within, options]) => {
    const { violations } = await axe.run(within ?? document, options);
    return violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]
        .join(": "));
}"""
PHONE, PROJECTOR, DESKTOP = (320, 568), (1280, 720), (1440, 900)


def barriers(page: Visit, within: str | None = None) -> list[str]:
    """Violations that axe finds, in the whole page or within a selector."""
    if not page.page.evaluate("'axe' in globalThis"):
        page.page.evaluate(AXE_SCRIPT)
    found: list[str] = page.page.evaluate(RUN, [within, OPTIONS])
    return found


def screens(page: Visit, *sizes: tuple[int, int]) -> Iterator[str]:
    """Show the page in each size, dark and light in turn; restore it at the end.

    Colours do not depend on the size, so each size is shown in one of the schemes.
    """
    before = page.page.viewport_size
    assert before is not None
    for i, (width, height) in enumerate(sizes or (PHONE, DESKTOP)):
        scheme: Literal["dark", "light"] = "light" if i % 2 else "dark"
        page.page.set_viewport_size({"width": width, "height": height})
        page.page.emulate_media(color_scheme=scheme)
        # the strip of a phone's lab covers what is scrolled under it
        page.page.evaluate("scrollTo(0, 0)")
        yield f"{width} x {height}, {scheme}"
    page.page.emulate_media(color_scheme="light")
    page.page.set_viewport_size(before)


def faults(page: Visit, within: str | None = None) -> list[str]:
    """On a phone and a desktop, dark and light: barriers, and what does not fit."""
    found = []
    for screen in screens(page):
        wrong = barriers(page, within)
        wrong += [] if fits(page) else ["the page is wider than its window"]
        found += [f"{screen}: {one}" for one in wrong]
    return found


def out_of_sight(page: Visit, *results: str) -> list[str]:
    """What has to be scrolled on a projector, of pad, answer and a panel's results."""
    hidden = []
    for _ in screens(page, PROJECTOR):
        for one in ("#drawingCanvas", "#answer", *results):
            box = page.page.locator(one).first.bounding_box()
            if box is None or box["y"] < 0 or box["y"] + box["height"] > PROJECTOR[1]:
                hidden.append(f"{one}: {box}")
    return hidden


def fits(page: Visit) -> bool:
    """Whether nothing has to be scrolled sideways."""
    found: bool = page.page.evaluate(
        "document.documentElement.scrollWidth <= innerWidth"
    )
    return found
