"""Write the configurations of hosts, for a built site.

    dist-hosts/         nginx.conf, Caddyfile, apache.conf, Containerfile
    dist/_headers       for Netlify and Cloudflare Pages, which read it there
    dist/404.html       for the same and for GitHub Pages

They send what headers.py says; the policy is that of the built page.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nnweb_site.hashes import HASHED
from tools.build.compress import SUFFIXES
from tools.build.headers import IMMUTABLE, REVALIDATED, TYPES, headers, page_policy
from tools.faststart.build import SNAPSHOT

NETLIFY = "_headers"
NOT_FOUND = "404.html"
#: Where this file is missing, Cloudflare Pages answers each missing one with the page.
#: Source: developers.cloudflare.com/pages/configuration/serving-pages
NOT_FOUND_PAGE = """<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>404</title>
  <p>404: there is no such file.</p>
</html>
"""
_TEMPLATES = Path(__file__).with_name("host_templates")


def write_hosts(site: Path, out: Path, name: str = "") -> list[Path]:
    """Write the configurations for a built site to ``out``, and return their paths.

    ``name`` is that of the site's folder on the server, by default the one of ``site``.
    """
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for template in sorted(_TEMPLATES.iterdir()):
        text = template.read_text(encoding="utf-8")
        values = _values(template.name, page_policy(site))
        values |= {"site": name or site.name, "hosts": out.name}
        for key, value in values.items():
            text = text.replace(f"{{{{{key}}}}}", value)
        path = out / template.name
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    return written


def netlify_headers(site: Path) -> str:
    """Return _headers for Netlify and Cloudflare Pages.

    Cloudflare joins the values of all matching rules, so that no two that match the
    same file give the same header. Both send max-age=0 where no rule says more, so that
    only hashed folders have a rule for caching.
    """
    every = [f"  {name}: {value}" for name, value in headers(page_policy(site)).items()]
    lines = ["# See docs/hosting.md. Other hosts ignore this file.", "/*", *every]
    for folder in sorted(site.iterdir()):
        if HASHED.fullmatch(folder.name):
            lines += [f"/{folder.name}/*", f"  Cache-Control: {IMMUTABLE}"]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class _Syntax:
    """How one server's configuration writes types and headers."""

    #: of a type and its endings
    kind: Callable[[str, list[str]], str]
    header: str
    #: one more type that is compressed
    packed: str


def _values(template: str, policy: str) -> dict[str, str]:
    """Return what a template needs, in its server's syntax."""
    endings = "|".join(sorted(suffix.removeprefix(".") for suffix in SUFFIXES))
    values = {
        "hashed": HASHED.pattern,
        "immutable": IMMUTABLE,
        "revalidated": REVALIDATED,
        "packed": rf"(\.({endings})|\b{re.escape(SNAPSHOT)})",
    }
    if syntax := _SYNTAX.get(template):
        by_type: dict[str, list[str]] = {}
        for suffix, kind in TYPES.items():
            by_type.setdefault(kind, []).append(suffix.removeprefix("."))
        lines = [syntax.kind(kind, endings) for kind, endings in by_type.items()]
        values["types"] = "\n".join(lines)
        lines = [syntax.header.format(*item) for item in headers(policy).items()]
        values["headers"] = "\n".join(lines)
        packed = {TYPES[suffix].partition(";")[0] for suffix in SUFFIXES}
        # nginx compresses HTML without being told, and warns if it is
        lines = [syntax.packed.format(kind) for kind in sorted(packed - {"text/html"})]
        values["packed_types"] = "".join(lines)
    return values


def _nginx_type(kind: str, endings: list[str]) -> str:
    # nginx adds the charset itself
    return f"            {kind.partition(';')[0]} {' '.join(endings)};"


def _caddy_type(kind: str, endings: list[str]) -> str:
    paths = " ".join(f"*.{ending}" for ending in endings)
    return f'\t@{endings[0]} path {paths}\n\theader @{endings[0]} Content-Type "{kind}"'


def _apache_type(kind: str, endings: list[str]) -> str:
    return (
        f'<FilesMatch "\\.({"|".join(endings)})(\\.(br|gz))?$">\n'
        f'    ForceType "{kind}"\n</FilesMatch>'
    )


_SYNTAX = {
    "nginx.conf": _Syntax(_nginx_type, '        add_header {} "{}" always;', " {}"),
    "Caddyfile": _Syntax(_caddy_type, '\t\t{} "{}"', "\n\t\t\theader Content-Type {}*"),
    "apache.conf": _Syntax(_apache_type, 'Header always set {} "{}"', " {}"),
}
