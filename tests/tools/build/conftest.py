"""A small checkout for the tests of the build, and what to look at in its dist."""

import re

import pytest

from tools.build import assemble, site, sources, wheel
from tools.build.bundle import WORKERS, Scripts, module_names
from tools.build.site import build
from tools.faststart import build as faststart
from tools.faststart.build import Manifest

SCRIPTS = Scripts(module_names().files, ["chunk.js"])

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

SCRIPTLETS = ("chunk.js", "embed/text.js", "embed/number/number.js", *WORKERS.values())

APP = (
    *("style.css", "js/main.js", "js/manifest.js", "js/say/first.js", "i/i.svg"),
    *("js/preprocessing/measured.js", "vendor/chart.js"),
    *(f"js/{name}" for name in SCRIPTLETS),
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
    """A checkout that builds in no time: a runtime of two files, an empty wheel."""
    root = tmp_path / "checkout"
    for name, text in {
        "site/index.html": PAGE + PAGE_WORDS,
        "site/about.html": '<link href="style.css">',
        "site/sw.js": 'import "./js/main.js"; cache("./"); cache("./about.html");'
        'const BUILD = { version: "", companions: false, files: [] };',
        "site/digit-pad.js": 'export { V } from "./js/main.js";',
        "site/examples/form.html": EXAMPLE,
        "site/examples/form.css": "form {}",
        "site/style.css": "body {}",
        "site/js/main.js": "export const V = 1;",
        **{f"site/js/{name}": "" for name in SCRIPTLETS},
        "site/js/main.d.ts": "export const V: number;",
        "site/.swp": "an editor's",
        "site/words/en.toml": words("English", "Draw & go"),
        "site/words/de.toml": words("Deutsch", "Zeichne <hier>"),
        "site/i/i.svg": "<svg/>",
        "assets/models/a.json": '{"a": 1}',
        "assets/models/cnn.json": '{"c": 1}',
        "nnweb/page/api.py": "",
        "nnweb_site/hashes.py": "",
        "nnweb_site/networks.py": "",
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
        path = out / "nnweb-7-py3-none-any.whl"
        path.write_bytes((root / "nnweb" / "page" / "api.py").read_bytes())
        return path

    def quick_start(plain, wheels, workload, made, log):
        numpy, nnweb = wheels["numpy"], wheels["nnweb"]
        for name, source in {
            "library.zip": "python_stdlib.zip",
            f"quick-{numpy}": numpy,
            f"quick-{nnweb}": nnweb,
            "snapshot.bin": nnweb,
            "first.wasm": numpy,
            "deferred.wasm": numpy,
            "m.wasm": numpy,
        }.items():
            (made / name).write_bytes(b"quick " + (plain / source).read_bytes())
        (made / "code.bin").write_bytes(b"code")
        return Manifest(
            made / "library.zip",
            {name: made / f"quick-{wheel}" for name, wheel in wheels.items()},
            made / "snapshot.bin",
            7,
            made / "first.wasm",
            made / "deferred.wasm",
            [(made / "m.wasm", "/lib/m")],
            {"code": made / "code.bin"},
        )

    def compress(folders, log):
        for path in (p for folder in folders for p in folder.glob("*.css")):
            path.with_name(f"{path.name}.br").write_bytes(b"brotli")

    def write_blocks(source, folder):
        folder.mkdir(parents=True)
        (folder / "train-00.bin.gz").write_bytes(b"digits")
        return {"block": 1000}

    for module, name, value in (
        (sources, "ROOT", root),
        (sources, "SITE", root / "site"),
        (sources, "MODELS", root / "assets" / "models"),
        (sources, "MNIST", root / "assets" / "mnist"),
        (sources, "STEPS", root / "tools" / "bench" / "results" / "steps.json"),
        (assemble, "load_lock", lambda: lock),
        (assemble, "fetch", fetch),
        (faststart, "build", quick_start),
        (assemble, "write_blocks", write_blocks),
        (assemble, "bundle", lambda app: SCRIPTS),
        (wheel, "build_wheel", build_wheel),
        (site, "compress", compress),
    ):
        monkeypatch.setattr(module, name, value)
    return root


@pytest.fixture(scope="session")
def dist():
    """The site as it is really built, which the browser tests use, too."""
    return build(sources.ROOT / ".build" / "tests" / "dist", quiet)


@pytest.fixture
def out(checkout):
    return build(checkout / "dist", quiet)


def files(out):
    """Return the files of a folder by path, without the hashes in the paths."""
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
    """Every relative reference of the pages and scripts exists."""
    pages = [*out.glob("*.html"), *out.glob("*/*.html")]
    assert len(pages) >= 2
    for path in [*pages, out / "sw.js", out / "digit-pad.js"]:
        text = path.read_text(encoding="utf-8")
        assert path.suffix == ".js" or "{{" not in text
        references = re.findall(r'(?:href|src)="([^"]*)"|"\./([^"]*)"', text)
        for reference in ("".join(pair) for pair in references):
            if not re.match(r"[a-z]+:|#|$", reference):
                target = path.parent / re.split("[?#]", reference)[0]
                assert target.exists(), reference


def times(out):
    return {path: path.stat().st_mtime_ns for path in out.rglob("*")}
