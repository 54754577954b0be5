"""Move a finished site into dist, which is a working site at every moment."""

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

from nnweb_site.hashes import HASHED, file_hash, folder_hashes
from tools.build import sources
from tools.build.sources import BuildError

# In dist, where builds left it until 0.1; a host would serve it.
_OLD_STAMP = ".nnweb-build.json"
# What a folder for GitHub Pages has at first, beside .git and .nojekyll.
_PAGES_FILES = {"CNAME"}


@dataclass(frozen=True)
class Stamp:
    """What a build has left in a folder: kept in the checkout, as it is not served."""

    #: fingerprint of the sources; "" if an optional step has to be tried again
    sources: str = ""
    compressed: bool = False
    #: hash of each file, by its path in dist
    files: dict[str, str] = field(default_factory=dict)

    def is_complete(self, out: Path) -> bool:
        """Whether every file is still there, byte for byte."""
        try:
            return all(file_hash(out / name) == h for name, h in self.files.items())
        except OSError:
            return False


def read_stamp(out: Path) -> Stamp:
    """The stamp of the last build; an empty one if it is missing or damaged."""
    try:
        fields = json.loads(stamp_file(out).read_text(encoding="utf-8"))
        return Stamp(
            str(fields["sources"]), bool(fields["compressed"]), dict(fields["files"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Stamp()


def stamp_file(out: Path) -> Path:
    path = out.resolve()
    if path.is_relative_to(sources.ROOT):  # which may be moved
        path = path.relative_to(sources.ROOT)
    name = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    return sources.ROOT / ".build" / "stamps" / f"{name}.json"


def write_stamp(out: Path, stamp: Stamp) -> None:
    part = stamp_file(out).with_suffix(".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_text(json.dumps(asdict(stamp), indent=1), encoding="utf-8")
    part.replace(stamp_file(out))


def publish(site: Path, out: Path, stamp: Stamp, old: Stamp) -> None:
    """Move the new site into ``out``.

    First the hashed folders, under names of their own; then the pages, which link to
    them; only then is removed what no page links to any more.
    """
    for folder in (path for path in site.iterdir() if HASHED.fullmatch(path.name)):
        if (out / folder.name).exists():
            if folder_hashes(out / folder.name) == folder_hashes(folder):
                continue
            (out / folder.name).rename(site / f"damaged-{folder.name}")
        folder.rename(out / folder.name)
    for name in stamp.files:
        if not _is_in_hashed_folder(name):
            (out / name).parent.mkdir(exist_ok=True)
            (site / name).replace(out / name)
    write_stamp(out, stamp)
    (out / _OLD_STAMP).unlink(missing_ok=True)
    _remove_old(out, stamp, old)


def _remove_old(out: Path, stamp: Stamp, old: Stamp) -> None:
    for name in old.files.keys() - stamp.files.keys():
        if not _is_in_hashed_folder(name):
            (out / name).unlink(missing_ok=True)
            if "/" in name and not any((out / name).parent.iterdir()):
                (out / name).parent.rmdir()
    kept = {name.split("/")[0] for name in stamp.files}
    for folder in out.iterdir():  # an interrupted build may have left some, too
        if HASHED.fullmatch(folder.name) and folder.name not in kept:
            shutil.rmtree(folder)


def _is_in_hashed_folder(name: str) -> bool:
    return HASHED.fullmatch(name.split("/")[0]) is not None


def refuse_foreign_folder(out: Path) -> None:
    """Raise BuildError where a build could overwrite somebody's own files."""
    if out.exists() and not out.is_dir():
        raise BuildError(f"{out}: is a file; name a folder")
    if out.exists() and not _is_built(out):
        names = {path.name for path in out.iterdir() if not path.name.startswith(".")}
        if names - _PAGES_FILES:
            raise BuildError(
                f"{out}: was not built by nnweb and has {min(names)} in it; "
                "name a new folder, or empty this one"
            )


def _is_built(out: Path) -> bool:
    """Whether a build has filled the folder, even if its stamp is lost."""
    if stamp_file(out).exists() or (out / _OLD_STAMP).exists():
        return True
    try:
        text = (out / "sw.js").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False
    # a page by `nnweb page` has no examples
    return "const BUILD = {" in text and (out / "examples").is_dir()
