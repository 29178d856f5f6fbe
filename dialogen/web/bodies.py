"""How much a form may bring: read as far as it takes to answer with the form and what was typed, kept no further."""

from tempfile import SpooledTemporaryFile
from typing import IO, Any

from flask import Flask, Request, request, session

from dialogen.extensions import office

#: The routes that take files for a case.
TAKING = frozenset({"cases.attach", "cases.register"})
#: Files that are somewhat too large are read to their end and thrown away, so that their form can be shown again.
READ_MOST = 4
IN_MEMORY = 1 << 20
#: Of one text: far more than any field takes, so that the field itself says that it is too long, and keeps it.
TEXT_MOST = 2 << 20
BESIDES = 1 << 20  # texts, and what a browser puts between parts


class PageRequest(Request):
    """A request whose files are written down as far as there is room for them. `room` None: as far as it was read."""

    room: int | None = None

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.room is None:
            return super()._get_file_stream(total_content_length, content_type, filename, content_length)
        return _Room(self)


class _Room(SpooledTemporaryFile[bytes]):
    """A file that drops what it is given once the room of its request is used up."""

    def __init__(self, asked: PageRequest) -> None:
        super().__init__(max_size=IN_MEMORY)
        self._asked = asked

    def write(self, given: Any) -> int:
        data = memoryview(given)
        room = self._asked.room or 0
        super().write(data[:room])
        self._asked.room = max(0, room - len(data))
        return len(data)


def register(app: Flask) -> None:
    """Say of every request that brings files how much of it is read, before the check of its token would read it."""
    app.request_class = PageRequest
    app.url_value_preprocessor(_settle)


def _settle(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint not in TAKING:
        return
    asked = request._get_current_object()  # type: ignore[attr-defined]
    most = office().config.attachment_mb << 20
    asked.max_content_length = most + BESIDES
    if "_user_id" in session:  # nobody else is worth the reading
        asked.max_content_length = READ_MOST * most + BESIDES
        asked.max_form_memory_size = TEXT_MOST
        asked.room = most + 1  # one more than may be kept, which tells that there was more
