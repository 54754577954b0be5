"""Networks that are kept on this device: by name, over a reload, and used."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit


def open_networks(page: Visit) -> Page:
    page.be("ready")
    page.page.locator("#lab summary").click()
    page.page.get_by_role("tab", name="Networks").click()
    expect(page.page.locator("#lab-networks form")).to_be_visible()
    return page.page


def keep(page: Page, name: str) -> None:
    page.get_by_label("Keep the network in use as").fill(name)
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("#lab-networks .said")).to_have_text(f"{name} is kept.")


def asked(page: Page, button: str, *, yes: bool) -> None:
    """Click, and answer what the page asks."""
    with page.expect_event("dialog") as dialog:
        page.once("dialog", lambda d: d.accept() if yes else d.dismiss())
        page.get_by_role("button", name=button).click()
    assert "Mine" in dialog.value.message


def test_a_kept_network_outlives_a_reload_and_answers_as_before(visit, strokes):
    first = visit()
    page = open_networks(first)
    first.network("mlp")
    first.draw(strokes["4"])
    first.be("ready")
    before = first.probabilities()
    keep(page, "My MLP")

    page.reload()
    open_networks(first)
    page.get_by_role("button", name="Use My MLP").click()
    expect(page.locator("#network .facts")).to_contain_text("784-500-300-100-10")
    first.draw(strokes["4"])
    first.be("ready")

    assert abs(first.probabilities() - before).max() < 1e-6
    chosen = page.get_by_label("Network", exact=True)
    expect(chosen.locator("option:checked")).to_have_text("My MLP (kept)")


def test_a_name_that_is_taken_is_asked_about_and_a_deletion_too(visit):
    first = visit()
    page = open_networks(first)
    keep(page, "Mine")
    first.network("mlp")
    kept = page.locator("#lab-networks .kept li")

    asked(page, "Keep", yes=False)
    expect(kept).to_contain_text("conv")
    asked(page, "Keep", yes=True)
    expect(kept).to_contain_text("784-500-300-100-10")

    asked(page, "Delete Mine", yes=False)
    expect(kept).to_have_count(1)
    asked(page, "Delete Mine", yes=True)
    expect(kept).to_have_count(0)
    assert first.watch.errors == []


def test_a_browser_that_keeps_nothing_says_so(visit):
    first = visit(
        before=lambda context: context.add_init_script(
            "Object.defineProperty(window, 'indexedDB', { value: undefined });"
        )
    )
    page = open_networks(first)

    page.get_by_label("Keep the network in use as").fill("Mine")
    page.get_by_role("button", name="Keep").click()

    expect(page.locator("#lab-networks .said")).to_contain_text("keeps nothing")
