"""Words of a list of cases, for its page and its files."""

from dialogen.domain.answers import AnswerManner
from dialogen.domain.case_lists import Column
from dialogen.domain.cases import Stream
from dialogen.domain.deadlines import State
from dialogen.languages import N_, Words

STATES = Words(
    {
        State.ON_TRACK: N_("I rute"),
        State.NEARING: N_("Nær frist"),
        State.DUE_TODAY: N_("Frist i dag"),
        State.OVERDUE: N_("Over fristen"),
        State.ANSWERED_ON_TIME: N_("Besvart i tide"),
        State.ANSWERED_LATE: N_("Besvart for sent"),
        State.EXCLUDED: N_("Holdes utenfor"),
    }
)
STREAMS = Words({Stream.EXTERNAL: N_("Ekstern"), Stream.INTERNAL: N_("Intern")})
ANSWER_MANNERS = Words(
    {
        AnswerManner.EMAIL: N_("E-post"),
        AnswerManner.LETTER: N_("Brev"),
        AnswerManner.PHONE: N_("Telefon"),
        AnswerManner.MEETING: N_("Møte"),
        AnswerManner.OTHER: N_("Annen måte"),
    }
)
COLUMNS = Words(
    {
        Column.STATE: N_("Status"),
        Column.DEADLINE: N_("Frist"),
        Column.UNIT: N_("Virksomhet"),
        Column.HANDLER: N_("Saksbehandler"),
        Column.RECEIVED: N_("Mottatt"),
        Column.ANSWERED: N_("Besvart"),
        Column.MANNER: N_("Besvart ved"),
        Column.KIND: N_("Sakstype"),
        Column.CHANNEL: N_("Kanal"),
        Column.STREAM: N_("Type"),
    }
)
