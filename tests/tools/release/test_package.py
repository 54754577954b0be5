"""The package for PyPI: what it carries, and what it does where only NumPy is."""

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

import numpy
import PIL
import pytest
from PIL import Image, ImageDraw

import nnweb
from tools.build import sources
from tools.build.sources import BuildError
from tools.release import package as module
from tools.release.package import build_package, pyproject, readme

DATE = 1_767_225_600
SCRIPTS = "Scripts" if os.name == "nt" else "bin"

READ = """
import nnweb, numpy
print(nnweb.recognize(numpy.load("paper.npy"), nnweb.load()).argmax())
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The wheel and the sdist."""
    return build_package(tmp_path_factory.mktemp("release"), DATE)


def add(library, environment):
    """Copy an installed package, such as NumPy, with its shared libraries."""
    source = Path(library.__file__).parent
    (target,) = environment.rglob("site-packages")
    shared = "pillow.libs" if library is PIL else f"{source.name}.libs"
    for folder in (source, *source.parent.glob(shared)):
        ignore = shutil.ignore_patterns("tests")
        shutil.copytree(folder, target / folder.name, ignore=ignore)


@pytest.fixture(scope="module")
def run(built, tmp_path_factory):
    """Runs a program in an environment of NumPy and the wheel, far from the checkout.

    The environment needs no network: NumPy is a copy of that of the tests.
    """
    folder = tmp_path_factory.mktemp("clean")
    environment = folder / "venv"
    venv.create(environment, symlinks=os.name != "nt")
    add(numpy, environment)
    python = environment / SCRIPTS / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    options = ["--no-index", "--no-deps", "--no-compile", str(built[0])]
    subprocess.run([*pip, *options], check=True)
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}

    def run(program, *arguments, code=0):
        done = subprocess.run(
            [environment / SCRIPTS / program, *arguments],
            cwd=folder,
            env=kept | {"XDG_CACHE_HOME": str(folder)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    run.folder, run.environment = folder, environment
    return run


def draw_one(path):
    paper = Image.new("L", (336, 336), 255)
    ImageDraw.Draw(paper).rectangle((160, 60, 180, 280), fill=0)
    paper.save(path)
    return numpy.array(paper)[None]


# --- what it carries ------------------------------------------------------------------


def test_the_wheel_carries_two_networks_the_recipes_and_the_demo_digits(built):
    with zipfile.ZipFile(built[0]) as wheel:
        names = {name for name in wheel.namelist() if name.startswith("nnweb/assets/")}

    networks = {f"nnweb/assets/models/{name}.json" for name in ("cnn", "cnn-small")}
    recipes = {
        f"nnweb/{path.relative_to(sources.ROOT).as_posix()}"
        for path in (sources.ROOT / "assets" / "recipes").iterdir()
    }
    pens = {
        f"nnweb/assets/pens/{name}" for name in ("README.md", "pendigits_train.npz")
    }
    assert names == {*networks, *recipes, *pens, "nnweb/assets/demo.npz"}


def test_the_sdist_has_what_the_wheel_has(built):
    with tarfile.open(built[1]) as sdist, zipfile.ZipFile(built[0]) as wheel:
        sources = {name.partition("/")[2] for name in sdist.getnames()}
        names = {name for name in wheel.namelist() if name.startswith("nnweb/")}

    assert names < sources and {"README.md", "LICENSE", "CREDITS.md"} < sources


def test_the_metadata_has_the_readme_the_licences_and_numpy_only(built):
    with zipfile.ZipFile(built[0]) as wheel:
        (name,) = (n for n in wheel.namelist() if n.endswith("/METADATA"))
        metadata = message_from_bytes(wheel.read(name))

    assert metadata["Version"] == nnweb.__version__
    assert metadata["License-Expression"] == "MIT AND CC-BY-SA-3.0 AND CC-BY-4.0"
    assert set(metadata.get_all("License-File")) == {"LICENSE", "CREDITS.md"}
    required = metadata.get_all("Requires-Dist")
    assert [name for name in required if "extra ==" not in name] == ["numpy>=2.1"]
    assert metadata.get_payload().lstrip().startswith("# nnweb")


def test_the_readme_on_pypi_has_no_links_to_files():
    text = "a\n\n![A page](docs/page.png)\n\n[b](docs/b.md#c), [web](https://e.org)\n"

    assert readme(text) == "a\n\nb, [web](https://e.org)\n"


def test_the_metadata_has_the_address_of_the_project_if_there_is_one():
    text = (sources.ROOT / "pyproject.toml").read_text(encoding="utf-8")

    with_address = tomllib.loads(pyproject(text, "https://e.org/nnweb"))["project"]

    assert with_address["urls"] == {"Homepage": "https://e.org/nnweb"}
    assert "urls" not in tomllib.loads(pyproject(text))["project"]


def test_metadata_that_cannot_be_completed_is_refused():
    with pytest.raises(BuildError, match=r"0 lines '# No readme\.\*', expected one"):
        pyproject("[project]\n")


def test_a_missing_asset_is_refused_by_its_name(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_CARRIED", ("models/none.json",))

    with pytest.raises(BuildError, match=r"assets/models/none.json: no such file"):
        module.copy_source(tmp_path)


# --- what it does where only NumPy is -------------------------------------------------


def test_two_lines_of_python_read_a_digit(run):
    numpy.save(run.folder / "paper.npy", draw_one(run.folder / "one.png"))

    assert run("python", "-c", READ).strip() == "1"


def test_train_uses_the_demo_digits_and_the_recipes_of_the_wheel(run):
    options = ["--data", "demo", "--epochs", "1", "--validation", "100"]
    out = run("nnweb", "train", "my.json", "--recipe", "plain", *options)

    assert "validation" in out and "2,000 digits of MNIST train" in out
    assert "784-500-300-100-10" in run("nnweb", "info", "my.json")


def test_commands_without_their_extra_name_it(run):
    draw_one(run.folder / "one.png")
    for command, extra in {
        "predict one.png": "cli",
        "train a.json --data demo --plot plot.png": "cli",
        "serve": "serve",
    }.items():
        out = run("nnweb", *command.split(), code=1)
        assert f"pip install nnweb[{extra}]" in out, command


def test_predict_reads_a_picture_once_pillow_is_installed(run):
    draw_one(run.folder / "one.png")
    add(PIL, run.environment)

    out = run("nnweb", "predict", "one.png", "--model", "cnn-small")

    assert out.startswith("one.png  1 ")
