"""The npm package in a browser: what it says of <digit-pad>, its three examples."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.site.conftest import BOOT_MS, opened_page
from tools.dev.serve import make_server, serving
from tools.release.npm_package import FOLDER, fill
from tools.runtime import npm
from tools.runtime.node import node

ELEMENT = json.loads((FOLDER / "custom-elements.json").read_text())["modules"][0][
    "declarations"
][0]
BUNDLERS = Path(__file__).parents[2] / "tools" / "release" / "bundlers"
PAGE = """<!doctype html><html lang=en><title>Order</title>
    <link rel=icon href="data:,"><div id=app></div>
    <script type=module src="/main.js"></script>"""
REACT = """
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { Order } from "./react.jsx";
createRoot(document.getElementById("app")).render(createElement(Order));
"""
VUE = """
import { createApp } from "vue";
import { Order } from "./vue.js";
createApp(Order).mount("#app");
"""


def names(kind):
    return {entry["name"] for entry in ELEMENT[kind]}


def test_the_manifest_and_the_types_name_what_a_pad_has(host):
    page = host('<digit-pad id="a" digits="4"></digit-pad>')
    observed = page.page.evaluate("customElements.get('digit-pad').observedAttributes")
    parts = page.does(
        "a",
        "[...pad.shadowRoot.querySelectorAll('[part]')].flatMap(e => [...e.part])",
    )
    loader = (FOLDER / "index.js").read_text()
    block = loader.partition("@typedef {object} DigitPadProperties")[2].partition("*/")
    properties = re.findall(r"@property \{.+\} (\w+)", block[0])

    assert set(observed) <= names("attributes")
    assert set(parts) == names("cssParts")
    assert len(properties) >= 30
    assert (
        page.does("a", f"{json.dumps(properties)}.filter(name => !(name in pad))") == []
    )
    assert names("members") <= set(properties)
    docs = (FOLDER.parents[2] / "docs" / "embed.md").read_text()
    told = names("attributes") | names("cssParts") | names("cssProperties")
    assert [name for name in told if f"`{name}`" not in docs] == []


@pytest.fixture(scope="module")
def project(dist, tmp_path_factory):
    """A project with the package, React, Vue, bundlers and its public folder."""
    npm.install(BUNDLERS)
    project = tmp_path_factory.mktemp("project")
    modules = project / "node_modules"
    modules.mkdir()
    for path in (BUNDLERS / "node_modules").iterdir():
        (modules / path.name).symlink_to(path)
    fill(modules / "nnweb-digit-pad", dist, "7.0.0")
    copy = modules / "nnweb-digit-pad" / "copy.js"
    run(node(), copy, "copy", "public/nnweb", folder=project)
    for example in (FOLDER / "examples").iterdir():
        shutil.copy(example, project)
    return project


def run(*command, folder):
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def plain(project):
    shutil.copytree(project / "public", project / "plain")
    shutil.copy(project / "plain.html", project / "plain" / "index.html")
    return project / "plain"


def react(project):
    """Bundled by Vite."""
    (project / "index.html").write_text(PAGE)
    (project / "main.js").write_text(REACT)
    vite = project / "node_modules" / "vite" / "bin" / "vite.js"
    run(node(), vite, "build", "--outDir", "react", folder=project)
    return project / "react"


def vue(project):
    """Bundled by esbuild."""
    shutil.copytree(project / "public", project / "vue")
    (project / "vue" / "index.html").write_text(PAGE)
    (project / "entry.js").write_text(VUE)
    esbuild = npm.FOLDER / "node_modules" / "esbuild" / "bin" / "esbuild"
    options = ["--bundle", "--format=esm", "--outfile=vue/main.js", "--minify"]
    options += ["--define:process.env.NODE_ENV='production'"]
    run(node(), esbuild, "entry.js", *options, folder=project)
    return project / "vue"


@pytest.mark.exhaustive
@pytest.mark.parametrize("example", [plain, react, vue])
def test_an_example_of_the_package_reads_a_digit(project, example, browser, strokes):
    folder = example(project)
    (folder / "favicon.ico").touch()
    server = make_server(folder)
    with serving(server), opened_page(browser, server.url, "") as visit:
        visit.page.wait_for_function("() => customElements.get('digit-pad')")

        visit.draw(strokes["7"], on="digit-pad canvas.ink")

        visit.page.wait_for_function(
            "() => document.querySelector('digit-pad').value === '7'", timeout=BOOT_MS
        )
        if example is not plain:
            expect(visit.page.locator("output")).to_have_text("7")
        assert visit.watch.errors == [] == visit.watch.foreign
