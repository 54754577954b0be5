"""Processor time and memory of a browser: of all its processes, from /proc."""

import contextlib
import os
from pathlib import Path


def browser_processes(profile: Path) -> list[Path]:
    """Return the /proc folders of the browser with this profile, if /proc exists."""
    parents, roots = {}, []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            parents[int(folder.name)] = int(_fields(folder)[1])
        except OSError:
            continue
        if str(profile).encode() in command and b"--type=" not in command:
            roots.append(int(folder.name))

    def is_ours(pid: int) -> bool:
        while pid in parents:
            if pid in roots:
                return True
            pid = parents[pid]
        return False

    return [Path("/proc") / str(pid) for pid in parents if is_ours(pid)]


def _fields(process: Path) -> list[str]:
    """Return the fields of /proc/<pid>/stat, from the state on."""
    return (process / "stat").read_text().rpartition(")")[2].split()


def cpu_seconds(profile: Path) -> float:
    """Return the time that all the browser's processes have used."""
    ticks = 0
    for process in browser_processes(profile):
        with contextlib.suppress(OSError):  # the process has just ended
            ticks += sum(int(field) for field in _fields(process)[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_bytes(profile: Path) -> int:
    """Return the memory of all the browser's processes, shared pages proportionally."""
    kilobytes = 0
    for process in browser_processes(profile):
        with contextlib.suppress(OSError):
            for line in (process / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kilobytes += int(line.split()[1])
    return kilobytes * 1024
