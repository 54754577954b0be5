"""Whatever file they get, the readers raise only nnweb's own errors.

A sample of the cases of tools/fuzz; ``run.py bench fuzz`` runs a million.
"""

import time
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnweb.errors import NnwebError
from tools.fuzz.checkpoints import checkpoint
from tools.fuzz.readers import READERS, Reader
from tools.fuzz.run_cases import MB, case, failure, limited

EXAMPLES = 400  # of each reader


@pytest.mark.parametrize("name", READERS)
def test_a_changed_file_is_read_or_refused_in_words(name, tmp_path):
    reader, path = READERS[name], tmp_path / READERS[name].name

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,  # so that a failure repeats
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=False))
    def read(random):
        path.write_bytes(reader.make(random))
        assert failure(reader, path) == ""

    read()


def test_a_message_stays_short_whatever_name_a_file_has():
    message = str(NnwebError(f"W0: {'9' * 5000}: expected a name"))

    assert len(message) < 1000
    assert message.startswith("W0: 999") and message.endswith("999: expected a name")


@pytest.mark.parametrize("name", READERS)
def test_fuzzed_files_are_neither_all_read_nor_all_refused(name, tmp_path):
    """Those that are all refused at the same check reach nothing."""
    reader, path = READERS[name], tmp_path / READERS[name].name
    results = []
    for index in range(150):
        path.write_bytes(reader.make(Random(f"{name}/{index}")))
        try:
            reader.read(path)
            results.append("read")
        except NnwebError as error:
            results.append(str(error).replace(str(path), "")[:30])

    assert results.count("read") > 3
    assert len(set(results)) > 3


def test_a_case_is_the_same_again():
    for name in READERS:
        assert case(name, 7) == case(name, 7)


def test_a_checkpoint_is_the_same_in_every_process():
    first = checkpoint()
    checkpoint.cache_clear()

    assert checkpoint() == first


def broken(read):
    return Reader("x", lambda _: b"", read)


def test_the_campaign_notices_what_a_reader_may_not_do(tmp_path):
    def raises(error):
        def read(path):
            raise error

        return broken(read)

    def hides(path):
        try:
            bytearray(300 * MB)
        except MemoryError:
            raise NnwebError("a damaged file") from None

    path = tmp_path / "x"
    assert failure(broken(len), path).startswith("TypeError")
    assert failure(raises(KeyError("W0")), path) == "KeyError: 'W0'"
    assert failure(raises(NnwebError("")), path) == "a message of 0 characters: "
    assert failure(raises(NnwebError("a damaged file")), path) == ""
    with limited(0):
        assert failure(broken(hides), path) == "takes too much memory"


def test_the_campaign_notices_a_slow_reader(tmp_path, monkeypatch):
    clock = iter([10.0, 11.5])
    monkeypatch.setattr(time, "process_time", lambda: next(clock))

    assert failure(broken(str), tmp_path / "x") == "takes 1.5 s"
