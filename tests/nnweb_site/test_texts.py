"""Texts of a page for its networks' labels, as the page itself has them."""

import pytest

from nnweb.network import DIGITS
from nnweb_site import words_folder
from nnweb_site.texts import range_of, texts_for


@pytest.mark.parametrize(
    ("labels", "shown"),  # those of tests/site/text/labels.test.js
    [
        ("abcde", "a–e"),
        ("+-x/", "+ - x /"),
        ("ab", "a b"),
        ("abd", "a b d"),
        (["cat", "dog"], "cat, dog"),
        (["a", "b", "ch"], "a, b, ch"),
        ("𝟎𝟏𝟐", "𝟎–𝟐"),
        (["only"], "only"),
        (
            ["strawberry", "raspberry", "blueberry", "gooseberry", "cherry"],
            "strawberry, raspberry, blueberry, …",
        ),
    ],
)
def test_labels_are_named_as_in_the_page(labels, shown):
    assert range_of([*labels]) == shown


def test_texts_name_labels_unless_they_are_the_digits():
    assert texts_for(words_folder(), "en", "abc").title == "Draw one of a–c"
    digits = texts_for(words_folder(), "de", DIGITS)
    assert digits.title == "Ziffer zeichnen" and digits.hint.startswith("0 bis 9")
    assert texts_for(words_folder(), "en", DIGITS, numbers=True).title == (
        "Write a number"
    )
