"""Build the site, a folder of static files: python run.py build.

    dist/index.html           the page; sw.js and digit-pad.js, which pages of other
                              sites import: these keep their names
    dist/de/index.html        the page in German; so for each language of site/words/
    dist/app-<hash>/          style.css, js/, icons, manifest.webmanifest
    dist/de-<hash>/           the same for German
    dist/runtime-<hash>/      Pyodide and NumPy, unchanged and for a quick start
                              (tools/faststart): the same until their pins change
    dist/nnweb-<hash>/        the memory snapshot, nnweb's wheels, pyodide-lock.json
    dist/models-<hash>/       the shipped networks
    dist/mnist-<hash>/        MNIST, in blocks that the page fetches when it needs them
    dist/_headers             for Netlify and Cloudflare Pages
    dist/404.html             for these and GitHub Pages
    dist-hosts/               configurations of other servers (hosts.py)

A folder's name has the hash of its contents, so hosts may let browsers cache it for
ever, and two releases never mix. Every URL is relative: the site works under any path
of any host.
"""

import argparse
import functools
import http.client
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from nnweb_site.hashes import HASHED, folder_hashes
from run import one_at_a_time
from tools.build import sources
from tools.build.assemble import assemble
from tools.build.check_host import check
from tools.build.compress import compress
from tools.build.hashes import fingerprint
from tools.build.hosts import write_hosts
from tools.build.publish import (
    Stamp,
    publish,
    read_stamp,
    refuse_foreign_folder,
    write_stamp,
)
from tools.build.sources import BuildError, all_sources
from tools.runtime.fetch import FetchError
from tools.runtime.node import EngineError

_SCRATCH = ".nnweb-building-"  # in dist during a build

Log = Callable[[str], None]


def build(out: Path, log: Log = print, *, compressed: bool | None = None) -> Path:
    """Build into ``out``, unless the site is there, complete and of the same sources.

    ``compressed`` adds compressed companions (compress.py), for hosts that send them
    and for pages that ask for them; False removes them, and None takes a site with or
    without them.
    """
    root = sources.ROOT
    with one_at_a_time(root / ".build" / "site.lock", "building"):
        current = fingerprint(all_sources())
        old = read_stamp(out)
        ready = old.sources == current and compressed in (None, old.compressed)
        if ready and old.is_complete(out):
            return out
        refuse_foreign_folder(out)
        log(f"building {out.relative_to(root) if out.is_relative_to(root) else out}")
        out.mkdir(parents=True, exist_ok=True)
        write_stamp(out, old)  # so that a build that is cut off can be repeated
        for leftover in out.glob(f"{_SCRATCH}*"):  # of an interrupted build
            shutil.rmtree(leftover)
        with tempfile.TemporaryDirectory(dir=out, prefix=_SCRATCH) as scratch:
            site = Path(scratch) / "site"
            complete = assemble(site, log, companions=bool(compressed))
            if compressed and not _compress(site, log):
                shutil.rmtree(site)
                assemble(site, log)  # whose page asks for no companions
                complete = False
            # An incomplete site works, but the next build tries again.
            stamp = Stamp(
                current if complete else "", bool(compressed), folder_hashes(site)
            )
            publish(site, out, stamp, old)
    return out


def _compress(site: Path, log: Log) -> bool:
    """Add compressed companions to the hashed folders. Returns False without Node."""
    folders = [path for path in site.iterdir() if HASHED.fullmatch(path.name)]
    try:
        compress(folders, log)
    except EngineError as error:
        log(f"without Node the site has no compressed companions: {error}")
        return False
    return True


def _check(url: str) -> int:
    """Print what is wrong with a deployment; return 1 if anything is."""
    try:
        problems = check(url)
    except (OSError, ValueError, http.client.HTTPException) as error:
        problems = [f"{url}: cannot be reached: {error}"]
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{url}: nothing is wrong")
    return 1 if problems else 0


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="run.py build", description="Build the site as a folder of static files."
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=sources.ROOT / "dist",
        help="folder (in the checkout: dist)",
    )
    parser.add_argument(
        "--plain", action="store_true", help="without .br and .gz (docs/hosting.md)"
    )
    parser.add_argument(
        "--check",
        metavar="URL",
        help="build nothing; say what is wrong at that address",
    )
    args = parser.parse_args(argv)
    if args.check is not None:
        if not args.check.startswith(("http://", "https://")):
            parser.error(f"--check: got {args.check!r}, expected https:// or http://")
        return _check(args.check)
    try:
        log = functools.partial(print, file=sys.stderr)
        out = build(args.out.resolve(), log, compressed=not args.plain)
        write_hosts(out, out.with_name(f"{out.name}-hosts"))
    except (BuildError, FetchError, OSError) as error:
        print(f"run.py build: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("run.py build: interrupted", file=sys.stderr)
        return 1
    print(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
