"""Makes the files beside it with PyTorch and safetensors themselves.

Run when a new PyTorch writes another kind of file; the tests need neither package:

    pip install torch==2.13.0 safetensors==0.8.0 && python tests/data/convert/make.py
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

HERE = Path(__file__).parent


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3, padding=1)
        self.conv2 = nn.Conv2d(2, 3, 5)
        self.fc = nn.Linear(75, 10, bias=False)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.tanh(self.conv1(x)), 2)
        x = nn.functional.max_pool2d(torch.tanh(self.conv2(x)), 2)
        return self.fc(x.flatten(1))


class ByName(nn.Module):
    """Its layers are used in another order than that of their names."""

    def __init__(self):
        super().__init__()
        self.start = nn.Linear(784, 4)
        self.middle = nn.Linear(4, 6)
        self.end = nn.Linear(6, 10)

    def forward(self, x):
        x = torch.sigmoid(self.start((x.flatten(1) - 0.1307) / 0.3081))
        return self.end(torch.sigmoid(self.middle(x)))


def main():
    torch.manual_seed(7)
    # two images that a test can write down as well: see test_convert.py
    x = (torch.arange(2 * 784) * 7 % 11 / 10).reshape(2, 1, 28, 28)
    mlp = nn.Sequential(nn.Flatten(), nn.Linear(784, 4), nn.ReLU(), nn.Linear(4, 10))
    cnn, by_name = Cnn(), ByName()
    expected = {
        name: model(x).tolist()
        for name, model in [("mlp", mlp), ("cnn", cnn), ("by_name", by_name)]
    }
    torch.save(mlp.state_dict(), HERE / "mlp.pth")
    optimizer = torch.optim.Adam(cnn.parameters())
    cnn(x).sum().backward()
    optimizer.step()
    expected["cnn"] = cnn(x).tolist()
    checkpoint = {
        "epoch": 3,
        "loss": 0.25,
        "model_state_dict": cnn.state_dict(),
        "optimizer_state_dict": optimizer.state_dict(),
    }
    torch.save(checkpoint, HERE / "cnn-checkpoint.pth", pickle_protocol=4)
    save_file(by_name.state_dict(), HERE / "by-name.safetensors", {"format": "pt"})

    base = torch.arange(24, dtype=torch.float64).reshape(4, 6) / 8
    kinds = {
        "float64, transposed": base.T,
        "float64, every second column of the same": base[1:, ::2],
        "float32, made of one number": torch.tensor([1.5]).expand(2, 3),
        "float16": torch.tensor([[1, -2.5], [65504, 6e-8]], dtype=torch.float16),
        "bfloat16": torch.tensor([1, -3.140625, 3e38], dtype=torch.bfloat16),
        "int64, no axes": torch.tensor(-7),
        "bool": torch.tensor([True, False]),
        "float32, empty": torch.zeros(0, 3),
        "parameter": nn.Parameter(torch.tensor([0.5])),
    }
    torch.save(kinds, HERE / "kinds.pth")
    expected["kinds"] = {name: tensor.tolist() for name, tensor in kinds.items()}
    small = nn.Linear(2, 2)
    torch.save(small, HERE / "whole-model.pth")
    legacy = {"_use_new_zipfile_serialization": False}
    torch.save(small.state_dict(), HERE / "legacy.pth", **legacy)
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
