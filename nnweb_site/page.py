"""Make a finished page of one's own networks from the built site.

Nothing is built again. What depends on the networks and on texts is edited: the folder
of networks, js/manifest.js of each language's app, the pages, and the list in sw.js.
Then folders are named and files checked by their hashes, as in the built site. Changed
files are compressed again where the built site has companions; for .br Python has no
library.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import html
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nnweb
from nnweb.network import DIGITS
from nnweb_site.errors import PageError
from nnweb_site.hashes import HASHED, integrity, rename_by_hash
from nnweb_site.networks import checked_file, entries
from nnweb_site.texts import Texts, texts_for

THEMES = ("auto", "light", "dark")

_IMPORT_MAP = re.compile(r'<script type="importmap">(.*?)</script>')
_MODELS = re.compile(r"export const MODELS = \[.*?\n\];\n", re.DOTALL)
_BUILD = re.compile(r"const BUILD = (\{.*?\n\});\n", re.DOTALL)
_MODE = re.compile('<fieldset id="mode"')
_CHECKED = re.compile(  # of its two buttons the first is
    r'(name="mode"\s+value="digit")\s+checked(.*?name="mode"\s+value="number")',
    re.DOTALL,
)
_PAGE = re.compile(r"(\.|[a-z]{2})/")  # as sw.js lists it, by its folder
#: The files of a built site with names of their own, besides the pages.
_NAMED = ("404.html", "_headers", "digit-pad.js", "sw.js")
_FOLDER = re.compile("models-[0-9a-f]{12}")
# Of the built site, what a page of one's own has otherwise, or not at all.
_LEFT_OUT = re.compile(r"models-[0-9a-f]{12}|examples")


@dataclass(frozen=True)
class Options:
    """What the owner of a page decides; None: as it is for the networks' labels.

    ``language`` is that of the only page; None: a page in each language. ``labels``
    replace those of all networks. ``mode``: "single" for a page without numbers,
    "number" for one that starts with them.
    """

    title: str | None = None
    lead: str | None = None
    language: str | None = None
    theme: str = "auto"
    lab: bool = True
    labels: Sequence[str] | None = None
    mode: str | None = None


def make_page(
    site: Path, words: Path, networks: Sequence[Path], out: Path, options: Options
) -> None:
    """Write the page to ``out``; the first of ``networks`` is the one it opens.

    ``site`` is the built site, ``words`` the folder of its texts.
    """
    files = _checked(networks, options)
    labels = nnweb.load(next(iter(files.values()))).labels
    if options.mode == "number" and labels != DIGITS:
        raise PageError(
            f"--numbers: got a network for {', '.join(labels)}, expected one for the "
            "digits 0 to 9; leave the option out"
        )
    _refuse_foreign_folder(site, out, options)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".nnweb-page-") as scratch:
        new = Path(scratch) / "site"
        _copy(site, new)
        _decompress(new)
        models = _add_networks(new, files)
        texts = partial(_texts, words, labels, options)
        swaps = _rename_apps(new, entries(models), options, texts)
        pages, policies = _edit_pages(new, options, swaps, texts)
        for name in ("digit-pad.js", "_headers"):
            _edit(new / name, swaps | policies)
        _list_files(new, pages, models, swaps)
        _publish(new, out)


# --- networks -------------------------------------------------------------------------


def _checked(networks: Sequence[Path], options: Options) -> dict[str, bytes]:
    """Return the networks' files by name, having read all of them."""
    stems = [path.stem for path in networks]
    if twice := {stem for stem in stems if stems.count(stem) > 1}:
        raise PageError(
            f"two networks are called {min(twice)}, after their files; rename one"
        )
    return {
        f"{path.stem}.json": checked_file(path, options.labels) for path in networks
    }


def _add_networks(site: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write the networks into the site, in a folder named by its hash."""
    folder = site / "models"
    folder.mkdir()
    is_compressed = any(site.glob("*/js/*.gz"))
    for name, content in files.items():
        (folder / name).write_bytes(content)
        if is_compressed:
            _compress(folder / name)
    folder = rename_by_hash(folder)
    return [folder / name for name in files]


# --- the apps -------------------------------------------------------------------------


def _rename_apps(
    site: Path,
    models: list[dict[str, Any]],
    options: Options,
    texts: Callable[[str], Texts],
) -> dict[str, str]:
    """Put the networks into each language's app; return what to replace elsewhere.

    English comes last: its manifest names files of all other languages.
    """
    sent = (site / "sw.js").read_text(encoding="utf-8")
    swaps = {old: models[0]["url"].split("/")[2] for old in _FOLDER.findall(sent)}
    apps = [path.parents[1] for path in site.glob("*/js/manifest.js")]
    for app in sorted(apps, key=lambda path: path.name.startswith("app-")):
        manifest = app / "js" / "manifest.js"
        old = integrity(manifest.read_bytes())
        text = _with_models(manifest.read_text(encoding="utf-8"), models)
        _write(manifest, _replaced(text, swaps))
        _edit_web_manifest(app / "manifest.webmanifest", options, texts)
        # beside the site, which has a folder de/ for the page
        named = rename_by_hash(app.rename(site.parent / app.name.split("-")[0]))
        named = named.rename(site / named.name)
        swaps |= {app.name: named.name, old: integrity(_bytes(named))}
    return swaps


def _with_models(text: str, models: list[dict[str, Any]]) -> str:
    listed = f"export const MODELS = {json.dumps(models, indent=1)};\n"
    return _once(_MODELS, text, lambda _: listed)


def _bytes(app: Path) -> bytes:
    return (app / "js" / "manifest.js").read_bytes()


def _edit_web_manifest(
    path: Path, options: Options, texts: Callable[[str], Texts]
) -> None:
    fields = json.loads(path.read_text(encoding="utf-8"))
    own = texts(fields["lang"])
    fields |= {"name": own.title, "short_name": own.title}
    fields["description"] = f"{own.title}. {own.lead}"
    if options.language is not None:
        fields["start_url"] = "../"
    _write(path, json.dumps(fields, ensure_ascii=False, indent=1) + "\n")


# --- the pages ------------------------------------------------------------------------


def _edit_pages(
    site: Path,
    options: Options,
    swaps: Mapping[str, str],
    texts: Callable[[str], Texts],
) -> tuple[list[Path], dict[str, str]]:
    """Edit the page in each language.

    Return the pages that are left, and the hashes to replace in policies: those of the
    import maps, which are inline scripts.
    """
    pages = [site / "index.html", *sorted(site.glob("??/index.html"))]
    before = {page: page.read_text(encoding="utf-8") for page in pages}
    after = {page: _replaced(text, swaps) for page, text in before.items()}
    if options.language is not None:
        after = {site / "index.html": _only_page(after, options.language)}
        for page in pages[1:]:
            shutil.rmtree(page.parent)
    policies = {
        integrity(old.encode()): integrity(_new_map(old, swaps, options).encode())
        for text in before.values()
        for old in _IMPORT_MAP.findall(text)
    }
    for page, text in after.items():
        language = re.findall(r'<html lang="(\w+)"', text)[0]
        edited = _with_texts(_replaced(text, policies), texts(language))
        _write(page, _with_options(edited, options))
    return list(after), policies


def _new_map(text: str, swaps: Mapping[str, str], options: Options) -> str:
    """Return an import map as it is after the edits."""
    text = _replaced(text, swaps)
    return text if options.language is None else text.replace('"../', '"./')


def _only_page(pages: Mapping[Path, str], language: str) -> str:
    """Return the page in a language, for the root, without links to the others."""
    for text in pages.values():
        if f'<html lang="{language}"' in text:
            links = re.compile(r'(<nav id="languages"[^>]*>).*?(</nav>)')
            return _filled(text.replace('"../', '"./'), links, "")
    known = [re.findall(r'<html lang="(\w+)"', text)[0] for text in pages.values()]
    raise PageError(
        f"language: got {language!r}, expected one of {', '.join(sorted(known))}"
    )


def _texts(
    words: Path, labels: Sequence[str], options: Options, language: str
) -> Texts:
    texts = texts_for(words, language, labels, numbers=options.mode == "number")
    return replace(
        texts, title=options.title or texts.title, lead=options.lead or texts.lead
    )


def _with_texts(page: str, texts: Texts) -> str:
    title, lead, hint, paper = (
        html.escape(text) for text in (texts.title, texts.lead, texts.hint, texts.paper)
    )
    for pattern, text in (
        (r"(<title>)[^<]*(</title>)", title),
        (r"(<h1>)[^<]*(</h1>)", title),
        (r'(<meta\s+name="description"\s+content=")[^"]*(")', f"{title}. {lead}"),
        (r'(<p id="intro">)[^<]*(</p>)', lead),
        (r'(<p id="hint" aria-hidden="true">)[^<]*(</p>)', hint),
        (r'(id="drawingCanvas"[^>]*aria-label=")[^"]*(")', paper),
    ):
        page = _filled(page, re.compile(pattern), text)
    return page


def _filled(page: str, pattern: re.Pattern[str], text: str) -> str:
    """Put a text between a pattern's two groups."""
    return _once(pattern, page, lambda found: found[1] + text + found[2])


def _with_options(page: str, options: Options) -> str:
    if options.theme != "auto":
        page = page.replace("<html ", f'<html data-theme="{options.theme}" ', 1)
    if not options.lab:
        for start in ('<nav id="views"', '<button id="howBtn"', '<details id="wrong"'):
            page = _once(re.compile(start), page, lambda m: f"{m[0]} hidden")
    if options.mode == "single":
        page = _once(_MODE, page, lambda m: f"{m[0]} disabled hidden")
    if options.mode == "number":
        page = _once(_CHECKED, page, lambda m: f"{m[1]}{m[2]} checked")
    return page


# --- the service worker ---------------------------------------------------------------


def _list_files(
    site: Path, pages: list[Path], models: list[Path], swaps: Mapping[str, str]
) -> None:
    """List in sw.js what it keeps: as before, but for other networks and hashes."""
    path = site / "sw.js"
    text = path.read_text(encoding="utf-8")
    build = json.loads(_BUILD.findall(text)[0])
    files = []
    for name, old in build["files"]:
        now = _replaced(name, swaps)
        file = site / now / "index.html" if now.endswith("/") else site / now
        if file.is_file() and not name.startswith("models-"):
            is_edited = file in pages or file.name.startswith("manifest.")
            files.append((now, integrity(file.read_bytes()) if is_edited else old))
    for model in models:
        listed = quote(model.relative_to(site).as_posix())  # as in the page's URLs
        files.append((listed, integrity(model.read_bytes())))
    version = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:12]
    listed = json.dumps(build | {"version": version, "files": files}, indent=1)
    _write(path, _once(_BUILD, text, lambda _: f"const BUILD = {listed};\n"))


# --- files ----------------------------------------------------------------------------


def _copy(site: Path, new: Path) -> None:
    """Copy the built site without what a page does not have.

    Files beside it, such as .git, are not the build's.
    """
    hashed = {
        path.relative_to(site)
        for folder in site.iterdir()
        if HASHED.fullmatch(folder.name)
        for path in folder.rglob("*")
        if path.is_file() and not left_out(path.relative_to(site).as_posix())
    }
    for name in {*hashed, *map(Path, _NAMED), *_listed_pages(site)}:
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(site / name, new / name)  # without its mode, say of read-only


def left_out(name: str) -> bool:
    """Whether a page does not have a file: other networks, and examples."""
    return any(_LEFT_OUT.fullmatch(part) for part in name.split("/"))


def packed(names: Collection[str]) -> set[str]:
    """Return the files that ``_decompress`` makes of their companions.

    Those of .bin files are no companions, or contain something else.
    """
    return {n for n in names if f"{n}.gz" in names and not n.endswith(".bin")}


def _decompress(site: Path) -> None:
    """Add the files that are only packed in the installed site."""
    for companion in site.rglob("*.gz"):
        path = companion.with_suffix("")
        if path.suffix != ".bin" and not path.exists():
            path.write_bytes(gzip.decompress(companion.read_bytes()))


def _listed_pages(site: Path) -> set[Path]:
    """Return the pages that a site's sw.js lists, as paths in the site.

    Any other page in the folder is its owner's.
    """
    try:
        text = (site / "sw.js").read_text(encoding="utf-8")
        names = [name for name, _ in json.loads(_BUILD.findall(text)[0])["files"]]
    except (OSError, ValueError, LookupError, TypeError):
        return set()
    return {Path(name, "index.html") for name in names if _PAGE.fullmatch(name)}


def _refuse_foreign_folder(site: Path, out: Path, options: Options) -> None:
    """Raise PageError where a page could overwrite the site or somebody's own files."""
    if out.resolve().is_relative_to(site.resolve()):
        raise PageError(f"{out}: is the built site, or in it; name another folder")
    if out.exists() and not out.is_dir():
        raise PageError(f"{out}: is a file; name a folder")
    known = _listed_pages(out)
    if (out / "digit-pad.js").exists():
        known.add(Path("index.html"))
    written = {Path("index.html")}
    if options.language is None:
        written |= _listed_pages(site)
    for page in sorted(written - known):
        if (out / page).exists():
            raise PageError(
                f"{out / page}: is a page that is not nnweb's; name another folder"
            )


def _publish(new: Path, out: Path) -> None:
    """Move the page into ``out``, then remove what only an earlier one had."""
    out.mkdir(exist_ok=True)
    earlier = _listed_pages(out)
    hashed = [path for path in new.iterdir() if HASHED.fullmatch(path.name)]
    for folder in hashed:
        target = out / folder.name
        if target.is_dir():
            shutil.rmtree(target)
        folder.replace(target)
    kept = {folder.name for folder in hashed}
    files = [path for path in sorted(new.rglob("*")) if path.is_file()]
    for path in files:
        target = out / path.relative_to(new)
        target.parent.mkdir(exist_ok=True)
        path.replace(target)
    for folder in out.iterdir():
        if HASHED.fullmatch(folder.name) and folder.name not in kept:
            shutil.rmtree(folder)
    for page in earlier - {path.relative_to(new) for path in files}:
        _remove_page(out / page)


def _remove_page(page: Path) -> None:
    """Remove a page with its companions, and its folder if it is empty then."""
    for suffix in ("", ".br", ".gz"):
        page.with_name(f"{page.name}{suffix}").unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # the owner has other files there
        page.parent.rmdir()


def _edit(path: Path, swaps: Mapping[str, str]) -> None:
    _write(path, _replaced(path.read_text(encoding="utf-8"), swaps))


def _write(path: Path, text: str) -> None:
    """Write a text, and its companion if it has one."""
    path.write_text(text, encoding="utf-8", newline="\n")
    path.with_name(f"{path.name}.br").unlink(missing_ok=True)
    if _companion(path).exists():
        _compress(path)


def _compress(path: Path) -> None:
    _companion(path).write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def _companion(path: Path) -> Path:
    return path.with_name(f"{path.name}.gz")


def _replaced(text: str, swaps: Mapping[str, str]) -> str:
    for old, new in swaps.items():
        text = text.replace(old, new)
    return text


def _once(
    pattern: re.Pattern[str], text: str, new: Callable[[re.Match[str]], str]
) -> str:
    """Replace the one place that a pattern matches."""
    changed, count = pattern.subn(new, text)
    if count != 1:
        raise PageError(
            f"the built site has {count} places like {pattern.pattern!r}, expected "
            "one; install nnweb and nnweb-site of the same version"
        )
    return changed
