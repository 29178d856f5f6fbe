"""What it costs to ask whose a token is and whether it may: against the same read by the same view without its guard.

Beside it, without a bound: what writing the look to the access log costs. `python -m tests.benchmarks.api_guard`; takes a minute and prints ratios of CPU time within one run.
"""

import gc
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from flask import Flask, g

from config import Config
from dialogen import clock
from dialogen.api import cases as routes
from dialogen.api.access import Asking
from dialogen.app import create_app
from dialogen.database.engine import Database
from dialogen.database.models import Case
from dialogen.domain.access_log import Look, Manner, Sight
from dialogen.domain.accounts import Role, Scope, Standing
from dialogen.domain.history import Door
from dialogen.services import tokens
from dialogen.services.access_trail import Trail
from tests.benchmarks.measure import each_database, end, settle, verdict
from tests.factories import make_account, make_case, make_unit, standing

CASES = 60
ROUNDS = 40
REQUESTS = 10  # in a round, of each kind
MOST = 1.60
EMAIL = "api@asker.example"


def main() -> None:
    """Print the ratios on both databases."""
    for name, db in each_database():
        with tempfile.TemporaryDirectory() as folder:
            settings = {"DIALOGEN_DATA_DIR": folder, "DIALOGEN_DATABASE_URL": db.url}
            app = create_app(Config.from_env(settings | {"DIALOGEN_API_REQUESTS_A_MINUTE": "999999"}), db=db)
            _show(name, app, db)


def _show(name: str, app: Flask, db: Database) -> None:
    reader, reference, secret = _filled(db)
    settle(db)
    reads: dict[str, tuple[Callable[..., object], dict[str, str]]] = {
        "one case": (routes.show_case, {"reference": reference}),
        "a list of 50": (routes.list_cases, {}),
    }
    now, trail = clock.now(), Trail()
    look = Look(now, Manner.OPENED, Sight.CASE, Door.API, reader.account_id, 1, reference)
    for what, (view, values) in reads.items():
        bare = view.__wrapped__  # type: ignore[attr-defined]
        with app.test_request_context(headers={"Authorization": f"Bearer {secret}"}):
            g.asking = Asking(1, reader, frozenset(Scope), now.date(), now)
            guarded, unguarded, logging = _seconds(
                partial(view, **values), partial(bare, **values), partial(trail.add, db, look)
            )
        ratio = guarded / unguarded
        print(
            f"{name}, {what}, guarded / unguarded: {1e3 * guarded:,.2f} ms / {1e3 * unguarded:,.2f} ms = {ratio:.2f} "
            f"(at most {MOST}) {verdict(what, ratio <= MOST)}; logging the look {1e3 * logging:,.2f} ms"
        )


def _filled(db: Database) -> tuple[Standing, str, str]:
    unit = make_unit(db)
    roles: tuple[tuple[Role, int | str], ...] = ((Role.HANDLER, unit), (Role.MANAGER, unit))
    account = make_account(db, EMAIL, roles=roles)
    today = datetime.now(UTC).date()
    received = today - timedelta(days=3)
    numbers = [
        make_case(db, unit_id=unit, handler_id=account, subject="Lys", received_on=received) for _ in range(CASES)
    ]
    _, secret = tokens.issue_token(
        db, email=EMAIL, scopes=tuple(Scope), expires_on=None, today=today, now=datetime.now(UTC)
    )
    with db.reading() as session:
        return standing(account, *roles), session.get_one(Case, numbers[0]).reference, secret


def _seconds(*works: Callable[[], object]) -> list[float]:
    """Return the CPU time of each work in its median round; they take turns, so that a busy machine is busy for all."""
    for work in works:
        work()
    times: list[list[float]] = [[] for _ in works]
    gc.disable()
    for _ in range(ROUNDS):
        for work, taken in zip(works, times, strict=True):
            start = time.process_time()
            for _ in range(REQUESTS):
                work()
            taken.append((time.process_time() - start) / REQUESTS)
    gc.enable()
    return [statistics.median(taken) for taken in times]


if __name__ == "__main__":
    main()
    end()
