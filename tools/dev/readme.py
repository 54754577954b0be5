"""Write the measured tables of the READMEs: python -m tools.dev.readme [--check].

Figures come from the model cards and from tools/bench/results/. A test fails if a table
differs from these files.
"""

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nnweb.evaluation.metrics import wilson_interval
from nnweb.weights.json_format import load

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
#: Files with generated sections.
DOCUMENTS = (
    README,
    ROOT / "tools" / "faststart" / "README.md",
    ROOT / "docs" / "reliability.md",
    ROOT / "docs" / "numbers.md",
)
MODELS = ROOT / "assets" / "models"
RESULTS = ROOT / "tools" / "bench" / "results"
FAULTS = Path(__file__).with_name("faults.toml")
_TEST_IMAGES = 10_000


def accuracy_table() -> str:
    """Size, accuracy and accepted non-digits of each shipped network."""
    drawn = _result("drawn")["result"]
    head = [
        *("network", "parameters", "file size"),
        "MNIST test accuracy, 10,000 images (95% interval)",
        f"accuracy on {drawn['people']:,} digits of six people with a pen",
        "accuracy on 5,000 held-out digits, redrawn by pen",
        f"accepted of {drawn['real_others']:,} letters and symbols that people wrote",
    ]
    rows = []
    for path in sorted(MODELS.glob("*.json"), key=lambda path: path.stem):
        network, by_pen = load(path), drawn["networks"][path.stem]
        test = network.card["accuracy"]["test"]
        low, high = wilson_interval(round(test * _TEST_IMAGES), _TEST_IMAGES)
        rows.append(
            [
                f"[{path.stem}](assets/models/{path.name})",
                f"{network.parameter_count:,}",
                f"{path.stat().st_size / 1000:,.0f} kB",
                f"{test:.2%} ({low:.2%} to {high:.2%})",
                f"{by_pen['people']['accuracy']:.1%}",
                f"{by_pen['accuracy']:.1%}",
                f"{by_pen['real_others_accepted']:.1%}"
                if drawn["real_others"]
                else "-",
            ]
        )
    return _table(head, rows)


def predict_table() -> str:
    """Latency of a prediction by network, from ``tools/bench/predict.py``."""
    head = [
        *("median in ms (95th percentile)", "in Python", "round trip to the worker"),
        *("from pen to painted bars", "without the wait for a frame"),
        "answered in the first frame",
    ]
    networks = _result("predict")["result"]["networks"]
    rows = []
    for name, times in sorted(networks.items()):
        cells = [
            f"{times[f'{what}_ms']:.1f} ({times[f'{what}_95th_ms']:.1f})"
            for what in ("python", "round_trip", "stroke", "stroke_work")
        ]
        rows.append([name, *cells, f"{times['first_frame']:.0%}"])
    return _table(head, rows)


def bench_table() -> str:
    """One line per benchmark result, with machine and date."""
    stamps = {path.stem: _result(path.stem) for path in sorted(RESULTS.glob("*.json"))}
    return "\n".join(
        f"- `{name}`: {stamp['result']['summary']} ({stamp['machine']}, "
        f"{stamp['date']})"
        for name, stamp in stamps.items()
        if "summary" in stamp["result"]
    )


def numbers_table() -> str:
    """Shares of numbers that are read exactly, by kind and length."""
    stamp = _result("numbers")
    figures = stamp["result"]["numbers"]
    head = ["", *(f"{name}: digits right, signs too" for name in figures)]
    rows = [
        [
            kind if kind != "sure" else "given with 95% or more",
            *(
                f"{part[kind]['digits']:.1%}, {part[kind]['exact']:.1%} "
                f"of {part[kind]['count']:,}"
                for part in figures.values()
            ),
        ]
        for kind in figures["composed"]
        if kind != "accepted"
    ]
    return f"{_table(head, rows)}\n\nMeasured with cnn on {stamp['date']}."


def pen_up_sentence() -> str:
    """How long a new answer takes after the last stroke of a number."""
    stamp = _result("pen_up")
    summary = stamp["result"]["summary"]
    where = f"{stamp['machine']}, {stamp['date']}, `python run.py bench pen_up`"
    return f"{summary[0].upper()}{summary[1:]} ({where})."


def startup_table() -> str:
    """Start-up time, CPU time and download size of each contestant."""
    stamp = _result("startup")
    result = stamp["result"]
    lines = result["lines"]
    slow = [line for line in lines if line != "unthrottled"]
    head = ["", "cold", "vs stock", "warm", "CPU, cold", "MB", *slow, "Firefox"]
    rows = []
    for name, row in lines["unthrottled"].items():
        firefox = result["firefox"].get(name)
        rows.append(
            [
                name,
                f"{row['cold_ms'] / 1e3:.2f} s",
                f"{row['cold_of_stock']:.2f}",
                f"{row['warm_ms'] / 1e3:.2f} s",
                f"{row['cold_cpu_s']:.2f} s",
                f"{row['cold_bytes'] / 1e6:.1f}",
                *(f"{lines[line][name]['cold_ms'] / 1e3:.1f} s" for line in slow),
                f"{firefox['cold_ms'] / 1e3:.2f} s" if firefox else "",
            ]
        )
    row = result["in_a_row"]
    return (
        f"{_table(head, rows)}\n\n"
        f"Medians of {lines['unthrottled']['B']['runs']}, {stamp['machine']}, "
        f"{stamp['date']}. {row['from_snapshot']} of {row['starts']} consecutive cold "
        f"starts of B used the snapshot; the slowest took {row['slowest_ms']} ms."
    )


def stages_table() -> str:
    """Start time of each stage of a cold start, in tiers A and B."""
    line = _result("startup")["result"]["lines"]["unthrottled"]
    stages = {name: line[name]["stages_ms"] for name in ("A", "B")}
    names = dict.fromkeys([*stages["A"], *stages["B"]])
    rows = [[n, *(str(s.get(n, "")) for s in stages.values())] for n in names]
    return _table(["ms after the worker starts", *stages], rows)


def bytes_table() -> str:
    """Bytes that a first visit downloads before its first answer."""
    visit = _result("size")["result"]["first_visit_bytes"]
    files = [*visit["files"].items(), ("total", visit)]
    rows = [
        [name, f"{sizes['gzip'] / 1e6:.2f} MB", f"{sizes['brotli'] / 1e6:.2f} MB"]
        for name, sizes in files
    ]
    return _table(["", "gzip", "Brotli"], rows)


def reliability_table() -> str:
    """Cases and failures of each class of fault or input, with the command."""
    head = ["fault or input", "cases", "failures", "date", "command"]
    rows, missing = [], []
    for name in ("fuzz", "requests", "endurance"):
        command = f"`python run.py bench {name}`"
        if not (RESULTS / f"{name}.json").exists():
            missing.append(f"Not yet measured here: {command}.")
            continue
        stamp = _result(name)
        rows += [
            [
                row["class"],
                f"{row['cases']:,}",
                f"{row['failures']:,}",
                stamp["date"],
                command,
            ]
            for row in _classes(stamp)
        ]
    return "\n\n".join([_table(head, rows), *missing])


def fuzz_sentences() -> str:
    """What the fuzzed files took, and where that was measured."""
    if not (RESULTS / "fuzz.json").exists():
        return "`python run.py bench fuzz` writes this paragraph."
    stamp = _result("fuzz")
    classes = _classes(stamp)
    total = sum(row["cases"] for row in classes)
    slowest = max(row["slowest_s"] for row in classes)
    *_, worst = [row for row in classes if "files" in row]
    large = max(row.get("peak_mb", 0) for row in classes if row is not worst)
    return (
        f"{total:,} cases, on {stamp['machine']}, Python {stamp['python']}. The "
        f"slowest took {slowest:.2f} s of the processor; the resident memory of a "
        f"process that read a block of files rose by at most {large:.0f} MB. Of the "
        f"{worst['cases']} worst files that attacks came up with, the slowest took "
        f"{worst['slowest_s']:.2f} s, and the largest {worst['peak_mb']:.0f} MB "
        f"({worst['largest']})."
    )


def faults_table() -> str:
    """Each fault that an attack found, and the test that keeps it mended."""
    rows = [
        [fault, f"`tests/{test}`"]
        for faults in tomllib.loads(FAULTS.read_text(encoding="utf-8")).values()
        for fault, test in faults.items()
    ]
    return _table(["fault", "test"], rows)


def _classes(stamp: Any) -> Any:
    """Return the rows of a result, which is their list, or has one."""
    result = stamp["result"]
    return result if isinstance(result, list) else result["classes"]


def _result(name: str) -> Any:
    """Return a benchmark's result with its stamp."""
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def _table(head: list[str], rows: list[list[str]]) -> str:
    """Format a table in Markdown."""
    lines = [f"| {' | '.join(cells)} |" for cells in [head, *rows]]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


SECTIONS: dict[str, Callable[[], str]] = {
    "accuracy": accuracy_table,
    "predict": predict_table,
    "bench": bench_table,
    "numbers": numbers_table,
    "pen_up": pen_up_sentence,
    "startup": startup_table,
    "stages": stages_table,
    "bytes": bytes_table,
    "reliability": reliability_table,
    "fuzz": fuzz_sentences,
    "faults": faults_table,
}


def render(text: str) -> str:
    """Return ``text`` with every generated section replaced."""
    for name, make in SECTIONS.items():
        if f"<!-- {name}:" not in text:
            continue
        begin, end = (
            f"<!-- {name}: made by tools/dev/readme.py -->",
            f"<!-- /{name} -->",
        )
        pattern = f"({re.escape(begin)}\n).*?({re.escape(end)})"
        made = make()

        def fill(match: re.Match[str], made: str = made) -> str:
            return f"{match[1]}{made}\n{match[2]}"

        text = re.sub(pattern, fill, text, flags=re.DOTALL)
    return text


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.dev.readme", description=__doc__
    )
    parser.add_argument("--check", action="store_true", help="write nothing")
    args = parser.parse_args(argv)
    stale = False
    for path in DOCUMENTS:
        before = path.read_text(encoding="utf-8")
        after = render(before)
        stale = stale or before != after
        if before != after and not args.check:
            path.write_text(after, encoding="utf-8")
    return int(stale and args.check)


if __name__ == "__main__":
    sys.exit(main())
