"""Convert a network from or to the file format of another program.

Input: .onnx, from PyTorch, Keras and others; PyTorch's state_dict (.pth, .pt,
.safetensors) of Linear and Conv2d layers, read without running code; .npz with W0, b0,
W1, ..., or numbered from 1; any .json that nnweb reads.
Output, by suffix or --to: nnweb's own .json, .npz, .onnx, .safetensors, format1,
format2.

A state_dict or .npz does not contain activations, pooling, strides or padding. Dense
layers get a ReLU between them, or --activation. Convolutions need --architecture:
conv3x16p1 has 16 kernels of 3 x 3 and a padding of 1 (p0: none), pool2 is max pooling
over 2 x 2, a number is a dense layer: conv3x16p1-pool2-128-10.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from nnweb.architecture import ACTIVATIONS
from nnweb.cli.label_list import label_list
from nnweb.images.preprocess import FITS
from nnweb.shipped import find
from nnweb.weights.convert import KINDS, Hints, read_network, write_network
from nnweb.weights.tensors import DTYPES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        metavar="FROM",
        type=Path,
        help="file to read, or the name of a shipped network",
    )
    parser.add_argument("target", metavar="TO", type=Path, help="file to write")

    group = parser.add_argument_group("properties that FROM does not contain")
    group.add_argument(
        "--activation", choices=ACTIVATIONS, help="between layers (relu)"
    )
    group.add_argument("--architecture", metavar="TEXT", help="the layers as text")
    group.add_argument(
        "--mean",
        type=float,
        default=0.0,
        metavar="X",
        help="mean subtracted from the pixels (0 paper ... 1 ink) in training, as by "
        "transforms.Normalize; often 0.1307 (0)",
    )
    group.add_argument(
        "--std",
        type=float,
        default=1.0,
        metavar="X",
        help="divisor of the pixels in training (1)",
    )
    group.add_argument(
        "--labels",
        type=label_list,
        metavar="A,B,...",
        help="meaning of the outputs (0,1,...,9)",
    )
    group.add_argument(
        "--fit",
        choices=FITS,
        help="digit: crop to the ink and centre it; canvas: as drawn (digit)",
    )

    group = parser.add_argument_group("output")
    group.add_argument("--to", choices=KINDS, help="file format (by suffix)")
    group.add_argument(
        "--dtype",
        choices=DTYPES,
        default="",
        help="type of the weights in .json (float32)",
    )
    group.add_argument("--name", metavar="TEXT", help="name of the network (FROM's)")


def run(args: argparse.Namespace) -> int:
    hints = Hints(
        activation=args.activation,
        architecture=args.architecture,
        mean=args.mean,
        std=args.std,
        labels=args.labels,
        fit=args.fit,
    )
    network = read_network(find("models", args.source), hints)
    if args.name is not None:
        network.name = args.name
    write_network(network, args.target, kind=args.to, dtype=args.dtype)
    size = args.target.stat().st_size
    print(
        f"{args.target}: {network.architecture}, {network.parameter_count:,} "
        f"parameters, {size:,} bytes"
    )
    return 0
