"""What the bench calls the page is what a first visit loads."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import urlsplit

from tools.bench.size import first_files
from tools.build.site import SITE


def test_the_bench_weighs_what_a_browser_asks_for(visit):
    asked = set()
    page = visit(
        before=lambda context: context.on(
            "request", lambda request: asked.add(urlsplit(request.url).path)
        )
    )
    page.be("ready")

    loaded = {
        path.split("/", 5)[5]
        for path in asked
        if "/app-" in path and PurePosixPath(path).suffix in {".js", ".css"}
    }

    loaded -= {"js/manifest.js"}  # made by the build
    loaded -= {
        "js/shell/offline.js",
        "js/text/on-demand.js",
        "js/say/later.js",
    }  # come later
    linked = page.page.locator("link[rel=modulepreload]").evaluate_all(
        "links => links.map((link) => link.getAttribute('href').split('/js/')[1])"
    )
    # the worker asks for itself, and theme.js is no module
    first = {"js/main.js", "js/worker/worker.js", "js/shell/theme.js"}
    scripts = {path for path in loaded if path.endswith(".js")}
    assert {f"js/{name}" for name in linked} - {"js/manifest.js"} == scripts - first

    weighed = {path.relative_to(SITE).as_posix() for path in first_files()}
    assert weighed - {"index.html"} == loaded
