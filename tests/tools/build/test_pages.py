"""The files that keep their names: references, and the service worker's list."""

import json
import re

import pytest

from nnweb_site.hashes import integrity
from tests.tools.build.conftest import (
    APP,
    EXAMPLE,
    PAGE,
    check_links,
    folders,
    quiet,
    times,
)
from tools.build.site import build
from tools.build.sources import BuildError


def test_references_to_site_are_rewritten_and_others_kept(out):
    app = folders(out)["app"]

    led = PAGE.replace('"style.css"', f'"{app}/style.css"')
    led = led.replace('"./js/main.js?', f'"{app}/js/main.js?')
    led = led.replace('"i/i', f'"{app}/i/i')
    assert (out / "index.html").read_text().startswith(led)
    assert f'import "./{app}/js/main.js"' in (out / "sw.js").read_text()
    assert 'cache("./"); cache("./about.html")' in (out / "sw.js").read_text()
    assert f'from "./{app}/js/main.js"' in (out / "digit-pad.js").read_text()
    led = EXAMPLE.replace("form.css", f"../{app}/examples/form.css")
    led = led.replace("../i/", f"../{app}/i/")
    assert (out / "examples" / "form.html").read_text() == led
    check_links(out)


def test_the_service_worker_lists_the_files_of_a_first_visit_with_hashes(out):
    build = json.loads(
        re.search("BUILD = (.*?);", (out / "sw.js").read_text(), re.S)[1]
    )
    listed = dict(build["files"])

    assert re.fullmatch("[0-9a-f]{12}", build["version"])
    names = {re.sub("-[0-9a-f]{12}/", "/", name) for name in listed}
    assert names == {
        *("./", "de/", "about.html", "app/examples/form.css", "de/examples/form.css"),
        *(f"{app}/{name}" for app in ("app", "de") for name in APP),
        *("models/a.json", "models/cnn.json", "runtime/pyodide.mjs.js"),
        *("runtime/m.wasm", "nnweb/snapshot.bin", "runtime/code.bin"),
        *("runtime/first.wasm", "runtime/deferred.wasm"),
        "nnweb/nnweb-7-py3-none-any.whl",  # to read numbers offline
    }
    for name, listed_hash in listed.items():
        data = (
            out / name / "index.html" if name[-1] == "/" else out / name
        ).read_bytes()
        assert listed_hash == integrity(data)


@pytest.mark.parametrize(
    "reference", ["styles.css", "js/", "/style.css", "../x.html", "../style.css"]
)
def test_a_reference_to_a_missing_file_is_refused(checkout, out, reference):
    before = times(out)
    (checkout / "site" / "about.html").write_text(f'<a href="{reference}">')

    with pytest.raises(BuildError) as caught:
        build(out, quiet)

    assert str(caught.value) == (
        f"site/about.html: refers to {reference}, which is not in site/"
    )
    assert set(times(out)) == set(before)
