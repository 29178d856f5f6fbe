"""Words for long work: what it is, what has become of it, and why it could not be done."""

from dialogen.domain.errands import Doing, ErrandKind, ErrandState
from dialogen.domain.errors import Problem
from dialogen.languages import N_, Words, gettext
from dialogen.notation import count
from dialogen.services.errands import ErrandView
from dialogen.web import sentences

KINDS = Words(
    {
        ErrandKind.IMPORT_CHECK: N_("Kontroll av fil før import"),
        ErrandKind.IMPORT: N_("Import av henvendelser"),
        ErrandKind.CASE_LIST: N_("Eksport av henvendelser"),
        ErrandKind.ACCESS_LOG: N_("Eksport av tilgangsloggen"),
    }
)
STATES = Words(
    {
        ErrandState.WAITING: N_("Venter"),
        ErrandState.RUNNING: N_("Pågår"),
        ErrandState.DONE: N_("Ferdig"),
        ErrandState.FAILED: N_("Mislyktes"),
        ErrandState.STOPPED: N_("Stoppet"),
    }
)
SIGNS = {
    ErrandState.WAITING: "○",
    ErrandState.RUNNING: "◐",
    ErrandState.DONE: "✓",
    ErrandState.FAILED: "✗",
    ErrandState.STOPPED: "–",
}
DOINGS = Words(
    {
        Doing.READING: N_("Leser"),
        Doing.COMPARING: N_("Sammenligner"),
        Doing.WRITING: N_("Skriver"),
    }
)
_TROUBLES = Words(
    {
        "broken_off": N_("Jobben ble brutt av flere ganger. Ingenting er endret. Si fra til den som drifter Dialogen."),
        "fault": N_("Noe gikk galt hos oss. Ingenting er endret. Si fra til den som drifter Dialogen."),
    }
)


def trouble_of(errand: ErrandView) -> str:
    """Return why an errand could not be done."""
    if "problem" in errand.told:
        return sentences.sentence(Problem[errand.told["problem"]], errand.told["values"])
    return _TROUBLES[errand.told.get("trouble", "fault")]


def progress_of(errand: ErrandView) -> str:
    """Return how far an errand has come, as words that need no bar."""
    if errand.state is ErrandState.WAITING:
        return gettext("Venter på tur. Du kan gå fra siden så lenge.")
    if errand.doing is None:
        return gettext("Begynner.")
    if errand.total:
        return gettext(
            "%(doing)s: %(done)s av %(total)s rader.",
            doing=DOINGS[errand.doing],
            done=count(errand.done),
            total=count(errand.total),
        )
    return gettext("%(doing)s: %(done)s rader hittil.", doing=DOINGS[errand.doing], done=count(errand.done))
