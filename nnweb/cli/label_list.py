"""The option --labels: labels separated by commas."""

from __future__ import annotations


def label_list(text: str) -> list[str]:
    """Split "a, b" into its labels, without the spaces around them."""
    return [label.strip() for label in text.split(",")]
