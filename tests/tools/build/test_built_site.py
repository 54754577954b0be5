"""The site as it is really built."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zipfile

import pytest

from tests.tools.build.conftest import check_links, folders, quiet
from tools.build import sources
from tools.build.site import build


@pytest.fixture(scope="module")
def dist():
    """The site that the browser tests use, too."""
    return build(sources.ROOT / ".build" / "tests" / "dist", quiet)


def test_the_site_has_its_pages_and_folders(dist):
    assert set(folders(dist)) == {"app", "de", "mnist", "models", "nnweb", "runtime"}
    check_links(dist)


def test_no_page_or_module_refers_to_another_host(dist):
    for path in [*dist.glob("*.html"), *dist.glob("app-*/**/*.[jc]s*")]:
        if path.suffix == ".map":
            continue
        text = path.read_text(encoding="utf-8")
        found = re.findall(
            r"""(?:src|import|from|url\()\W{0,3}((?:https?:)?//[^"' )]+)""", text
        )
        assert found == [], path


@pytest.mark.parametrize("entry", ["main", "digit-pad", "python-client"])
def test_a_page_loads_each_module_once_and_its_start_in_one_file(dist, entry):
    js = next(dist.glob("app-*")) / "js"
    scripts = [f"{entry}.js"]
    sources: list[str] = []
    for name in scripts:
        code = (js / name).read_text()
        found = re.findall(r"""import\(?["'`]\./([^"'`]+)|from["']\./([^"']+)""", code)
        names = [one or other for one, other in found]
        scripts += [name for name in dict.fromkeys(names) if name not in scripts]
        if name != "manifest.js":
            sources += json.loads((js / f"{name}.map").read_text())["sources"]

    assert sorted(sources) == sorted(set(sources))
    assert any(source.endswith("/boot/download.js") for source in sources)
    at_once = re.findall(r"""from["']\./([^"']+)""", (js / f"{entry}.js").read_text())
    assert set(at_once) == {"manifest.js"}


def test_the_pyodide_lock_has_the_hashes_of_both_wheels(dist):
    own = next(dist.glob("nnweb-*"))
    packages = json.loads((own / "pyodide-lock.json").read_text())["packages"]

    assert set(packages) == {"numpy", "nnweb"}
    assert packages["nnweb"]["depends"] == ["numpy"]
    for package in packages.values():
        data = next(dist.glob(f"*/{package['file_name']}")).read_bytes()
        assert hashlib.sha256(data).hexdigest() == package["sha256"]


def test_every_wheel_carries_its_licence(dist):
    wheels = [*dist.glob("*/*.whl")]
    assert len(wheels) == 4
    for path in wheels:
        with zipfile.ZipFile(path) as archive:
            assert re.search(r"\.dist-info/\S*LICEN[CS]E", " ".join(archive.namelist()))


@pytest.mark.parametrize("page", ["index.html", "de/index.html"])
def test_the_page_waits_for_no_style_sheet_and_no_script(dist, page):
    head = (dist / page).read_text().split("</head>")[0]

    assert not re.findall(r'<link[^>]*"stylesheet"', head)
    assert re.findall(r"<script [^>]*>", head) == re.findall(
        r'<script type="module" [^>]*>', head
    )


@pytest.mark.parametrize("page", ["index.html", "de/index.html"])
def test_the_pages_policy_allows_what_lies_in_it_by_hash(dist, page):
    text = (dist / page).read_text()
    for element, known in (("style", "#drawingCanvas"), ("script", "nnweb-theme")):
        inside = re.findall(f"<{element}>(.*?)</{element}>", text, re.DOTALL)
        allowed = re.search(f"{element}-src 'self'(( 'sha256-[^']*')*)", text)[1]
        digests = [hashlib.sha256(part.encode()).digest() for part in inside]
        sources = [f"'sha256-{base64.b64encode(one).decode()}'" for one in digests]

        assert known in "".join(inside)
        assert sorted(allowed.split()) == sorted(sources)


def test_nothing_is_served_but_the_site(dist):
    assert not [*dist.glob(".*")]


def test_the_manifest_lists_every_file_with_its_size_and_hash(dist):
    app = next(dist.glob("app-*"))
    text = (app / "js" / "manifest.js").read_text()
    found = {
        name: json.loads(value)
        for name, value in re.findall(r"export const (\w+) = (.*?);\n", text, re.DOTALL)
    }
    files = found["RUNTIME"]["files"]
    listed = [(app / "js" / f["base"] / f["file"], f) for f in files]
    models = [(app / "js" / model["url"], model) for model in found["MODELS"]]

    there = {*dist.glob("runtime-*/*"), *dist.glob("nnweb-*/*")}
    assert {path.resolve() for path, _ in listed} == there
    assert {path.resolve() for path, _ in models} == set(dist.glob("models-*/*.json"))
    for path, entry in listed + models:
        data = path.read_bytes()
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        assert entry["size"] == len(data)
        assert entry["integrity"].split()[0] == f"sha256-{digest}"
