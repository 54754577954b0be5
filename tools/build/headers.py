"""What a host should send with each file: types, caching, policy, compression.

Used by the development server (tools/dev/serve.py), by the configurations of other
servers (hosts.py) and by the check of a deployment (check_host.py).
"""

import re
from pathlib import Path

from nnweb_site.hashes import HASHED

# The same as in the pages of site/: a worker follows the policy of its own response.
CSP = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'"
)
#: Of every suffix in a built site.
TYPES = {
    ".gz": "application/gzip",  # the first: in Apache's, others override it
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".wasm": "application/wasm",
    ".bin": "application/octet-stream",
    ".whl": "application/zip",
    ".zip": "application/zip",
}
#: Cache-Control of files in hashed folders, and of all others, errors too.
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"
#: Suffixes of compressed companions by encoding, the smallest first.
COMPANIONS = {"br": ".br", "gzip": ".gz"}

_POLICY = re.compile(r'http-equiv="Content-Security-Policy"\s+content="([^"]*)"')


def policy_in(page: str) -> str:
    """Return the policy in the text of a page, which allows its style by hash."""
    found = _POLICY.search(page)
    return CSP if found is None else found[1]


def page_policy(site: str | Path) -> str:
    """Return the policy of a built site's page."""
    try:
        return policy_in(Path(site, "index.html").read_text(encoding="utf-8"))
    except OSError:
        return CSP


def headers(policy: str) -> dict[str, str]:
    """Return the headers of every response, errors too, but for Cache-Control."""
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        # pages on other origins may have a <digit-pad> from here
        "Access-Control-Allow-Origin": "*",
        "Referrer-Policy": "no-referrer",
    }


def is_hashed(path: str) -> bool:
    """Whether a URL's path has a folder that is named by a hash."""
    return any(HASHED.fullmatch(folder) for folder in path.split("/")[:-1])
