"""The readers that are fuzzed: the files made for each, and what reads them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from nnweb.data.datasets import load_dataset
from nnweb.data.idx import read_idx
from nnweb.images.files import read_picture
from tools.fuzz.bodies import ask, from_request
from tools.fuzz.checkpoints import from_checkpoint, resume, resume_in_the_page
from tools.fuzz.data_sets import data_npz, from_csv, from_idx
from tools.fuzz.onnx_files import from_onnx, onnx_files
from tools.fuzz.pictures import from_picture
from tools.fuzz.tensors import (
    from_safetensors,
    from_torch,
    safetensors_files,
    torch_files,
)
from tools.fuzz.weights import (
    foreign_json,
    from_json,
    npz_files,
    own_json,
    use,
    use_in_the_page,
)
from tools.fuzz.zips import from_npz


@dataclass(frozen=True)
class Reader:
    """A way in for files: ``make`` makes one for it, named ``name``."""

    name: str
    make: Callable[[Random], bytes]
    read: Callable[[Path], object]


READERS = {
    "weights, JSON": Reader("net.json", lambda r: from_json(r, own_json()), use),
    "weights, JSON of other projects": Reader(
        "net.json", lambda r: from_json(r, foreign_json()), use
    ),
    "weights, JSON, in the page": Reader(
        "net.json", lambda r: from_json(r, own_json()), use_in_the_page
    ),
    "weights, .npz": Reader("net.npz", lambda r: from_npz(r, npz_files()), use),
    "weights, .onnx": Reader("net.onnx", lambda r: from_onnx(r, onnx_files()), use),
    "weights, .pth": Reader("net.pth", lambda r: from_torch(r, torch_files()), use),
    "weights, .safetensors": Reader(
        "net.safetensors", lambda r: from_safetensors(r, safetensors_files()), use
    ),
    "checkpoint": Reader("run.ckpt", from_checkpoint, resume),
    "checkpoint, in the page": Reader("run.ckpt", from_checkpoint, resume_in_the_page),
    "data set, .npz": Reader(
        "data.npz", lambda r: from_npz(r, [data_npz()]), load_dataset
    ),
    "data set, .csv": Reader("data.csv", from_csv, load_dataset),
    "data set, IDX": Reader("images.idx", from_idx, read_idx),
    "picture": Reader("photo.png", from_picture, read_picture),
    "request to nnweb serve": Reader("request", from_request, ask),
}
