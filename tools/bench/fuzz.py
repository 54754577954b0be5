"""Fuzzing: a million files for the readers, and messages and links for the page.

Can be stopped, and goes on from there when started again. Case i of a reader has the
seed "READER/i": ``python -m tools.fuzz.run_cases READER i 1`` repeats it. The
environment variable NNWEB_FUZZ_CASES is the number of files, a million by default.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PROGRESS = ROOT / ".build" / "fuzz.jsonl"  # a line for each block that is done
CASES = 1_000_000
BLOCK = 20_000  # cases in a process
PAGE_CASES = 15_000  # of each class of the page's
MOST_S, MOST_MB = 1, 100  # for one of the worst files

Row = dict[str, Any]
Rows = list[Row]


def run() -> Row:
    from tools.fuzz.readers import READERS

    each = -(-int(os.environ.get("NNWEB_FUZZ_CASES", CASES)) // len(READERS))
    blocks = [
        (name, first, min(BLOCK, each - first))
        for first in range(0, each, BLOCK)
        for name in READERS
    ]
    done = _done(made_by := _made_by())
    todo = [block for block in blocks if block not in done]
    _show(f"{len(done):,} of {len(blocks):,} blocks of up to {BLOCK:,} are done")
    PROGRESS.parent.mkdir(exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool, PROGRESS.open("a") as log:
        started, cases = time.monotonic(), 0
        futures = {pool.submit(_run, *block): block for block in todo}
        try:
            for future in as_completed(futures):
                block, row = futures[future], future.result()
                done[block] = row
                log.write(json.dumps([made_by, block, row]) + "\n")
                log.flush()
                cases += block[2]
                rate = cases / (time.monotonic() - started)
                left = (sum(count for *_, count in todo) - cases) / rate
                failed = sum(len(row["failures"]) for row in done.values())
                _show(f"{cases:,} cases, {rate:,.0f} a second, {left / 60:.0f} minutes")
                _show(f"left, {failed} failures; {block[0]}: {row['failures'][:3]}")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    rows = _by_reader({block: done[block] for block in blocks})
    rows += [_worst_files(), *_page()]
    PROGRESS.unlink()
    return summed_up(rows)


def summed_up(rows: Rows) -> Row:
    cases = sum(row["cases"] for row in rows)
    failures = sum(row["failures"] for row in rows)
    slowest = max(row["slowest_s"] for row in rows)
    summary = (
        f"{cases:,} damaged files, links and messages of {len(rows)} classes: "
        f"{failures} failures, the slowest took {slowest:.2f} s"
    )
    return {"summary": summary, "classes": rows}


def _worst_files() -> Row:
    """Measure every attack that tools/fuzz/attacks.py knows."""
    printed = _python("-m", "tools.fuzz.measure_attacks").stdout.splitlines()
    files = [json.loads(line) for line in printed]
    failed = [
        [name, f"ended with {code}, {seconds} s, {mb} MB"]
        for name, _, code, seconds, mb in files
        if code or seconds > MOST_S or mb > MOST_MB
    ]
    largest = max(files, key=lambda file: file[4])
    return {
        "class": "the worst files of the attack",
        "cases": len(files),
        "failures": len(failed),
        "seconds": round(sum(file[3] for file in files), 1),
        "slowest_s": max(file[3] for file in files),
        "peak_mb": largest[4],
        "largest": f"{largest[0]} of {largest[1]:,} bytes",
        "failed": failed,
        "files": {name: [seconds, mb] for name, _, _, seconds, mb in files},
    }


def _page() -> Rows:
    """Run the page's cases, which node makes: tests/site/fuzz.test.js."""
    result = PROGRESS.with_name("fuzz-page.jsonl")
    result.unlink(missing_ok=True)
    cases = {"NNWEB_FUZZ_CASES": str(PAGE_CASES), "NNWEB_FUZZ_RESULT": str(result)}
    _python("-m", "pytest", "-q", "-n0", "tests/site/fuzz.test.js", **cases)
    return [json.loads(line) for line in result.read_text().splitlines()]


def _show(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _made_by() -> str:
    """Return a hash of the code that makes the cases: other cases are no progress."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "tools" / "fuzz").glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _done(made_by: str) -> dict[tuple[str, int, int], Row]:
    """Return the blocks of an earlier run; those with a failure are run again."""
    lines = PROGRESS.read_text().splitlines() if PROGRESS.exists() else []
    known = [json.loads(line) for line in lines]
    return {
        (block[0], block[1], block[2]): row
        for maker, block, row in known
        if maker == made_by and not row["failures"]
    }


def _run(name: str, first: int, count: int) -> Row:
    done = _python("-m", "tools.fuzz.run_cases", name, str(first), str(count))
    if done.returncode == 0:
        row: Row = json.loads(done.stdout)
        return row
    died = f"the process ended with {done.returncode} {done.stderr[-300:]}"
    zeros = dict.fromkeys(("seconds", "slowest_s", "peak_mb"), 0)
    return {"cases": count, "failures": [[first, died]], **zeros}


def _python(*args: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *args],
        cwd=ROOT,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def _by_reader(done: dict[tuple[str, int, int], Row]) -> Rows:
    blocks = defaultdict(list)
    for (name, *_), row in done.items():
        blocks[name].append(row)
    return [
        {
            "class": name,
            "cases": sum(row["cases"] for row in rows),
            "failures": sum(len(row["failures"]) for row in rows),
            "seeds": f"{name}/0 to {name}/{sum(row['cases'] for row in rows) - 1}",
            "seconds": round(sum(row["seconds"] for row in rows), 1),
            "slowest_s": max(row["slowest_s"] for row in rows),
            "peak_mb": max(row["peak_mb"] for row in rows),
            "failed": [each for row in rows for each in row["failures"]][:5],
        }
        for name, rows in blocks.items()
    ]
