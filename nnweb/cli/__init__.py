"""The command line: nnweb train | augment | evaluate | predict | convert | info.

A result goes to stdout, progress and errors to stderr. Exit codes: 0 done, 1 failed
and said why, 2 used wrongly. Each command is a module of its name in this package,
with ``add_arguments(parser)`` and ``run(args) -> exit code``.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from nnweb import __version__
from nnweb.cli.blas_threads import limit_threads
from nnweb.errors import NnwebError

COMMANDS = {
    "train": "train a network from scratch",
    "augment": "draw a sheet of what the training mixture is made of",
    "evaluate": "measure how right a network is, and where it is wrong",
    "predict": "say which digits are in picture files",
    "convert": "read a network of another program, or write one",
    "info": "show what is in a weights file",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (default: sys.argv); return its exit code."""
    args = _parser().parse_args(argv)
    limit_threads()
    try:
        return int(args.run(args))
    except BrokenPipeError:
        # whoever read the result has seen enough, as in `nnweb info ... | head`;
        # Python must not try to flush what is left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    # what is expected to go wrong is told in one line; a bug keeps its traceback
    except (NnwebError, OSError) as error:
        if args.debug:
            raise
        print(f"nnweb {args.command}: error: {error}", file=sys.stderr)
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
