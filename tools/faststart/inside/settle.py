"""Run inside Pyodide before its memory is kept: let go of what need not be in it."""

import gc
import importlib
import random  # what restores the memory seeds it anew
import sys
import zipimport

import _later  # type: ignore[import-not-found]  # later.py

_later.settle()
# neither the files nor the folders of now will be there
sys.path_importer_cache.clear()
zipimport._zip_directory_cache.clear()  # type: ignore[attr-defined]
importlib.invalidate_caches()
gc.collect()

del _later, gc, importlib, random, sys, zipimport
