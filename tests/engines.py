"""Ends a run with a line on the browser engines that it covered, and did not, and why.

A pytest plugin. A test's engine is known from its fixtures: ``browser_name`` of
Playwright's, or ``webkit``.
"""

from collections.abc import Generator
from typing import Any

import pytest

# an engine's name, and the fixture whose ``version`` is its browser's
ENGINES = {
    "chromium": ("Chromium", "browser"),
    "firefox": ("Firefox", "browser"),
    "webkit": ("WebKitGTK", "webkit"),
}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note the engine in the report, which xdist hands on to the process that ends."""
    report = yield
    call = getattr(item, "callspec", None)
    fixtures = getattr(item, "fixturenames", ())
    engine = None if call is None else call.params.get("browser_name")
    engine = "webkit" if "webkit" in fixtures else engine
    if engine in ENGINES:
        browser = getattr(item, "funcargs", {}).get(ENGINES[engine][1])
        report.user_properties.append((engine, getattr(browser, "version", "")))
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter,
) -> Generator[None]:
    yield
    if line := summary(terminalreporter.stats):
        terminalreporter.write_line(line)


def summary(stats: dict[str, list[Any]]) -> str:
    """Return the line, or "" for a run without browser tests."""
    found = {outcome: _by_engine(stats.get(outcome, [])) for outcome in _OUTCOMES}
    if not any(found.values()):
        return ""
    return "engines: " + "; ".join(_words(engine, found) for engine in ENGINES)


_OUTCOMES = ("passed", "failed", "error", "skipped")


def _by_engine(reports: list[Any]) -> dict[str, list[Any]]:
    sorted_out: dict[str, list[Any]] = {}
    for report in reports:
        for name, version in getattr(report, "user_properties", ()):
            if name in ENGINES:
                sorted_out.setdefault(name, []).append((version, report))
    return sorted_out


def _words(engine: str, found: dict[str, dict[str, list[Any]]]) -> str:
    name, _ = ENGINES[engine]
    of = {outcome: found[outcome].get(engine, []) for outcome in _OUTCOMES}
    reasons = dict.fromkeys(
        str(report.longrepr[2]).removeprefix("Skipped: ") for _, report in of["skipped"]
    )
    why = f", {len(of['skipped'])} skipped ({'; '.join(reasons)})" if reasons else ""
    if not (of["passed"] or of["failed"]):
        return f"{name} not covered{why or ' (no test was selected)'}"
    counts = [f"{len(of[each])} {each}" for each in _OUTCOMES[:3] if of[each]]
    version = max(version for version, _ in [*of["passed"], *of["failed"]])
    return f"{name} {version} {', '.join(counts)}{why}"
