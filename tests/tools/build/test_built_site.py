"""The site as it is really built."""

import hashlib
import json
import re
import zipfile

import pytest

from nnweb_site.hashes import integrity
from tests.tools.build.conftest import check_links, folders


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
    scripts = re.findall(r'<script type="([^"]*)"', head)
    assert scripts == ["importmap", "module"]
    assert len(scripts) == len(re.findall("<script ", head))


@pytest.mark.parametrize("page", ["index.html", "de/index.html"])
def test_the_pages_policy_allows_what_lies_in_it_by_hash(dist, page):
    text = (dist / page).read_text()
    for element, known in (("style", "#drawingCanvas"), ("script", "nnweb-theme")):
        inside = re.findall(f"<{element}>(.*?)</{element}>", text, re.DOTALL)
        if element == "script":  # the maps of all pages: a host may send one policy
            pages = [dist / "index.html", dist / "de" / "index.html"]
            inside += [_import_map(each) for each in pages]
        allowed = re.search(f"{element}-src 'self'(( 'sha256-[^']*')*)", text)[1]
        sources = [f"'{integrity(part.encode())}'" for part in inside]

        assert known in "".join(inside)
        assert sorted(allowed.split()) == sorted(sources)


def _import_map(page):
    """Return the text of a page's import map."""
    return re.search('<script type="importmap">(.*?)</script>', page.read_text())[1]


def _integrity(path):
    return integrity(path.read_bytes())


@pytest.mark.parametrize("page", ["index.html", "de/index.html"])
def test_the_page_has_the_hash_of_each_module_that_it_may_import(dist, page):
    hashes = json.loads(_import_map(dist / page))["integrity"]
    reached = {(dist / page).parent / path: found for path, found in hashes.items()}
    elements = re.findall(
        r'(?:href|src)="(\S+\.js)" integrity="(\S+)"', (dist / page).read_text()
    )

    js = next(dist.glob("app-*" if page == "index.html" else "de-*")) / "js"
    others = {"digit-pad", "digit-pad-text", "digit-pad-number", "python-client"}
    modules = [path for path in js.glob("*.js") if path.stem not in others]
    modules = [path for path in modules if not path.stem.endswith("-worker")]
    assert {path.resolve() for path in reached} == {path.resolve() for path in modules}
    assert all(found == _integrity(path) for path, found in reached.items())
    assert {path.split("/")[-1] for path, _ in elements} == {"main.js", "manifest.js"}
    for path, found in elements:
        assert found == _integrity((dist / page).parent / path)


def test_digit_pad_has_the_hash_of_each_module_that_it_imports(dist):
    text = (dist / "digit-pad.js").read_text()
    hashes = json.loads(re.search("INTEGRITY = (.*);", text)[1])
    entry = re.search(r'import\("\./(.*)"\)', text)[1]
    imported = re.findall(r'(?:from|import)"\./([^"]+)"', (dist / entry).read_text())

    folder = entry.rpartition("/")[0]
    assert {path.removeprefix("./") for path in hashes} == {
        *(f"{folder}/{name}" for name in imported),
        entry,
    }
    assert all(found == _integrity(dist / path) for path, found in hashes.items())


def test_the_manifest_has_the_hash_of_each_workers_script(dist):
    js = next(dist.glob("app-*")) / "js"
    text = (js / "manifest.js").read_text()
    workers = json.loads(re.search("WORKERS = (.*);", text)[1])

    assert {each["file"] for each in workers.values()} == {
        path.name for path in js.glob("*-worker.js")
    }
    for each in workers.values():
        assert each["integrity"] == _integrity(js / each["file"])


def test_nothing_is_served_but_the_site(dist):
    assert not [*dist.glob(".*")]


def test_the_manifest_lists_every_file_with_its_size_and_hash(dist):
    app = next(dist.glob("app-*"))
    text = (app / "js" / "manifest.js").read_text()
    constants = re.findall(r"export const ([A-Z_]+) = (.*?);\n", text, re.DOTALL)
    found = {name: json.loads(value) for name, value in constants}
    files = found["RUNTIME"]["files"]
    listed = [(app / "js" / f["base"] / f["file"], f) for f in files]
    models = [(app / "js" / model["url"], model) for model in found["MODELS"]]

    there = {*dist.glob("runtime-*/*"), *dist.glob("nnweb-*/*")}
    assert {path.resolve() for path, _ in listed} == there
    assert {path.resolve() for path, _ in models} == set(dist.glob("models-*/*.json"))
    for path, entry in listed + models:
        assert entry["size"] == path.stat().st_size
        assert entry["integrity"].split()[0] == _integrity(path)
