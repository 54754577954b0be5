"""Reads whole numbers: strokes or pixels in, text with a confidence out.

    strokes -> the writer's line -> pieces -> candidate groups -> network, all at once
            -> scores of groups, signs and neighbours -> lattice -> best readings

Everything is NumPy. Learned are only two networks and the weights of the scores.
"""

from nnweb.numbers.reader import NumberReader, read_number
from nnweb.numbers.reading import Character, NumberReading

__all__ = ["Character", "NumberReader", "NumberReading", "read_number"]
