"""What machines watch: whether the process lives, whether it can work, and counts for Prometheus."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dialogen import clock
from dialogen.api.access import asking, requires
from dialogen.domain.accounts import Scope
from dialogen.domain.alerts import AlertState
from dialogen.domain.letters import LetterState
from dialogen.extensions import office
from dialogen.guards import public
from dialogen.processes import host_and_number
from dialogen.services import health
from dialogen.services.health import LeaseSeen, Measures

api_health = Blueprint("api_health", __name__)

PASS_ENDS = ("done", "failed", "unfinished")
NO_UNIT = "none"  # the label of cases without a unit, as in the report's breakdowns


@api_health.get("/healthz")
@public("a load balancer asks whether the process lives")
def live() -> Response:
    """Say that the process lives; asks nothing of the database."""
    return jsonify(status="ok")


@api_health.get("/readyz")
@public("a load balancer asks whether the process can work")
def ready() -> tuple[Response, int]:
    """Say whether the installation can work, and if not, why."""
    checks = health.readiness(office().db, now=clock.now())
    is_ready = all(check.ok for check in checks)
    told = [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in checks]
    return jsonify(status="ok" if is_ready else "unavailable", checks=told), 200 if is_ready else 503


@api_health.get("/metrics")
@requires(Scope.STATS_READ)
def metrics() -> Response:
    """Give the counts of this moment in Prometheus' text format."""
    who = asking()
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Counts(health.measure(office().db, reader=who.standing, today=who.today, now=who.now)))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Counts(Collector):
    """Hands one moment's counts to Prometheus: units, states, ends of passes and the leading host are all its labels."""

    def __init__(self, measures: Measures) -> None:
        self._measures = measures

    def collect(self) -> Iterable[Metric]:
        """Return the metrics."""
        told = self._measures
        cases = GaugeMetricFamily("dialogen_open_cases", "Open cases by unit and state.", labels=["unit", "state"])
        for unit, counts in told.open_cases.items():
            for state, count in counts.items():
                cases.add_metric([unit or NO_UNIT, state.value], count)
        yield cases
        yield _by("passes", "Deadline passes by how they ended.", "end", PASS_ENDS, told.passes)
        yield _by("alerts", "Alerts by state.", "state", AlertState, told.alerts)
        yield _by("letters", "Letters by state.", "state", LetterState, told.letters)
        yield _by("letters_to_senders", "Letters to senders by state.", "state", LetterState, told.letters_to_senders)
        if told.since_last_pass is not None:
            yield GaugeMetricFamily(
                "dialogen_last_pass_age_seconds",
                "Time since the last deadline pass of a present day was completed.",
                value=told.since_last_pass.total_seconds(),
            )
        oldest = GaugeMetricFamily(
            "dialogen_oldest_waiting_letter_age_seconds",
            "Age of the oldest letter that is not finished.",
            labels=["to"],
        )
        for to, age in told.oldest_waiting.items():
            oldest.add_metric([to], age.total_seconds())
        yield oldest
        yield from _leader(told.lease)


def _by(name: str, help: str, label: str, words: Iterable[str], counts: Mapping[Any, int]) -> Metric:
    """Return a metric of counts by the words of a closed list, those that do not occur included."""
    family = GaugeMetricFamily(f"dialogen_{name}", help, labels=[label])
    for word in words:
        family.add_metric([str(word)], counts.get(word, 0))
    return family


def _leader(lease: LeaseSeen | None) -> Iterable[Metric]:
    is_held = lease is not None and lease.is_held
    yield GaugeMetricFamily("dialogen_scheduler_leads", "Whether a scheduler leads.", value=int(is_held))
    if lease is None:
        return
    yield GaugeMetricFamily("dialogen_scheduler_epoch", "How often the leader has changed.", value=lease.epoch)
    yield GaugeMetricFamily(
        "dialogen_scheduler_lease_age_seconds",
        "Time since the leader last renewed its lease.",
        value=lease.since_renewal.total_seconds(),
    )
    held = GaugeMetricFamily(
        "dialogen_scheduler_led_seconds", "Time since the present or last leader began to lead.", labels=["host"]
    )
    held.add_metric([host_and_number(lease.holder)[0]], lease.held_for.total_seconds())
    yield held
