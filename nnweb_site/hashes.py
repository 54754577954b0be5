"""Hashes of files and folders, by which the site names and checks them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

#: The name of a folder in dist that rename_by_hash has named.
HASHED = re.compile("(app|runtime|nnweb|models|mnist|[a-z]{2})-[0-9a-f]{12}")


def file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def folder_hashes(folder: Path) -> dict[str, str]:
    """The hash of each file below a folder, by its path in the folder."""
    return {
        path.relative_to(folder).as_posix(): file_hash(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rename_by_hash(folder: Path) -> Path:
    """Rename a finished folder to name-<hash of everything in it>."""
    text = json.dumps(folder_hashes(folder), sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return folder.rename(folder.with_name(f"{folder.name}-{digest[:12]}"))


def integrity(data: bytes) -> str:
    """The value of ``integrity`` in HTML, in fetch and in a policy.

    Source: Subresource Integrity, 3.1.
    """
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    return f"sha256-{digest}"
