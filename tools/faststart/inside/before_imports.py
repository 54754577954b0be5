"""Runs inside Pyodide before the imports that the snapshot will hold."""

import _deferred  # type: ignore[import-not-found]  # deferred.py

# snapshot.mjs sets JOB: {"late": {module: its folder}}
for name, folder in JOB["late"].items():  # type: ignore[name-defined]  # noqa: F821
    _deferred.defer_import(name, folder)
del _deferred, folder, name
