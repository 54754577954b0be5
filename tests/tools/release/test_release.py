"""python run.py release: the same files and bytes every time."""

import hashlib
import os
import re
import shutil
import zipfile

import pytest

import nnweb
from tests.tools.build.conftest import quiet
from tools.release import __main__ as release
from tools.release.__main__ import main


@pytest.mark.exhaustive
def test_two_releases_have_the_same_bytes_and_sums_that_match(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    found = []
    for name, umask in (("a", 0o022), ("b", 0o077)):
        before = os.umask(umask)
        try:
            assert main(["--out", str(tmp_path / name)]) == 0
        finally:
            os.umask(before)
        found.append({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()})

    assert found[0] == found[1]
    files, version = found[0], nnweb.__version__
    sums = files.pop("SHA256SUMS").decode()
    assert sums.splitlines() == [
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}" for name in sorted(files)
    ]
    assert set(files) == {
        f"nnweb-{version}-py3-none-any.whl",
        f"nnweb-{version}.tar.gz",
        f"nnweb-{version}.cdx.json",
        f"nnweb_site-{version}-py3-none-any.whl",
        f"nnweb-site-{version}.zip",
        f"nnweb-site-{version}-precompressed.zip",
        f"nnweb-digit-pad-{version}.tgz",
    }


def test_pages_ask_for_companions_only_where_they_are_published(
    checkout, tmp_path, monkeypatch
):
    (checkout / "CREDITS.md").touch()
    for step in ("build_package", "write_sbom"):
        monkeypatch.setattr(release, step, lambda *_: None)
    for step in ("build_site_package", "build_npm"):
        monkeypatch.setattr(
            release,
            step,
            lambda site, *_, step=step: shutil.copytree(site, tmp_path / step),
        )

    for path in release.release(tmp_path / "out", 1_767_225_600, quiet):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                archive.extractall(tmp_path / path.stem)

    variants = {
        "build_npm": False,
        f"nnweb-site-{nnweb.__version__}": False,
        "build_site_package": True,
        f"nnweb-site-{nnweb.__version__}-precompressed": True,
    }
    for folder, packed in variants.items():
        assert any((tmp_path / folder).rglob("*.css.br")) is packed
        manifests = [*(tmp_path / folder).rglob("js/manifest.js")]
        assert len(manifests) == 2  # one per language
        for script in (*manifests, *(tmp_path / folder).rglob("sw.js")):
            told = re.findall(r"companions\W+(\w+)", script.read_text(), re.IGNORECASE)
            assert told == [str(packed).lower()], script


def test_ctrl_c_ends_a_release_with_one_line_and_the_next_removes_what_one_left(
    tmp_path, monkeypatch, capsys
):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(release, "build", lambda *_, **__: None)
    monkeypatch.setattr(release, "build_package", interrupted)
    (tmp_path / ".part-killed" / "nnweb").mkdir(parents=True)

    assert main(["--out", str(tmp_path)]) == 1

    assert capsys.readouterr().err.endswith("run.py release: interrupted\n")
    assert [*tmp_path.iterdir()] == []


def test_a_date_that_is_no_number_is_a_usage_error(monkeypatch, capsys):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "today")

    with pytest.raises(SystemExit) as stop:
        main([])

    assert stop.value.code == 2
    assert "SOURCE_DATE_EPOCH: got 'today'" in capsys.readouterr().err


def test_an_address_without_a_scheme_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--url", "example.org"])

    assert stop.value.code == 2
    assert "--url: got 'example.org', expected https://" in capsys.readouterr().err
