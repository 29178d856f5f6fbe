"""Queries about the second step of a sign-in."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from dialogen.database.models import RecoveryCode, SecondStep


def is_confirmed(session: Session, account_id: int) -> bool:
    """Say whether an account has a second step."""
    return session.scalar(select(SecondStep.account_id).where(SecondStep.account_id == account_id)) is not None


def find_second_step(session: Session, account_id: int) -> SecondStep | None:
    """Return the second step of an account."""
    return session.scalar(select(SecondStep).where(SecondStep.account_id == account_id))


def second_steps(session: Session) -> list[SecondStep]:
    """Return every second step, and keep others from changing them meanwhile."""
    return list(session.scalars(select(SecondStep).order_by(SecondStep.account_id).with_for_update()))


def put_second_step(session: Session, account_id: int, *, sealed_secret: str, step: int, now: datetime) -> None:
    """Give an account a second step in place of the one it may have, with the time step of its first code."""
    session.execute(delete(SecondStep).where(SecondStep.account_id == account_id))
    session.add(SecondStep(account_id=account_id, sealed_secret=sealed_secret, set_up_at=now, last_step=step))


def reseal(session: Session, account_id: int, *, sealed_secret: str) -> None:
    """Store the same secret as it was sealed anew."""
    session.execute(update(SecondStep).where(SecondStep.account_id == account_id).values(sealed_secret=sealed_secret))


def take_step(session: Session, account_id: int, *, step: int) -> bool:
    """Take the code of a time step, once: says no when it, or a later one, was taken before.

    One statement, so that of two processes with the same code one is told no.
    """
    taken = (
        update(SecondStep)
        .where(SecondStep.account_id == account_id, SecondStep.last_step < step)
        .values(last_step=step)
        .returning(SecondStep.account_id)
    )
    return session.scalar(taken) is not None


def spend_recovery_code(session: Session, account_id: int, *, code_hash: str, now: datetime) -> bool:
    """Use up a recovery code, once: says no when it is not the account's, or was used before."""
    spent = (
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == code_hash,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return session.scalar(spent) is not None


def replace_recovery_codes(session: Session, account_id: int, *, code_hashes: Iterable[str]) -> None:
    """Give an account recovery codes in place of those it had."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.add_all(RecoveryCode(account_id=account_id, code_hash=code_hash) for code_hash in code_hashes)


def count_recovery_codes(session: Session, account_id: int) -> int:
    """Return how many recovery codes an account has left."""
    query = select(func.count()).select_from(RecoveryCode)
    return session.scalars(query.where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))).one()


def remove_second_step(session: Session, account_id: int) -> bool:
    """Take the second step of an account away, and its recovery codes; says whether there was one."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    gone = delete(SecondStep).where(SecondStep.account_id == account_id).returning(SecondStep.account_id)
    return session.scalar(gone) is not None
