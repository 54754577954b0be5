"""Pack a built site into a zip, beside a folder of configurations for hosts."""

import tempfile
import time
import zipfile
from pathlib import Path

from tools.build import sources
from tools.build.hosts import write_hosts
from tools.build.publish import read_stamp
from tools.build.sources import BuildError

#: Licences and credits, beside the pages.
_DOCUMENTS = ("LICENSE", "CREDITS.md")


def write_site_zip(site: Path, path: Path, version: str, date: int) -> Path:
    """Write the zip of the built ``site``, and return its path."""
    stamp = read_stamp(site)  # other files in dist are not the build's
    if not stamp.sources:
        raise BuildError(
            f"{site}: is not complete, because there was no Node; see the messages of "
            "run.py build"
        )
    name = f"nnweb-site-{version}"
    files = {f"{name}/{file}": site / file for file in stamp.files}
    files |= {f"{name}/{file}": sources.ROOT / file for file in _DOCUMENTS}
    with tempfile.TemporaryDirectory() as scratch:
        hosts = write_hosts(site, Path(scratch) / f"{name}-hosts", name)
        files |= {f"{name}-hosts/{path.name}": path for path in hosts}
        return write_zip(path, files, date)


def write_zip(path: Path, files: dict[str, Path], date: int) -> Path:
    """Write a zip with ``files`` by their names in it, all of the same date."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, time.gmtime(date)[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, so that the mode counts
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name].read_bytes(), compresslevel=9)
    return path
