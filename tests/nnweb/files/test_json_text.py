"""Limits of JSON text. Damaged and hostile texts are in tools/fuzz."""

from nnweb.files.json_text import parse_json


def test_a_network_of_millions_of_rounded_weights_is_parsed():
    text = f"[{','.join(['-0.1234'] * 1_500_000)}]"

    assert len(parse_json(text, "weights")) == 1_500_000
