"""Files that somebody uploaded to import them, checked and imported, for their pages to be asked about."""

from datetime import timedelta

from sqlalchemy import delete

from dialogen.database.engine import Database
from dialogen.database.models import Errand, ImportUpload
from dialogen.domain.accounts import Role
from dialogen.domain.errands import Doing, ErrandState
from dialogen.extensions import Office
from dialogen.scheduler import run_errands
from dialogen.services import uploads
from dialogen.services.errands import new_result
from tests.factories import NOW, standing
from tests.passes import worker

SMALL_FILE = "referanse;mottatt;type\nA1;2026-02-02;Innbygger\n"
SMALL_COLUMNS = '[columns]\nreference = "referanse"\nreceived = "mottatt"\nstream = "type"\n'
#: More bad rows than are shown at first, a row in order, and a unit that is not there yet.
_BAD = "".join(f"B{number};i fjor;ekstern;;Uten dato\n" for number in range(25))
FILE = f"referanse;mottatt;type;virksomhet;emne\nA1;2026-02-02;ekstern;Brygger og kaier;Hull i kaia\n{_BAD}"
COLUMNS = f'{SMALL_COLUMNS}unit = "virksomhet"\nsubject = "emne"\n'


def put_upload(here: Office, *, account_id: int, text: str, toml: str) -> int:
    """Add a file with how it is read; returns its number."""
    path = new_result(here.config.uploads_dir, ".csv")
    path.write_text(text, encoding="utf-8")
    with here.db.writing() as session:
        upload = ImportUpload(
            account_id=account_id,
            uploaded_at=NOW,
            kept_until=NOW + timedelta(days=1),
            name="liste.csv",
            size=9,
            file=path.name,
            toml=toml,
            check_id=999999,
        )
        session.add(upload)
        session.execute(delete(Errand).where(Errand.account_id == account_id))  # nobody may order too much at once
        session.flush()
        return upload.id


def check_upload(here: Office, *, account_id: int, upload_id: int) -> None:
    """Check an uploaded file."""
    uploads.order_check(here.db, by=standing(account_id, (Role.ADMIN, "*")), upload_id=upload_id, now=NOW)
    run_errands(here, worker())


def begin_check(db: Database, *, account_id: int, upload_id: int) -> None:
    """Let a worker be at the check of an uploaded file."""
    by = standing(account_id, (Role.ADMIN, "*"))
    errand_id = uploads.order_check(db, by=by, upload_id=upload_id, now=NOW)
    with db.writing() as session:
        errand = session.get_one(Errand, errand_id)
        errand.state, errand.doing, errand.done, errand.total = ErrandState.RUNNING, Doing.COMPARING, 12, 26


def import_upload(here: Office, *, account_id: int, upload_id: int, keep_going: bool) -> None:
    """Import a checked file."""
    by = standing(account_id, (Role.ADMIN, "*"))
    uploads.order_import(here.db, by=by, upload_id=upload_id, keep_going=keep_going, now=NOW)
    run_errands(here, worker())
