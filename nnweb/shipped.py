"""Shipped networks, recipes and data by name, from a checkout or an installed wheel.

A release puts a part of the checkout's ``assets/`` into its wheel, as ``nnweb/assets/``
(tools/release/package.py). The page's wheel has none of it.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSIDE = _PACKAGE / "assets"
ASSETS = _INSIDE if _INSIDE.is_dir() else _PACKAGE.with_name("assets")
_SUFFIXES = {"models": ".json", "recipes": ".toml"}


def names(kind: str) -> list[str]:
    """Return the names of the shipped "models" or "recipes"."""
    return sorted(path.stem for path in (ASSETS / kind).glob(f"*{_SUFFIXES[kind]}"))


def find(kind: str, name: str | Path) -> Path:
    """Return the file at a path or, if there is none, the shipped one of that name."""
    if str(name) in names(kind) and not Path(name).is_file():
        return ASSETS / kind / f"{name}{_SUFFIXES[kind]}"
    return Path(name)


def hint(kind: str) -> str:
    """Return the end of a message about a missing file: the names that there are."""
    return f"; shipped {kind}: {', '.join(names(kind)) or 'none'}"
