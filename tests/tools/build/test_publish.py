"""Publishing: dist is a working site at every moment, foreign files are safe."""

import shutil
from pathlib import Path

import pytest

from tests.tools.build.conftest import check_links, folders, quiet
from tools.build import sources
from tools.build.publish import read_stamp, stamp_file
from tools.build.site import build
from tools.build.sources import BuildError


def test_a_removed_page_disappears_and_foreign_files_stay(checkout, out):
    own = {out / "CNAME": "nnweb.example", out / ".git" / "config": "[core]"}
    for path, text in own.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (checkout / "site" / "about.html").unlink()
    (checkout / "site" / "sw.js").unlink()
    shutil.rmtree(checkout / "site" / "examples")
    (checkout / "site" / "index.html").write_text("<p>")

    build(out, quiet)

    assert not (out / "about.html").exists() and not (out / "sw.js").exists()
    assert not (out / "examples").exists()
    assert {path: path.read_text() for path in own} == own


def test_a_foreign_folder_is_refused_and_left_alone(checkout, tmp_path):
    thesis = tmp_path / "thesis"
    thesis.mkdir()
    (thesis / "chapter.txt").write_text("ten years of work")

    with pytest.raises(BuildError, match=r"not built by nnweb and has chapter\.txt"):
        build(thesis, quiet)
    with pytest.raises(BuildError, match="is a file; name a folder"):
        build(thesis / "chapter.txt", quiet)

    assert [path.name for path in thesis.iterdir()] == ["chapter.txt"]


def test_a_build_is_still_known_in_a_checkout_that_was_moved(
    checkout, out, monkeypatch
):
    moved = checkout.rename(checkout.with_name("moved"))
    monkeypatch.setattr(sources, "ROOT", moved)

    stamp = read_stamp(moved / "dist")

    assert stamp.files and stamp.is_complete(moved / "dist")


def test_a_build_whose_stamp_is_lost_is_built_again(checkout, out):
    stamp_file(out).unlink()
    logged = []

    build(out, logged.append)

    assert logged and read_stamp(out).is_complete(out)


def test_a_page_of_one_s_own_is_refused(out):
    stamp_file(out).unlink()
    shutil.rmtree(out / "examples")  # as nnweb page does

    with pytest.raises(BuildError, match="was not built by nnweb"):
        build(out, quiet)


def test_an_empty_folder_for_github_pages_is_accepted(checkout, tmp_path):
    pages = tmp_path / "pages"
    (pages / ".git").mkdir(parents=True)
    (pages / "CNAME").touch()

    build(pages, quiet)

    check_links(pages)


def test_a_build_interrupted_at_any_rename_leaves_a_working_site(
    checkout, out, monkeypatch
):
    """The power fails after each rename in turn; the next build mends what is left."""
    moves, steps = 0, 0

    def counted(move):
        def moved(self, target):
            nonlocal moves
            if moves == 0:
                raise KeyboardInterrupt
            moves -= 1
            return move(self, target)

        return moved

    monkeypatch.setattr(Path, "rename", counted(Path.rename))
    monkeypatch.setattr(Path, "replace", counted(Path.replace))
    for version in range(100):
        for source in ("site/style.css", "nnweb/page/api.py", "assets/models/a.json"):
            (checkout / source).write_text(f"version {version}")
        moves = version
        try:
            build(out, quiet)
            break
        except KeyboardInterrupt:
            steps += 1
            check_links(out)
            for path in out.glob("app-*/style.css"):
                assert path.read_text()

    assert steps > 8
    assert len(list(out.iterdir())) == 7 + 7  # folders, pages, scripts


def test_the_remains_of_a_killed_build_are_removed(out):
    for name in (".nnweb-building-x", "app-0123456789ab"):
        (out / name / "site").mkdir(parents=True)
    shutil.rmtree(out / folders(out)["models"])

    build(out, quiet)

    assert len(list(out.iterdir())) == 7 + 7
