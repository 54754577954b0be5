"""The Python modules and classes that the page's JavaScript names exist."""

import importlib
import re
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[3] / "site" / "js"
NAMES = re.compile(r'"(nnweb(?:\.\w+)+)"(?:,\s*"(\w+)")?')


def test_modules_and_classes_named_in_javascript_exist():
    texts = [path.read_text(encoding="utf-8") for path in SCRIPTS.rglob("*.js")]
    found = {names for text in texts for names in NAMES.findall(text)}

    modules = {module for module, _ in found}
    assert {"nnweb.page.api", "nnweb.page.playground.api"} <= modules
    for module, name in found:
        assert not name or hasattr(importlib.import_module(module), name), name
