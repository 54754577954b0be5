"""The built site: nothing missing, nothing stale, never half made."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import threading
from pathlib import Path

import pytest

from tools.build import site as build_site
from tools.build.bundle import Scripts, sources
from tools.build.site import BuildError, build
from tools.faststart.compact import Compact
from tools.runtime.node import EngineError

PAGE = (
    '<link rel="stylesheet" href="style.css" /><script src="./js/main.js?x#y"></script>'
    '<a href="about.html#top">a</a><a href="#x"></a><a href="./"></a><a href></a>'
    '<img src="i/i.svg"><img src="data:image/gif;base64,R0">'
    '<a href="https://example.org/x.js"></a>'
)

PAGE_WORDS = "<p lang={{lang}}>{{title}}</p>{{others}}"
OTHERS = {
    "en": '<a href="de/" hreflang="de" lang="de" title="Deutsch">De</a>',
    "de": '<a href="../" hreflang="en" lang="en" title="English">En</a>',
}
APP = (
    *("style.css", "js/main.js", "js/manifest.js", "js/say/first.js", "i/i.svg"),
    *("js/preprocessing/measured.js", "vendor/chart.js"),
)

EXAMPLE = (
    '<link href="form.css"><script src="../digit-pad.js"></script>'
    '<img src="../i/i.svg#x"><a href="../about.html">a</a><a href="../">a</a>'
)


def words(name, title):
    return (
        f'locale = "{name}"\nname = "{name}"\nsign = "{name[:2]}"\n'
        f'[page]\ntitle = "{title}"\n[app]\n[first]\nGO = "{title}"\n'
    )


def quiet(text):
    pass


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout that builds in a moment: a runtime of two files, an empty wheel."""
    root = tmp_path / "checkout"
    for name, text in {
        "site/index.html": PAGE + PAGE_WORDS,
        "site/about.html": '<link href="style.css">',
        "site/sw.js": 'import "./js/main.js"; cache("./"); cache("./about.html");'
        'const BUILD = { version: "", files: [] };',
        "site/digit-pad.js": 'export { V } from "./js/main.js";',
        "site/examples/form.html": EXAMPLE,
        "site/examples/form.css": "form {}",
        "site/style.css": "body {}",
        "site/js/main.js": "export const V = 1;",
        "site/js/main.d.ts": "export const V: number;",
        "site/.swp": "an editor's",
        "site/words/en.toml": words("English", "Draw & go"),
        "site/words/de.toml": words("Deutsch", "Zeichne <hier>"),
        "site/i/i.svg": "<svg/>",
        "assets/models/a.json": '{"a": 1}',
        "assets/models/cnn.json": '{"c": 1}',
        "nnweb/page/api.py": "",
        "tools/build/site.py": "",
        "tools/build/wheel.py": "",
        "tools/runtime/lock.json": "{}",
        "tools/npm/package-lock.json": "{}",
        "requirements/build.txt": "",
        "requirements/node.txt": "",
        "tools/bench/results/steps.json": '{"result": {"digits": 1, "networks": {}}}',
        "pyproject.toml": "",
        "LICENSE": "",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    names = ["pyodide.mjs.js", "python_stdlib.zip", "np.whl"]
    entries = [{"file": name} for name in names]
    lock = {
        "pyodide": "1",
        "lock": {"packages": {"numpy": {"file_name": "np.whl"}}},
        "files": entries,
        "vendor": [{"file": "chart.js"}],
    }

    def fetch(entries, log):
        paths = {entry["file"]: tmp_path / entry["file"] for entry in entries}
        for name, path in paths.items():
            path.write_text(name)
        return paths

    def build_wheel(out, lock, stdlib_zip):
        wheel = out / "nnweb-7-py3-none-any.whl"
        wheel.write_bytes((root / "nnweb" / "page" / "api.py").read_bytes())
        return wheel

    def compact(plain, numpy, nnweb, log):
        made = tmp_path / "made"
        made.mkdir(exist_ok=True)
        for name, source in {
            "library.zip": "python_stdlib.zip",
            f"quick-{numpy}": numpy,
            f"quick-{nnweb}": nnweb,
            "snapshot.bin": nnweb,
            "first.wasm": numpy,
            "seldom.wasm": numpy,
            "m.wasm": numpy,
        }.items():
            (made / name).write_bytes(b"quick " + (plain / source).read_bytes())
        names = ("library.zip", f"quick-{numpy}", f"quick-{nnweb}", "snapshot.bin")
        paths = [made / name for name in (*names, "first.wasm", "seldom.wasm")]
        (made / "code.bin").write_bytes(b"code")
        late = {"code": made / "code.bin"}
        return Compact(*paths[:4], 7, *paths[4:], [(made / "m.wasm", "/lib/m")], late)

    def companions(folders, log):
        for path in (p for folder in folders for p in folder.glob("*.css")):
            path.with_name(f"{path.name}.br").write_bytes(b"brotli")

    def write_blocks(source, folder):
        folder.mkdir(parents=True)
        (folder / "train-00.bin.gz").write_bytes(b"digits")
        return {"block": 1000}

    monkeypatch.setattr(build_site, "compact", compact)
    monkeypatch.setattr(build_site, "pack", companions)
    scripts = Scripts(sources().files, ["chunk.js"])
    monkeypatch.setattr(build_site, "bundles", lambda: scripts)
    monkeypatch.setattr(build_site, "bundle", lambda app: scripts)
    monkeypatch.setattr(build_site, "write_blocks", write_blocks)
    monkeypatch.setattr(build_site, "MNIST", root / "assets" / "mnist")
    monkeypatch.setattr(build_site, "ROOT", root)
    steps = root / "tools" / "bench" / "results" / "steps.json"
    monkeypatch.setattr(build_site, "STEPS", steps)
    monkeypatch.setattr(build_site, "SITE", root / "site")
    monkeypatch.setattr(build_site, "MODELS", root / "assets" / "models")
    monkeypatch.setattr(build_site, "load_lock", lambda: lock)
    monkeypatch.setattr(build_site, "fetch", fetch)
    monkeypatch.setattr(build_site, "build_wheel", build_wheel)
    return root


@pytest.fixture
def out(checkout):
    return build(checkout / "dist", quiet)


def files(out):
    """What lies in a folder, by path; hashes in the paths left out."""
    return {
        re.sub("-[0-9a-f]{12}/", "/", path.relative_to(out).as_posix()): path
        for path in out.rglob("*")
        if path.is_file()
    }


def folders(out):
    return {
        path.name.split("-")[0]: path.name
        for path in out.iterdir()
        if path.is_dir() and "-" in path.name
    }


def check_links(out):
    """Every relative reference of the pages and of sw.js is there."""
    pages = ("index.html", "de/index.html", "about.html", "examples/form.html")
    for path in (out / name for name in (*pages, "sw.js", "digit-pad.js")):
        text = path.read_text()
        references = re.findall(r'(?:href|src)="([^"]*)"|"\./([^"]*)"', text)
        for reference in ("".join(pair) for pair in references):
            if not re.match(r"[a-z]+:|#|$", reference):
                target = path.parent / re.split("[?#]", reference)[0]
                assert target.exists(), reference


def snapshot(out):
    return {path: path.stat().st_mtime_ns for path in out.rglob("*")}


def test_all_but_pages_and_service_worker_lies_in_folders_named_by_their_hash(out):
    assert set(files(out)) == {
        *("index.html", "about.html", "sw.js", ".nnweb-build.json"),
        *("digit-pad.js", "examples/form.html", "app/examples/form.css"),
        *("models/a.json", "models/cnn.json", "de/index.html", "de/examples/form.css"),
        *(f"{app}/{name}" for app in ("app", "de") for name in APP),
        "mnist/train-00.bin.gz",
        *("runtime/pyodide.mjs.js", "runtime/python_stdlib.zip"),
        *("nnweb/pyodide-lock.json", "nnweb/nnweb-7-py3-none-any.whl"),
        *("nnweb/quick-nnweb-7-py3-none-any.whl", "runtime/quick-np.whl"),
        *("runtime/np.whl", "runtime/m.wasm", "nnweb/snapshot.bin"),
        *("runtime/library.zip", "runtime/code.bin"),
        *("runtime/first.wasm", "runtime/seldom.wasm"),
    }


def test_references_are_led_into_the_folder_of_the_app_and_others_left(out):
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


def test_the_service_worker_knows_each_file_of_a_first_visit_and_its_hash(out):
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
        *("runtime/first.wasm", "runtime/seldom.wasm"),
    }
    for name, integrity in listed.items():
        data = (
            out / name / "index.html" if name[-1] == "/" else out / name
        ).read_bytes()
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        assert integrity == f"sha256-{digest}"


def test_each_language_has_a_page_and_modules_of_its_own(out):
    made, led = files(out), folders(out)
    pages = {"en": out / "index.html", "de": out / "de" / "index.html"}
    text = {code: page.read_text() for code, page in pages.items()}

    assert text["en"].endswith("<p lang=en>Draw &amp; go</p>" + OTHERS["en"])
    assert text["de"].endswith("<p lang=de>Zeichne &lt;hier&gt;</p>" + OTHERS["de"])
    assert f'src="../{led["de"]}/js/main.js?x#y"' in text["de"]
    assert 'href="../about.html#top"' in text["de"]
    assert '<a href="#x"></a><a href="./"></a>' in text["de"]
    assert made["app/js/say/first.js"].read_text().endswith('GO = "Draw & go";\n')
    german = 'const LOCALE = "Deutsch";\nexport const GO = "Zeichne <hier>";\n'
    assert made["de/js/say/first.js"].read_text().endswith(german)
    manifest = made["app/js/manifest.js"].read_text()
    assert f'LANGUAGES = {{"de": "../../{led["de"]}/js/embed/text.js"}};' in manifest


def test_a_language_more_is_a_file_more(checkout):
    (checkout / "site" / "words" / "it.toml").write_text(words("Italiano", "Disegna"))
    out = build(checkout / "dist", quiet)

    assert "<p lang=it>Disegna</p>" in (out / "it" / "index.html").read_text()
    assert 'href="it/"' in (out / "index.html").read_text()
    assert 'href="../it/"' in (out / "de" / "index.html").read_text()

    (checkout / "site" / "words" / "it.toml").unlink()
    build(checkout / "dist", quiet)
    assert not (out / "it").exists() and not list(out.glob("it-*"))


def test_what_starts_quickly_lies_beside_what_is_whole(out):
    made = files(out)

    assert made["runtime/library.zip"].read_text() == "quick python_stdlib.zip"
    assert made["runtime/python_stdlib.zip"].read_text() == "python_stdlib.zip"
    assert made["runtime/pyodide.mjs.js"].read_text() == "pyodide.mjs.js"
    lock = json.loads(made["nnweb/pyodide-lock.json"].read_text())["packages"]
    for name, package in lock.items():
        folder = "runtime" if name == "numpy" else "nnweb"
        data = made[f"{folder}/{package['file_name']}"].read_bytes()
        assert package["sha256"] == hashlib.sha256(data).hexdigest()
    manifest = made["app/js/manifest.js"].read_text()
    runtime = json.loads(re.search("RUNTIME = (.*?);", manifest, re.DOTALL)[1])
    assert runtime["snapshot"]["memory"] == "snapshot.bin"
    assert runtime["snapshot"]["header"] == 7
    assert runtime["snapshot"]["wasm"] == {
        "first": "first.wasm",
        "seldom": "seldom.wasm",
    }
    assert runtime["snapshot"]["late"] == {"code": "code.bin"}
    assert runtime["compiled"] and runtime["library"] == "library.zip"
    assert set(runtime["wheels"]) == {package["file_name"] for package in lock.values()}
    wheels = ["np.whl", "nnweb-7-py3-none-any.whl"]
    assert runtime["rest"] == {"library": "python_stdlib.zip", "wheels": wheels}
    first = {*runtime["core"], "first.wasm", "snapshot.bin", "m.wasm"}
    sizes = {f["file"]: f["size"] for f in runtime["files"] if f["file"] in first}
    assert runtime["firstBytes"] == sum(sizes.values())


def test_companions_are_added_where_they_are_asked_for_and_stay(checkout, out):
    before = folders(out)
    assert not list(out.rglob("*.br"))

    packed = build(out, quiet, packed=True)

    companions = {path.relative_to(packed) for path in packed.rglob("*.br")}
    assert {path.name for path in companions} == {"style.css.br"}
    assert len(companions) == 2 and folders(packed) == before  # one for each language
    again = {path.relative_to(out) for path in build(out, quiet).rglob("*.br")}
    assert again == companions


def test_without_an_engine_the_site_is_plain_and_the_next_build_tries_again(
    checkout, monkeypatch
):
    def compact(*_):
        raise EngineError("no Node")

    said = []
    with monkeypatch.context() as broken:
        broken.setattr(build_site, "compact", compact)
        plain = build(checkout / "dist", said.append)
        manifest = files(plain)["app/js/manifest.js"].read_text()
        assert "nnweb/nnweb-7-py3-none-any.whl" in files(plain)
    assert "the site will start slowly: no Node" in said
    assert '"snapshot": null' in manifest and '"compiled": false' in manifest
    assert '"library": "python_stdlib.zip"' in manifest and '"rest": null' in manifest

    quick = build(checkout / "dist", quiet)

    assert "nnweb/snapshot.bin" in files(quick)
    check_links(quick)


@pytest.mark.parametrize(
    "reference", ["styles.css", "js/", "/style.css", "../x.html", "../style.css"]
)
def test_a_reference_to_what_is_not_there_is_refused_by_name(checkout, out, reference):
    before = snapshot(out)
    (checkout / "site" / "about.html").write_text(f'<a href="{reference}">')

    with pytest.raises(BuildError) as caught:
        build(out, quiet)

    assert str(caught.value) == (
        f"site/about.html: refers to {reference}, which is not in site/"
    )
    assert set(snapshot(out)) == set(before)


def test_a_second_build_of_the_same_sources_touches_nothing(out):
    before, said = snapshot(out), []

    build(out, said.append)

    assert snapshot(out) == before and said == []


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("site/index.html", set()),
        ("site/style.css", {"app", "de"}),
        ("assets/models/a.json", {"app", "de", "models"}),
        ("nnweb/page/api.py", {"app", "de", "nnweb"}),
    ],
)
def test_a_changed_source_changes_what_is_made_of_it_and_no_more(
    checkout, out, source, changed
):
    before, inodes = (
        folders(out),
        {path.name: path.stat().st_ino for path in out.iterdir()},
    )
    with (checkout / source).open("a") as file:
        file.write(" ")

    after = folders(build(out, quiet))

    assert {name for name in after if after[name] != before[name]} == changed
    assert sum(path.is_dir() for path in out.iterdir()) == 6 + 2
    for name in after.keys() - changed:
        assert (out / after[name]).stat().st_ino == inodes[after[name]]
    check_links(out)


@pytest.mark.parametrize("name", ["pyproject.toml", "tools/build/site.py"])
def test_a_changed_tool_is_noticed(checkout, out, name):
    said = []
    (checkout / name).write_text("# changed")

    build(out, said.append)

    assert said[0] == "building dist"


@pytest.mark.parametrize(
    "name", ["index.html", "runtime/pyodide.mjs.js", "app/style.css"]
)
@pytest.mark.parametrize("damage", ["changed", "deleted"])
def test_what_is_damaged_is_mended(out, name, damage):
    path = files(out)[name]
    whole = path.read_bytes()
    if damage == "deleted":
        path.unlink()
    else:
        path.write_bytes(whole[:-1] + b"?")

    build(out, quiet)

    assert path.read_bytes() == whole


@pytest.mark.parametrize("stamp", ["", "[]", "{}", '{"sources": 1, "files": 2}'])
def test_a_damaged_stamp_means_a_new_build(out, stamp):
    (out / ".nnweb-build.json").write_text(stamp)

    build(out, quiet)

    assert "sources" in json.loads((out / ".nnweb-build.json").read_text())
    check_links(out)


def test_a_page_that_is_no_more_goes_and_a_persons_own_files_stay(checkout, out):
    own = {out / "CNAME": "nnweb.example", out / ".git" / "config": "[core]"}
    for path, text in own.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (checkout / "site" / "about.html").unlink()
    (checkout / "site" / "sw.js").unlink()
    shutil.rmtree(checkout / "site" / "examples")
    (checkout / "site" / "index.html").write_text("<p>")

    build(out, quiet)

    assert not (out / "about.html").exists() and not (out / "sw.js").exists()
    assert not (out / "examples").exists()
    assert {path: path.read_text() for path in own} == own


def test_a_folder_of_something_else_is_refused_and_left_alone(checkout, tmp_path):
    thesis = tmp_path / "thesis"
    thesis.mkdir()
    (thesis / "chapter.txt").write_text("ten years of work")

    with pytest.raises(
        BuildError, match=r"not of nnweb's making, and has chapter\.txt"
    ):
        build(thesis, quiet)
    with pytest.raises(BuildError, match="is a file; name a folder"):
        build(thesis / "chapter.txt", quiet)

    assert [path.name for path in thesis.iterdir()] == ["chapter.txt"]


def test_a_folder_ready_for_github_pages_is_taken(checkout, tmp_path):
    pages = tmp_path / "pages"
    (pages / ".git").mkdir(parents=True)
    (pages / "CNAME").touch()

    build(pages, quiet)

    check_links(pages)


def test_cut_off_at_any_moment_it_leaves_a_whole_site(checkout, out, monkeypatch):
    """The power fails after each rename in turn; the next build mends what is left."""
    moves, steps = 0, 0

    def counted(move):
        def moved(self, target):
            nonlocal moves
            if moves == 0:
                raise KeyboardInterrupt
            moves -= 1
            return move(self, target)

        return moved

    monkeypatch.setattr(Path, "rename", counted(Path.rename))
    monkeypatch.setattr(Path, "replace", counted(Path.replace))
    for version in range(100):
        for source in ("site/style.css", "nnweb/page/api.py", "assets/models/a.json"):
            (checkout / source).write_text(f"version {version}")
        moves = version
        try:
            build(out, quiet)
            break
        except KeyboardInterrupt:
            steps += 1
            check_links(out)
            for path in out.glob("app-*/style.css"):
                assert path.read_text()

    assert steps > 8
    assert len(list(out.iterdir())) == 7 + 6  # folders, pages, scripts, stamp


def test_what_a_killed_build_left_is_cleared_away(out):
    for name in (".nnweb-building-x", "app-0123456789ab"):
        (out / name / "site").mkdir(parents=True)
    shutil.rmtree(out / folders(out)["models"])

    build(out, quiet)

    assert len(list(out.iterdir())) == 7 + 6


def test_two_builds_at_once_make_one_site(checkout):
    said = []
    threads = [
        threading.Thread(target=build, args=(checkout / "dist", said.append))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert said.count("building dist") == 1
    check_links(checkout / "dist")


def test_the_command_says_where_the_site_is_or_why_it_is_not(
    checkout, tmp_path, capsys
):
    assert build_site.main(["--out", str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'new'}\n"
    (checkout / "site" / "about.html").write_text('<a href="gone.css">')
    assert build_site.main(["--out", str(tmp_path / "new")]) == 1
    assert "run.py build: error: site/about.html: refers to" in capsys.readouterr().err


# --- the site itself ------------------------------------------------------------------


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    return build(tmp_path_factory.mktemp("site"), quiet)


def test_the_site_has_its_pages_and_its_folders(dist):
    names = {path.name for path in dist.iterdir()}

    assert "index.html" in names
    assert set(folders(dist)) == {"app", "de", "mnist", "models", "nnweb", "runtime"}
    for page in [*dist.glob("*.html"), *dist.glob("de/*.html")]:
        assert "{{" not in page.read_text()
        for reference in re.findall(r'(?:href|src)="([^"]+)"', page.read_text()):
            if not re.match(r"[a-z]+:|#", reference):
                target = page.parent / re.split("[?#]", reference)[0]
                assert target.exists(), reference


def test_no_page_or_module_refers_to_another_host(dist):
    for path in [*dist.glob("*.html"), *dist.glob("app-*/**/*.[jc]s*")]:
        if path.suffix == ".map":
            continue
        text = path.read_text(encoding="utf-8")
        found = re.findall(
            r"""(?:src|import|from|url\()\W{0,3}((?:https?:)?//[^"' )]+)""", text
        )
        assert found == [], path


def test_the_lock_has_the_hashes_of_both_wheels(dist):
    own = next(dist.glob("nnweb-*"))
    packages = json.loads((own / "pyodide-lock.json").read_text())["packages"]

    assert set(packages) == {"numpy", "nnweb"}
    assert packages["nnweb"]["depends"] == ["numpy"]
    for package in packages.values():
        data = next(dist.glob(f"*/{package['file_name']}")).read_bytes()
        assert hashlib.sha256(data).hexdigest() == package["sha256"]


def test_the_manifest_names_every_file_with_its_size_and_hash(dist):
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


def test_the_default_network_comes_first(out):
    text = files(out)["app/js/manifest.js"].read_text()

    assert re.findall('"name": "(.*)"', text) == ["cnn", "a"]
    assert 'VERSION = "7"' in text
