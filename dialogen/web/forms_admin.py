"""The forms of an administrator: units, people, kinds, rules and closed days."""

from wtforms import BooleanField, StringField

from dialogen.domain.accounts import Role
from dialogen.domain.deadlines import Roll
from dialogen.domain.other_laws import Law
from dialogen.languages import N_, gettext
from dialogen.services.account_views import EVERYWHERE
from dialogen.services.setup import UnitView
from dialogen.web import wording
from dialogen.web.forms import DIGITS_MOST, MUST, ChoiceField, Choices, DayField, PageForm, WholeNumberField, choices

NO_UNIT = "none"


class UnitForm(PageForm):
    """A unit."""

    name = StringField(N_("Navn"), validators=MUST)
    email = StringField(N_("E-post"))


class RoleForm(PageForm):
    """A role in one unit, in all, or in none."""

    role = ChoiceField(
        N_("Rolle"), choices=lambda: choices(wording.ROLES.items(), empty=gettext("Velg rolle")), validators=MUST
    )
    unit = ChoiceField(N_("Virksomhet"), validators=MUST)

    def offer(self, units: list[UnitView]) -> None:
        """Offer the units that a role can be given in."""
        self.unit.offer(role_places(units))

    @property
    def given(self) -> tuple[Role, str | int | None]:
        """The role and where it holds: a unit's number, "*" for all units, None for none."""
        return Role(self.role.data), place_of(self.unit.data)


class PersonForm(RoleForm):
    """A new account with its first role."""

    email = StringField(N_("E-post"), validators=MUST)
    name = StringField(N_("Navn"), validators=MUST)


def role_places(units: list[UnitView]) -> Choices:
    """Return where a role can be given."""
    listed = [(str(unit.id), unit.name) for unit in units]
    return [
        ("", gettext("Velg virksomhet")),
        (EVERYWHERE, gettext("Alle virksomheter")),
        *listed,
        (NO_UNIT, gettext("Ingen virksomhet")),
    ]


def place_of(value: str) -> str | int | None:
    """Return what a choice of `role_places` stands for; what is no number of a unit comes back as it is."""
    if value == NO_UNIT:
        return None
    return int(value) if value.isascii() and value.isdigit() and len(value) <= DIGITS_MOST else value


def laws() -> Choices:
    """Return the laws that may have a deadline of their own for a kind."""
    return choices(wording.LAWS.items(), empty=gettext("Ingen"))


class KindForm(PageForm):
    """A kind of inquiry, newly added."""

    name = StringField(N_("Navn"), validators=MUST)
    law = ChoiceField(N_("Annen lov med egen frist"), choices=laws, default="")

    @property
    def chosen_law(self) -> Law | None:
        """The law that was chosen."""
        return Law(self.law.data) if self.law.data else None


class KindChangeForm(KindForm):
    """A kind of inquiry, and whether new cases can have it."""

    in_use = BooleanField(N_("I bruk"))


class RuleForm(PageForm):
    """A new version of the deadline rule."""

    valid_from = DayField(N_("Gjelder fra"), validators=MUST)
    days = WholeNumberField(N_("Kalenderdager"), validators=MUST)
    roll = ChoiceField(
        N_("Når fristen faller på en fridag"), choices=lambda: choices(wording.ROLLS.items()), default=Roll.NONE
    )


class ClosedDayForm(PageForm):
    """A day on which the office is closed."""

    day = DayField(N_("Dato"), validators=MUST)
    name = StringField(N_("Navn på dagen"), validators=MUST)
