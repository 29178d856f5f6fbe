"""What the filters of a list offer: the states, and the units, handlers and kinds that the reader can choose among."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import request

from dialogen.domain.accounts import Act, reach
from dialogen.domain.languages import Language
from dialogen.extensions import office
from dialogen.languages import gettext, present
from dialogen.services import offers, saved_views
from dialogen.services.offers import Offered
from dialogen.web import options, visit, wording
from dialogen.web.forms import Choices, choices
from dialogen.web.list_address import ME, NONE, SEVERAL_STATES, Wanted

OFFERS_KEPT = 256


@dataclass(frozen=True, eq=False)
class Offer:
    """The choices of each filter; `details` says whether the reader sees kinds, channels and streams at all.

    Equal ones are the same, while they are kept.
    """

    states: Choices
    units: Choices
    handlers: Choices
    kinds: Choices
    channels: Choices
    streams: Choices
    details: bool
    unit_numbers: Mapping[str, str]
    handler_numbers: Mapping[str, str]

    def known(self, wanted: Wanted) -> Wanted:
        """Return what is wanted with numbers for the names that the reader may choose among."""
        return wanted.naming(units=self.unit_numbers, handlers=self.handler_numbers)


def offered() -> Offer:
    """Return what the reader who is here can choose among."""
    by = visit.standing()
    return _offer(
        offers.offered_to(office().db, by=by),
        visit.me().id,
        reach(by, Act.SEE).everything,
        not reach(by, Act.SEE_DETAILS).is_empty,
        present(),
    )


def wanted_here() -> Wanted:
    """Return the list that the address of this request asks for, with the reader's own columns where it names none."""
    home = saved_views.list_home(office().db, by=visit.standing())
    return offered().known(Wanted.of(request.args, columns=home.columns))


@lru_cache(maxsize=OFFERS_KEPT)
def _offer(found: Offered, me: int, everything: bool, details: bool, _language: Language) -> Offer:
    units, handlers = found.units, found.handlers
    is_own = me in {each.id for each in handlers}
    free = [(NONE, gettext(options.NO_UNIT))] if everything else []
    return Offer(
        states=state_choices(),
        units=[("", gettext("Alle")), *((str(each.id), each.name) for each in units), *free],
        handlers=[
            ("", gettext("Alle")),
            *([(ME, gettext("Meg"))] if is_own else []),
            (NONE, gettext(options.NO_HANDLER)),
            *((str(each.id), each.name) for each in handlers if each.id != me),
        ],
        kinds=[
            ("", gettext("Alle")),
            *((str(kind.id), kind.name) for kind in found.kinds),
            (NONE, gettext("Uten sakstype")),
        ],
        channels=choices(wording.CHANNELS.items(), empty=gettext("Alle")),
        streams=choices(wording.STREAMS.items(), empty=gettext("Alle")),
        details=details,
        unit_numbers={each.name.casefold(): str(each.id) for each in units},
        handler_numbers={each.email: ME if each.id == me else str(each.id) for each in handlers},
    )


def state_choices() -> Choices:
    """Return the states one can look for: all open ones, all there are, and each alone."""
    several = [(key, gettext(word)) for key, (word, _) in SEVERAL_STATES.items()]
    return choices([*several, *wording.STATES.items()])
