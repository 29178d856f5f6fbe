"""The query behind the frame of a page: what waits for its reader, and when the deadline pass was last made."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import func, null, select
from sqlalchemy.orm import Session

from dialogen.database.job_runs import newest_good_pass
from dialogen.database.models import IS_PENDING, Installation, PendingChange
from dialogen.database.pending import may_decide
from dialogen.domain.accounts import Reach


def frame(session: Session, deciding: Reach | None) -> tuple[int | None, datetime | None, datetime | None]:
    """Return how many changes wait for a decision within reach, when the last pass was made, and the first start."""
    row: Any = session.connection().execute(_frame_query(deciding)).one()
    return row[0], row[1], row[2]


@lru_cache(maxsize=128)  # on every page: building it costs more than asking it
def _frame_query(deciding: Reach | None) -> Any:
    waiting: Any = null()
    if deciding is not None:
        counted = select(func.count()).select_from(PendingChange).where(IS_PENDING, may_decide(deciding))
        waiting = counted.scalar_subquery()
    started = select(Installation.first_started_at).scalar_subquery()
    return select(waiting, newest_good_pass().scalar_subquery(), started)
