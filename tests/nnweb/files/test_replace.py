"""Files that are replaced as a whole."""

import pytest

from nnweb.files.replace import replacing


@pytest.mark.parametrize("folder", ["nowhere", "file"])
def test_a_file_that_cannot_be_written_is_named_as_it_was_given(tmp_path, folder):
    (tmp_path / "file").touch()
    path = tmp_path / folder / "net.json"

    with pytest.raises(OSError, match=r"net\.json'$") as caught, replacing(path):
        pass

    assert caught.value.filename == str(path)
