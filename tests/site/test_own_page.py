"""`nnweb page`: finished pages of one's own networks, opened in a browser."""

import gzip
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from contextlib import ExitStack
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

import nnweb_site
from nnweb import __version__
from nnweb.cli import main
from nnweb.network import DIGITS
from nnweb_site.hashes import HASHED, folder_hashes, integrity
from tests.characters import STROKES, save_network
from tests.site.conftest import ROOT
from tools.build.publish import Stamp, stamp_file, write_stamp
from tools.build.wheel import EPOCH
from tools.dev.serve import make_server, serving
from tools.release.site_package import build_site_package


@pytest.fixture
def make(tmp_path, dist, monkeypatch):
    """Run `nnweb page` on a network for some labels; return the folder.

    For the digits it is the shipped one.
    """
    monkeypatch.setattr(nnweb_site, "site_folder", lambda: dist)

    def page(labels, *options):
        path = tmp_path / "my öwn.json"
        network = "cnn" if labels == DIGITS else save_network(labels, path)
        out = tmp_path / "page"
        assert main(["page", str(network), "--out", str(out), *options]) == 0
        return out

    return page


@pytest.fixture
def opened(visit, make):
    """Open the page of a network, without reading it from elsewhere."""
    with ExitStack() as servers:

        def open_page(labels, *options):
            server = make_server(make(labels, *options))
            servers.enter_context(serving(server))
            shown = visit(at=server.url, offline=True)
            shown.be("ready")
            return shown

        yield open_page


@pytest.mark.parametrize(("labels", "shown"), [("abcde", "a–e"), ("+-x/", "+ - x /")])
def test_a_page_of_letters_or_operators_reads_them_after_a_quick_start(
    opened, labels, shown
):
    page = opened(labels)

    expect(page.page.get_by_role("heading", level=1)).to_have_text(
        f"Draw one of {shown}"
    )
    expect(page.page.locator("#hint")).to_contain_text(shown)
    expect(page.page.locator("#samples")).to_be_hidden()
    expect(page.page.locator("#networkList option")).to_have_text(["my öwn"])
    page.draw(STROKES[labels[-1]])
    assert page.digit() == labels[-1]
    assert page.body.get_attribute("data-tier") == "B"  # from the snapshot
    expect(page.page.locator("#offline")).to_contain_text("works offline")
    assert page.watch.errors == [] and page.watch.foreign == []


def test_a_page_has_the_theme_of_its_owner_until_a_visitor_chooses(opened):
    page = opened(DIGITS, "--theme", "dark", "--single").page
    theme = page.locator("#theme")
    expect(theme).to_have_accessible_name("Colours: Dark")

    theme.click()
    # as another page of this origin may have left it
    page.evaluate("localStorage.setItem('nnweb-mode', 'number')")
    page.reload()

    expect(theme).to_have_accessible_name("Colours: Match the system")
    page.locator("body[data-state=ready]").wait_for()
    expect(page.locator("#mode")).to_be_hidden()  # --single: no visitor may choose
    expect(page.locator("body[data-mode]")).to_have_count(0)


def test_a_page_starts_with_numbers_until_a_visitor_chooses(opened):
    page = opened(DIGITS, "--numbers").page
    page.locator("body[data-mode=number]").wait_for()
    expect(page.get_by_role("heading", level=1)).to_have_text("Write a number")

    page.locator("#mode").get_by_label("Digit").check()
    page.reload()
    page.locator("body[data-state=ready]").wait_for()

    expect(page.locator("#mode").get_by_label("Digit")).to_be_checked()
    expect(page.locator("body[data-mode]")).to_have_count(0)


def test_the_owner_decides_about_title_language_theme_labels_and_lab(make):
    texts = ("--title", "A & B", "--labels", "left, right")
    out = make("ab", *texts, "--language=de", "--theme=dark", "--no-lab")

    page = (out / "index.html").read_text(encoding="utf-8")
    assert '<html data-theme="dark" lang="de"' in page
    assert "<title>A &amp; B</title>" in page and "<h1>A &amp; B</h1>" in page
    for part in ('nav id="views"', 'button id="howBtn"', 'details id="wrong"'):
        assert f"<{part} hidden" in page
    assert "../" not in page
    assert not (out / "de").exists()
    (app,) = out.glob("de-*")
    manifest = (app / "js" / "manifest.js").read_text(encoding="utf-8")
    models = re.search(r"MODELS = (\[.*?\n\]);", manifest, re.S)
    assert models and json.loads(models[1])[0]["labels"] == ["left", "right"]
    fields = json.loads((app / "manifest.webmanifest").read_text(encoding="utf-8"))
    assert fields["name"] == "A & B" and fields["start_url"] == "../"


def test_an_installed_page_is_named_after_its_labels_in_each_language(make):
    for app in make("ab").glob("*/manifest.webmanifest"):
        fields = json.loads(app.read_text(encoding="utf-8"))
        title = {"en": "Draw one of a b", "de": "Zeichne eines von a b"}[fields["lang"]]
        assert fields["name"] == fields["short_name"] == title
        assert fields["description"].startswith(f"{title}. ")


def test_a_page_of_an_installation_that_is_read_only_is_made_and_can_be_changed(
    make, packed, monkeypatch
):
    monkeypatch.setattr(nnweb_site, "site_folder", lambda: packed)
    for path in [packed, *packed.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)

    out = make("ab")

    assert all(path.stat().st_mode & stat.S_IWUSR for path in out.rglob("*"))


def test_every_file_of_a_page_is_what_its_hashes_say(make):
    out = make("ab")
    kept = (out / "CNAME", out / "index.html")
    kept[0].write_text("example.org")
    build = re.search(r"const BUILD = (.*?\n});", (out / "sw.js").read_text(), re.S)
    files = {**dict(json.loads(build[1])["files"])}
    assert len(files) > 40
    (network,) = (name for name in files if name.startswith("models-"))
    manifest = next(out.glob("app-*/js/manifest.js")).read_text(encoding="utf-8")
    assert f'"url": "../../{network}"' in manifest  # the worker knows it by its URL
    for name, expected in files.items():
        file = out / unquote(name)
        file = file / "index.html" if name.endswith("/") else file
        assert integrity(file.read_bytes()) in expected.split(), name
    for page in (out / "index.html", out / "de" / "index.html"):
        text = page.read_text(encoding="utf-8")
        (import_map,) = re.findall(r'<script type="importmap">(.*?)</script>', text)
        assert f"'{integrity(import_map.encode())}'" in text
        for name, expected in json.loads(import_map)["integrity"].items():
            assert integrity((page.parent / name).read_bytes()) == expected
        for name, expected in re.findall(r'"([^"]+)" integrity="([^"]+)"', text):
            assert integrity((page.parent / name).read_bytes()) == expected

    make("abc")  # again, into the same folder

    assert kept[0].exists() and len([*out.glob("models-*")]) == 1
    assert len([*out.glob("app-*")]) == 1


@pytest.fixture
def packed(dist):
    """The built site with some companions, whose .br are not of these files."""
    site = shutil.copytree(
        dist, dist.with_name(f"packed-{os.getpid()}"), copy_function=os.link
    )
    for path in [*site.glob("*/js/ma*.js"), *site.glob("*/manifest.webmanifest")]:
        data = gzip.compress(path.read_bytes())
        path.with_name(f"{path.name}.gz").write_bytes(data)
        path.with_name(f"{path.name}.br").write_bytes(b"of the built site")
    write_stamp(site, Stamp("sources", True, folder_hashes(site)))
    yield site
    shutil.rmtree(site)
    stamp_file(site).unlink()


def add_foreign_files(site):
    """Add files that are not the build's; return their names."""
    names = {"CNAME", "notes.txt", ".git/config", "me/index.html"}
    for path in (site / name for name in names):
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    return names


def test_compressed_companions_of_a_page_contain_its_files(make, packed, monkeypatch):
    monkeypatch.setattr(nnweb_site, "site_folder", lambda: packed)
    out = make("ab", "--title", "Mine")

    found = [path for path in out.rglob("*.gz") if ".bin" not in path.suffixes]
    names = {path.name for path in found}
    assert {"manifest.js.gz", "manifest.webmanifest.gz", "my öwn.json.gz"} <= names
    for path in found:
        assert gzip.decompress(path.read_bytes()) == path.with_suffix("").read_bytes()
    assert {path.name for path in out.rglob("*.br")} == {"main.js.br"}


def test_a_page_has_only_files_of_the_build(make, packed, monkeypatch):
    monkeypatch.setattr(nnweb_site, "site_folder", lambda: packed)
    foreign = add_foreign_files(packed)

    out = make("ab")

    assert not foreign & folder_hashes(out).keys()
    named = {"404.html", "_headers", "de", "digit-pad.js", "index.html", "sw.js"}
    names = {path.name for path in out.iterdir()}
    assert {name for name in names if not HASHED.fullmatch(name)} == named


@pytest.mark.parametrize("companions", [False, True])
def test_a_page_asks_for_companions_only_where_it_has_them(
    make, dist, request, monkeypatch, companions
):
    site = request.getfixturevalue("dist_with_companions") if companions else dist
    monkeypatch.setattr(nnweb_site, "site_folder", lambda: site)

    out = make("ab")

    told = f"COMPANIONS = {str(companions).lower()};"
    for manifest in out.glob("*/js/manifest.js"):
        assert told in manifest.read_text(encoding="utf-8")
    for pattern in ("models-*/*.json", "runtime-*/*.wasm", "runtime-*/*.mjs.js"):
        files = [*out.glob(pattern)]
        packed = [path.with_name(f"{path.name}.gz").exists() for path in files]
        assert files and set(packed) == {companions}, pattern


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["cnn", "missing.json"], "missing.json"),
        (["cnn", "cnn"], "two networks are called cnn"),
        (["cnn", "--language", "xx"], "language: got 'xx', expected one of de, en"),
        (["cnn", "--labels", "a,b"], "cnn.json with the labels a, b: layers: they end"),
        (
            ["cnn", "--labels=a,b,c,d,e,f,g,h,i,j", "--numbers"],
            "--numbers: got a network for a, b, c, d, e, f, g, h, i, j, expected one",
        ),
    ],
)
def test_what_cannot_become_a_page_is_refused_and_leaves_nothing(
    make, tmp_path, capsys, argv, message
):
    assert main(["page", *argv, "--out", str(tmp_path / "new")]) == 1

    assert message in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["index.html", "de/index.html"])
def test_a_folder_with_a_page_of_somebody_else_is_left_alone(
    make, tmp_path, capsys, name
):
    page = tmp_path / "page" / name
    page.parent.mkdir(parents=True)
    page.write_text("mine")

    assert main(["page", "cnn", "--out", str(tmp_path / "page")]) == 1
    assert "not nnweb's" in capsys.readouterr().err
    assert [*(tmp_path / "page").rglob("*.html")] == [page]


@pytest.mark.parametrize("name", ["", "letters"])
def test_a_folder_in_the_built_site_is_refused(packed, monkeypatch, capsys, name):
    monkeypatch.setattr(nnweb_site, "site_folder", lambda: packed)
    before = folder_hashes(packed)

    assert main(["page", "cnn", "--out", str(packed / name)]) == 1

    assert "is the built site, or in it; name another" in capsys.readouterr().err
    assert folder_hashes(packed) == before


def test_a_page_that_is_made_again_leaves_the_files_of_its_owner(make, tmp_path):
    out = tmp_path / "page"
    own = [out / name for name in ("v1/index.html", "v1/data.csv", "de/impressum.html")]
    for path in own:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")

    make("ab")
    make("ab")
    assert (out / "de" / "index.html").exists()
    make("ab", "--language", "en")

    assert [path.read_text() for path in own] == ["mine"] * len(own)
    assert not (out / "de" / "index.html").exists()


def test_folders_of_languages_that_a_page_no_longer_has_are_removed(make):
    assert (make("ab") / "de").exists()
    assert not (make("ab", "--language", "en") / "de").exists()


def test_the_wheel_of_the_site_makes_a_page_without_a_checkout(tmp_path, dist, packed):
    foreign = add_foreign_files(packed)
    wheel = build_site_package(packed, tmp_path, __version__, int(EPOCH))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "lib")
    network = save_network("ab", tmp_path / "ab.json")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path / 'lib'}:{ROOT}"}

    command = ["-m", "nnweb", "page", str(network), "--out", str(tmp_path / "page")]
    subprocess.run(
        [sys.executable, *command], cwd=tmp_path, env=environment, check=True
    )

    assert "Draw one of a b" in (tmp_path / "page" / "index.html").read_text()
    carried = folder_hashes(tmp_path / "lib" / "nnweb_site" / "site").keys()
    assert not foreign & carried
    assert not list((tmp_path / "lib").rglob("models-*"))
    # the package has them compressed only
    assert not list((tmp_path / "lib").rglob("js/main.js"))
    made, built = (folder.glob("*/js/main.js") for folder in (tmp_path / "page", dist))
    assert {path.read_bytes() for path in made} == {path.read_bytes() for path in built}
