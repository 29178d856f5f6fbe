"""Examines an installation, one thing after the other, and says of each that it is well or what is to be done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from dialogen import calendar
from dialogen.database import condition as conditions
from dialogen.database import identities, job_runs, leases, rules
from dialogen.database import letters as letter_rows
from dialogen.database.condition import Condition
from dialogen.database.count_triggers import missing_count_triggers
from dialogen.database.word_triggers import missing_word_triggers
from dialogen.domain.letters import LetterState
from dialogen.domain.staleness import is_stale
from dialogen.mail.post import Post
from dialogen.processes import host_and_number
from dialogen.services import outside_roles, outside_sign_in

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from config import Config, Oidc
    from dialogen.database.engine import Database
    from dialogen.oidc.provider import Provider


@dataclass(frozen=True)
class Finding:
    """One thing examined: well, or with words that say what is wrong and what to do."""

    subject: str
    is_well: bool
    words: str


def examine(
    db: "Database",
    post: Post,
    config: "Config",
    *,
    today: date,
    now: datetime,
    provider: "Provider | None" = None,
) -> Iterator[Finding]:
    """Examine an installation; the findings come as they are made. Never raises for what an installation can be."""
    yield from _settings(config)
    condition = conditions.condition_of(db)
    yield _database(condition)
    yield _mail_server(db, post, config, can_ask=condition.is_current)
    if not condition.is_current:
        return
    with db.reading() as session:
        yield _triggers(session)
        yield _scheduler(session, now)
        yield _leader(session, now)
        yield _calendar(session, today)
        yield _letters(session)
        yield _alerts(session)
        yield _administrators(session)
    if config.oidc is not None and provider is not None:
        yield _sign_in_service(provider)
        with db.reading() as session:
            yield _app_roles(session, config.oidc)
            yield _break_glass(session, config)


def _settings(config: "Config") -> Iterator[Finding]:
    wrong = [words for is_wrong, words in _wrong_settings(config) if is_wrong]
    if not wrong:
        yield Finding("settings", True, f"{config.env}, links lead to {config.base_url}")
    for words in wrong:
        yield Finding("settings", False, words)


def _wrong_settings(config: "Config") -> list[tuple[bool, str]]:
    is_real = config.is_production or config.mail_server_named
    is_sign_in_half = (config.mail_username is None) != (config.mail_password is None)
    is_in_clear = config.mail_username is not None and not (config.mail_use_tls or config.mail_use_ssl)
    is_local = "://127.0.0.1" in config.base_url or "://localhost" in config.base_url
    return [
        (
            is_real and is_local,
            f"links in letters lead to {config.base_url}; set DIALOGEN_BASE_URL to the address people use",
        ),
        (
            is_real and config.mail_sender.endswith("@localhost"),
            f"letters come from {config.mail_sender}; set DIALOGEN_MAIL_SENDER",
        ),
        (
            is_sign_in_half,
            "DIALOGEN_MAIL_USERNAME and DIALOGEN_MAIL_PASSWORD belong together; set both or none",
        ),
        (
            config.is_production and not is_local and config.proxies == 0,
            "all clients look like the proxy and are slowed down together; set DIALOGEN_PROXIES to how many there are",
        ),
        (
            is_in_clear,
            "the mail password would travel in the clear; set DIALOGEN_MAIL_USE_TLS or DIALOGEN_MAIL_USE_SSL",
        ),
    ]


def _database(condition: Condition) -> Finding:
    if condition.trouble is not None:
        return _wrong("database", f"{condition.trouble}; see DIALOGEN_DATABASE_URL, now {condition.address}")
    if condition.is_newer:
        words = f"{condition.kind}, schema {condition.revision} is of a newer version; install that version"
        return _wrong("database", words)
    if not condition.is_current:
        return _wrong("database", f"{condition.kind}, the schema is not current; run: dialogen db upgrade")
    if condition.kind_fault is not None:
        return _wrong("database", f"{condition.kind}; {condition.kind_fault}")
    return _well("database", f"{condition.kind}, schema {condition.revision} is current")


def _triggers(session: "Session") -> Finding:
    missing = missing_word_triggers(session) + missing_count_triggers(session)
    if missing:
        words = f"searches and figures may be wrong without {', '.join(missing)}; make them again as docs/audit.md says"
        return _wrong("triggers", words)
    return _well("triggers", "searches and figures follow the cases")


def _mail_server(db: "Database", post: Post, config: "Config", *, can_ask: bool) -> Finding:
    if can_ask and not config.mail_server_named and _is_demo(db):
        return _well("mail server", "none; the demo shows its letters on a page")
    where = f"{config.mail_server}, port {config.mail_port}"
    trouble = post.check_server()
    if trouble is not None:
        to_do = "see the DIALOGEN_MAIL_ settings" if config.mail_server_named else "set DIALOGEN_MAIL_SERVER"
        return _wrong("mail server", f"{where}: {trouble}; {to_do}")
    return _well("mail server", f"{where} answers{_protection(config)}; nothing was sent")


def _protection(config: "Config") -> str:
    is_protected = config.mail_use_tls or config.mail_use_ssl
    return ", its certificate is verified" if is_protected else ", without TLS"


def _is_demo(db: "Database") -> bool:
    with db.reading() as session:
        return job_runs.is_demo(session)


def _scheduler(session: "Session", now: datetime) -> Finding:
    last, first = job_runs.last_good_pass(session), job_runs.first_started_at(session)
    if first is None and last is None:
        return _wrong("scheduler", "never started; start dialogen run, or dialogen scheduler as a service")
    if is_stale(last_good_pass=last, first_started_at=first, now=now):
        since = f"since {_minute(last)}" if last else "ever"
        return _wrong("scheduler", f"no deadline pass was completed {since}; start dialogen scheduler, and see its log")
    if last is None:
        return _well("scheduler", f"first started {_minute(first)}; no deadline pass is completed yet")
    return _well("scheduler", f"the last deadline pass was completed {_minute(last)}")


def _leader(session: "Session", now: datetime) -> Finding:
    lease = leases.find_lease(session)
    if lease is None:
        return _wrong("leader", "no scheduler has led yet; start dialogen run, or dialogen scheduler as a service")
    host, number = host_and_number(lease.holder)
    if not lease.is_held:
        last = _minute(now - lease.since_renewal)
        return _wrong("leader", f"none; {host} led last, until {last}; start dialogen scheduler, and see its log")
    return _well("leader", f"{host}, process {number}, has led since {_minute(now - lease.held_for)}")


def _minute(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"


def _calendar(session: "Session", today: date) -> Finding:
    local = rules.closed_days(session)
    ahead = sum(1 for day in local if day >= today)
    if not calendar.FIRST_YEAR <= today.year < calendar.LAST_YEAR:
        words = f"knows public holidays from {calendar.FIRST_YEAR} to {calendar.LAST_YEAR} only; upgrade Dialogen"
        return _wrong("calendar", words)
    words = f"knows the public holidays of {today.year} and {today.year + 1}, and {ahead} local closed days to come"
    return _well("calendar", words)


def _letters(session: "Session") -> Finding:
    counts = letter_rows.count_by_state(session)
    dead = counts.get(LetterState.DEAD, 0)
    if dead:
        return _wrong("letters", f"{dead} given up; see the page /letters as an administrator, and send them again")
    waiting = counts.get(LetterState.WAITING, 0) + counts.get(LetterState.CLAIMED, 0)
    return _well("letters", f"none was given up, {waiting} wait to be sent")


def _alerts(session: "Session") -> Finding:
    count = conditions.count_unaddressed(session)
    if count:
        words = (
            f"{count} open cases have nobody to alert; give their units a manager or an address (dialogen users add)"
        )
        return _wrong("alerts", words)
    return _well("alerts", "every open case has somebody to alert")


def _administrators(session: "Session") -> Finding:
    count = conditions.count_administrators(session)
    if count == 0:
        return _wrong("administrators", "none; run: dialogen users add EMAIL --name NAME --role admin --unit '*'")
    return _well("administrators", str(count))


def _sign_in_service(provider: "Provider") -> Finding:
    trouble = outside_sign_in.trouble_of(provider)
    if trouble is not None:
        return _wrong("sign-in service", f"{provider.registration.issuer}: {trouble}; see the DIALOGEN_OIDC_ settings")
    return _well("sign-in service", f"{provider.registration.issuer} answers")


def _app_roles(session: "Session", oidc: "Oidc") -> Finding:
    unknown = outside_roles.unknown_units(session, oidc.roles)
    if unknown:
        words = f"there is no unit {', '.join(unknown)}, which gives nobody a role; see DIALOGEN_OIDC_ROLES"
        return _wrong("app roles", words)
    return _well("app roles", f"{len({grant.app_role for grant in oidc.roles})} give roles here")


def _break_glass(session: "Session", config: "Config") -> Finding:
    to_do = "see docs/sign-in.md, and run: dialogen users break-glass EMAIL"
    if not identities.count_break_glass(session, with_second_step=False):
        return _wrong("break-glass", f"no account can sign in when the sign-in service is away; {to_do}")
    count = identities.count_break_glass(session, with_second_step=config.is_production)
    if not count:
        return _wrong(
            "break-glass", "no such account has set up its second step; sign in once as it at /sign-in?lokalt"
        )
    return _well("break-glass", str(count))


def _well(subject: str, words: str) -> Finding:
    return Finding(subject, True, words)


def _wrong(subject: str, words: str) -> Finding:
    return Finding(subject, False, words)
