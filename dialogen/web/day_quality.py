"""The quality of a year's figure on My day: each count with the list of the very cases behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for

from dialogen.domain.accounts import Act, Standing, reach
from dialogen.languages import gettext
from dialogen.notation import count
from dialogen.services.my_day import Day
from dialogen.web import wording


@dataclass(frozen=True)
class Counted:
    """A count, what it counts, and where the cases are: None when there are none, or not all are the reader's."""

    text: str
    count: int
    address: str | None
    also: str | None = None


def counted(day: Day, *, by: Standing, today: date) -> list[Counted]:
    """Return what says how good the year's figure is; nothing for whoever has no such panel."""
    if day.doubts is None or day.year is None:
        return []
    # The figure is the municipality's: a list that shows less than that would not agree with it.
    sees_all = reach(by, Act.SEE).everything and reach(by, Act.SEE_DETAILS).everything
    begin: dict[str, Any] = {"stream": "external", "received_from": _written(date(day.year.year, 1, 1))}
    return [
        Counted(text, number, url_for("cases.list", **(begin | asked)) if number and sees_all else None, also)
        for text, number, asked, also in _rows(day, today)
    ]


def _rows(day: Day, today: date) -> Iterator[tuple[str, int, dict[str, str], str | None]]:
    assert day.doubts is not None
    assert day.year is not None
    tally, ahead = day.year.tally, {"original_from": _written(today)}
    past = {"original_to": _written(today - timedelta(days=1))}
    reasons = ", ".join(f"{count(number)} {wording.EXCLUSIONS[reason]}" for reason, number in tally.excluded.items())
    unseen = gettext("Dialogen har verken sett dagen de kom eller dagen de ble besvart.")
    gone = gettext("De teller ikke i tallet lenger.")
    yield gettext("Ikke besvart, fristen er ikke ute"), tally.not_yet_due, {"state": "open", **ahead}, None
    yield gettext("Besvart, fristen er ikke ute"), tally.safe_already, {"state": "answered_on_time", **ahead}, None
    yield gettext("Ikke besvart og over fristen"), tally.open_overdue, {"state": "open", **past}, None
    late, afterwards = day.year.registered_late, day.doubts.registered_afterwards
    yield gettext("Registrert etter at fristen var ute"), late, {"state": "all", "late": "1"}, None
    yield gettext("Registrert etter at de var besvart"), afterwards, {"state": "all", "afterwards": "1"}, unseen
    moved = {"state": "all", "stream": "internal", "moved": "1"}
    yield gettext("Flyttet fra ekstern til intern"), day.doubts.moved_out, moved, gone
    yield gettext("Holdes utenfor"), sum(tally.excluded.values()), {"state": "excluded"}, reasons or None


def _written(day: date) -> str:
    return f"{day:%d.%m.%Y}"
