"""The browser test of run.py test --quick: a digit is drawn and recognised."""

import pytest

from tests.site.conftest import Visit


@pytest.mark.firefox
def test_a_drawn_digit_is_recognised(ready: Visit, strokes):
    ready.draw(strokes["7"])

    assert ready.digit() == "7"
