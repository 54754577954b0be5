"""Say what a live deployment does wrong: python run.py build --check URL.

The deployment itself says which files it should have: sw.js lists them with hashes.
"""

import functools
import gzip
import http.client
import json
import re
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from nnweb_site.hashes import integrity
from tools.build.compress import SUFFIXES
from tools.build.headers import TYPES, is_hashed, policy_in

#: Besides letters and digits, what a path or a query may have; "%" begins an escape.
#: Source: RFC 3986, 3.3 and 3.4.
_UNESCAPED = "-._~!$&'()*+,;=:@/?%"
#: Of no build: a host must say that it is not there.
MISSING = "app-000000000000/missing.js"
#: Suffixes whose type browsers care about.
_TYPED = {".css", ".html", ".js", ".svg", ".wasm"}
_JAVASCRIPT = {"text/javascript", "application/javascript", "application/x-javascript"}
#: Bytes from which a host should compress.
_WORTH_COMPRESSING = 10_000
_LONG_S = 30 * 24 * 3600
_TIMEOUT_S = 30
_REQUESTS_AT_ONCE = 8
_SHOWN = 3

_FALLBACKS = {"worker-src": ("child-src", "script-src")}
_OF_WORKERS = ("script-src", "connect-src")
_BLOCKED = {
    "script-src": "scripts",
    "style-src": "the page's style",
    "connect-src": "downloads of Python and the networks",
    "worker-src": "the worker that runs Python",
    "img-src": "pictures",
    "manifest-src": "the installation as an app",
}


@dataclass(frozen=True)
class Answer:
    """A response, whose body is decompressed; None if it cannot be."""

    status: int
    headers: Message
    body: bytes | None

    @property
    def kind(self) -> str:
        return self.headers.get_content_type() if "Content-Type" in self.headers else ""

    @property
    def redirects_to(self) -> str | None:
        return self.headers["Location"] if 300 <= self.status < 400 else None


def check(url: str) -> list[str]:
    """Return what is wrong with the site at ``url``, as sentences.

    Raises OSError if nothing answers there, ValueError if it is no address.
    """
    base, problems = _find_page(_requested(url))
    page, listing, missing = (_get(base + name) for name in ("", "sw.js", MISSING))
    if missing.status == 200:
        problems.append(
            "A file that does not exist is answered with status 200, expected 404: "
            "switch off the rule that sends a page for every address."
        )
    files = _listed(listing)
    if not files:
        return [
            *problems,
            f"{base}sw.js: has no list of files (status {listing.status}, type "
            f"{listing.kind or 'missing'}), so that nothing else was checked: copy all "
            "of the built folder, and name its address.",
        ]
    policy = policy_in((page.body or b"").decode(errors="replace"))
    files |= {"sw.js": "", "digit-pad.js": ""}
    names: dict[str, list[str]] = {}
    with ThreadPoolExecutor(_REQUESTS_AT_ONCE) as pool:
        answers = pool.map(
            lambda name: _attempt(_requested(urljoin(base, name))), files
        )
        for (name, hashes), answer in zip(files.items(), answers, strict=True):
            for problem in _problems(name, hashes, answer, policy, base):
                names.setdefault(problem, []).append(name)
    problems += [f"{_named(same)}: {problem}" for problem, same in names.items()]
    return [*problems, *_redirect_problems(base, files)]


def _requested(url: str) -> str:
    """Return an address as browsers request it: in ASCII, and without a fragment."""
    parts = urlsplit(url)
    path, query = (quote(part, _UNESCAPED) for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def _named(names: list[str]) -> str:
    shown = ["the page" if name == "./" else name for name in names[:_SHOWN]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


@functools.cache  # it reads all certificates
def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoRedirects)


def _get(url: str) -> Answer:
    if urlsplit(url).scheme not in ("http", "https"):
        raise OSError(f"got {url!r}, expected https:// or http://")
    request = urllib.request.Request(  # noqa: S310 (of the two schemes)
        url, headers={"Accept-Encoding": "gzip"}
    )
    try:
        with _opener().open(request, timeout=_TIMEOUT_S) as response:
            return _answer(response.status, response)
    except urllib.error.HTTPError as error:
        with error:
            return _answer(error.code, error)


def _attempt(url: str) -> Answer | str:
    """Return the answer, or the problem if there is none."""
    try:
        return _get(url)
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {error}."


def _answer(
    status: int, response: http.client.HTTPResponse | urllib.error.HTTPError
) -> Answer:
    try:
        body = response.read()
        if response.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
    except (http.client.HTTPException, EOFError, gzip.BadGzipFile, zlib.error):
        body = None
    return Answer(status, response.headers, body)


def _find_page(url: str) -> tuple[str, list[str]]:
    """Return the address of the page's folder, and what is wrong on the way there."""
    for _ in range(10):
        answer = _get(url)
        if answer.redirects_to is None:
            break
        url = _requested(urljoin(url, answer.redirects_to))
    url = url.partition("?")[0].removesuffix("index.html")
    if url.endswith("/"):
        return url, []
    problem = (
        f"{url}: answers with status {answer.status} in place of a redirect to {url}/, "
        "without which the page does not find its files."
    )
    return f"{url}/", [problem]


def _listed(listing: Answer) -> dict[str, str]:
    """Return the files that sw.js lists, with their hashes; {} if it has no list."""
    text = (listing.body or b"").decode(errors="replace")
    found = re.search(r"const BUILD = (?=\{)", text)
    if listing.status != 200 or found is None:
        return {}
    try:
        build, _ = json.JSONDecoder().raw_decode(text, found.end())
        return {str(name): str(hashes) for name, hashes in build["files"]}
    except (ValueError, KeyError, TypeError):
        return {}


def _redirect_problems(base: str, files: Iterable[str]) -> Iterator[str]:
    for name in files:
        if name.endswith("/") and name != "./":
            url = base + name.removesuffix("/")
            answer = _attempt(url)
            target = None if isinstance(answer, str) else answer.redirects_to
            if target is None or urljoin(url, target) != base + name:
                yield f"{url}: must be redirected to {base}{name}."


def _problems(
    name: str, hashes: str, answer: Answer | str, policy: str, base: str
) -> Iterator[str]:
    """Yield what is wrong with one file, in words that name no file."""
    if isinstance(answer, str):
        yield answer
        return
    is_page = name.endswith(("/", ".html"))
    if problem := _not_the_file(answer, is_page=is_page):
        yield problem
        return
    if not _has_hash(answer.body, hashes):
        yield (
            "is not the file of the build: the copy is damaged or of another build, or "
            "the host changes files."
        )
    suffix = ".html" if is_page else PurePosixPath(name).suffix
    expected = TYPES.get(suffix, "").partition(";")[0]
    if suffix in _TYPED and answer.kind not in _allowed_types(expected):
        yield f"sent as {answer.kind or 'no type'}, expected {expected}."
    is_large = len(answer.body or b"") >= _WORTH_COMPRESSING
    if is_large and suffix in SUFFIXES and "Content-Encoding" not in answer.headers:
        yield "is not compressed for a browser that accepts gzip."
    yield from _caching_problems(is_hashed(f"/{name}"), answer.headers)
    origin = _all(answer.headers, "Access-Control-Allow-Origin")
    if origin != "*":
        yield (
            f"Access-Control-Allow-Origin is {origin or 'missing'}, expected *, "
            "without which <digit-pad> does not work on pages of other origins."
        )
    if suffix in (".html", ".js"):
        sent = _all(answer.headers, "Content-Security-Policy")
        yield from policy_problems(sent, policy, base, is_page=is_page)


def _not_the_file(answer: Answer, *, is_page: bool) -> str | None:
    if answer.redirects_to is not None:
        return f"redirected to {answer.redirects_to}, expected the file itself."
    if answer.status != 200:
        return f"status {answer.status}, expected 200: copy all of the built folder."
    if answer.kind == "text/html" and not is_page:
        return "an HTML page is sent in place of the file."
    return None


def _all(headers: Message, name: str) -> str:
    """Return a header's values as one, "" if there is none."""
    return ", ".join(headers.get_all(name, []))


def _has_hash(body: bytes | None, hashes: str) -> bool:
    if body is None:
        return False
    return not hashes or integrity(body) in hashes.split()


def _allowed_types(expected: str) -> set[str]:
    return _JAVASCRIPT if expected in _JAVASCRIPT else {expected}


def _caching_problems(hashed: bool, headers: Message) -> Iterator[str]:
    given = _all(headers, "Cache-Control")
    parts = {part.strip().lower() for part in given.split(",")}
    ages = [part[8:] for part in parts if part.startswith("max-age=")]
    age = int(ages[0]) if ages and ages[0].isdecimal() else None
    checked = bool(parts & {"no-cache", "no-store"}) or age == 0
    got = f"Cache-Control is {given or 'missing'}"
    if hashed and (checked or (age or 0) < _LONG_S):
        yield f"{got}, expected a year and immutable, as the folder's name has a hash."
    if not hashed and not checked:
        yield f"{got}, expected no-cache, as the file changes with each build."


def policy_problems(
    sent: str, needed: str, base: str, *, is_page: bool = True
) -> Iterator[str]:
    """Yield what a policy that a host sends forbids of what the page's own allows."""
    parts = urlsplit(base)
    origin = f"{parts.scheme}://{parts.netloc}"
    own = {"'self'", "*", f"{parts.scheme}:", origin, parts.netloc}
    for given in map(_directives, sent.split(",")):
        for name in ("sandbox", "require-trusted-types-for"):
            if name in given:
                yield f"Content-Security-Policy has {name}, which stops the page."
        for directive, source in _needs(needed, is_page=is_page):
            allowed = _effective(given, directive)
            if allowed is not None and not _allows(allowed, source, own):
                yield (
                    f"Content-Security-Policy has no {source} in {directive}, which "
                    f"blocks {_blocked(directive, source)}."
                )


def _needs(policy: str, *, is_page: bool) -> Iterator[tuple[str, str]]:
    """Yield the directives and sources of the page's policy that a host must allow.

    A worker obeys the policy of its script, and needs only scripts and downloads.
    """
    for directive, sources in _directives(policy).items():
        for source in sources:
            if (directive, source) == ("worker-src", "blob:"):
                continue  # of use only to code in the lab's console
            in_worker = directive in _OF_WORKERS and not source.startswith("'sha256-")
            if directive in _BLOCKED and (is_page or in_worker):
                yield directive, source


def _directives(policy: str) -> dict[str, list[str]]:
    parsed: dict[str, list[str]] = {}
    for name, *sources in (part.split() for part in policy.split(";") if part.strip()):
        parsed.setdefault(name.lower(), sources)
    return parsed


def _effective(given: dict[str, list[str]], directive: str) -> list[str] | None:
    """Return the sources that hold for a directive, None if all are allowed.

    Source: Content Security Policy Level 3, 6.8.3 (fallback directives).
    """
    for name in (directive, *_FALLBACKS.get(directive, ()), "default-src"):
        if name in given:
            return given[name]
    return None


def _allows(allowed: list[str], source: str, own: set[str]) -> bool:
    if source == "'self'":
        return not own.isdisjoint(allowed)
    if source == "'wasm-unsafe-eval'":
        return not {source, "'unsafe-eval'"}.isdisjoint(allowed)
    if source.startswith("'sha256-"):
        strict = any(one.startswith(("'sha", "'nonce-")) for one in allowed)
        return source in allowed or ("'unsafe-inline'" in allowed and not strict)
    return source in allowed


def _blocked(directive: str, source: str) -> str:
    if source == "'wasm-unsafe-eval'":
        return "WebAssembly, and so Python"
    if directive == "script-src" and source != "'self'":
        return "the scripts inside the page"
    return _BLOCKED[directive]
