"""Write the measured tables into the README: python -m tools.readme [--check].

Figures come from the models' own cards and from tools/bench/results/. Nobody types one:
a test fails where the README says something else than these files.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

from nnweb.metrics import wilson_interval
from nnweb.weights import load

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
MODELS = ROOT / "assets" / "models"
RESULTS = ROOT / "tools" / "bench" / "results"
_TEST_IMAGES = 10_000
_ORDER = ["cnn", "mlp", "cnn-small", "plain"]


def accuracy_table() -> str:
    """The shipped networks: size, accuracy, and what they take for a digit."""
    rows = [
        "| network | parameters | file | MNIST test, 10,000 images | 5,000 held-out "
        "digits drawn by pen | 2,500 made-up non-digits accepted |",
        "|---|---|---|---|---|---|",
    ]
    paths = sorted(MODELS.glob("*.json"), key=lambda path: _ORDER.index(path.stem))
    drawn = json.loads((RESULTS / "drawn.json").read_text())["result"]["networks"]
    for path in paths:
        network, by_pen = load(path), drawn[path.stem]
        test = network.card["accuracy"]["test"]
        low, high = wilson_interval(round(test * _TEST_IMAGES), _TEST_IMAGES)
        rows.append(
            f"| [{path.stem}](assets/models/{path.name}) | {network.parameter_count:,} "
            f"| {path.stat().st_size / 1000:,.0f} kB "
            f"| {test:.2%} ({low:.2%} to {high:.2%}) "
            f"| {by_pen['accuracy']:.1%} | {by_pen['others_accepted']:.1%} |"
        )
    return "\n".join(rows)


def bench_table() -> str:
    """One line for each benchmark that has been run, with its machine and date."""
    lines = []
    for path in sorted(RESULTS.glob("*.json")):
        stamp = json.loads(path.read_text(encoding="utf-8"))
        lines.append(
            f"- `{path.stem}`: {stamp['result']['summary']} "
            f"({stamp['machine']}, {stamp['date']})"
        )
    return "\n".join(lines)


SECTIONS: dict[str, Callable[[], str]] = {
    "accuracy": accuracy_table,
    "bench": bench_table,
}


def render(text: str) -> str:
    """The README's text with every section between its marks written anew."""
    for name, make in SECTIONS.items():
        begin, end = f"<!-- {name}: made by tools/readme.py -->", f"<!-- /{name} -->"
        pattern = f"({re.escape(begin)}\n).*?({re.escape(end)})"
        made = make()

        def fill(match: re.Match[str], made: str = made) -> str:
            return f"{match[1]}{made}\n{match[2]}"

        text = re.sub(pattern, fill, text, flags=re.DOTALL)
    return text


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.readme", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    args = parser.parse_args(argv)
    before = README.read_text(encoding="utf-8")
    after = render(before)
    if args.check:
        return int(before != after)
    README.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
