"""Make the npm package nnweb-digit-pad: the built files, a loader, types, a command."""

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tools.build import sources
from tools.build.publish import read_stamp
from tools.build.sources import BuildError
from tools.runtime import npm
from tools.runtime.node import EngineError, node, npm_command

FOLDER = Path(__file__).parent / "npm"
#: Files of a built site that no <digit-pad> asks for.
_PAGE_ONLY = re.compile(
    r"mnist-|_headers$|(de/|examples/)?[^/]*\.html$|sw\.js$"
    r"|[^/]*/(css|examples|icons|vendor)/|.*\.(map|webmanifest)$"
)


def build_npm(site: Path, out: Path, version: str, url: str = "") -> Path:
    """Pack the package, with the files of a plain built ``site``, into ``out``.

    Returns the .tgz file, which is the same for the same files. Raises BuildError.
    """
    with tempfile.TemporaryDirectory(prefix="nnweb-npm-") as scratch:
        package = Path(scratch) / "package"
        fill(package, site, version, url)
        options = ["--ignore-scripts", "--json", "--loglevel=error"]
        options += ["--cache", scratch, "--pack-destination", str(out)]
        printed = _run([*npm_command(), "pack", *options], package)
        return out / f"{json.loads(printed)[0]['name']}-{version}.tgz"


def fill(package: Path, site: Path, version: str, url: str = "") -> None:
    """Write the package's files into the new folder ``package``."""
    shutil.copytree(FOLDER, package)
    root = sources.ROOT
    for document in ("LICENSE", "CREDITS.md"):
        shutil.copyfile(root / document, package / document)
    manifest = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))
    if url:
        manifest["homepage"] = url
    text = json.dumps({"version": version, **manifest}, indent=2)
    (package / "package.json").write_text(f"{text}\n", encoding="utf-8", newline="\n")
    for name in read_stamp(site).files:  # other files in dist are not the build's
        if not _PAGE_ONLY.match(name):
            target = package / "dist" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(site / name, target)
    _write_types(package)
    for path in (package, *package.rglob("*")):  # whatever the umask is
        path.chmod(0o755 if path.is_dir() or path.name == "copy.js" else 0o644)


def _write_types(package: Path) -> None:
    """Write index.d.ts, which TypeScript makes of the JSDoc."""
    npm.install()
    compiler = npm.FOLDER / "node_modules" / "typescript" / "bin" / "tsc"
    options = "--allowJs --checkJs --strict --declaration --emitDeclarationOnly"
    target = "--target es2024 --module esnext --lib es2024,dom"
    files = ["--ignoreConfig", "index.js"]
    _run([node(), str(compiler), *options.split(), *target.split(), *files], package)


def _run(command: list[str], folder: Path) -> str:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    except (OSError, EngineError) as error:
        raise BuildError(f"{command[0]}: {error}") from error
    if done.returncode:
        called = " ".join(command[1:3])
        raise BuildError(f"{called} has failed:\n{done.stdout}{done.stderr}")
    return done.stdout
