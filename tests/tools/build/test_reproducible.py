"""A build depends on its sources only: not on paths, clocks, caches or chance."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nnweb_site.hashes import folder_hashes
from tools.build.sources import ROOT
from tools.runtime.fetch import cache_dir


def checkout(folder: Path) -> Path:
    """The files that git knows, and what npm has installed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, names.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    modules = ROOT / "tools" / "npm" / "node_modules"
    shutil.copytree(modules, folder / "tools" / "npm" / "node_modules")
    return folder


@pytest.mark.exhaustive
def test_two_builds_on_two_paths_give_the_same_bytes(tmp_path):
    found = []
    for name in ("one", "a path that is longer/and has spaces"):
        root = checkout(tmp_path / name)
        cache = tmp_path / f"cache of {len(found)}"
        cache.mkdir()
        for path in filter(Path.is_file, cache_dir().iterdir()):  # only downloads
            shutil.copyfile(path, cache / path.name)
        environment = {**os.environ, "NNWEB_CACHE": str(cache), "PYTHONPATH": str(root)}
        command = [
            sys.executable,
            "-m",
            "tools.build.site",
            "--out",
            str(root / "dist"),
        ]
        subprocess.run(command, cwd=root, env=environment, check=True)
        found.append(folder_hashes(root / "dist"))

    assert found[0] == found[1]
