"""Names this process so that another can tell whether it still lives. Knows nothing of what the process does."""

import os
import socket

import psutil


def this_process() -> str:
    """Return a name for this process: host, process number and start, so that a reused number is not mistaken."""
    process = psutil.Process(os.getpid())
    return f"{socket.gethostname()}/{process.pid}/{process.create_time():.2f}"


def is_gone(name: str) -> bool:
    """Say whether the named process is known to have ended.

    Only a process of this host can be known to be gone; of another host's nothing is known, and the answer is no.
    """
    host, pid, started = [*name.split("/"), "", ""][:3]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        return f"{psutil.Process(int(pid)).create_time():.2f}" != started
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False
