"""site/licences.txt, which the page links: it covers all that the site ships."""

import zipfile

import pytest

from tools.build.sources import ROOT, SITE
from tools.release.sbom import make_sbom
from tools.runtime.fetch import fetch, load_lock

TITLE = f"{'=' * 79}\n"


@pytest.fixture(scope="module")
def sections():
    """The text of each licence by its title."""
    text = (SITE / "licences.txt").read_text(encoding="utf-8")
    parts = text.split(TITLE)[1:]
    return dict(zip(map(str.strip, parts[::2]), parts[1::2], strict=True))


def words(text):
    return " ".join(text.split())


def test_each_software_of_the_bill_of_materials_has_its_licence(sections):
    libraries = [c for c in make_sbom("7", 0)["components"] if c["type"] == "library"]
    names = {title.lower() for title in sections}

    assert {library["name"] for library in libraries} <= names
    own = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert words(sections["nnweb"]) == words(own)


def test_the_licences_in_numpy_s_wheel_are_all_there(sections):
    lock = load_lock()
    name = lock["lock"]["packages"]["numpy"]["file_name"]
    files = fetch([f for f in lock["files"] if f["file"] == name], log=lambda _: None)
    with zipfile.ZipFile(files[name]) as wheel:
        paths = [path for path in wheel.namelist() if ".dist-info/licenses/" in path]
        texts = [wheel.read(path).decode() for path in paths]

    there = {words(text) for text in sections.values()}
    assert len(texts) > 10
    assert [
        path for path, t in zip(paths, texts, strict=True) if words(t) not in there
    ] == []
