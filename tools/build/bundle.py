"""Bundle the page's modules: one file for the page's start, and one for each worker.

A module of site/js has one job, so a start would ask for some fifty files. Rollup joins
them, as esbuild cannot: what modules on demand share with the start stays in its file,
where esbuild makes a chunk for each set of modules that share a part. So the state of a
module is in one place. esbuild minifies; source maps lie beside the bundles. What the
build knows (``manifest.js``) is a module of its own, written later, against which all
URLs are resolved.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tools.runtime import node
from tools.runtime.npm import install

# The entry module in site/js of each bundle. No page loads two of them, so that no
# module exists twice.
PAGE = {
    "main": "main.js",
    "digit-pad": "embed/digit-pad.js",
    "digit-pad-text": "embed/text.js",  # which the other languages' pads import
    "digit-pad-number": "embed/number/number.js",  # and this the pads for numbers
    "python-client": "worker/python-client.js",  # which benchmarks drive by itself
}
WORKERS = {
    "python-worker": "worker/worker.js",
    "lab-worker": "lab/worker/worker.js",
    "playground-worker": "lab/python/worker.js",
}


@dataclass(frozen=True)
class Scripts:
    """The names that the page's scripts have in the folder js of the app."""

    #: of the entries and the workers, by module
    files: dict[str, str]
    #: what main.js needs, for links that have the browser ask for it at once
    preloads: list[str]


@dataclass(frozen=True)
class App:
    """The app in one language: its folder in dist, and the names of its scripts."""

    folder: Path
    scripts: Scripts


def module_names() -> Scripts:
    """The modules as they are written, each by its own name."""
    entries = [*PAGE.values(), *WORKERS.values()]
    return Scripts({name: name for name in entries}, [])


def bundle(app: Path) -> Scripts:
    """Replace the modules of an app's folders js and vendor by bundles.

    Raises EngineError where there is no Node, no npm, or a module is broken.
    """
    install()
    js, out = app / "js", app / "bundles"
    # sources are named by where they lie, so links in the path would show in the maps
    job = {"root": str(js.resolve()), "out": str(out.resolve())}
    entries = {"page": PAGE, "workers": WORKERS}
    imports = node.run(Path(__file__).with_name("bundle.mjs"), {**job, **entries})
    shutil.rmtree(js)
    out.rename(js)
    for path in (app / "vendor").glob("*.js"):
        path.unlink()
    names = {module: f"{name}.js" for name, module in {**PAGE, **WORKERS}.items()}
    return Scripts(names, imports[PAGE["main"]])
