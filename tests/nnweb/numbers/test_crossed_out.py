"""What counts as crossed out, in digit heights above a baseline of 0."""

from nnweb.numbers.crossed_out import crossed_out
from tests.nnweb.numbers.written import polyline

SEVEN = polyline((0, -1), (0.6, -1), (0.3, 0))
ONE = polyline((1.0, -1), (1.0, 0))


def test_the_long_bar_of_a_7_does_not_cross_it_out():
    bar = polyline((-0.2, -0.5), (0.8, -0.5))

    assert crossed_out([SEVEN, bar]) == set()


def test_a_line_through_several_digits_crosses_them_out():
    line = polyline((-0.2, -0.5), (1.2, -0.45))

    assert crossed_out([SEVEN, ONE, line]) == {0, 1, 2}
    assert crossed_out([SEVEN, line, ONE]) == set()  # the 1 came later
