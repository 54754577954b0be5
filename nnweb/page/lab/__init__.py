"""The lab: training, inspection, fine-tuning and the tour, for the page's workers.

It runs under CPython and in a browser alike: bytes and plain values in and out.
"""
