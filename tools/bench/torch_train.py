"""Training steps in PyTorch on one thread, as a reference for tools/bench/train.py.

Runs in any Python with PyTorch, not necessarily .venv's: it does not import nnweb.
usage: torch_train.py NETWORK BATCH_SIZE STEPS REPEATS; prints seconds per step.
"""

import sys
import time
from itertools import pairwise

import torch
from torch import nn

POOL = 0


def build(name: str) -> nn.Sequential:
    """Build a network of assets/recipes, without dropout."""
    if name == "mlp":
        sizes = (784, 500, 300, 100, 10)
        layers: list[nn.Module] = [nn.Flatten()]
        for fan_in, fan_out in pairwise(sizes):
            layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
        return nn.Sequential(*layers[:-1])
    plan, dense = {
        "cnn": ((16, POOL, 32, 32, POOL, 64, POOL), 96),
        "cnn-small": ((8, POOL, 16, 16, POOL, 32, POOL), 24),
    }[name]
    layers, channels = [], 1
    for step in plan:
        if step == POOL:
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [nn.Conv2d(channels, step, 3, padding=1), nn.ReLU()]
            channels = step
    layers += [nn.Flatten(), nn.Linear(9 * channels, dense), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(dense, 10))


def main() -> None:
    name, batch_size, steps, repeats = sys.argv[1], *map(int, sys.argv[2:5])
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = build(name)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=0.01)
    x, labels = torch.rand(batch_size, 1, 28, 28), torch.randint(10, (batch_size,))
    for repeat in range(repeats + 1):
        start = time.perf_counter()
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=True)
            nn.functional.cross_entropy(network(x), labels).backward()
            optimizer.step()
        if repeat:  # the first is a warm-up
            print((time.perf_counter() - start) / steps, flush=True)
            sys.stdin.readline()  # wait for the other side


if __name__ == "__main__":
    main()
