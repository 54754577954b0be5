"""A page that names all its modules."""

from __future__ import annotations

import re

from tools.build.preload import preloaded

PAGE = """<head>
  <script src="a/js/shell/theme.js"></script>
  <script type="module" src="a/js/main.js"></script>
</head>
"""


def test_all_that_main_leads_to_is_linked_once_before_it(tmp_path):
    scripts = tmp_path / "a" / "js"
    (scripts / "say").mkdir(parents=True)
    (scripts / "main.js").write_text(
        'import {\n  one,\n} from "./one.js";\nimport "./two.js";\n'
        '/** @typedef {import("./type.js").T} T */\nawait import("./later.js");\n'
    )
    (scripts / "one.js").write_text('import * as say from "./say/first.js";\n')
    (scripts / "two.js").write_text('export { x } from "./one.js";\n')
    (scripts / "say" / "first.js").write_text('import { two } from "../two.js";\n')
    (scripts / "ahead.js").write_text("")

    text = preloaded(PAGE, scripts, ["ahead.js"])

    linked = re.findall(r'\n  <link rel="modulepreload" href="a/js/(\S+)" />', text)
    assert linked == ["one.js", "two.js", "say/first.js", "ahead.js"]
    assert text.index("ahead.js") < text.index('<script type="module"')
    assert re.sub(r" *<link.*\n", "", text) == PAGE


def test_a_page_without_such_a_script_stays_as_it_is(tmp_path):
    assert preloaded("<p>main.js</p>", tmp_path, []) == "<p>main.js</p>"
