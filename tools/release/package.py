"""Build the sdist and the wheel for PyPI, which carry networks, recipes and digits.

The wheel that the page loads (tools/build/wheel.py) has none of these, and no readme.
"""

import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from nnweb import __version__
from nnweb.data.demo import FILE, load_demo
from tools.build import sources
from tools.build.sources import BuildError

#: Of assets/, what goes into the package.
_CARRIED = ("models/cnn.json", "models/cnn-small.json", "recipes/*.toml", "pens/*")
#: Lines of pyproject.toml that differ for PyPI: pattern and replacement.
_METADATA = {
    r"# No readme.*": 'readme = "README.md"',
    r'license = "MIT"': 'license = "MIT AND CC-BY-SA-3.0 AND CC-BY-4.0"',
    r"license-files = .*": 'license-files = ["LICENSE", "CREDITS.md"]',
    r'page = \["nnweb-site"\]': f'page = ["nnweb-site=={__version__}"]',
}


def build_package(out: Path, date: int, url: str = "") -> list[Path]:
    """Build the sdist, and the wheel from it, into ``out``; check both.

    ``url``: the project's address, if it has one. Returns the wheel and the sdist.
    """
    with tempfile.TemporaryDirectory(prefix="nnweb-release-") as scratch:
        source, built = Path(scratch) / "source", Path(scratch) / "built"
        copy_source(source, url)
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(date)}
        command = ["-m", "build", "--no-isolation", "--outdir", str(built)]
        run_python([*command, str(source)], environment)
        made = sorted(built.iterdir())
        run_python(["-m", "twine", "check", "--strict", *map(str, made)], environment)
        return [Path(shutil.copy(path, out)) for path in made]


def copy_source(target: Path, url: str = "") -> None:
    """Copy the package with its data and with the metadata for PyPI."""
    root = sources.ROOT
    names = [path.relative_to(root) for path in (root / "nnweb").rglob("*.py")]
    for name in (*names, Path("LICENSE"), Path("CREDITS.md")):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, target / name)
    for file in (path for pattern in _CARRIED for path in _assets(pattern)):
        carried = target / "nnweb" / file.relative_to(root)
        carried.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, carried)
    demo = load_demo(root / "assets")
    made = target / "nnweb" / "assets" / FILE
    np.savez_compressed(made, x=demo.images, y=demo.labels)
    complete = functools.partial(pyproject, url=url)
    for document, change in (("README.md", readme), ("pyproject.toml", complete)):
        text = change((root / document).read_text(encoding="utf-8"))
        (target / document).write_text(text, encoding="utf-8", newline="\n")


def _assets(pattern: str) -> list[Path]:
    found = sorted((sources.ROOT / "assets").glob(pattern))
    if not found:
        raise BuildError(f"assets/{pattern}: no such file; the package needs it")
    return found


def readme(text: str) -> str:
    """Remove pictures and links to files, which do not exist on PyPI's page."""
    text = re.sub(r"!\[[^]]*\]\((?!https?:)[^)]*\)\n*", "", text)
    return re.sub(r"\[([^]]*)\]\((?!https?:)[^)]*\)", r"\1", text)


def pyproject(text: str, url: str = "") -> str:
    """Add the readme, the licences of the data and the project's address."""
    for pattern, replacement in _METADATA.items():
        text, count = re.subn(f"^{pattern}$", replacement, text, flags=re.MULTILINE)
        if count != 1:
            raise BuildError(f"pyproject.toml: {count} lines {pattern!r}, expected one")
    return text + urls(url)


def urls(url: str) -> str:
    """Return the lines of a pyproject.toml about the project's address."""
    return f"\n[project.urls]\nHomepage = {json.dumps(url)}\n" if url else ""


def run_python(arguments: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True
    )
    if done.returncode:
        called = " ".join(arguments[1:3])
        raise BuildError(f"{called} has failed:\n{done.stdout}{done.stderr}")
