"""Answer other programs over HTTP: recognise pictures and strokes, read numbers.

POST /predict and POST /read take a picture file, strokes as JSON, or 784 bytes; GET
/networks, /weights and /openapi.json say what there is. Nothing is kept or logged.
"""

from __future__ import annotations

import argparse
import errno
import socket
from pathlib import Path

from nnweb.errors import ImageError, NnwebError
from nnweb.serve.networks import load_all
from nnweb.shipped import names


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "networks",
        metavar="NETWORK",
        nargs="*",
        type=Path,
        help=f"weights file, or {', '.join(names('models'))} (cnn); the first one "
        "answers unless a request names another",
    )
    parser.add_argument(
        "--port", type=_port, default=8001, metavar="N", help="0 for a free one (8001)"
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen at; others than 127.0.0.1 admit other machines",
    )


def run(args: argparse.Namespace) -> int:
    try:
        import uvicorn

        from nnweb.serve.app import make_app
    except (ImportError, ImageError) as error:
        raise NnwebError(
            "serving needs Starlette, uvicorn and Pillow: pip install nnweb[serve]"
        ) from error
    app = make_app(load_all(args.networks or [Path("cnn")]))
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_level="warning",  # so that no request is logged
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    with _listen(args.host, args.port) as listener:
        print(f"nnweb answers at {_url(listener)} (stop with Ctrl-C)", flush=True)
        try:
            uvicorn.Server(config).run([listener])
        except KeyboardInterrupt:  # which uvicorn raises again when it has stopped
            return 0
    return 0


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises NnwebError."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address, family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = port % 65535 + 1
            raise NnwebError(
                f"port {port} is in use; try another, as --port {other}"
            ) from None
        raise NnwebError(f"{host} port {port}: cannot listen: {error}") from error


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"got {text!r}, expected 0 to 65535")
    return int(text)
