"""Show the content of a weights file: layers, input, and origin."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from nnweb.network import Network
from nnweb.shipped import find, names
from nnweb.weights.json_format import load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model",
        metavar="MODEL.json",
        type=Path,
        help=f"weights file, or {', '.join(names('models'))}",
    )


def run(args: argparse.Namespace) -> int:
    path = find("models", args.model)
    network = load(path)
    print(network)
    print()
    for name, value in _facts(network, path).items():
        print(f"{name:<14} {value}")
    return 0


def _facts(network: Network, path: Path) -> dict[str, object]:
    spec = network.input
    labels = " ".join(network.labels)
    facts: dict[str, object] = {
        "file": f"{path}, {path.stat().st_size:,} bytes",
        "architecture": network.architecture,
        "labels": labels,
        "input": f"fit {spec.fit}, ink below a grey of {spec.threshold}",
        "temperature": f"{network.temperature:g}",
        "reject below": _limit(network.reject_below),
        "unsure below": _limit(network.unsure_below),
    }
    for name, value in network.card.items():
        text = _printable(value) if isinstance(value, str) else json.dumps(value)
        facts[_printable(name).replace("_", " ")] = text
    return facts


def _printable(text: str) -> str:
    return text if text.isprintable() else json.dumps(text)


def _limit(value: float | None) -> float | str:
    return "never" if value is None else value
