"""The page can be installed as an app."""

import json
import urllib.request

import pytest
from PIL import Image

from tests.site.conftest import without_python


@pytest.fixture
def installable(playwright, browser_name, browser_type_launch_args, site, tmp_path):
    """A page in a browser with a profile; a private one cannot install pages."""
    if browser_name != "chromium":
        pytest.skip("only Chromium reports whether a page can be installed")
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "profile", **browser_type_launch_args
    )
    page = context.new_page()
    page.goto(site)
    yield page, context.new_cdp_session(page)
    context.close()


def test_chromium_can_install_the_page(installable, site):
    _, session = installable

    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    manifest = session.send("Page.getAppManifest")

    # a page without a service worker is installed all the same, since Chromium 110
    assert [
        e["errorId"] for e in errors if e["errorId"] != "no-matching-service-worker"
    ] == []
    assert manifest["errors"] == []
    assert session.send("Page.getAppId")["appId"] == site


def test_the_app_opens_at_its_page_and_has_all_its_icons(installable, site):
    page, session = installable
    found = session.send("Page.getAppManifest")
    manifest = json.loads(found["data"])

    where = [
        page.evaluate("([a, b]) => new URL(a, b).href", [manifest[name], found["url"]])
        for name in ("start_url", "scope")
    ]
    assert where == [site, site]
    for icon in manifest["icons"]:
        url = page.evaluate(
            "([a, b]) => new URL(a, b).href", [icon["src"], found["url"]]
        )
        with urllib.request.urlopen(url) as response:
            assert response.headers["Content-Type"] == icon["type"]
            if icon["type"] == "image/png":
                size = "x".join(map(str, Image.open(response).size))
                assert size == icon["sizes"]


def test_the_icons_and_the_manifest_of_the_page_exist(visit):
    page = visit(before=without_python).page

    seen = page.evaluate(
        """async () => {
            const found = {};
            for (const link of document.querySelectorAll(
                "link[rel=icon], link[rel=apple-touch-icon], link[rel=manifest]")) {
                const response = await fetch(link.href);
                found[link.rel] = response.headers.get("Content-Type");
            }
            return found;
        }"""
    )

    assert seen == {
        "icon": "image/svg+xml",
        "apple-touch-icon": "image/png",
        "manifest": "application/manifest+json",
    }
