"""The built site as data, and ``nnweb page``, which makes a page of one's own of it.

A release puts the site and its texts into this package (tools/release/site_package.py);
a checkout has them in dist/ and in site/words/.
"""

from __future__ import annotations

from pathlib import Path

from nnweb_site.errors import PageError

_PACKAGE = Path(__file__).resolve().parent


def site_folder() -> Path:
    """Return the folder of the built site."""
    for folder in (_PACKAGE / "site", _PACKAGE.with_name("dist")):
        if (folder / "sw.js").is_file():
            return folder
    raise PageError(
        "there is no built site: install it (pip install nnweb[page]) or, in a "
        "checkout, build it (python run.py build)"
    )


def words_folder() -> Path:
    """Return the folder with the texts of the page, a file for each language."""
    inside = _PACKAGE / "words"
    return inside if inside.is_dir() else _PACKAGE.with_name("site") / "words"
