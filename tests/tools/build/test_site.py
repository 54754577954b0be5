"""Building: only when needed, and again after any damage."""

import json
import threading

import pytest

from tests.tools.build.conftest import check_links, files, folders, quiet, times
from tools.build import site
from tools.build.publish import stamp_file
from tools.build.site import build
from tools.faststart import build as faststart
from tools.runtime.node import EngineError


def test_a_compressed_build_adds_companions_that_later_builds_keep(checkout, out):
    before = folders(out)
    assert not list(out.rglob("*.br"))
    assert "COMPANIONS = false" in files(out)["app/js/manifest.js"].read_text()
    assert '"companions": false' in files(out)["sw.js"].read_text()

    compressed = build(out, quiet, compressed=True)

    companions = {path.relative_to(compressed) for path in compressed.rglob("*.br")}
    assert {path.name for path in companions} == {"style.css.br"}
    assert len(companions) == 2  # one per language
    assert "COMPANIONS = true" in files(out)["app/js/manifest.js"].read_text()
    assert '"companions": true' in files(out)["sw.js"].read_text()
    changed = {name for name, at in folders(out).items() if at != before[name]}
    assert changed == {"app", "de"}  # with the manifests
    again = {path.relative_to(out) for path in build(out, quiet).rglob("*.br")}
    assert again == companions


def test_a_plain_build_removes_the_companions(checkout, tmp_path):
    out = tmp_path / "new"
    assert site.main(["--out", str(out)]) == 0
    assert list(out.rglob("*.br"))

    assert site.main(["--out", str(out), "--plain"]) == 0

    assert not list(out.rglob("*.br"))
    check_links(out)


def test_the_command_writes_the_configurations_of_hosts_beside_the_site(
    checkout, tmp_path
):
    site.main(["--out", str(tmp_path / "new")])

    written = {path.name for path in (tmp_path / "new-hosts").iterdir()}
    assert written == {"Caddyfile", "Containerfile", "apache.conf", "nginx.conf"}
    assert (tmp_path / "new" / "_headers").exists()


def test_without_node_the_site_is_plain_and_the_next_build_tries_again(
    checkout, monkeypatch
):
    def no_node(*_):
        raise EngineError("no Node")

    logged = []
    with monkeypatch.context() as broken:
        broken.setattr(faststart, "build", no_node)
        plain = build(checkout / "dist", logged.append)
        manifest = files(plain)["app/js/manifest.js"].read_text()
        assert "nnweb/nnweb-7-py3-none-any.whl" in files(plain)
    assert "the site will start slowly: no Node" in logged
    assert '"snapshot": null' in manifest and '"compiled": false' in manifest
    assert '"library": "python_stdlib.zip"' in manifest and '"rest": null' in manifest

    quick = build(checkout / "dist", quiet)

    assert "nnweb/snapshot.bin" in files(quick)
    check_links(quick)


def test_a_page_asks_for_no_companions_where_they_could_not_be_made(
    checkout, monkeypatch
):
    def no_node(*_):
        raise EngineError("no Node")

    with monkeypatch.context() as broken:
        broken.setattr(site, "compress", no_node)
        plain = build(checkout / "dist", quiet, compressed=True)
        assert "COMPANIONS = false" in files(plain)["app/js/manifest.js"].read_text()
        assert '"companions": false' in files(plain)["sw.js"].read_text()

    compressed = build(checkout / "dist", quiet, compressed=True)

    assert "COMPANIONS = true" in files(compressed)["app/js/manifest.js"].read_text()


def test_a_second_build_of_the_same_sources_changes_nothing(out):
    before, logged = times(out), []

    build(out, logged.append)

    assert times(out) == before and logged == []


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("site/index.html", set()),
        ("site/style.css", {"app", "de"}),
        ("assets/models/a.json", {"app", "de", "models"}),
        ("nnweb/page/api.py", {"app", "de", "nnweb"}),
    ],
)
def test_a_changed_source_changes_only_the_folders_that_depend_on_it(
    checkout, out, source, changed
):
    before, inodes = (
        folders(out),
        {path.name: path.stat().st_ino for path in out.iterdir()},
    )
    with (checkout / source).open("a") as file:
        file.write(" ")

    after = folders(build(out, quiet))

    assert {name for name in after if after[name] != before[name]} == changed
    assert sum(path.is_dir() for path in out.iterdir()) == 6 + 2
    for name in after.keys() - changed:
        assert (out / after[name]).stat().st_ino == inodes[after[name]]
    check_links(out)


@pytest.mark.parametrize("name", ["pyproject.toml", "tools/build/site.py"])
def test_a_changed_build_tool_causes_a_build(checkout, out, name):
    logged = []
    (checkout / name).write_text("# changed")

    build(out, logged.append)

    assert logged[0] == "building dist"


@pytest.mark.parametrize(
    "name", ["index.html", "runtime/pyodide.mjs.js", "app/style.css"]
)
@pytest.mark.parametrize("damage", ["changed", "deleted"])
def test_a_damaged_file_is_repaired(out, name, damage):
    path = files(out)[name]
    whole = path.read_bytes()
    if damage == "deleted":
        path.unlink()
    else:
        path.write_bytes(whole[:-1] + b"?")

    build(out, quiet)

    assert path.read_bytes() == whole


@pytest.mark.parametrize("stamp", ["", "[]", "{}", '{"sources": 1, "files": 2}'])
def test_a_damaged_stamp_causes_a_build(out, stamp):
    stamp_file(out).write_text(stamp)

    build(out, quiet)

    assert "sources" in json.loads(stamp_file(out).read_text())
    check_links(out)


def test_a_first_build_that_is_cut_off_can_be_repeated(checkout, monkeypatch):
    out = checkout / "dist"

    def cut_off(*_):
        (out / "index.html").touch()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(
            site, "publish", lambda *_: (out / "index.html").touch() or 1 / 0
        )
        with pytest.raises(ZeroDivisionError):
            build(out, quiet)

    build(out, quiet)

    check_links(out)


def test_concurrent_builds_build_once(checkout):
    logged = []
    threads = [
        threading.Thread(target=build, args=(checkout / "dist", logged.append))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert logged.count("building dist") == 1
    check_links(checkout / "dist")


def test_the_command_prints_the_folder_or_the_error(checkout, tmp_path, capsys):
    assert site.main(["--out", str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'new'}\n"
    (checkout / "site" / "about.html").write_text('<a href="gone.css">')
    assert site.main(["--out", str(tmp_path / "new")]) == 1
    assert "run.py build: error: site/about.html: refers to" in capsys.readouterr().err


def test_ctrl_c_ends_a_build_with_one_line(checkout, tmp_path, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(site, "assemble", interrupted)

    assert site.main(["--out", str(tmp_path / "new")]) == 1

    assert capsys.readouterr().err.splitlines()[1:] == ["run.py build: interrupted"]
