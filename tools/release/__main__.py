"""Make all files of a release: python run.py release.

    release/<version>/
        nnweb-<version>-py3-none-any.whl            the package for PyPI
        nnweb-<version>.tar.gz                      its sources
        nnweb_site-<version>-py3-none-any.whl       the site for `nnweb page`
        nnweb-site-<version>.zip                    the site, for any host
        nnweb-site-<version>-precompressed.zip      the same with .br and .gz files
        nnweb-digit-pad-<version>.tgz               <digit-pad> for npm
        nnweb-<version>.cdx.json                    the bill of materials (CycloneDX)
        SHA256SUMS

The same sources give the same bytes. All files have the date SOURCE_DATE_EPOCH (in
seconds), by default 2026-01-01.
"""

import argparse
import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from nnweb import __version__
from nnweb_site.hashes import file_hash
from tools.build import sources
from tools.build.site import build
from tools.build.sources import BuildError
from tools.build.wheel import EPOCH
from tools.release.npm_package import build_npm
from tools.release.package import build_package
from tools.release.sbom import write_sbom
from tools.release.site_package import build_site_package
from tools.release.site_zip import write_site_zip
from tools.runtime.fetch import FetchError

Log = Callable[[str], None]

_SCRATCH = ".part-"


def release(out: Path, date: int, log: Log = print, url: str = "") -> list[Path]:
    """Fill ``out``, replacing files of the same names, and return the files.

    ``date`` is the date of all files in seconds since 1970, ``url`` the project's
    address for the packages' metadata, if it has one.
    """
    whole = build(sources.ROOT / "dist", log, compressed=True)
    # a page asks for companions if it was built with them
    plain = build(sources.ROOT / ".build" / "plain", log, compressed=False)
    out.mkdir(parents=True, exist_ok=True)
    for leftover in out.glob(f"{_SCRATCH}*"):  # of a release that was killed
        shutil.rmtree(leftover)
    with tempfile.TemporaryDirectory(dir=out, prefix=_SCRATCH) as scratch:
        part = Path(scratch)
        log("building and checking the Python package")
        build_package(part, date, url)
        log("packing the site")
        build_site_package(whole, part, __version__, date, url)
        name = f"nnweb-site-{__version__}"
        write_site_zip(plain, part / f"{name}.zip", __version__, date)
        write_site_zip(whole, part / f"{name}-precompressed.zip", __version__, date)
        build_npm(plain, part, __version__, url)
        write_sbom(part / f"nnweb-{__version__}.cdx.json", __version__, date)
        _write_sums(part)
        return [path.replace(out / path.name) for path in sorted(part.iterdir())]


def _write_sums(folder: Path) -> None:
    """Write SHA256SUMS, which ``sha256sum --check`` reads."""
    lines = [f"{file_hash(path)}  {path.name}\n" for path in sorted(folder.iterdir())]
    text = "".join(lines)
    (folder / "SHA256SUMS").write_text(text, encoding="utf-8", newline="\n")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="run.py release", description="Make all files of a release."
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=sources.ROOT / "release" / __version__,
        help="folder (in the checkout: release/VERSION)",
    )
    parser.add_argument(
        "--url", default="", help="the project's address, for the packages' metadata"
    )
    args = parser.parse_args(argv)
    if args.url and not args.url.startswith("https://"):
        parser.error(f"--url: got {args.url!r}, expected https://...")
    date = os.environ.get("SOURCE_DATE_EPOCH", EPOCH)
    if not date.isdecimal():
        parser.error(f"SOURCE_DATE_EPOCH: got {date!r}, expected seconds since 1970")
    try:
        log = functools.partial(print, file=sys.stderr)
        for path in release(args.out.resolve(), int(date), log, args.url):
            print(f"{path.stat().st_size:>11,}  {path}")
    except (BuildError, FetchError, OSError) as error:
        print(f"run.py release: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("run.py release: interrupted", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
