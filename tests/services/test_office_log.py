"""The office's own log: told in the transaction that did it, one line after the other, each chained to the last."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import ChainHead, OfficeEvent
from dialogen.domain.chains import BEGINNING, office_digest
from dialogen.domain.history import Author, Change, Door
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.services import office_log
from dialogen.services.audit import audit
from tests.factories import NOW, make_account


def lines(db: Database) -> list[OfficeEvent]:
    with db.reading() as session:
        found = list(session.scalars(select(OfficeEvent).order_by(OfficeEvent.id)))
        session.expunge_all()
        return found


def tell(db: Database, action: OfficeAction, *, actor: int | None = None, days: int = 0, fails: bool = False) -> None:
    with db.writing() as session:
        office_log.tell(
            session,
            at=NOW + timedelta(days=days),
            action=action,
            author=Author(actor, Door.WEB),
            subject=Subject.ACCOUNT,
            subject_id=7,
            changes=[Change("role", None, "manager"), Change("name", None, None)],
        )
        if fails:
            raise RuntimeError("the deed failed after it was told")


def test_each_line_is_chained_to_the_one_before(db: Database) -> None:
    actor = make_account(db)
    tell(db, OfficeAction.ROLE_GIVEN, actor=actor)
    tell(db, OfficeAction.ROLE_TAKEN, days=1)
    told = lines(db)
    previous = BEGINNING
    for line in told:
        assert line.digest == office_digest(
            previous,
            at=line.at,
            action=line.action,
            door=line.door,
            actor_id=line.actor_id,
            subject=line.subject,
            subject_id=line.subject_id,
            changes=line.changes,
        )
        previous = line.digest
    with db.reading() as session:
        head = session.execute(select(ChainHead.count, ChainHead.digest)).one()
    assert tuple(head) == (2, previous)
    assert (told[0].actor_id, told[0].subject_id) == (actor, "7")
    assert told[0].changes == [
        {"field": "role", "before": None, "after": "manager"},
        {"field": "name", "before": None, "after": None},
    ]


def test_of_many_who_tell_at_once_each_is_chained_to_another(db: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: tell(db, OfficeAction.ROLE_GIVEN, days=number), range(24)))
    (end,) = audit(db, known_heads=frozenset(), progress=lambda _: None)
    assert end.is_well
    assert "24 lines of the office log" in end.words


def test_a_deed_that_fails_is_not_told(db: Database) -> None:
    tell(db, OfficeAction.ROLE_GIVEN)
    with pytest.raises(RuntimeError):
        tell(db, OfficeAction.ROLE_TAKEN, fails=True)
    tell(db, OfficeAction.ACCOUNT_DISABLED)
    assert [line.action for line in lines(db)] == ["role_given", "account_disabled"]
