"""python run.py release: the same files and bytes every time."""

from __future__ import annotations

import hashlib
import os

import pytest

import nnweb
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


def test_a_date_that_is_no_number_is_a_usage_error(monkeypatch, capsys):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "today")

    with pytest.raises(SystemExit) as stop:
        main([])

    assert stop.value.code == 2
    assert "SOURCE_DATE_EPOCH: got 'today'" in capsys.readouterr().err
