"""The texts of a page that depend on its networks or on its owner."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nnweb.network import DIGITS


@dataclass(frozen=True)
class Texts:
    """Texts in one language: heading, the line below it, hint and name of the paper."""

    title: str
    lead: str
    hint: str
    paper: str


def texts_for(
    words: Path,
    language: str,
    labels: Sequence[str],
    *,
    numbers: bool = False,
) -> Texts:
    """Return the texts for a network's labels; ``words`` has the languages' files.

    ``numbers``: the page starts with numbers.
    """
    fields = tomllib.loads((words / f"{language}.toml").read_text(encoding="utf-8"))
    phrases = fields["first"]
    if tuple(labels) != DIGITS:
        named = {"labels": range_of(labels)}
        phrases = {key: text.format(**named) for key, text in phrases["OTHER"].items()}
    return Texts(
        title=fields["numbers"]["READY"] if numbers else phrases["TITLE"],
        lead=fields["page"]["intro"],
        hint=phrases["HINT"],
        paper=phrases["PAPER"],
    )


def range_of(labels: Sequence[str]) -> str:
    """Return all labels for a sentence, as site/js/text/labels.js does."""
    codes = [ord(label) if len(label) == 1 else -1 for label in labels]
    run = [*range(codes[0], codes[0] + len(codes))]
    if codes == run and codes[0] >= 0 and len(codes) > 2:
        return f"{labels[0]}–{labels[-1]}"
    separator = ", " if -1 in codes else " "
    text = separator.join(labels)
    if len(text) <= _LONGEST:
        return text
    end = text[:_LONGEST].rfind(separator)
    return f"{text[: end if end >= 0 else _LONGEST]}{separator}…"


_LONGEST = 40  # characters of a list of labels
