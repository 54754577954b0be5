"""The command line: nnweb train | predict | read | serve | ..., see ``COMMANDS``.

Results go to stdout, progress and errors to stderr. Exit codes: 0 done, 1 failed with a
message, 2 usage error. Each command is a module of this package with the same name,
with ``add_arguments(parser)`` and ``run(args) -> exit code``.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence

from nnweb import __version__
from nnweb.cli.blas_threads import limit_threads
from nnweb.errors import NnwebError

COMMANDS = {
    "train": "train a network from scratch",
    "augment": "draw a sheet of examples of the training mixture",
    "evaluate": "measure a network's accuracy, and list its mistakes",
    "predict": "recognise the digits in picture files",
    "read": "read whole numbers in picture files",
    "serve": "answer other programs over HTTP",
    "convert": "convert a network from or to another program's format",
    "page": "make a web page of networks of your own",
    "info": "show the content of a weights file",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (default: sys.argv); return its exit code."""
    name = "nnweb"
    debug = True
    try:
        args = _parser().parse_args(argv)  # which imports every command
        name, debug = f"nnweb {args.command}", args.debug
        if isinstance(sys.stdout, io.TextIOWrapper):  # names of files may be no text
            sys.stdout.reconfigure(errors="backslashreplace")
        limit_threads()
        return int(args.run(args))
    except BrokenPipeError:
        # the reader has closed the pipe, as in `nnweb info ... | head`: keep Python
        # from flushing the rest
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    # expected errors get one line; a bug keeps its traceback
    except (NnwebError, OSError) as error:
        if debug:
            raise
        print(f"{name}: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{name}: interrupted", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nnweb", description="Handwritten digits, recognised in plain NumPy."
    )
    parser.add_argument("--version", action="version", version=f"nnweb {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        module = importlib.import_module(f"nnweb.cli.{name}")
        command = commands.add_parser(
            name,
            help=summary,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        module.add_arguments(command)
        command.add_argument(
            "--debug", action="store_true", help="show the traceback of an error"
        )
        command.set_defaults(run=module.run, parser=command)
    return parser
