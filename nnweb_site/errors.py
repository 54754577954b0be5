"""Errors that a user can do something about."""

from __future__ import annotations

from nnweb.errors import NnwebError


class PageError(NnwebError):
    """A page cannot be made."""
