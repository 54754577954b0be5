"""After one visit no network is needed, nor used; a new version waits for yes."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, expect

from tests.site.accessibility import barriers
from tests.site.boot.test_startup import unable_to_inflate
from tests.site.conftest import BOOT_MS, PREFIX, Visit, opened_page, until
from tools.dev.serve import Handler, make_server, serving
from tools.faststart.build import integrity

FORBIDDEN = """
if (globalThis.ServiceWorkerContainer !== undefined) {
    ServiceWorkerContainer.prototype.register = () => Promise.reject(new Error("no"));
}
"""
INSTALLED = "This page now works offline."
# Changes one byte of each file in the caches.
DAMAGE = """async () => {
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            const response = await cache.match(request);
            const bytes = new Uint8Array(await response.arrayBuffer());
            bytes[bytes.length >> 1] ^= 1;
            await cache.put(request, new Response(bytes, response));
        }
    }
}"""


@dataclass
class Host:
    """A copy of the site on a server that counts, and that can be switched off."""

    dist: Path
    url: str = ""
    asked: list[str] = field(default_factory=list)
    cut: bool = False  # whether the network is down
    asked_first: list[str] = field(default_factory=list)  # by the first visit


@pytest.fixture(scope="module")
def browser(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[Browser]:
    """One of its own: where a test has routed requests once, Playwright's Firefox asks
    the network for a page that a service worker has."""
    browser = browser_type.launch(**browser_type_launch_args)
    yield browser
    browser.close()


@contextmanager
def serving_copy(dist: Path, copy: Path) -> Iterator[Host]:
    shutil.copytree(dist, copy)
    host = Host(copy)

    class Counting(Handler):
        def send_head(self) -> Any:
            if host.cut:
                raise ConnectionError
            host.asked.append(self.path.removeprefix(PREFIX))
            return super().send_head()

    with serving(make_server(copy, prefix=PREFIX, kind=Counting)) as server:
        host.url = server.url
        yield host


@pytest.fixture
def host_anew(dist: Path, tmp_path: Path) -> Iterator[Host]:
    """A host of its own, for a test that changes files."""
    with serving_copy(dist, tmp_path / "dist") as host:
        yield host


@pytest.fixture(scope="module")
def shared(
    browser: Browser, dist: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Host, Visit]]:
    """A host, and a first visit to it that is over."""
    folder = tmp_path_factory.mktemp("host") / "dist"
    with (
        serving_copy(dist, folder) as host,
        opened_page(browser, host.url, offline=True) as page,
    ):
        wait_for_installation(page)
        host.asked_first = host.asked[:]
        yield host, page


@pytest.fixture
def host(shared: tuple[Host, Visit]) -> Host:
    host, _ = shared
    host.cut = False
    host.asked.clear()
    return host


@pytest.fixture
def installed(shared: tuple[Host, Visit]) -> Visit:
    return shared[1]


def wait_for_installation(page: Visit) -> None:
    """Until the service worker has everything in its cache."""
    page.be("ready")
    kept = page.page.locator("#offline")
    expect(kept).to_have_text(re.compile(INSTALLED), timeout=BOOT_MS)
    page.page.evaluate("navigator.serviceWorker.ready.then(() => null)")


def new_version(host: Host, version: str) -> None:
    """As a release does it: the page and the app's folder are others."""
    old = next(host.dist.glob("app-*"))
    new = old.with_name(f"app-{version.encode().hex():0<12}")
    old.rename(new)
    for name in ("index.html", "sw.js"):
        path = host.dist / name
        path.write_text(path.read_text().replace(old.name, new.name))
    page = host.dist / "index.html"
    text = page.read_text().replace("<h1>", f"<h1>{version} ")
    known = re.search('<script type="importmap">(.*?)</script>', text)[1].encode()
    before = known.replace(new.name.encode(), old.name.encode())
    page.write_text(text.replace(integrity(before), integrity(known)))
    script = host.dist / "sw.js"
    found = integrity(page.read_bytes())
    text = re.sub(r'("\./",\s*")[^"]*', rf"\g<1>{found}", script.read_text())
    script.write_text(re.sub(r'("version": ")[^"]*', rf"\g<1>{version}", text))


def caches(page: Visit) -> list[str]:
    names: list[str] = page.page.evaluate("caches.keys()")
    return sorted(names)


def cached(page: Visit) -> list[str]:
    """The URLs of all files in the caches."""
    urls: list[str] = page.page.evaluate(
        """async () => {
            const opened = (await caches.keys()).map((name) => caches.open(name));
            const keys = (await Promise.all(opened)).map((cache) => cache.keys());
            return (await Promise.all(keys)).flat().map(({ url }) => url);
        }"""
    )
    return urls


def test_caching_begins_after_the_first_start(installed, host):
    asked = host.asked_first

    before = asked[: asked.index("sw.js")]
    assert any("snapshot.bin" in path for path in before)
    assert any("models-" in path for path in before)


def test_files_fetched_later_are_cached(installed, host):
    app = next(host.dist.glob("app-*")).name
    code = f"""async () => {{
        const {{ createPythonClient }} = await import(`./{app}/js/python-client.js`);
        const engine = createPythonClient({{}});
        await engine.complete();
        engine.dispose();
    }}"""
    installed.page.reload()  # now the service worker is in charge
    installed.be("ready")
    installed.page.evaluate(code)
    assert any("python_stdlib.zip" in path for path in host.asked)

    host.cut = True
    installed.page.reload()
    installed.be("ready")
    installed.page.evaluate(code)


def test_a_browser_that_starts_from_wheels_caches_them(visit, host_anew):
    page = visit(at=host_anew.url, offline=True, before=unable_to_inflate)
    wait_for_installation(page)

    of_page = [path.partition("?")[0] for path in host_anew.asked if "-" in path]
    wanted = {f"{host_anew.url}{path}" for path in of_page}
    assert page.body.get_attribute("data-tier") == "A"
    assert wanted <= set(cached(page)), "all that the first visit has requested"


@pytest.mark.firefox
def test_everything_works_offline_after_a_reload(installed, host, strokes):
    host.cut = True
    installed.page.reload()
    installed.draw(strokes["7"])

    assert installed.digit() == "7"
    assert installed.body.get_attribute("data-tier") == "B"
    installed.more()
    names = installed.page.locator("#network option").all_inner_texts()
    for name in names[:4]:
        installed.network(name)
        assert installed.digit() == "7"
    installed.learn()
    installed.page.get_by_role("tab", name="Networks").click()
    expect(installed.page.locator("#lab-networks")).to_be_visible()


def test_a_second_visit_only_requests_the_service_worker(installed, host, strokes):
    installed.page.goto(f"{host.url}?again")
    installed.draw(strokes["7"])

    assert installed.digit() == "7"
    assert set(host.asked) <= {"sw.js"}


def test_a_file_missing_from_the_cache_is_fetched(installed, host, strokes):
    installed.page.evaluate(
        """async () => {
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const request of await cache.keys()) {
                    if (/wasm|models-/.test(request.url)) await cache.delete(request);
                }
            }
        }"""
    )
    installed.page.reload()
    installed.draw(strokes["7"])

    assert installed.digit() == "7"


def test_files_damaged_in_the_cache_are_fetched_and_replaced(installed, host, strokes):
    installed.page.evaluate(DAMAGE)
    installed.page.reload()
    installed.draw(strokes["7"])

    assert installed.digit() == "7"
    assert installed.body.get_attribute("data-tier") == "B"
    assert installed.watch.errors == []

    host.cut = True
    installed.page.reload()

    until(installed.page, lambda: installed.digit() == "7", BOOT_MS)


def test_nothing_is_cached_if_a_file_is_missing_and_the_page_works(
    visit, host_anew, strokes
):
    model = sorted(host_anew.dist.glob("models-*/*.json"))[-1]
    model.unlink()
    page = visit(at=host_anew.url, offline=True)
    page.draw(strokes["7"])

    assert page.digit() == "7"
    wanted = f"{model.parent.name}/{model.name}"
    # the service worker asks for it once the page is ready
    until(page.page, lambda: wanted in host_anew.asked, BOOT_MS)
    registered = "async () => await navigator.serviceWorker.getRegistration() != null"
    until(page.page, lambda: not page.page.evaluate(registered), BOOT_MS)
    until(page.page, lambda: caches(page) == [], BOOT_MS)
    expect(page.page.locator("#offline")).to_be_hidden()


def test_the_page_works_where_service_workers_are_forbidden(visit, strokes):
    page = visit(
        offline=True,
        before=lambda page: page.add_init_script(FORBIDDEN),
    )
    page.draw(strokes["7"])

    assert page.digit() == "7"
    expect(page.page.locator("#offline")).to_be_hidden()
    assert page.watch.errors == []


# The last two change the host that the tests share.


def test_a_new_version_waits_for_consent_and_leaves_other_caches_alone(
    installed, host, strokes
):
    others = ["other", "nnweb", "nnweb-/elsewhere/-1", "nnweb-/some/deep/path/sub/-1"]
    page = installed.page
    page.evaluate("names => Promise.all(names.map((n) => caches.open(n)))", others)
    installed.watch.errors.clear()
    new_version(host, "New")
    page.reload()
    installed.be("ready")
    note = page.locator("#offline")
    expect(note).to_contain_text("A new version of this page is available.")
    expect(page.locator("h1")).not_to_contain_text("New")
    installed.draw(strokes["7"])
    assert installed.digit() == "7"  # from the cache: the host has no such files now
    assert barriers(installed) == []

    note.get_by_role("button", name="Reload").click()

    expect(page.locator("h1")).to_contain_text("New")
    installed.be("ready")
    until(page, lambda: len(caches(installed)) == len(others) + 1, BOOT_MS)
    (own,) = set(caches(installed)) - set(others)
    assert own.endswith("-New") and set(others) < set(caches(installed))
    expect(note).to_be_hidden()
    assert installed.watch.errors == []


def test_an_open_tab_keeps_its_release_after_another_tab_said_yes(installed, host):
    old, before = installed, caches(installed)
    new = old.page.context.new_page()
    new_version(host, "Newer")
    new.goto(host.url)
    new.locator("#offline").get_by_role("button", name="Reload").click()
    expect(new.locator("h1")).to_contain_text("Newer")
    expect(new.locator("body[data-state=ready]")).to_be_attached(timeout=BOOT_MS)
    host.cut = True

    # parts that the old tab has not asked for until now
    old.learn()
    old.page.get_by_role("tab", name="Networks").click()

    expect(old.page.locator("#lab-networks")).to_be_visible()
    assert len(caches(old)) == len(before) + 1

    old.page.close()
    new.reload()

    left = "caches.keys()"
    until(new, lambda: len(new.evaluate(left)) == len(before), BOOT_MS)
    assert set(new.evaluate(left)) != set(before)
