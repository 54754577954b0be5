"""The assembled site: its folders, languages and manifest."""

import hashlib
import json
import re

from tests.tools.build.conftest import APP, OTHERS, files, folders, quiet, words
from tools.build.site import build


def test_only_pages_and_stable_scripts_are_outside_hashed_folders(out):
    assert set(files(out)) == {
        *("index.html", "about.html", "sw.js", "_headers", "404.html"),
        *("digit-pad.js", "examples/form.html", "app/examples/form.css"),
        *("models/a.json", "models/cnn.json", "de/index.html", "de/examples/form.css"),
        *(f"{app}/{name}" for app in ("app", "de") for name in APP),
        "mnist/train-00.bin.gz",
        *("runtime/pyodide.mjs.js", "runtime/python_stdlib.zip"),
        *("nnweb/pyodide-lock.json", "nnweb/nnweb-7-py3-none-any.whl"),
        *("nnweb/quick-nnweb-7-py3-none-any.whl", "runtime/quick-np.whl"),
        *("runtime/np.whl", "runtime/m.wasm", "nnweb/snapshot.bin"),
        *("runtime/library.zip", "runtime/code.bin"),
        *("runtime/first.wasm", "runtime/deferred.wasm"),
    }


def test_each_language_has_its_own_page_and_modules(out):
    made, named = files(out), folders(out)
    pages = {"en": out / "index.html", "de": out / "de" / "index.html"}
    text = {code: page.read_text() for code, page in pages.items()}

    assert text["en"].endswith("<p lang=en>Draw &amp; go</p>" + OTHERS["en"])
    assert text["de"].endswith("<p lang=de>Zeichne &lt;hier&gt;</p>" + OTHERS["de"])
    assert f'src="../{named["de"]}/js/main.js?x#y"' in text["de"]
    assert 'href="../about.html#top"' in text["de"]
    assert '<a href="#x"></a><a href="./"></a>' in text["de"]
    assert made["app/js/say/first.js"].read_text().endswith('GO = "Draw & go";\n')
    german = 'const LOCALE = "Deutsch";\nexport const GO = "Zeichne <hier>";\n'
    assert made["de/js/say/first.js"].read_text().endswith(german)
    manifest = made["app/js/manifest.js"].read_text()
    german = f'"file": "../../{named["de"]}/js/embed/text.js", "integrity": "sha256-'
    assert f'LANGUAGES = {{"de": {{{german}' in manifest


def test_adding_a_language_takes_one_file(checkout):
    (checkout / "site" / "words" / "it.toml").write_text(words("Italiano", "Disegna"))
    out = build(checkout / "dist", quiet)

    assert "<p lang=it>Disegna</p>" in (out / "it" / "index.html").read_text()
    assert 'href="it/"' in (out / "index.html").read_text()
    assert 'href="../it/"' in (out / "de" / "index.html").read_text()

    (checkout / "site" / "words" / "it.toml").unlink()
    build(checkout / "dist", quiet)
    assert not (out / "it").exists() and not list(out.glob("it-*"))


def test_the_quick_start_is_added_to_the_plain_runtime(out):
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
        "deferred": "deferred.wasm",
    }
    assert runtime["snapshot"]["late"] == {"code": "code.bin"}
    assert runtime["compiled"] and runtime["library"] == "library.zip"
    assert set(runtime["wheels"]) == {package["file_name"] for package in lock.values()}
    wheels = ["np.whl", "nnweb-7-py3-none-any.whl"]
    assert runtime["rest"] == {"library": "python_stdlib.zip", "wheels": wheels}
    first = {*runtime["core"], "first.wasm", "snapshot.bin", "m.wasm"}
    sizes = {f["file"]: f["size"] for f in runtime["files"] if f["file"] in first}
    assert runtime["firstBytes"] == sum(sizes.values())


def test_the_default_network_comes_first(out):
    text = files(out)["app/js/manifest.js"].read_text()

    assert re.findall('"name": "(.*)"', text) == ["cnn", "a"]
    assert 'VERSION = "7"' in text
