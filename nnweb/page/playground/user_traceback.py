"""Tracebacks of the user's code, without the frames of the page."""

from __future__ import annotations

import linecache
import re
import traceback
from types import CodeType

#: File names of the user's code.
_USER_FILE = re.compile(r"<(your|console) .*>")
_PATH = re.compile(r'File "[^"\n]*[\\/](?=(nnweb|numpy)[\\/])')
# frames of the page's own code, and of the loader of deferred functions
_PAGE_FILE = re.compile(r"[\\/]nnweb[\\/]page[\\/]|_later\.py$")
_MAX_LENGTH = 6000  # characters of a traceback, whose message may be an array


def is_user_code(code: CodeType) -> bool:
    """Whether the user typed this code."""
    return _USER_FILE.fullmatch(code.co_filename) is not None


def remember(name: str, text: str) -> None:
    """Register ``text`` as the file ``name``, so that tracebacks show its lines."""
    lines = text.splitlines(keepends=True)
    linecache.cache[name] = (len(text), None, lines, name)


def describe_error(error: BaseException) -> dict[str, object]:
    """Return the traceback from the user's first frame on, without the page's frames.

    ``line`` is the last line number in the user's code, 0 if it has no frame.
    """
    report = traceback.TracebackException.from_exception(error)
    line = _cut(report)
    if isinstance(error, SyntaxError) and _USER_FILE.fullmatch(error.filename or ""):
        line = line or error.lineno or 0
    text = _PATH.sub('File "', "".join(report.format())).rstrip()
    if len(text) > _MAX_LENGTH:
        text = f"{text[: _MAX_LENGTH // 2]}\n...\n{text[-_MAX_LENGTH // 2 :]}"
    return {"text": text, "line": line}


def _cut(report: traceback.TracebackException) -> int:
    """Drop the frames before the user's; return the last line number in their code."""
    frames = list(report.stack)
    user = [i for i, f in enumerate(frames) if _USER_FILE.fullmatch(f.filename)]
    kept = frames[user[0] :] if user else []
    report.stack = traceback.StackSummary.from_list(
        [frame for frame in kept if not _PAGE_FILE.search(frame.filename)]
    )
    return (frames[user[-1]].lineno or 0) if user else 0
