"""The lab's Python: what the page's second worker may call. Training, and exchange.

As the rest of the package it runs under CPython and in a browser alike, and knows of
neither: it is given bytes and plain values, and gives them.
"""
