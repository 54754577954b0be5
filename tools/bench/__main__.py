"""Run benchmarks: python run.py bench [name ...]; without a name, the list of them.

Each result goes to tools/bench/results/<name>.json with the machine and the date. The
tables of the README are made from these files (tools.readme).
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import json
import os
import pkgutil
import platform
import sys
from pathlib import Path
from typing import Any

import tools.bench

RESULTS = Path(__file__).with_name("results")


def main(argv: list[str] | None = None) -> int:
    known = {m.name for m in pkgutil.iter_modules(tools.bench.__path__)} - {"__main__"}
    parser = argparse.ArgumentParser(prog="run.py bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name")
    args = parser.parse_args(argv)
    if unknown := [name for name in args.names if name not in known]:
        names = ", ".join(sorted(known))
        parser.error(f"no benchmark {unknown[0]!r}; there are {names}")
    if not args.names:
        for name in sorted(known):
            module = importlib.import_module(f"tools.bench.{name}")
            print(f"{name:<12} {(module.__doc__ or '').splitlines()[0]}")
        return 0
    for name in args.names:
        result = importlib.import_module(f"tools.bench.{name}").run()
        RESULTS.mkdir(exist_ok=True)
        text = json.dumps({**stamp(), "result": result}, indent=1)
        (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        print(f"written to {RESULTS / f'{name}.json'}", file=sys.stderr)
    return 0


def stamp() -> dict[str, Any]:
    """When and on what something was measured."""
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
