"""The files that a site is built from, and where they are in the checkout."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITE, MODELS = ROOT / "site", ROOT / "assets" / "models"
MNIST = ROOT / "assets" / "mnist"
STEPS = ROOT / "tools" / "bench" / "results" / "steps.json"
_PINS = (
    "tools/runtime/lock.json",
    "tools/npm/package-lock.json",
    "requirements/build.txt",
    "requirements/node.txt",
    "pyproject.toml",
    "LICENSE",
)


class BuildError(Exception):
    """The site cannot be built; the message says why."""


def all_sources() -> Iterator[Path]:
    """Every file that the built site depends on."""
    yield from visible_files(SITE)
    yield from MODELS.glob("*.json")
    yield from MNIST.glob("*.gz")
    yield from (ROOT / "nnweb").rglob("*.py")
    yield from (ROOT / "nnweb_site" / f"{name}.py" for name in ("hashes", "networks"))
    for folder in ("build", "runtime", "faststart"):
        yield from (ROOT / "tools" / folder).rglob("*.py")
        yield from (ROOT / "tools" / folder).rglob("*.mjs")
    yield from (ROOT / name for name in _PINS)
    yield STEPS


def visible_files(folder: Path) -> list[Path]:
    """The files below a folder, without those that systems and editors hide."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
