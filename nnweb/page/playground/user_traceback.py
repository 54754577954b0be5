"""What went wrong in somebody's own code, as they want to read it."""

from __future__ import annotations

import linecache
import re
import traceback
from types import CodeType

#: Files of a person's own code bear such names, which no file on a disk has.
_OWN = re.compile(r"<(your|console) .*>")
_PATH = re.compile(r'File "[^"\n]*[\\/](?=(nnweb|numpy)[\\/])')
# frames of the page's own code, and of the loader of deferred functions
_BRIDGE = re.compile(r"[\\/]nnweb[\\/]page[\\/]|_later\.py$")
_LONGEST = 6000  # characters of a traceback: of a message that is a whole array


def is_own(code: CodeType) -> bool:
    """Whether a person wrote it here."""
    return _OWN.fullmatch(code.co_filename) is not None


def remember(name: str, text: str) -> None:
    """Have tracebacks find the lines of ``text`` under a file's ``name``."""
    lines = text.splitlines(keepends=True)
    linecache.cache[name] = (len(text), None, lines, name)


def told(error: BaseException) -> dict[str, object]:
    """Their own traceback: from their first frame on, and of ours only the library's.

    ``line`` is the number of the last line of theirs, 0 where they have none in it.
    """
    report = traceback.TracebackException.from_exception(error)
    line = _cut(report)
    if isinstance(error, SyntaxError) and _OWN.fullmatch(error.filename or ""):
        line = line or error.lineno or 0
    text = _PATH.sub('File "', "".join(report.format())).rstrip()
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]}\n...\n{text[-_LONGEST // 2 :]}"
    return {"text": text, "line": line}


def _cut(report: traceback.TracebackException) -> int:
    """Leave out the frames that are neither theirs nor after theirs."""
    frames = list(report.stack)
    own = [i for i, f in enumerate(frames) if _OWN.fullmatch(f.filename)]
    kept = frames[own[0] :] if own else []
    report.stack = traceback.StackSummary.from_list(
        [frame for frame in kept if not _BRIDGE.search(frame.filename)]
    )
    return (frames[own[-1]].lineno or 0) if own else 0
