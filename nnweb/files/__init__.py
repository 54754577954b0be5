"""Reads untrusted files: limits are checked before memory is allocated.

Every reader raises FormatError for whatever is not a file of its kind.
"""
