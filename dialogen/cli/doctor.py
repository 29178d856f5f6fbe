"""The command `doctor`: what is well with the installation, and what to do about the rest; or whether the logs hold."""

import sys
from collections.abc import Iterable
from time import monotonic

import click
from flask.cli import with_appcontext

from dialogen import clock
from dialogen.extensions import office
from dialogen.services import audit as audits
from dialogen.services import doctor as doctors
from dialogen.services.doctor import Finding

QUIET_SECONDS = 2  # an audit that is done by then shows no progress
SECONDS_BETWEEN = 1
HEAD_DIGITS = 64


class _Head(click.ParamType[bytes]):
    """A head of the office's log, as an audit printed it."""

    name = "head"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        """Turn 64 hexadecimal digits into bytes."""
        try:
            if len(value) == HEAD_DIGITS:
                return bytes.fromhex(value)
        except ValueError:
            pass
        self.fail(f"{value!r} is not a head: {HEAD_DIGITS} hexadecimal digits", param, ctx)


class _Terminal:
    """Tells the user on stderr how far an audit is; stdout is for what it finds."""

    def __init__(self) -> None:
        self._next = monotonic() + QUIET_SECONDS

    def __call__(self, cases: int) -> None:
        """Show the number of cases now and then."""
        now = monotonic()
        if now >= self._next:
            self._next = now + SECONDS_BETWEEN
            click.echo(f"audited {cases} cases", err=True)


@click.command()
@click.option("--audit", is_flag=True, help="Verify instead that nobody changed the logs past the product.")
@click.option(
    "--head", "heads", type=_Head(), multiple=True, help="With --audit: a head that an earlier audit printed."
)
@with_appcontext
def doctor(audit: bool, heads: tuple[bytes, ...]) -> None:
    """Examine the installation: a line for each thing, with ok or what to do. Sends no letter.

    Ends with 1 when there is something to do.
    """
    if heads and not audit:
        raise click.UsageError("--head goes with --audit")
    here = office()
    if audit:
        findings: Iterable[Finding] = audits.audit(here.db, known_heads=frozenset(heads), progress=_Terminal())
    else:
        today = clock.today(here.config.timezone)
        findings = doctors.examine(
            here.db, here.post, here.config, today=today, now=clock.now(), provider=here.provider
        )
    is_well = True
    for finding in findings:
        # A mail server may answer over several lines.
        click.echo(f"{'ok' if finding.is_well else 'todo':<6}{finding.subject}: {' '.join(finding.words.split())}")
        is_well = is_well and finding.is_well
    sys.exit(0 if is_well else 1)
