"""Run benchmarks: python run.py bench [name ...]; without a name, the list of them.

Writes each result to tools/bench/results/<name>.json with the machine and the date.
tools.dev.readme generates the README's tables from these files.
"""

import argparse
import ast
import datetime
import importlib
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results"


def main(argv: list[str] | None = None) -> int:
    known = benchmarks()
    parser = argparse.ArgumentParser(
        prog="run.py bench", description="Measure, and write the result to results/."
    )
    parser.add_argument("names", nargs="*", metavar="name")
    args = parser.parse_args(argv)
    if unknown := [name for name in args.names if name not in known]:
        parser.error(
            f"unknown benchmark {unknown[0]!r}, expected one of {', '.join(known)}"
        )
    if not args.names:
        for name, summary in known.items():
            print(f"{name:<12} {summary}")
        return 0
    for name in args.names:
        result = importlib.import_module(f"tools.bench.{name}").run()
        RESULTS.mkdir(exist_ok=True)
        text = json.dumps({**stamp(), "result": result}, indent=1)
        (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        print(f"written to {RESULTS / f'{name}.json'}", file=sys.stderr)
    return 0


def benchmarks() -> dict[str, str]:
    """Return the first docstring line of each module with a ``run``, by its name.

    The modules are not imported, because each may need packages of its own.
    """
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        names = {n.name for n in module.body if isinstance(n, ast.FunctionDef)}
        if "run" in names:
            found[path.stem] = (ast.get_docstring(module) or "").partition("\n")[0]
    return found


def stamp() -> dict[str, Any]:
    """Return the date, the machine and the Python version."""
    return {
        "date": datetime.date.today().isoformat(),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    sys.exit(main())
