"""Build nnweb-site, a wheel with the built site, which ``nnweb[page]`` installs."""

import os
import shutil
import tempfile
from pathlib import Path

from nnweb_site.page import left_out, packed
from tools.build import sources
from tools.build.publish import read_stamp
from tools.release.package import run_python, urls

_PYPROJECT = """[build-system]
requires = ["flit_core==4.2.0"]
build-backend = "flit_core.buildapi"

[project]
name = "nnweb-site"
version = "{version}"
description = "The built site of nnweb, for pages of your own networks"
readme = "README.md"
requires-python = ">=3.12"
license = "{licenses}"
license-files = ["LICENSE", "CREDITS.md", "licences.txt"]
dependencies = ["nnweb=={version}"]
"""
_README = """# nnweb-site

The web page of [nnweb](https://pypi.org/project/nnweb/) as data, with Pyodide, CPython
and NumPy compiled to WebAssembly. `pip install nnweb[page]` installs it; then
`nnweb page NETWORK.json --out FOLDER` writes a page of your own network.
"""
_LICENSES = "MIT AND MPL-2.0 AND PSF-2.0 AND BSD-3-Clause AND CC-BY-SA-3.0"


def build_site_package(
    site: Path, out: Path, version: str, date: int, url: str = ""
) -> Path:
    """Build the wheel from a built site into ``out``, check it, and return it."""
    root = sources.ROOT
    with tempfile.TemporaryDirectory(prefix="nnweb-release-") as scratch:
        source, built = Path(scratch) / "source", Path(scratch) / "built"
        package = source / "nnweb_site"
        package.mkdir(parents=True)
        for path in sorted((root / "nnweb_site").glob("*.py")):
            shutil.copyfile(path, package / path.name)
        _copy_site(site, package / "site")
        shutil.copytree(root / "site" / "words", package / "words")
        for name in ("LICENSE", "CREDITS.md", "site/licences.txt"):
            shutil.copy(root / name, source)
        metadata = _PYPROJECT.format(version=version, licenses=_LICENSES) + urls(url)
        for name, text in (("pyproject.toml", metadata), ("README.md", _README)):
            (source / name).write_text(text, encoding="utf-8", newline="\n")
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(date)}
        options = ["--wheel", "--no-isolation", "--outdir", str(built)]
        run_python(["-m", "build", *options, str(source)], environment)
        (wheel,) = built.iterdir()
        run_python(["-m", "twine", "check", "--strict", str(wheel)], environment)
        return Path(shutil.copy(wheel, out))


def _copy_site(site: Path, target: Path) -> None:
    """Copy what `nnweb page` needs of the built site."""
    names = read_stamp(site).files  # other files in dist are not the build's
    for name in names.keys() - packed(names):
        if not left_out(name):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(site / name, target / name)
