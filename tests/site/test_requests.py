"""Every request of the page fails once, in every way: see tools/bench/requests.py."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.bench.requests import SCENARIOS, Browsers, Case, sample

SEED = 13
# To list what a scenario requests takes a visit. Train needs all that the lab has.
SAMPLED = ("start", "second visit", "train", "networks", "digit-pad", "offline")


@pytest.fixture(scope="module")
def browsers(dist_with_companions: Path) -> Iterator[Browsers]:
    with Browsers(dist_with_companions) as browsers:
        yield browsers


@pytest.fixture(scope="module")
def cases(browsers: Browsers) -> list[Case]:
    return browsers.cases()


def assert_no_problem(browsers: Browsers, cases: list[Case]) -> None:
    found = browsers.run(cases)
    assert len(found) == len(cases)
    assert [f"{case}: {problem}" for case, problem in found.items() if problem] == []


def test_a_request_that_fails_ends_in_an_answer_or_in_a_message(browsers):
    chosen = sample(browsers.cases(SAMPLED), 40, SEED)

    assert len(chosen) == 40
    assert_no_problem(browsers, chosen)


@pytest.mark.exhaustive
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_each_request_that_fails_ends_in_an_answer_or_in_a_message(
    browsers, cases, scenario
):
    chosen = [case for case in cases if case.scenario == scenario]

    assert chosen
    assert_no_problem(browsers, chosen)
