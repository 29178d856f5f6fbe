"""Profiles that people saved under a name, so that the next file from the same system is read the same way."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dialogen.database import uploads as rows
from dialogen.database.attempts import added
from dialogen.database.models import ImportProfile
from dialogen.domain.accounts import Standing, check_may_administer
from dialogen.domain.errors import Conflict, InvalidInput, NotFound, Problem
from dialogen.domain.history import Author, Change
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.texts import NAME_MOST, name_key, required_name
from dialogen.files.profiles import Profile, bundled_profiles, load_profile, parse_profile, toml_of
from dialogen.services import office_log

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database


@dataclass(frozen=True)
class NamedProfile:
    """A profile and its name. `is_bundled`: it comes with the product, and cannot be changed."""

    name: str
    profile: Profile
    is_bundled: bool


def list_profiles(db: "Database") -> list[NamedProfile]:
    """Return the saved profiles by name, and then those that come with the product."""
    with db.reading() as session:
        saved = [NamedProfile(row.name, parse_profile(row.name, row.toml), False) for row in rows.profiles(session)]
    return saved + [NamedProfile(name, load_profile(name), True) for name in bundled_profiles()]


def find_saved_profile(db: "Database", *, name: str) -> Profile | None:
    """Return the profile that people here have saved under a name, or None."""
    with db.reading() as session:
        row = rows.find_profile(session, name_key(name))
        return None if row is None else parse_profile(row.name, row.toml)


def save_profile(db: "Database", *, by: Standing, author: Author, name: str, profile: Profile, now: datetime) -> None:
    """Save a profile under a name, in place of one that has it. Names of those that come with the product are taken."""
    check_may_administer(by)
    name = required_name("name", name, most=NAME_MOST)
    key = name_key(name)
    if key in {name_key(each) for each in bundled_profiles()}:
        raise InvalidInput.of("name", Problem.TAKEN, value=name)
    toml = toml_of(profile)
    with db.writing() as session:
        row = rows.find_profile(session, key, lock=True)
        if row is None:
            row = ImportProfile(name=name, name_key=key, toml=toml, saved_by=by.account_id, saved_at=now)
            if not added(session, row):
                raise Conflict(Problem.TAKEN, value=name)
        else:
            row.name, row.toml, row.saved_by, row.saved_at = name, toml, by.account_id, now
        _tell(session, OfficeAction.PROFILE_SAVED, row.id, name, author=author, now=now)


def remove_profile(db: "Database", *, by: Standing, author: Author, name: str, now: datetime) -> None:
    """Forget a saved profile; raises NotFound."""
    check_may_administer(by)
    with db.writing() as session:
        row = rows.find_profile(session, name_key(name), lock=True)
        if row is None:
            raise NotFound(Problem.NO_SUCH, what="profile", value=name)
        session.delete(row)
        _tell(session, OfficeAction.PROFILE_REMOVED, row.id, row.name, author=author, now=now)


def _tell(session: "Session", action: OfficeAction, number: int, name: str, *, author: Author, now: datetime) -> None:
    office_log.tell(
        session,
        at=now,
        action=action,
        author=author,
        subject=Subject.IMPORT_PROFILE,
        subject_id=number,
        changes=[Change("name", None, name)],
    )
