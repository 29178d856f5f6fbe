"""The form of a ladder of alerts: the days, counted from the deadline, on which each is told."""

import re
from typing import Any

from wtforms import BooleanField, StringField, SubmitField
from wtforms.validators import StopValidation

from dialogen.domain.errors import Problem
from dialogen.languages import N_, gettext
from dialogen.services.ladders import Draft, LadderPage
from dialogen.web import sentences
from dialogen.web.forms import HiddenNumberField, PageForm, WholeNumberField

_STEP = re.compile(r"[+-]?\d{1,4}", re.ASCII)
_APART = re.compile(r"[\s,;]+")
_MINUS = str.maketrans(dict.fromkeys("\u2212\u2013\u2010\u2011", "-"))


class StepsField(StringField):  # type: ignore[misc]
    """Whole numbers of days, before the deadline with a minus. `data` is a list; what was written stays in the box."""

    data: list[int]

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return ", ".join(str(step) for step in self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was written; raises ValueError with the sentence when it is no list of days."""
        words = [word for word in _APART.split(valuelist[0].translate(_MINUS)) if word] if valuelist else []
        self.data = [int(word) for word in words if _STEP.fullmatch(word)]
        if len(self.data) < len(words):
            raise ValueError(gettext("Skriv hele tall med komma mellom, slik: -5, -2, 0, 1"))


def _must_unless_default(form: "LadderForm", field: Any) -> None:
    """Demand that a field is filled in of a ladder that has steps of its own."""
    if form.draws_on_default:
        field.errors = []
        raise StopValidation
    if not field.errors and field.data is None:
        raise StopValidation(sentences.sentence(Problem.REQUIRED, {}))


class LadderForm(PageForm):
    """The steps of everybody's ladder."""

    version = HiddenNumberField()
    handler = StepsField(N_("Dager saksbehandleren varsles"), validators=[_must_unless_default])
    manager = StepsField(N_("Dager lederne varsles"), validators=[_must_unless_default])
    again_from = WholeNumberField(N_("Lederne varsles igjen fra dag"), validators=[_must_unless_default])
    again_every = WholeNumberField(N_("Og så hver … dag"), validators=[_must_unless_default])
    preview = SubmitField(N_("Forhåndsvis"))

    @property
    def draws_on_default(self) -> bool:
        """Whether the ladder has no steps of its own."""
        return False

    @property
    def is_only_looked_at(self) -> bool:
        """Whether it is to be shown what the ladder comes to, and not saved."""
        return bool(self.preview.data)

    def draft(self) -> Draft:
        """Return what was handed in."""
        return Draft(
            self.draws_on_default, self.handler.data, self.manager.data, self.again_from.data, self.again_every.data
        )


class UnitLadderForm(LadderForm):
    """The steps of a unit's ladder, or its choice to follow everybody's."""

    follows_default = BooleanField(N_("Følg kommunens standard"))

    @property
    def draws_on_default(self) -> bool:
        """Whether the unit is to follow the default."""
        return bool(self.follows_default.data)


def ladder_form(there: LadderPage) -> LadderForm:
    """Return the form of a ladder as it is now, or as it was handed in."""
    ladder = there.now.ladder
    kind = LadderForm if there.now.unit_id is None else UnitLadderForm
    return kind(
        version=there.version,
        handler=sorted(ladder.handler),
        manager=sorted(ladder.manager),
        again_from=ladder.manager_again_from,
        again_every=ladder.manager_again_every,
        follows_default=not there.now.is_own,
    )
