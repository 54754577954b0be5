"""The page's texts, from site/words/<language>.toml.

    [page], [first]  replace {{key}} in site/index.html
    [app]            goes into the web app manifest
    any [part] but [page] and [app] becomes js/say/<part>.js, a module of constants

All languages have the keys and {placeholders} of English. The build makes a page for
each language, so nothing is looked up at run time.
"""

import argparse
import html
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "site" / "words"
TYPES = ROOT / ".build" / "types" / "js" / "say"  # jsconfig.json looks there
SOURCE_LANGUAGE = "en"
_NO_MODULE = {"page", "app"}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

Words = dict[str, Any]


def languages(folder: Path = FOLDER) -> list[str]:
    """Return the codes of the languages, English first."""
    found = sorted(path.stem for path in folder.glob("*.toml"))
    return sorted(found, key=lambda code: code != SOURCE_LANGUAGE)


def read(language: str, folder: Path = FOLDER) -> Words:
    return tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8"))


def modules(words: Words) -> dict[str, str]:
    """Return the source of each module js/say/<part>.js, by its part."""
    return {
        part: "".join(
            f"export const {name} = {json.dumps(phrase, ensure_ascii=False)};\n"
            for name, phrase in _constants(words, part)
        )
        for part in _parts(words)
    }


def _parts(words: Words) -> list[str]:
    return [k for k, v in words.items() if isinstance(v, dict) and k not in _NO_MODULE]


def _constants(words: Words, part: str) -> Iterator[tuple[str, Any]]:
    if part == "first":
        yield "LOCALE", words["locale"]
    yield from words[part].items()


def filled(page: str, language: str, words: Words, others: str) -> str:
    """Replace a page's {{keys}}; escape all values but ``others``, which is HTML."""
    values = {name: html.escape(text) for name, text in page_texts(words).items()}
    values |= {"lang": language, "others": others}
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], page)


def page_texts(words: Words) -> dict[str, str]:
    """Return the texts that a page may have; those in [first] may change later."""
    texts = {**words["page"], **words.get("first", {})}
    return {name: text for name, text in texts.items() if isinstance(text, str)}


def manifest(text: str, language: str, words: Words) -> str:
    """Return the web app manifest of site/ in one language."""
    fields = json.loads(text)
    fields |= {**words["app"], "description": words["page"]["description"]}
    fields |= {"lang": language}
    if language != SOURCE_LANGUAGE:
        fields["start_url"] += f"{language}/"
    return json.dumps(fields, ensure_ascii=False, indent=1) + "\n"


# --- checks ---------------------------------------------------------------------------


def problems(folder: Path = FOLDER) -> Iterator[str]:
    """Yield each problem of the language files, as a sentence."""
    english = _flat(read(SOURCE_LANGUAGE, folder))
    for language in languages(folder):
        phrases = _flat(read(language, folder))
        for key in english.keys() - phrases.keys():
            yield f"{language}.toml: lacks {key}, which English has"
        for key in phrases.keys() - english.keys():
            yield f"{language}.toml: has {key}, which English lacks"
        for key in english.keys() & phrases.keys():
            if not phrases[key].strip():
                yield f"{language}.toml: {key} is empty"
            got, wanted = (
                sorted(set(_PLACEHOLDER.findall(p[key]))) for p in (phrases, english)
            )
            if got != wanted:
                yield f"{language}.toml: {key} has {got}, expected {wanted}"


def unused() -> Iterator[str]:
    """Yield English phrases that nothing uses, and missing keys of the page."""
    scripts = [p.read_text(encoding="utf-8") for p in FOLDER.parent.rglob("*.js")]
    constants = set(re.findall(r"\b[A-Z][A-Z0-9_]*\b", "\n".join(scripts)))
    page = (FOLDER.parent / "index.html").read_text(encoding="utf-8")
    keys = set(re.findall(r"\{\{(\w+)\}\}", page))
    words = read(SOURCE_LANGUAGE)
    for part in _parts(words):
        for name in words[part].keys() - constants:
            yield f"en.toml: {part}.{name} is not used"
    for name in words["page"].keys() - keys:
        yield f"en.toml: page.{name} is not used in site/index.html"
    for name in keys - page_texts(words).keys() - {"lang", "others"}:
        yield f"en.toml: lacks page.{name}, which site/index.html uses"


def _flat(words: Words, before: str = "") -> dict[str, str]:
    """Return every phrase by its full key, such as lab.CHOICES.start."""
    found: dict[str, str] = {}
    for name, value in words.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{name}.")
        else:
            found[f"{before}{name}"] = str(value)
    return found


def write_types() -> None:
    """Write the types of the generated modules, for TypeScript."""
    TYPES.mkdir(parents=True, exist_ok=True)
    words = read(SOURCE_LANGUAGE)
    for part in _parts(words):
        lines = [
            f"export const {name}: {_type(phrase)};\n"
            for name, phrase in _constants(words, part)
        ]
        (TYPES / f"{part}.d.ts").write_text("".join(lines), encoding="utf-8")


def _type(phrase: Any) -> str:
    if not isinstance(phrase, dict):
        return "string"
    inner = {_type(value) for value in phrase.values()}
    return f"Record<string, {inner.pop()}>" if len(inner) == 1 else "any"


def main(argv: list[str] | None = None) -> int:
    argparse.ArgumentParser(prog="python -m tools.build.words", description=__doc__)
    found = sorted([*problems(), *unused()])
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
