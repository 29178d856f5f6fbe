"""Files that hold personal data for a while: in a folder for the owner alone, and erased when their time is out."""

from collections.abc import Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Folders:
    """Where long work puts what it makes, and where files lie that people uploaded."""

    results: Path
    uploads: Path


def private_folder(folder: Path) -> Path:
    """Return a folder that its owner alone can look into; made when it is not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def erase_strays(folder: Path, *, kept: Set[str], before: datetime) -> None:
    """Erase the files that nothing refers to and that nobody wrote to since an instant: a killed process left them."""
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if path.name not in kept and path.stat().st_mtime < before.timestamp():
                path.unlink()
