"""What a log line tells of a fault: where it happened and of what kind it was, never the words of an exception.

Those words repeat what somebody wrote: a database names the row that it refuses, a parser the text it cannot read.
"""

import logging
import traceback
from collections.abc import Callable, Iterator

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
#: What drivers and systems call an error: a code, which says nothing of the data.
_CODES = ("sqlstate", "sqlite_errorname", "errno")


def fault(error: BaseException) -> str:
    """Return where an exception came from and of which kind it is, with those that led to it first; many lines."""
    return "\n".join(_told(each) for each in reversed(list(_chain(error))))


def settle(tidy: Callable[[str], str]) -> None:
    """Let this process log to stderr, from warnings on; `tidy` goes over each line last."""
    handler = logging.StreamHandler()
    handler.setFormatter(WithoutWords(tidy))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("waitress").addFilter(without_address)


class WithoutWords(logging.Formatter):
    """Writes log lines without the words of exceptions, whoever logs them."""

    def __init__(self, tidy: Callable[[str], str]) -> None:
        super().__init__(_FORMAT)
        self._tidy = tidy

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and below it where a fault happened."""
        record.exc_text = None  # what another handler may have made of the exception
        return self._tidy(super().format(record))

    def formatException(self, ei: object) -> str:
        """Return where an exception came from."""
        error = ei[1] if isinstance(ei, tuple) else None
        return fault(error) if isinstance(error, BaseException) else ""


def without_address(record: logging.LogRecord) -> bool:
    """An address may hold a secret or a search for a person; waitress tells the one that it could not answer."""
    if str(record.msg).startswith("Exception while serving"):
        record.msg = "a request could not be answered"
    return True


def without_requests(record: logging.LogRecord) -> bool:
    """Leave out what werkzeug's server, the one of `flask run`, tells of each request: its whole address."""
    return " - - [" not in str(record.msg)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _told(error: BaseException) -> str:
    frames = traceback.format_list(traceback.extract_tb(error.__traceback__))
    codes = [f" {name} {value}" for name in _CODES if (value := getattr(error, name, None)) is not None]
    return "".join(frames) + f"{type(error).__module__}.{type(error).__qualname__}{''.join(codes)}"
