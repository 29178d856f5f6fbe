"""Files that long work makes: written piece by piece, and handed over with a trace in the access log, or erased."""

from collections.abc import Callable, Iterable

from dialogen.database import access_entries
from dialogen.domain.access_log import Look, Manner, Sight
from dialogen.domain.history import Door
from dialogen.domain.languages import Language
from dialogen.languages import reading
from dialogen.services.errand_work import Outcome, Work


def write_file(
    work: Work,
    pieces: Callable[[], Iterable[bytes]],
    *,
    language: Language,
    saved_as: str,
    suffix: str,
    of: Sight,
    shown: Callable[[], int],
) -> None:
    """Write the pieces, asked for in this language, to a file and end the errand with it.

    The access log tells of it in the same breath; `shown` is asked at the end.
    """
    path = work.result(suffix)
    try:
        with reading(language), path.open("wb") as file:
            file.writelines(pieces())
        look = Look(
            at=work.now(),
            action=Manner.EXPORTED,
            subject=of,
            door=Door.WEB,
            account_id=work.account.id,
            shown=shown(),
        )
        with work.db.writing() as session:
            access_entries.add_looks(session.connection(), [look])
            work.end_within(session, Outcome({of.value: look.shown}, path, saved_as))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
