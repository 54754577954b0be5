"""Make a web page of networks of your own: a folder of files for any web server.

The page reads what is drawn, and has the lab; digit-pad.js is in the folder, too. The
first network is the one that the page opens. It needs nnweb[page].
"""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nnweb.cli.label_list import label_list
from nnweb.errors import WeightsError
from nnweb.shipped import find, names


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "networks",
        metavar="NETWORK",
        nargs="+",
        type=Path,
        help=f"weights file, or {', '.join(names('models'))}",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="folder to write"
    )
    parser.add_argument("--title", metavar="TEXT", help="heading (names the labels)")
    parser.add_argument("--lead", metavar="TEXT", help="the line below the heading")
    parser.add_argument(
        "--language", metavar="CODE", help="only this language, such as de (all)"
    )
    parser.add_argument(
        "--theme", default="auto", choices=("auto", "light", "dark"), help="(auto)"
    )
    parser.add_argument(
        "--labels",
        type=label_list,
        metavar="A,B,...",
        help="meaning of the outputs, in place of what the files say",
    )
    mode = parser.add_mutually_exclusive_group()
    for name, value, text in (
        ("--single", "single", "no numbers, only single characters"),
        ("--numbers", "number", "start with numbers; needs the digits 0 to 9"),
    ):
        mode.add_argument(
            name, dest="mode", action="store_const", const=value, help=text
        )
    parser.add_argument(
        "--lab", action=argparse.BooleanOptionalAction, default=True, help="the lab"
    )


def run(args: argparse.Namespace) -> int:
    try:
        from nnweb_site import site_folder, words_folder
        from nnweb_site.page import Options, make_page
    except ImportError as error:
        raise WeightsError(
            "nnweb page needs the built site: pip install nnweb[page]"
        ) from error
    options = Options(
        title=args.title,
        lead=args.lead,
        language=args.language,
        theme=args.theme,
        lab=args.lab,
        labels=args.labels,
        mode=args.mode,
    )
    networks = [find("models", path) for path in args.networks]
    with _stopped_by_signals():
        make_page(site_folder(), words_folder(), networks, args.out.resolve(), options)
    print(args.out)
    return 0


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end the block as Ctrl-C does, so it cleans up.

    A signal that is ignored, as after nohup, stays so.
    """
    before: dict[int, Any] = {}

    def stop(*_: object) -> None:
        for number in before:  # a closed terminal sends its signal twice
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            before[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
