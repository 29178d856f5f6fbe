"""What machines watch: whether the process lives, whether it can work, and counts for Prometheus."""

from collections.abc import Iterable

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dialogen import clock
from dialogen.api.access import asking, requires
from dialogen.domain.accounts import Scope
from dialogen.domain.letters import LetterState
from dialogen.extensions import office
from dialogen.guards import public
from dialogen.services import health
from dialogen.services.health import Measures

api_health = Blueprint("api_health", __name__)

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
    """Hands one moment's counts to Prometheus: units and states are all the labels there are."""

    def __init__(self, measures: Measures) -> None:
        self._measures = measures

    def collect(self) -> Iterable[Metric]:
        """Return the metrics."""
        cases = GaugeMetricFamily("dialogen_open_cases", "Open cases by unit and state.", labels=["unit", "state"])
        for unit, counts in self._measures.open_cases.items():
            for state, count in counts.items():
                cases.add_metric([unit or NO_UNIT, state.value], count)
        yield cases
        letters = GaugeMetricFamily("dialogen_letters", "Letters by state.", labels=["state"])
        for each in LetterState:
            letters.add_metric([each.value], self._measures.letters.get(each, 0))
        yield letters
        if self._measures.since_last_pass is not None:
            yield GaugeMetricFamily(
                "dialogen_last_pass_age_seconds",
                "Time since the last deadline pass of a present day was completed.",
                value=self._measures.since_last_pass.total_seconds(),
            )
