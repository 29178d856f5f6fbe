"""The folder of attached files: each lies once, under the digest of what it holds, and is never there in half."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from dialogen.domain.errors import InvalidInput, Problem

CHUNK = 1 << 20
#: A file younger than this may be somebody's who has not said yet what it belongs to.
SETTLED = timedelta(hours=1)
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Incoming:
    """A file that was handed in and lies beside the others until it is kept or dropped."""

    path: Path
    sha256: str
    size: int


class Store:
    """The files of one installation. Whoever serves it must see the same folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"

    def take_in(self, stream: BinaryIO, *, name: str, most: int) -> Incoming:
        """Write what comes to a file of its own, a piece at a time; raises InvalidInput when it is empty or too big."""
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._incoming / secrets.token_hex(16)
        digest, size = hashlib.sha256(), 0
        try:
            with open(path, "xb", opener=_for_the_owner_alone) as file:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    if size > most:
                        raise InvalidInput.of("files", Problem.ATTACHMENT_TOO_LARGE, file=name, most=most // (1 << 20))
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            if not size:
                raise InvalidInput.of("files", Problem.FILE_EMPTY, file=name)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Incoming(path, digest.hexdigest(), size)

    def keep(self, incoming: Incoming) -> None:
        """Put a file in its place for good, before anything says that it is there.

        It takes the place of one that holds the same, so that it counts as young: see `discard`.
        """
        place = self.path_of(incoming.sha256)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.replace(incoming.path, place)
        with suppress(OSError):  # not every system can write a folder's entries down at once
            descriptor = os.open(place.parent, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def drop(self, incoming: Incoming) -> None:
        """Erase a file that is not kept; one that was kept meanwhile stays."""
        incoming.path.unlink(missing_ok=True)

    def path_of(self, sha256: str) -> Path:
        """Return where a file lies."""
        return self._folder / sha256[:2] / sha256

    def settled(self, now: datetime, *, age: timedelta = SETTLED) -> Iterator[str]:
        """Yield the digests of the files that have lain for a while, in order."""
        for path in sorted(self._folder.glob("[0-9a-f][0-9a-f]/*")):
            if _DIGEST.fullmatch(path.name) and _is_settled(path, now, age):
                yield path.name

    def discard(self, sha256: str, now: datetime, *, age: timedelta = SETTLED) -> Path | None:
        """Take a file out of its place, if it has lain there for a while, and return where it lies now.

        One that was handed in anew at this very moment is young, and goes back: the caller has only to look, once more,
        that nothing belongs to it, and then erases it or puts it back.
        """
        place, aside = self.path_of(sha256), self._incoming / f"{sha256}.gone"
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            os.replace(place, aside)
            if _is_settled(aside, now, age):
                return aside
            self.put_back(aside, sha256)
        return None

    def put_back(self, aside: Path, sha256: str) -> None:
        """Return a file to its place; one that was put there since holds the same."""
        with suppress(FileNotFoundError):
            os.utime(aside)  # young again: the one whose place it may take was put there this moment
            os.replace(aside, self.path_of(sha256))

    def forget_incoming(self, now: datetime, *, age: timedelta = SETTLED) -> None:
        """Erase what somebody began to hand in and nobody kept or dropped: the process died with it."""
        for path in sorted(self._incoming.glob("*")):
            with suppress(FileNotFoundError):
                if path.name.endswith(".gone"):
                    self.put_back(path, path.name.removesuffix(".gone"))
                elif _is_settled(path, now, age):
                    path.unlink()


def _is_settled(path: Path, now: datetime, age: timedelta) -> bool:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, tz=now.tzinfo) <= now - age
    except FileNotFoundError:
        return False


def _for_the_owner_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
