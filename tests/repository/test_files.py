"""Every file has a description, and every path in a document exists."""

import ast
import fnmatch
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def committed(*folders: str) -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(
        [*command, *folders], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [path for name in done.stdout.split("\n") if (path := ROOT / name).is_file()]


@pytest.mark.parametrize("folder", ["nnweb", "nnweb_site", "tools", "tests", "site/js"])
def test_every_file_starts_with_a_description(folder):
    for file in committed(folder):
        text = file.read_text(encoding="utf-8") if file.suffix in KINDS else ""
        if file.suffix == ".py":
            doc = ast.get_docstring(ast.parse(text))
            assert doc and len(doc.splitlines()[0]) > 10, file
        elif file.suffix in (".js", ".mjs") and text:
            text = text.removeprefix("#!/usr/bin/env node\n")
            first = ("// @ts-check\n/**", "/**", "// @ts-check\n// ")
            assert text.startswith(first), file


KINDS = (".py", ".js", ".mjs")


def test_pytest_skips_no_folder_of_tests(pytestconfig):
    folders = {part for file in committed("tests") for part in file.parent.parts}

    for pattern in pytestconfig.getini("norecursedirs"):
        assert not fnmatch.filter(folders - {*ROOT.parts}, pattern)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_path_in_a_map_or_a_link_exists(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    base = (ROOT / name).parent

    paths = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text)
    for block in re.findall(r"```text\n(.*?)```", text, re.DOTALL):
        folder = ""
        for indent, entry in re.findall(r"^( *)(\S+) ", block, re.MULTILINE):
            folder = folder if indent else entry
            paths.append(f"{folder}{entry}" if indent else entry)

    for path in paths:
        if not path.startswith(("dist", ".venv")):
            assert (base / path).exists(), path
