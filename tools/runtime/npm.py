"""Install npm packages that are pinned by hash: the bundler and the type checker."""

import subprocess
from pathlib import Path

from run import one_at_a_time
from tools.runtime.fetch import ROOT
from tools.runtime.node import EngineError, npm_command

FOLDER = ROOT / "tools" / "npm"
_TIMEOUT_S = 600


def install(folder: Path = FOLDER) -> None:
    """Bring a folder's node_modules up to its lock file, if it is not there yet.

    Raises EngineError with what npm printed, or if npm cannot be installed.
    """
    stamp = folder / "node_modules" / ".nnweb-lock"
    with one_at_a_time(ROOT / ".build" / "npm.lock", "installing npm packages"):
        wanted = (folder / "package-lock.json").read_bytes()
        if stamp.exists() and stamp.read_bytes() == wanted:
            return
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        # a cache of its own, because the home folder may be read-only
        options += ["--cache", str(ROOT / ".build" / "npm"), "--prefix", str(folder)]
        try:
            done = subprocess.run(
                [*npm_command(), "ci", *options],
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=_TIMEOUT_S,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EngineError(f"npm ci: {error}") from error
        if done.returncode:
            raise EngineError(f"npm ci: {(done.stdout + done.stderr).strip()[-2000:]}")
        stamp.write_bytes(wanted)
