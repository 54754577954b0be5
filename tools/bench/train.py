"""Training speed against PyTorch on one thread, for each shipped network.

Both take the same steps (forward, cross-entropy, backward, AdamW) with the same sizes,
in turns, each on one thread. PyTorch is installed only for this, into .build/torch.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from nnweb.architecture import build_layers
from nnweb.cli.blas_threads import limit_threads
from nnweb.cli.options import read_recipe
from nnweb.initializers import he_normal
from nnweb.network import Network
from nnweb.training.losses import softmax_cross_entropy
from nnweb.training.optimizers import AdamW

ROOT = Path(__file__).resolve().parents[2]
TORCH = "torch==2.13.0"
# without dependencies: those of a GPU wheel are gigabytes
_PACKAGES = f"--no-deps {TORCH} numpy filelock typing-extensions sympy mpmath networkx "
_PACKAGES += "jinja2 MarkupSafe fsspec"
_EXAMPLES = 55_000  # per epoch
_STEPS, _REPEATS = 20, 7
_NETWORKS = ("mlp", "cnn", "cnn-small")


def run() -> dict[str, Any]:
    """Return medians over interleaved runs of nnweb and PyTorch."""
    limit_threads()
    python = torch_python()
    figures = {name: _compare(name, python) for name in _NETWORKS}
    ratios = ", ".join(f"{n} {f['ratio']:.2f}" for n, f in figures.items())
    return {
        "summary": f"seconds of a training step, nnweb / PyTorch 2.13: {ratios}",
        "networks": figures,
    }


def torch_python() -> str:
    """Return a Python with PyTorch: NNWEB_TORCH_PYTHON, or a venv created here."""
    if named := os.environ.get("NNWEB_TORCH_PYTHON"):
        return named
    folder = ROOT / ".build" / "torch"
    python = str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    if not _has_torch(python):
        print(f"installing {TORCH} into {folder}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)])
        subprocess.run([python, "-m", "pip", "install", "-q", *_PACKAGES.split()])
        if not _has_torch(python):
            raise SystemExit(
                f"bench train: {TORCH} cannot be installed here; name a Python that "
                "has it in NNWEB_TORCH_PYTHON"
            )
    return python


def _has_torch(python: str) -> bool:
    command = [python, "-c", "import torch"]
    exists = shutil.which(python) is not None
    return exists and not subprocess.run(command, capture_output=True).returncode


def _compare(name: str, python: str) -> dict[str, float]:
    recipe = read_recipe(ROOT / "assets" / "recipes" / f"{name}.toml")
    batch_size = recipe["batch_size"]
    step = _stepper(recipe["layers"], batch_size)
    script = Path(__file__).with_name("torch_train.py")
    command = [python, str(script), name, *map(str, (batch_size, _STEPS, _REPEATS))]
    env = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    nnweb_times, torch_times = [], []
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
    ) as torch:
        if torch.stdin is None or torch.stdout is None:
            raise RuntimeError("bench train: the pipes are missing")
        for _ in range(_REPEATS):
            # the script waits while nnweb runs
            torch_times.append(float(torch.stdout.readline()))
            nnweb_times.append(_time(step))
            torch.stdin.write("\n")
            torch.stdin.flush()
    nnweb_s, torch_s = statistics.median(nnweb_times), statistics.median(torch_times)
    ratio = statistics.median(
        a / b for a, b in zip(nnweb_times, torch_times, strict=True)
    )
    print(f"{name}: {nnweb_s * 1e3:.1f} ms per step, PyTorch {torch_s * 1e3:.1f} ms")
    return {
        "batch_size": batch_size,
        "seconds_per_step": round(nnweb_s, 6),
        "images_per_second": round(batch_size / nnweb_s),
        "seconds_per_epoch": round(nnweb_s * _EXAMPLES / batch_size, 2),
        "pytorch_seconds_per_step": round(torch_s, 6),
        "ratio": round(ratio, 3),
    }


def _stepper(architecture: str, batch_size: int) -> Callable[[], None]:
    """Return a function that takes one training step on random data."""
    rng = np.random.default_rng(0)
    layers = build_layers(
        architecture, activation="relu", initializer=he_normal, rng=rng
    )
    network, optimizer = Network(layers), AdamW(weight_decay=0.01)
    x = rng.random((batch_size, 784), dtype=np.float32)
    labels = rng.integers(10, size=batch_size)

    def step() -> None:
        logits = network.forward(x, train=True)
        _, dlogits = softmax_cross_entropy(logits, labels)
        network.backward_params(dlogits)
        optimizer.step(network.params, network.grads, 1e-3)

    return step


def _time(step: Callable[[], None]) -> float:
    start = time.perf_counter()
    for _ in range(_STEPS):
        step()
    return (time.perf_counter() - start) / _STEPS
