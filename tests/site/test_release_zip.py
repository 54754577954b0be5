"""The unpacked zip of a release works on Python's own server of files."""

import functools
import zipfile
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.site.conftest import ready_page
from tools.dev.serve import serving
from tools.release.site_zip import write_site_zip


class Quiet(SimpleHTTPRequestHandler):
    """Python's server, without a line for each request."""

    def log_message(self, format, *args):
        pass


@pytest.mark.exhaustive
def test_the_unpacked_zip_recognises_a_drawing(dist, tmp_path, browser, strokes):
    zipped = write_site_zip(dist, tmp_path / "site.zip", "7", 1_767_225_600)
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(tmp_path)
    handler = functools.partial(Quiet, directory=tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    url = f"http://127.0.0.1:{server.server_port}/nnweb-site-7/"

    with serving(server), ready_page(browser, url) as visit:
        visit.draw(strokes["7"])
        assert visit.digit() == "7"

    assert visit.watch.errors == [] == visit.watch.foreign
