"""The commands about second steps: a lost one is reset, and after a change of the key all are sealed anew."""

from pathlib import Path

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.services.sealing import SecretKeys
from dialogen.services.second_steps import second_step_of
from tests.cli.program import Program
from tests.factories import NOW, make_account
from tests.totp import give_second_step

EMAIL = "admin@asker.example"
OLD, NEW = "g" * 32, "n" * 32


@pytest.fixture
def dialogen(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Program:
    """The console script on a migrated database."""
    return Program({"DATA_DIR": str(tmp_path), "DATABASE_URL": db.url, "SECRET_KEY": OLD}, monkeypatch, capsys)


@pytest.fixture
def admin(db: Database) -> int:
    """The only administrator, with a second step."""
    number = make_account(db, EMAIL, roles=((Role.ADMIN, "*"),))
    give_second_step(db, number, now=NOW, keys=SecretKeys(OLD))
    return number


def test_the_last_administrators_lost_second_step_is_reset(db: Database, dialogen: Program, admin: int) -> None:
    done = dialogen("users", "reset-second-step", EMAIL)
    assert (done.code, done.out) == (0, f"reset the second step of {EMAIL}\n")
    assert second_step_of(db, admin).set_up_at is None
    assert dialogen("users", "reset-second-step", EMAIL).refusal == "the account has no second step"
    assert "ukjent@asker.example" in dialogen("users", "reset-second-step", "ukjent@asker.example").refusal


def test_after_a_change_of_the_key_all_are_sealed_anew(dialogen: Program, admin: int) -> None:
    assert dialogen("users", "reseal-second-steps").out == "resealed 0\n"
    changed = {"SECRET_KEY": NEW, "SECRET_KEY_FALLBACKS": OLD}
    assert dialogen("users", "reseal-second-steps", **changed).out == "resealed 1\n"
    assert dialogen("users", "reseal-second-steps", SECRET_KEY=NEW).out == "resealed 0\n"


def test_what_no_key_opens_is_told_with_what_to_do(dialogen: Program, admin: int) -> None:
    done = dialogen("users", "reseal-second-steps", SECRET_KEY=NEW)
    assert (done.code, done.out) == (1, "resealed 0\n")
    assert "1 cannot be opened by any key; add the former key to DIALOGEN_SECRET_KEY_FALLBACKS" in done.err
