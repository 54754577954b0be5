"""The training of the trajectory's network: its examples, and what it writes."""

import numpy as np

from nnweb.numbers import trajectory_weights
from tools.bench import fit_trajectory
from tools.bench.fit_trajectory import _bend, _sampled, _vary


def test_strokes_are_varied_but_neither_lost_nor_far_away():
    rng = np.random.default_rng(0)
    strokes = [np.linspace((0, 0), (1, 0), 30), np.linspace((1, 0), (0.4, 1), 40)]
    varied = [_vary(strokes, rng) for _ in range(300)]

    assert {len(of) for of in varied} == {1, 2, 3}  # joined, as given, lifted
    assert all(sum(map(len, of)) > 50 for of in varied)
    assert all(np.abs(np.concatenate(of)).max() < 4 for of in varied)
    assert any(of[0][0, 0] > of[0][-1, 0] for of in varied)  # the other way


def test_bent_trajectories_keep_their_order():
    points, _, _ = _sampled([(7, [np.linspace((0, 0), (1, 2), 30)])])

    bent = _bend(points.repeat(50, axis=0), np.random.default_rng(0))

    assert (np.diff(bent[..., 1], axis=1) > -0.1).mean() > 0.98  # still downwards


def test_the_network_is_written_as_a_module_that_can_be_read(tmp_path, monkeypatch):
    few = fit_trajectory.digits_of_writers
    monkeypatch.setattr(
        fit_trajectory,
        "digits_of_writers",
        lambda held_out: {
            name: {label: some[:2] for label, some in of.items()}
            for name, of in few(held_out).items()
        },
    )
    monkeypatch.setattr(fit_trajectory, "_OUT", tmp_path / "weights.py")
    monkeypatch.setattr(fit_trajectory, "_GLYPHS", 5)
    fit_trajectory.main(epochs=1)

    found: dict[str, object] = {}
    exec((tmp_path / "weights.py").read_text(), found)
    shapes = [W["shape"] for W, _ in found["LAYERS"]]
    assert shapes == [W["shape"] for W, _ in trajectory_weights.LAYERS]
