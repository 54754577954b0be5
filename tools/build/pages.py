"""The files that keep their names: the pages, sw.js and digit-pad.js.

Their references to site/ are rewritten to the hashed folders of the app.
"""

import hashlib
import json
import os
import re
from pathlib import Path

from nnweb_site.hashes import integrity
from tools.build import sources
from tools.build.bundle import PAGE, WORKERS, App
from tools.build.hashes import browser_integrity
from tools.build.sources import BuildError
from tools.build.words import SOURCE_LANGUAGE, filled, languages, read

_STABLE = ("*.html", "examples/*.html", "sw.js", "digit-pad.js")
_IN_PAGE = re.compile(r'(?P<before>\b(?:href|src)=")(?P<reference>[^"]*)(?=")')
_IN_SCRIPT = re.compile(r"""(?P<before>["'](?=\./))(?P<reference>[^"']*)(?=["'])""")
_NUMBER = re.compile(r"export const (\w+) = (\d+);")
# The same from anywhere: another origin, or a place in the page itself.
_ABSOLUTE = re.compile(r"[a-z]+:|//|#|\.?/?$")
# A line of the page that asks for a style sheet, or for a classic script.
_STYLE = re.compile(r'^ *<link rel="stylesheet" href="([^"]*)" />\n', re.MULTILINE)
_SCRIPT = re.compile(r'^ *<script src="([^"]*)"></script>\n', re.MULTILINE)


def _index() -> Path:
    return sources.SITE / "index.html"


def stable_files() -> list[Path]:
    """The files of site/ that keep their names and places in dist."""
    return [path for glob in _STABLE for path in sorted(sources.SITE.glob(glob))]


def inlined_files() -> list[Path]:
    """The files of site/ that lie inside the page, so that it need not ask for them."""
    page = _index().read_text(encoding="utf-8")
    names = [*_STYLE.findall(page), *_SCRIPT.findall(page)]
    return [sources.SITE / name for name in names]


def write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def write_pages(site: Path, apps: dict[str, App]) -> None:
    """Write the page in each language, and the other files that keep their names."""
    index = _index()
    for path in stable_files():
        if path != index:
            target = site / path.relative_to(sources.SITE)
            text = _with_references(path, apps[SOURCE_LANGUAGE])
            write_text(target, _with_hashes(text, apps[SOURCE_LANGUAGE]))
    up = {language: "" if language == SOURCE_LANGUAGE else "../" for language in apps}
    maps = {
        language: _import_map(app, up[language])
        for language, app in apps.items()
        if app.scripts.preloads
    }
    for language, app in apps.items():
        folder = site if language == SOURCE_LANGUAGE else site / language
        words = read(language, sources.SITE / "words")
        page = _with_references(index, app, up[language])
        page = filled(page, language, words, _language_links(language, up[language]))
        for text in maps.values():  # one policy for all: a host may send it
            page = _allowed(page, "script", text)
        if language in maps:
            page = _with_modules(page, app, maps[language])
        write_text(folder / index.name, _with_timeouts(page))


def _with_references(path: Path, app: App, up: str = "") -> str:
    """The text of a file of site/ with its references rewritten.

    ``up`` is the way from the folder that it is written to, to where site/ has it.
    """

    def rewrite(found: re.Match[str]) -> str:
        reference = found["reference"]
        if _ABSOLUTE.match(reference):
            return found[0]
        return found["before"] + up + _rewritten(reference, path, app)

    text = path.read_text(encoding="utf-8")
    if path == _index():
        text = _with_inlined(text)
    pattern = _IN_PAGE if path.suffix == ".html" else _IN_SCRIPT
    return pattern.sub(rewrite, text)


def _rewritten(reference: str, path: Path, app: App) -> str:
    where = path.relative_to(sources.SITE)
    name = re.split("[?#]", reference)[0]
    target = Path(os.path.normpath(where.parent / name))
    if target == Path() or sources.SITE / target in stable_files():
        return reference
    if target.is_relative_to("js"):
        module = target.relative_to("js").as_posix()
        target = Path("js") / app.scripts.files.get(module, module)
    if target.is_absolute() or not (app.folder / target).is_file():
        raise BuildError(
            f"site/{where.as_posix()}: refers to {reference}, which is not in site/"
        )
    start = "../" * (len(where.parts) - 1) if path.suffix == ".html" else "./"
    return f"{start}{app.folder.name}/{target.as_posix()}{reference[len(name) :]}"


def _language_links(language: str, up: str) -> str:
    """Links from the page in one language to the others, as HTML."""
    links = ""
    for code in languages(sources.SITE / "words"):
        if code != language:
            words = read(code, sources.SITE / "words")
            href = (up if code == SOURCE_LANGUAGE else f"{up}{code}/") or "./"
            links += (
                f'<a href="{href}" hreflang="{code}" lang="{code}" '
                f'title="{words["name"]}">{words["sign"]}</a>'
            )
    return links


def _with_inlined(page: str) -> str:
    """The page with its style sheets and classic scripts inside it, allowed by hash.

    A browser paints nothing while a style sheet or such a script does not arrive.
    Source: Content Security Policy Level 3, 6.7.2.3 (hashes of inline elements).
    """
    for line, element in ((_SCRIPT, "script"), (_STYLE, "style")):
        for found in [*line.finditer(page)]:
            text = "\n" + (sources.SITE / found[1]).read_text(encoding="utf-8")
            text = _with_timeouts(text)
            page = page.replace(found[0], f"    <{element}>{text}</{element}>\n")
            page = _allowed(page, element, text)
    return page


def _allowed(page: str, element: str, text: str) -> str:
    """The page with a policy that allows an element with this text."""
    allowed = f"{element}-src 'self'"
    return page.replace(allowed, f"{allowed} '{integrity(text.encode())}'", 1)


def _with_timeouts(text: str) -> str:
    """A text with the numbers of js/boot/timeouts.js in the place of their names."""
    rule = sources.SITE / "js" / "boot" / "timeouts.js"
    if rule.exists():
        for name, number in _NUMBER.findall(rule.read_text(encoding="utf-8")):
            text = text.replace(f"{{{{{name}}}}}", number)
    return text


def _import_map(app: App, up: str) -> str:
    """The hashes of the page's modules, which a browser checks at each import.

    Source: HTML Standard, 8.1.6.2 (import maps, "integrity").
    """
    entries = {*PAGE, *WORKERS} - {"main"}
    hashes = {
        f"{up or './'}{app.folder.name}/js/{path.name}": browser_integrity(path)
        for path in sorted((app.folder / "js").glob("*.js"))
        if path.stem not in entries
    }
    return json.dumps({"integrity": hashes}, separators=(",", ":"))


def _with_modules(page: str, app: App, import_map: str) -> str:
    """The page with its modules' hashes, and a link for each that main.js imports.

    A browser finds a module's imports when it has the module: one more round trip. Not
    every browser knows hashes in an import map; all know those of elements.
    Source: HTML Standard, 4.6.7.12 (link type modulepreload).
    """
    script = re.search(r'( *)<script type="module" src="([^"]*/)main\.js"', page)
    if script is None:
        return page
    indent, folder = script.groups()
    js = app.folder / "js"
    links = (
        f'{indent}<link rel="modulepreload" href="{folder}{name}" '
        f'integrity="{browser_integrity(js / name)}" />\n'
        for name in app.scripts.preloads
    )
    head = f'{indent}<script type="importmap">{import_map}</script>\n{"".join(links)}'
    checked = f'{script[0]} integrity="{browser_integrity(js / "main.js")}"'
    return page[: script.start()] + head + checked + page[script.end() :]


def _with_hashes(text: str, app: App) -> str:
    """The text of digit-pad.js with the hashes of what it imports, if bundled."""
    if not app.scripts.preloads:
        return text
    js = app.folder / "js"
    hashes = {
        f"./{app.folder.name}/js/{name}": browser_integrity(js / name)
        for name in ("manifest.js", "digit-pad.js")
        if (js / name).exists()
    }
    return text.replace("INTEGRITY = {}", f"INTEGRITY = {json.dumps(hashes)}")


def fill_service_worker(
    site: Path, apps: list[Path], others: list[Path], *, companions: bool
) -> None:
    """List in sw.js what it keeps, with hashes: the pages, the apps and ``others``.

    ``companions``: whether large files have compressed ones.
    """
    path = site / "sw.js"
    if not path.exists():
        return
    in_apps = [
        file
        for app in apps
        for file in app.rglob("*")
        if file.is_file() and file.suffix != ".map"
    ]
    pages = [*site.glob("*.html"), *site.glob("??/*.html")]
    files = [
        (_as_requested(file.relative_to(site)), browser_integrity(file))
        for file in [*pages, *sorted([*in_apps, *others])]
    ]
    version = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:12]
    fields = {"version": version, "companions": companions, "files": files}
    text = path.read_text(encoding="utf-8")
    empty = 'BUILD = { version: "", companions: false, files: [] }'
    text = text.replace(empty, f"BUILD = {json.dumps(fields, indent=1)}")
    write_text(path, text)


def _as_requested(path: Path) -> str:
    """A file's path as visitors request it: a folder for its index.html."""
    return re.sub(r"(^|/)index\.html$", r"\1", path.as_posix()) or "./"
