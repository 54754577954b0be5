"""Convert a network from the file of another program, or to one.

In: PyTorch's state_dict (.pth, .pt, .safetensors) of Linear and Conv2d layers, read
without running code; .npz with W0, b0, W1, ...; any .json that nnweb reads.
Out, by the suffix or by --to: nnweb's own .json, .npz, .onnx, format1, format2.

A file of weights does not say where an activation, a pool, a stride or a padding is.
Dense layers get a ReLU between them, if --activation names no other. Convolutions need
--architecture: conv3x16p1 has 16 kernels of 3 x 3 and a padding of 1 (p0: none), pool2
the maximum of 2 x 2, a number is a dense layer, as in conv3x16p1-pool2-128-10.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from nnweb.architecture import ACTIVATIONS
from nnweb.network import FITS
from nnweb.weights.convert import KINDS, Hints, read_network, write_network
from nnweb.weights.tensors import DTYPES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="FROM", type=Path, help="file to read")
    parser.add_argument("target", metavar="TO", type=Path, help="file to write")

    group = parser.add_argument_group("what FROM does not say")
    group.add_argument(
        "--activation", choices=ACTIVATIONS, help="between layers (relu)"
    )
    group.add_argument("--architecture", metavar="TEXT", help="layers in a line")
    group.add_argument(
        "--mean",
        type=float,
        default=0.0,
        metavar="X",
        help="taken from every pixel (0 paper ... 1 ink) when it was trained: of "
        "transforms.Normalize, 0.1307 in many (0)",
    )
    group.add_argument(
        "--std", type=float, default=1.0, metavar="X", help="pixels were divided by (1)"
    )
    group.add_argument(
        "--labels", metavar="A,B,...", help="what the outputs stand for (0,1,...,9)"
    )
    group.add_argument(
        "--fit",
        choices=FITS,
        help="crop to the ink and centre it, or take it as drawn (digit)",
    )

    group = parser.add_argument_group("how TO is written")
    group.add_argument("--to", choices=KINDS, help="kind of file (by its suffix)")
    group.add_argument("--dtype", choices=DTYPES, default="", help="of .json (float32)")
    group.add_argument("--name", metavar="TEXT", help="of the network (FROM's)")


def run(args: argparse.Namespace) -> int:
    hints = Hints(
        activation=args.activation,
        architecture=args.architecture,
        mean=args.mean,
        std=args.std,
        labels=None if args.labels is None else args.labels.split(","),
        fit=args.fit,
    )
    network = read_network(args.source, hints)
    if args.name is not None:
        network.name = args.name
    write_network(network, args.target, kind=args.to, dtype=args.dtype)
    size = args.target.stat().st_size
    print(
        f"{args.target}: {network.architecture}, {network.parameter_count:,} "
        f"parameters, {size:,} bytes"
    )
    return 0
