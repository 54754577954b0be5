"""Measurements: a module each, whose ``run() -> dict`` is written to results/."""
