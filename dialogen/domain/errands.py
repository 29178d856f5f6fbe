"""The life of an errand: long work that somebody orders and may leave, done outside of the request that orders it."""

from datetime import timedelta
from enum import StrEnum


class ErrandKind(StrEnum):
    """What is done."""

    IMPORT_CHECK = "import_check"  # what an import would do, and its bad rows; changes nothing
    IMPORT = "import"
    CASE_LIST = "case_list"  # a list of cases as a file
    ACCESS_LOG = "access_log"  # the access log as a file


class ErrandState(StrEnum):
    """What has become of an errand."""

    WAITING = "waiting"
    RUNNING = "running"  # a process does it now
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"  # by whoever ordered it


class Doing(StrEnum):
    """What a running errand is at."""

    READING = "reading"
    COMPARING = "comparing"
    WRITING = "writing"


#: Errands in these states change no more.
OVER = frozenset({ErrandState.DONE, ErrandState.FAILED, ErrandState.STOPPED})

#: How long a process may be silent before another takes its errand for abandoned. On its own host it is known sooner.
CLAIM_LASTS = timedelta(minutes=10)

#: An errand whose process died so often is not begun again: it may be what kills them.
ATTEMPTS_MOST = 3

#: What may wait or run at once for one person: nobody fills the queue for the others.
UNFINISHED_MOST = 5

FILE_KEPT = timedelta(days=1)
ERRAND_KEPT = timedelta(days=30)
