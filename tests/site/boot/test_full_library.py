"""The full library is mounted on demand: all of Python, NumPy and nnweb."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.site.boot.conftest import ASK, fulfill, runner, start_probe
from tests.site.test_failures import missing
from tools.faststart.build import integrity


def plain_build(context: BrowserContext, dist: Path) -> None:
    """The same build as if there had been no engine to make the quick start."""
    lock = json.loads(next(dist.glob("*/pyodide-lock.json")).read_text())
    text = (next(dist.glob("app-*")) / "js" / "manifest.js").read_text()
    found = re.search(r"export const RUNTIME = (.*?);\n", text, re.DOTALL)
    assert found is not None
    manifest = json.loads(found[1])
    manifest |= manifest["rest"] | {"rest": None, "snapshot": None, "compiled": False}
    for wheel in manifest["wheels"]:
        digest = hashlib.sha256(next(dist.glob(f"*/{wheel}")).read_bytes()).hexdigest()
        names = {"file_name": wheel, "sha256": digest}
        lock["packages"][wheel.split("-")[0]].update(names)
    body = json.dumps(lock)
    for entry in manifest["files"]:
        if entry["file"] == "pyodide-lock.json":
            entry |= {"size": len(body), "integrity": integrity(body.encode())}
    text = text.replace(found[1], json.dumps(manifest))
    fulfill(context, "js/manifest.js", "text/javascript", text)
    fulfill(context, "pyodide-lock.json", "application/json", body)


@pytest.fixture(
    scope="module",
    params=[pytest.param("B", marks=pytest.mark.firefox(only="all")), "A", "plain"],
)
def bare(browser: Browser, site: str, dist: Path, request) -> Iterator[Page]:
    """A page with ``window.probe``, a worker whose Python has just been started."""
    context = browser.new_context()
    fulfill(context, "empty.html", "text/html", "<!doctype html><title>probe</title>")
    page = context.new_page()
    page.goto(f"{site}empty.html")
    if request.param == "plain":
        plain_build(context, dist)
    start_probe(page, site, dist, request.param)
    page.tier = request.param  # type: ignore[attr-defined]
    yield page
    context.close()


@pytest.fixture(scope="module")
def python(bare: Page) -> Callable[[str], Any]:
    """Run Python in an interpreter with the full library."""
    lacking = bare.evaluate(ASK, {"code": "import unittest"})
    reports = bare.evaluate(ASK, {})
    assert isinstance(reports, list), reports
    if bare.tier == "plain":  # type: ignore[attr-defined]
        assert lacking is None and reports == []
    else:
        assert "ModuleNotFoundError" in lacking
        stage, loaded, total = reports[-1]
        assert stage == "whole" and loaded == total > 5_000_000
        assert [r[1] for r in reports] == sorted(r[1] for r in reports)
    bare.evaluate(ASK, {"code": "import json, numpy as np"})
    return runner(bare)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("0 <= np.random.default_rng().random() < 1", True),
        ("round(np.random.default_rng(0).random(), 6)", 0.636962),
        ("np.random.seed(1); int(np.random.randint(100))", 37),
        ("np.random.default_rng(2).normal(size=(3, 4)).shape == (3, 4)", True),
        ("np.abs(np.fft.fft(np.ones(4))).round().tolist() == [4, 0, 0, 0]", True),
        ("np.linalg.svd(np.eye(3) * 2).S.round().tolist() == [2, 2, 2]", True),
        ("np.testing.assert_allclose(np.ones(2), [1, 1])", None),
        ("np.polynomial.Polynomial([1, 2])(3.0).item()", 7),
        ("np.ma.masked_array([1, 2], [0, 1]).sum().item()", 1),
        ("'Add arguments element-wise' in np.add.__doc__", True),
        ("import numpy.lib.recfunctions, numpy.f2py; np.__version__[0]", "2"),
        ("import dataclasses, typing, enum, abc, functools, collections; 1", 1),
        ("import traceback, inspect, pdb, dis, ast, tokenize, linecache; 1", 1),
        ("import asyncio, contextlib, queue, threading, logging; 1", 1),
        ("import csv, tomllib, xml.etree.ElementTree, zipfile, tarfile; 1", 1),
        ("import html, email.message, urllib.parse, http, base64, hashlib; 1", 1),
        ("import statistics, fractions, decimal, random, math, cmath; 1", 1),
        ("import argparse, textwrap, string, pprint, timeit, doctest; 1", 1),
        ("import json; json.loads('[1, {\"a\": null}]') == [1, {'a': None}]", True),
        ("'\u20ac'.encode('cp1252')[0]", 128),
        ("len(b'\\xff\\xfe{\\0'.decode('utf-16'))", 1),
        ("import nnweb, importlib.metadata as m; m.version('numpy')[0]", "2"),
        ("m.version('nnweb') == nnweb.__version__", True),
        (
            "import nnweb.training.trainer, nnweb.data.augment, nnweb.data.datasets; 1",
            1,
        ),
    ],
)
def test_every_module_can_be_imported_and_works(python, code, value):
    assert python(code) == value


def test_a_test_of_the_standard_library_runs(python):
    assert (
        python(
            """
import io, unittest

class Sums(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(sum([1, 2]), 3)

suite = unittest.defaultTestLoader.loadTestsFromTestCase(Sums)
unittest.TextTestRunner(io.StringIO()).run(suite).wasSuccessful()
"""
        )
        is True
    )


def test_a_dataclass_works(python):
    code = "from dataclasses import dataclass\n@dataclass\nclass A:\n  x: int = 1\n"

    assert python(f"{code}\nrepr(A(2))") == "A(x=2)"


def test_modules_loaded_before_stay_as_they_are(python):
    """A second NumPy beside the first would make arrays that the first refuses."""
    code = "import sys; sys.modules['numpy'] is np and isinstance(np.ones(1), {})"

    assert python(code.format("np.ndarray")) is True
    assert python("np.random.default_rng(0).random(3).__class__ is np.ndarray") is True


def test_a_traceback_shows_the_lines_of_the_library(python):
    said = python(
        """
import traceback
def ask():
    return json.loads("{")
try:
    ask()
except ValueError:
    text = traceback.format_exc()
text
"""
    )

    assert re.search(r'File ".*json/__init__\.py", line \d+, in loads', said)
    assert "return _default_decoder.decode(s)" in said


# --- by way of the page's worker ------------------------------------------------------

WHOLE_ASK = """async ([js, times]) => {
    const { createPythonClient } = await import(`${js}/python-client.js`);
    const progress = [];
    const engine = createPythonClient({
        onProgress: ({ stage, loaded, total }) =>
            stage === "whole" && progress.push([loaded, total]),
    });
    const said = [];
    for (let i = 0; i < times; i += 1) {
        try { await engine.complete(); said.push(""); }
        catch (error) { said.push(`${error.name}: ${error.message}`); }
    }
    engine.dispose();
    return [said, progress];
}"""


def test_the_worker_mounts_the_library_once_and_reports_progress(modules, site):
    modules.context.unroute_all()
    asked: list[str] = []
    modules.context.on("request", lambda r: asked.append(r.url.split("/")[-1]))

    said, progress = modules.evaluate(f"async (times) => ({WHOLE_ASK})([js, times])", 2)

    assert said == ["", ""]
    assert len(progress) > 1 and progress[-1][0] == progress[-1][1]
    assert asked.count("python_stdlib.zip") == 1


def test_a_failed_mount_is_reported_and_can_be_retried(modules):
    modules.context.unroute_all()
    modules.context.route("**/python_stdlib.zip", missing, times=2)

    said, _ = modules.evaluate(f"async (times) => ({WHOLE_ASK})([js, times])", 2)

    first, second = said
    assert "DownloadError: python_stdlib.zip: the server answered 404" in first
    assert second == ""
