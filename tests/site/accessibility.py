"""Checks by axe, and whether a page fits its window, on several screens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from axe_playwright_python.sync_playwright import Axe

from tests.site.conftest import Visit

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE, DESKTOP = (320, 568), (1440, 900)


def barriers(page: Visit, within: str | None = None) -> list[str]:
    """Violations that axe finds, in the whole page or within a selector."""
    results = Axe().run(page.page, context=within, options={"runOnly": RULES})
    return [
        f"{violation['id']}: {[node['html'] for node in violation['nodes']]}"
        for violation in results.response["violations"]
    ]


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


def fits(page: Visit) -> bool:
    """Whether nothing has to be scrolled sideways."""
    found: bool = page.page.evaluate(
        "document.documentElement.scrollWidth <= innerWidth"
    )
    return found
