"""The command `retention`: what is due, disposing of what two administrators approved, and what was disposed of."""

import json
import sys
from collections.abc import Iterator
from time import monotonic

import click
from flask.cli import with_appcontext

from dialogen import clock
from dialogen.domain.history import Author, Door
from dialogen.domain.retention import ItemOutcome, Keepsake
from dialogen.extensions import office
from dialogen.services import attachments, disposal, disposal_lists
from dialogen.services import retention as retention_times
from dialogen.services.attachments import Cabinet
from dialogen.services.disposal import RunOrder, RunResult
from dialogen.services.retention import Inventory, PlannedList

COMMAND_LINE = Author(None, Door.COMMAND_LINE)
SECONDS_BETWEEN = 2  # of telling how far a run has come

_FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or programs.",
)
_WHY = {
    ItemOutcome.NOT_CLOSED: "the case is open again",
    ItemOutcome.PENDING: "a change of the case waits for a second person",
    ItemOutcome.NOT_DUE: "its retention time is not over any more",
}


@click.group()
def retention() -> None:
    """Retention times: what is due, its disposal, and the log of it.

    Nothing is disposed of before two administrators have approved the list in the web application.
    """


@retention.command()
@_FORMAT
@with_appcontext
def plan(form: str) -> None:
    """List what is due today, and let the list wait for two administrators' approval."""
    here = office()
    zone = here.config.timezone
    inventory = Inventory(clock.today(zone), clock.now(), zone, COMMAND_LINE)
    planned = retention_times.plan_disposal(here.db, inventory=inventory)
    for piece in _plan_json(planned, inventory) if form == "json" else _plan_text(planned):
        click.echo(piece, nl=False)


def _plan_text(planned: PlannedList | None) -> Iterator[str]:
    if planned is None:
        yield "nothing is due\n"
        return
    yield f"list {planned.list_id}: {planned.total} due on {planned.for_day}"
    yield f" ({', '.join(f'{keepsake} {number}' for keepsake, number in _counts(planned).items())})\n"
    yield f"sha256 {planned.digest}\n"
    for item in disposal_lists.items_of(office().db, list_id=planned.list_id):
        what = f"until {item.due_on}" if item.reference is None else f"{item.reference}\tdue {item.due_on}"
        yield f"{item.keepsake}\t{what}\n"
    word = "now waits" if planned.is_new else "waits already"
    yield f"list {planned.list_id} {word} for two administrators at {_page_of(planned.list_id)}\n"


def _plan_json(planned: PlannedList | None, inventory: Inventory) -> Iterator[str]:
    """Yield one JSON object piece by piece: a list may hold millions of things."""
    if planned is None:
        nothing = {"today": inventory.today.isoformat(), "list": None, "new": False, "digest": None}
        yield json.dumps({**nothing, "counts": {}, "due": []}) + "\n"
        return
    head: dict[str, object] = {
        "today": inventory.today.isoformat(),
        "list": planned.list_id,
        "new": planned.is_new,
        "digest": planned.digest,
        "counts": _counts(planned),
    }
    yield json.dumps(head)[:-1] + ', "due": ['
    between = "\n"
    for item in disposal_lists.items_of(office().db, list_id=planned.list_id):
        told = {"type": item.keepsake.value, "reference": item.reference, "due_on": item.due_on.isoformat()}
        yield between + json.dumps(told)
        between = ",\n"
    yield "\n]}\n"


def _counts(planned: PlannedList) -> dict[str, int]:
    return {each.value: planned.counts[each] for each in Keepsake if planned.counts[each]}


def _page_of(list_id: int) -> str:
    return f"{office().config.base_url}/admin/retention/lists/{list_id}"


class _Terminal:
    """Tells on stdout what was left alone, and on stderr how far a long run has come."""

    def __init__(self) -> None:
        self._next = monotonic() + SECONDS_BETWEEN

    def settled(self, list_id: int, number: int) -> None:
        """Show the number now and then."""
        if monotonic() >= self._next:
            self._next = monotonic() + SECONDS_BETWEEN
            click.echo(f"list {list_id}: {number} settled", err=True)

    def skipped(self, list_id: int, keepsake: Keepsake, reference: str, outcome: ItemOutcome) -> None:
        """Say what stays, and why."""
        click.echo(f"list {list_id}: skipped {keepsake} of {reference}: {_WHY[outcome]}")


@retention.command()
@click.option("--list", "list_id", type=click.IntRange(min=1), metavar="N", help="This list alone.")
@with_appcontext
def run(list_id: int | None) -> None:
    """Dispose of what two administrators have approved; may be interrupted and run again."""
    here = office()
    zone = here.config.timezone
    order = RunOrder(clock.today(zone), clock.now(), zone, COMMAND_LINE, _Terminal())
    waiting = sum(_told(result) for result in disposal.run_disposal(here.db, list_id=list_id, order=order))
    config = here.config
    cabinet = Cabinet.of(config.attachments_dir, megabytes=config.attachment_mb, most_files=config.attachments_a_case)
    attachments.sweep(here.db, cabinet, now=order.now)
    if waiting:
        click.echo(f"dialogen: {waiting} could not be looked at, somebody is changing their cases; run again", err=True)
        sys.exit(1)


def _told(result: RunResult) -> int:
    gone = result.outcomes[ItemOutcome.GONE]
    click.echo(
        f"list {result.list_id}: {result.disposed} disposed of, {gone} gone already,"
        f" {result.skipped - gone} skipped, {result.waiting} left"
    )
    return result.waiting


@retention.command("log")
@click.option("--list", "list_id", type=click.IntRange(min=1), metavar="N", help="What was disposed of on this list.")
@_FORMAT
@with_appcontext
def show_log(list_id: int | None, form: str) -> None:
    """Show what was disposed of, a line a case and type: when, list, type, reference, number of values.

    As JSON every line is an object of its own.
    """
    as_json = form == "json"
    for each in disposal_lists.disposals_told(office().db, list_id=list_id):
        told = {
            "at": each.at.isoformat().replace("+00:00", "Z"),
            "list": each.list_id,
            "type": each.keepsake.value,
            "reference": each.reference,
            "erased": each.erased,
        }
        click.echo(json.dumps(told) if as_json else "\t".join(str(value or "-") for value in told.values()))
