"""Words: every language has the phrases of English, and the page uses all of them."""

import re
import shutil

import pytest

from tools.build.words import FOLDER, filled, languages, problems, read, unused


@pytest.fixture
def folder(tmp_path):
    """A copy of the language files."""
    return shutil.copytree(FOLDER, tmp_path / "words")


def change(folder, before, after):
    path = folder / "de.toml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_every_language_has_the_phrases_of_english_and_all_are_used():
    assert languages()[0] == "en" and len(languages()) > 1
    assert [*problems(), *unused()] == []


def test_the_languages_differ():
    english, german = read("en"), read("de")

    for part in ("page", "first", "later", "lab", "python"):
        same = [k for k in english[part] if english[part][k] == german[part][k]]
        assert len(same) < len(english[part]) / 4, (part, same)


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (
            "EARLY =",
            "ERLY =",
            ["has first.ERLY, which English lacks", "lacks first.EARLY"],
        ),
        ("{milliseconds} ms", "{ms} ms", ["expected ['milliseconds']"]),
        ('undo = "Rückgängig"', 'undo = " "', ["page.undo is empty"]),
    ],
)
def test_a_language_that_differs_from_english_is_reported(
    folder, before, after, problem
):
    change(folder, before, after)

    found = "\n".join(sorted(p for p in problems(folder)))

    assert all(text in found for text in problem)


def test_words_in_a_page_are_escaped():
    page = filled(
        '<p title="{{a}}">{{a}}{{others}}', "xx", {"page": {"a": '<"&'}}, "<i>"
    )

    assert page == '<p title="&lt;&quot;&amp;">&lt;&quot;&amp;<i>'


def test_modules_import_their_phrases_from_the_language_files():
    """A string with two or more words in a module would be an untranslated phrase."""
    modules = sorted((FOLDER.parent / "js").rglob("text.js"))
    assert len(modules) > 5
    for path in modules:
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text("utf-8"), flags=re.S)
        for text in re.findall(r'"([^"\n]*)"', code):
            assert not re.search("[A-Za-z]{2,} [A-Za-z]{2,}", text), path
