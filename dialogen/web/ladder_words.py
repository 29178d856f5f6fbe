"""Words for the steps of alerts: the days, counted from the deadline, as people say them."""

from collections.abc import Iterable

from dialogen.domain.alerts import Ladder
from dialogen.domain.ladders import ManagersAlerts
from dialogen.languages import N_, Words, gettext, ngettext

MANAGERS_ALERTS = Words(
    {
        ManagersAlerts.UNIT_MANAGERS: N_("lederne i virksomheten"),
        ManagersAlerts.MANAGERS_OF_ALL: N_("lederne for alle virksomheter"),
        ManagersAlerts.UNIT_ADDRESS: N_("virksomhetens egen e-postadresse"),
        ManagersAlerts.ADMINISTRATORS: N_("administratorene"),
        ManagersAlerts.NOBODY: N_("ingen"),
    }
)


def step(days: int) -> str:
    """Return a step in words: 5 dager før fristen, på fristdagen, 1 dag etter fristen."""
    if days < 0:
        return ngettext("%(num)s dag før fristen", "%(num)s dager før fristen", -days)
    if days == 0:
        return gettext("på fristdagen")
    return ngettext("%(num)s dag etter fristen", "%(num)s dager etter fristen", days)


def handler_steps(ladder: Ladder) -> str:
    """Return the steps that are the handler's."""
    return _listed(ladder.handler)


def manager_steps(ladder: Ladder) -> str:
    """Return the steps that are the managers', with how they go on."""
    again = ngettext(
        "fra dag %(first)s etter fristen hver dag",
        "fra dag %(first)s etter fristen hver %(num)s. dag",
        ladder.manager_again_every,
        first=ladder.manager_again_from,
    )
    return f"{_listed(ladder.manager)}, {again}"


def _listed(steps: Iterable[int]) -> str:
    return ", ".join(step(each) for each in sorted(steps))
