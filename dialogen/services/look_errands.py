"""The access log as a file: a short one given at once, a long one ordered and written as long work."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from dialogen.domain.access_log import LookFilter, Sight
from dialogen.domain.accounts import Standing, check_may_administer
from dialogen.domain.errands import Doing, ErrandKind
from dialogen.domain.languages import Language
from dialogen.files.csv_out import excel_lines
from dialogen.files.look_words import DOORS, HEADER, MANNERS, SIGHTS
from dialogen.languages import gettext
from dialogen.services.access_log import LookView, all_looks
from dialogen.services.errand_files import write_file
from dialogen.services.errand_work import Work
from dialogen.services.errands import order_errand

if TYPE_CHECKING:
    from dialogen.database.engine import Database

TOLD_EVERY = 500  # lines


@dataclass(frozen=True)
class LookOrder:
    """A file of the log that somebody wants, and in which language."""

    wanted: LookFilter
    language: Language


_AS_JSON = TypeAdapter(LookOrder)


def order_looks(db: "Database", *, order: LookOrder, by: Standing, now: datetime) -> int:
    """Order a file of the log and return the number of its errand.

    Raises NotAllowed, and WrongState when too much of what they ordered is not done yet.
    """
    check_may_administer(by)
    asked = _AS_JSON.dump_python(order, mode="json")
    return order_errand(db, kind=ErrandKind.ACCESS_LOG, account_id=by.account_id, asked=asked, now=now)


def write_looks(work: Work) -> None:
    """Write the file that was ordered, if its owner may read the log now; the log tells of it, too."""
    order, lines = _AS_JSON.validate_python(work.asked), 0
    found = all_looks(work.db, by=work.account.standing, wanted=order.wanted)

    def followed() -> Iterator[LookView]:
        nonlocal lines
        for look in found:
            if lines % TOLD_EVERY == 0:
                work.tell(Doing.WRITING, lines)
            lines += 1
            yield look

    write_file(
        work,
        lambda: file_of(followed(), work.zone),
        language=order.language,
        saved_as=f"tilgangslogg-{work.today()}.csv",
        suffix=".csv",
        of=Sight.ACCESS_LOG,
        shown=lambda: lines,
    )


def file_of(found: Iterable[LookView], zone: tzinfo) -> Iterator[bytes]:
    """Return the lines of the file, in words of the language in which it is asked for."""
    # Read now: the lines may be written when a request is over, and with it the reader's language.
    header = [gettext(word) for word in HEADER]
    manners, sights, doors = dict(MANNERS), dict(SIGHTS), dict(DOORS)
    rows = (
        (
            f"{look.at.astimezone(zone):%d.%m.%Y %H:%M:%S}",
            look.name,
            look.email,
            look.token_id and (look.token_name or str(look.token_id)),
            manners[look.action],
            sights[look.subject],
            look.reference,
            look.shown,
            doors[look.door],
        )
        for look in found
    )
    return (line.encode("utf-8") for line in excel_lines(header, rows))
