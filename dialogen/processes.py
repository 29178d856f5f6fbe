"""Names this process so that another can tell whether it still lives. Knows nothing of what the process does."""

import os
import socket
from pathlib import Path

import psutil

PROC = Path("/proc")


def this_process() -> str:
    """Return a name for this process: where it runs, its number and its start, so that a reused number is no match."""
    return f"{_place()}/{os.getpid()}/{_start_of(os.getpid())}"


def is_gone(name: str) -> bool:
    """Say whether the named process is known to have ended.

    Only a process of this host, and of this container, can be known to be gone; of another's nothing is known, and
    the answer is no.
    """
    place, pid, started = [*name.rsplit("/", 2), "", ""][:3]
    if place != _place() or not pid.isdigit():
        return False
    try:
        return _start_of(int(pid)) != started
    except (psutil.NoSuchProcess, ProcessLookupError):
        return True
    except (psutil.AccessDenied, PermissionError):
        return False


def host_and_number(name: str) -> tuple[str, str]:
    """Return what of a process's name tells people where to look: its host and its number there."""
    place, pid, _ = [*name.rsplit("/", 2), "", ""][:3]
    return place.partition("/")[0], pid


def _place() -> str:
    """Return the host, and on Linux the space in which its process numbers count: containers may share a host name."""
    try:
        return f"{socket.gethostname()}/{os.readlink(PROC / 'self' / 'ns' / 'pid')}"
    except OSError:
        return socket.gethostname()


def _start_of(pid: int) -> str:
    """Return when a process started; raises psutil.NoSuchProcess, also for one that only waits to be buried."""
    if psutil.Process(pid).status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
        raise psutil.NoSuchProcess(pid)
    try:
        stat = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return f"{psutil.Process(pid).create_time():.0f}"
    # In ticks since the host started: unlike the time of day it does not move when the clock is set.
    return stat.rpartition(")")[2].split()[19]
