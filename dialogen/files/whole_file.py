"""Writes a file as a whole: a reader finds the old one or the new one, never half of it."""

import os
from pathlib import Path


def write_whole(path: Path, text: str, *, private: bool = False) -> None:
    """Write text as UTF-8 without touching its line ends; raises OSError when that cannot be done.

    A `private` file can be read by its owner alone.
    """
    target = path.resolve()  # what a link points to, not the link
    if target.exists() and not target.is_file():
        target.write_bytes(text.encode())  # a device or a pipe: nothing to put in its place
        return
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with open(part, "xb", opener=_for_the_owner_alone if private else None) as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _for_the_owner_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
