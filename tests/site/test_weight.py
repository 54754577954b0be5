"""The size benchmark weighs exactly what a first visit loads."""

import re
from urllib.parse import urlsplit

from tools.bench.size import LIMIT_BYTES, first_files, packed_bytes

#: asked for once the visit has its answer
LATER = re.compile(r"/js/(offline|saved-networks)-[^/]*\.js$")


def test_the_bench_weighs_what_a_browser_asks_for(visit, dist):
    asked = set()

    def before(page):
        page.route(LATER, lambda route: route.abort())
        page.on("request", lambda request: asked.add(urlsplit(request.url).path))

    visit(before=before).be("ready")

    loaded = {
        path.split("/", 4)[4]
        for path in asked
        if "/app-" in path and path.endswith((".js", ".css"))
        if not LATER.search(path)
    }
    weighed = {path.relative_to(dist).as_posix() for path in first_files(dist)}
    assert weighed - {"index.html"} == loaded


def test_the_page_weighs_no_more_than_it_may(dist):
    assert 0 < packed_bytes(first_files(dist)) <= LIMIT_BYTES
