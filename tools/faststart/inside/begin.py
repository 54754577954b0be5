"""Run inside Pyodide before the imports that the snapshot will hold."""

import sys

import _later  # type: ignore[import-not-found]  # later.py, under this name

# JOB is given from outside: {"late": {module: its folder}}
for name, folder in JOB["late"].items():  # type: ignore[name-defined]  # noqa: F821
    _later.delay(name, folder)
del sys, name, folder, _later
