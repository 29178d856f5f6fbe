"""The routes of the steps of alerts."""

from tests.security.door import Door
from tests.security.law import Rule
from tests.security.world import HERE, World

_STEPS = {"handler": "-5, -2, 0, 1", "manager": "-2, 0, 1", "again_from": "8", "again_every": "7"}


def _of_unit(world: World) -> str:
    return f"/alert-steps/{world.units[HERE]}"


LADDERS = {
    ("ladders.list_ladders", "GET"): Door(Rule.SET_ALERTS_SOMEWHERE, "/alert-steps"),
    ("ladders.default", "GET"): Door(Rule.ADMINISTER, "/alert-steps/default"),
    ("ladders.save_default", "POST"): Door(Rule.ADMINISTER, "/alert-steps/default", {**_STEPS, "version": "0"}),
    ("ladders.of_unit", "GET"): Door(Rule.SET_ALERTS, _of_unit),
    ("ladders.save_of_unit", "POST"): Door(
        Rule.SET_ALERTS, _of_unit, {**_STEPS, "version": "0", "follows_default": "y"}
    ),
}
