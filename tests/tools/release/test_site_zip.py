"""The zip of a site has the build's files, and the same bytes every time."""

import os
import zipfile

import pytest

from tools.build.publish import Stamp
from tools.build.sources import BuildError
from tools.release import site_zip
from tools.release.site_zip import write_site_zip

DATE = 1_767_225_600
FILES = ("index.html", "app/a.js", "app/a.js.br", "app/a.js.gz", "mnist/0.bin.gz")


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A built site of FILES, and a file that is not the build's."""
    site = tmp_path / "dist"
    for name in (*FILES, "CNAME"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(name)
    stamp = Stamp("sources", True, dict.fromkeys(FILES, ""))
    monkeypatch.setattr(site_zip, "read_stamp", lambda site: stamp)
    return site


@pytest.fixture
def pack(site, tmp_path):
    return lambda: write_site_zip(site, tmp_path / "site.zip", "7", DATE)


def test_the_zip_has_the_files_of_the_build_and_configurations(pack):
    with zipfile.ZipFile(pack()) as archive:
        names = {name.removeprefix("nnweb-site-7/") for name in archive.namelist()}

    documents = {"LICENSE", "CREDITS.md"}
    hosts = ("Caddyfile", "Containerfile", "apache.conf", "nginx.conf")
    beside = {*documents, *(f"nnweb-site-7-hosts/{name}" for name in hosts)}
    assert names == {*FILES, *beside}


def test_configurations_in_a_zip_are_for_its_own_folder(pack):
    with zipfile.ZipFile(pack()) as archive:
        text = archive.read("nnweb-site-7-hosts/nginx.conf").decode()
    assert 'root "/srv/nnweb-site-7";' in text


def test_times_and_modes_of_files_do_not_change_a_zip(site, pack):
    first = pack().read_bytes()
    for name in FILES:
        os.utime(site / name, (1, 1))
        (site / name).chmod(0o600)

    zipped = pack()

    assert zipped.read_bytes() == first
    with zipfile.ZipFile(zipped) as archive:
        for entry in archive.infolist():
            assert entry.date_time == (2026, 1, 1, 0, 0, 0)
            assert entry.external_attr >> 16 == 0o100644


def test_a_site_that_was_built_without_node_is_refused(pack, monkeypatch):
    monkeypatch.setattr(site_zip, "read_stamp", lambda site: Stamp())

    with pytest.raises(BuildError, match="is not complete, because there was no Node"):
        pack()
