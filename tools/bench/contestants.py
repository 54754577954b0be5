"""Files of the contestants of bench startup: a page of each, and the same network.

`stock` is Pyodide as its documentation says; A and B are the built site without and
with the snapshot; `empty` is a worker that computes nothing.
"""

import gzip
import json
import shutil
from pathlib import Path

import numpy as np

from nnweb.data.idx import read_idx
from nnweb.images.preprocess import prepare
from nnweb.layers import Dense
from nnweb.weights.convert.onnx_export import to_onnx
from nnweb.weights.json_format import load
from tools.build.site import build
from tools.build.sources import MODELS, ROOT
from tools.build.wheel import cached_wheel, write_pyodide_lock
from tools.runtime.fetch import fetch, load_lock

PAGES = Path(__file__).with_name("pages")
RIVALS = Path(__file__).with_name("rivals.lock.json")
# named like the build's folders, to be cached and compressed alike
PARTS, PLAIN = "app-000000000000", "runtime-000000000000"
_COMPRESSED = {".html", ".js", ".mjs", ".json", ".wasm"}  # as most hosts do


def write_contestants(www: Path) -> dict[str, str]:
    """Write all files to serve; return the page of each contestant by name."""
    parts = www / PARTS
    shutil.copytree(PAGES, parts)
    rivals = json.loads(RIVALS.read_text(encoding="utf-8"))["files"]
    for name, path in fetch(rivals).items():
        shutil.copyfile(path, parts / name)
    _write_network(parts)
    _write_picture(parts / "picture.js")
    wheel = write_runtime(www / PLAIN)
    wheel.rename(wheel.with_name("nnweb-0.0.0-py3-none-any.whl"))  # as in stock.js
    dist = build(ROOT / "dist")
    for tier in ("a", "b"):
        # gzip for all contestants, as of most hosts
        shutil.copytree(dist, www / tier, ignore=shutil.ignore_patterns("*.br", "*.gz"))
    app = next(path.name for path in (www / "a").glob("app-*"))
    _without_snapshot(www / "a" / app / "js" / "manifest.js")
    (www / "blank.html").write_text("<!doctype html><title>blank</title>")
    for path in list(www.rglob("*")):
        if path.suffix in _COMPRESSED:
            packed = gzip.compress(path.read_bytes(), 9, mtime=0)
            path.with_name(f"{path.name}.gz").write_bytes(packed)
    page = f"{PARTS}/page.html"
    return {
        "stock": f"{page}?worker=stock.js",
        "A": _engine_page(www, "a", app),
        "B": _engine_page(www, "b", app),
        "onnxruntime": f"{page}?worker=onnxruntime.js",
        "tensorflow": f"{page}?worker=tensorflow.js&classic",
        "empty": f"{page}?worker=empty.js",
    }


def _engine_page(www: Path, site: str, app: str) -> str:
    """Write a page for a built site that preloads its modules, as index.html does."""
    js = f"../{site}/{app}/js"
    text = (PAGES / "page.html").read_text(encoding="utf-8")
    script = '  <script type="module"'
    links = [
        f'  <link rel="modulepreload" href="{js}/{name}.js" />\n'
        for name in ("python-client", "manifest")
    ]
    name = f"page-{site}.html"
    (www / PARTS / name).write_text(text.replace(script, "".join([*links, script])))
    return f"{PARTS}/{name}?weights=mlp.json&engine={js}/python-client.js"


def _without_snapshot(script: Path) -> None:
    """Remove the snapshot from a manifest, so that tier B is not tried."""
    text = script.read_text(encoding="utf-8")
    head, begin, rest = text.partition("const RUNTIME = ")
    body, end, rest = rest.partition(";\n")
    runtime = json.loads(body)
    snapshot = runtime["snapshot"]
    theirs = {snapshot["memory"], *(module["file"] for module in snapshot["modules"])}
    theirs.update(snapshot["late"].values())
    runtime["files"] = [f for f in runtime["files"] if f["file"] not in theirs]
    runtime["snapshot"] = None
    text = head + begin + json.dumps(runtime) + end + rest
    script.write_text(text, encoding="utf-8")


def _write_network(parts: Path) -> None:
    """Write the network in each contestant's format."""
    network = load(MODELS / "mlp.json")
    shutil.copyfile(MODELS / "mlp.json", parts / "mlp.json")
    (parts / "mlp.onnx").write_bytes(to_onnx(network))
    dense = [layer for layer in network.layers if isinstance(layer, Dense)]
    arrays = [np.ascontiguousarray(a) for d in dense for a in d.params.values()]
    (parts / "mlp.bin").write_bytes(b"".join(a.tobytes() for a in arrays))
    sizes = [dense[0].fan_in, *(layer.fan_out for layer in dense)]
    (parts / "mlp-sizes.json").write_text(json.dumps(sizes))
    numbers = {}
    for i, layer in enumerate(dense):
        for key in ("W", "b"):
            values = layer.params[key].ravel().tolist()
            numbers[f"{key}{i}"] = [round(value, 8) for value in values]
    (parts / "mlp-numbers.json").write_text(json.dumps(numbers))


def _write_picture(path: Path) -> None:
    """Write a 7 of the test set, as RGBA and as network input."""
    file = ROOT / "assets" / "mnist" / "t10k-images-idx3-ubyte.gz"
    grey = 255 - read_idx(file)[:1]
    x = prepare(grey)[0]
    pixels = np.stack([grey, grey, grey, np.full_like(grey, 255)], axis=-1)
    path.write_text(
        "// @ts-check\n/** A digit. */\n"
        f"export const PIXELS = Uint8Array.of({','.join(map(str, pixels.ravel()))});\n"
        f"export const INPUT = Float32Array.of({','.join(f'{v:.6g}' for v in x)});\n"
    )


def write_runtime(folder: Path) -> Path:
    """Write Pyodide's unchanged files, and nnweb's wheel, whose path is returned."""
    lock = load_lock()
    files = fetch(lock["files"])
    folder.mkdir()
    for entry in lock["files"]:
        name = Path(entry["url"]).name  # as Pyodide imports it
        shutil.copyfile(files[entry["file"]], folder / name)
    wheel = cached_wheel(lock, files["python_stdlib.zip"], print)
    write_pyodide_lock(lock["lock"], wheel, folder / "pyodide-lock.json")
    return Path(shutil.copyfile(wheel, folder / wheel.name))
