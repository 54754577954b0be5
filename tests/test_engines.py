"""The last line of a run: engines, their numbers of tests, and reasons for gaps."""

from types import SimpleNamespace

from tests.engines import summary


def report(engine, version="1.0", reason=""):
    return SimpleNamespace(
        user_properties=[("other", 1), (engine, version)] if engine else [],
        longrepr=("file", 1, f"Skipped: {reason}"),
    )


def test_line_counts_the_tests_of_each_engine_and_names_its_version():
    line = summary(
        {
            "passed": [report("chromium", "141.0"), report(""), report("firefox")],
            "failed": [report("chromium", "141.0"), report("webkit", "2.50")],
        }
    )

    assert line == (
        "engines: Chromium 141.0 1 passed, 1 failed; Firefox 1.0 1 passed; "
        "WebKitGTK 2.50 1 failed"
    )


def test_line_says_why_an_engine_is_not_covered_or_a_test_is_skipped():
    line = summary(
        {
            "passed": [report("chromium")],
            "skipped": [
                report("chromium", reason="a feature of others"),
                report("webkit", "", "apt-get needs root"),
                report("webkit", "", "apt-get needs root"),
            ],
        }
    )

    assert line == (
        "engines: Chromium 1.0 1 passed, 1 skipped (a feature of others); "
        "Firefox not covered (no test was selected); "
        "WebKitGTK not covered, 2 skipped (apt-get needs root)"
    )


def test_a_run_without_browser_tests_has_no_line():
    assert summary({"passed": [report("")], "deselected": [object()]}) == ""
