"""Writes a file as a whole: a reader finds the old one or the new one, never half of it."""

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write text as UTF-8 without touching its line ends; raises OSError when that cannot be done."""
    target = path.resolve()  # what a link points to, not the link
    if target.exists() and not target.is_file():
        target.write_bytes(text.encode())  # a device or a pipe: nothing to put in its place
        return
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
