"""Changes that go for what a reader believes: a field, a type, a shape, a size, text.

Purely random bytes are refused at their first byte. What is made depends only on the
``random.Random`` given, so that tests (hypothesis), the campaign (seeds) and atheris
(bytes) share these files.
"""

from random import Random
from typing import Any

INTS = [0, 1, 2, 3, 7, 10, 28, 100, 255, 256, 784, 4096, 2**15, 2**16 - 1, 10**6]
INTS += [2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**63 - 1, 2**64, 2**70, 10**25, -1, -784]
TEXTS = ["", "0", "dense", "conv2d", "relu", "maxpool2d", "flatten", "dropout", "int8"]
TEXTS += ["float16", "canvas", "AAAA", "A" * 1000, "../a", "\0", "é" * 9, "F16"]
TEXTS += ["1e999", "F99", "big", "data", "\ud800", "a.weight", "weight", "bias"]
TEXTS += ["9" * 5000]
SNIPPETS = ["NaN", "-Infinity", "1e999", "9" * 5000, "[" * 600, '{"a":' * 600, '"']
SNIPPETS += ["\\", "[[],[]," * 200, "\\ud800", "\0", ",", "]", "}", ":", "//", "\ufeff"]
SNIPPETS += ["1_0"]


def value(rng: Random, depth: int = 0) -> Any:
    """Return any value that JSON has."""
    kind = rng.randrange(9 if depth < 3 else 6)
    if kind < 3:
        return rng.choice(INTS)
    if kind == 3:
        return rng.choice(TEXTS)
    if kind == 4:
        return rng.choice([None, True, False, 0.5, -1e-9, 1e38, 1e308, -0.0, {}, []])
    if kind == 5:
        return rng.uniform(-1e6, 1e6)
    items = [value(rng, depth + 1) for _ in range(rng.randrange(4))]
    if kind == 6:
        return items * rng.choice([1, 1, 1, 50])
    return {rng.choice(TEXTS): item for item in items} if kind == 7 else [items]


def changed(rng: Random, whole: Any) -> Any:
    """Change one place of a nested value, in place; return the value."""
    here = whole
    while isinstance(here, dict | list) and here:
        keys = list(here) if isinstance(here, dict) else range(len(here))
        key = rng.choice(keys)
        inner = here[key]
        if isinstance(inner, dict | list) and inner and rng.randrange(4):
            here = inner
            continue
        action = rng.randrange(8)
        if action < 4:
            here[key] = value(rng)
        elif action == 4:
            del here[key]
        elif action == 5:
            here[key] = [inner]
        elif action == 6:
            here[key] = here[rng.choice(keys)]
        elif isinstance(here, dict):
            here[rng.choice(TEXTS)] = here.pop(key)
        else:
            here.insert(key, inner)
        return whole
    return value(rng)


def damaged(rng: Random, data: bytes) -> bytes:
    """Cut, double, swap or overwrite parts of ``data``, most often of its start."""
    if not data:
        return data
    at = rng.randrange(min(len(data), rng.choice([16, 64, 256, len(data)])))
    end = min(len(data), at + rng.choice([1, 2, 4, 8, 32, 1000]))
    action = rng.randrange(9)
    if action == 0:
        return data[:at]
    if action == 1:
        return data[:at] + data[end:]
    if action == 2:
        return data[:end] + data[at:end] * rng.choice([1, 2, 50]) + data[end:]
    if action == 3:
        other = rng.randrange(len(data))
        return data[:at] + data[other : other + end - at] + data[end:]
    if action == 4:
        return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]
    if action == 5:
        return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
    size = rng.choice([2, 4, 8])
    word = rng.choice(INTS) % 256**size
    packed = word.to_bytes(size, rng.choice(["little", "big"]))
    return data[:at] + packed + data[at + (0 if action == 6 else size) :]


def damaged_text(rng: Random, text: str) -> bytes:
    """Return text in some encoding, with a wrong part."""
    action = rng.randrange(6)
    if action < 2:
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(SNIPPETS) + text[at + rng.randrange(3) :]
    elif action == 2:
        return text.encode(
            rng.choice(["utf-16", "utf-8-sig", "utf-32", "utf-7"]), "replace"
        )
    data = text.encode("utf-8", "replace")
    return damaged(rng, data) if action > 3 else data


def often(rng: Random, times: int = 3) -> range:
    """Return a range to loop over: once most often, never rarely."""
    return range(rng.choice([1, 1, 1, 1, 1, 2, times, 0]))
