"""Runs inside Pyodide: drop caches before the snapshot is taken."""

import gc
import importlib
import random  # memory-image.js seeds it after a restore
import sys
import zipimport

import _deferred  # type: ignore[import-not-found]  # deferred.py

_deferred.prepare_snapshot()
# the restored Python has other files and folders
sys.path_importer_cache.clear()
zipimport._zip_directory_cache.clear()  # type: ignore[attr-defined]
importlib.invalidate_caches()
gc.collect()

del _deferred, gc, importlib, random, sys, zipimport
