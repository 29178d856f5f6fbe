"""The forms of an administrator: units, people, kinds, rules and closed days."""

from wtforms import BooleanField, IntegerField, StringField

from dialogen.domain.accounts import Role
from dialogen.domain.deadlines import Roll
from dialogen.services.account_views import EVERYWHERE
from dialogen.services.setup import UnitView
from dialogen.web import wording
from dialogen.web.forms import MUST, ChoiceField, Choices, DayField, PageForm, choices

NO_UNIT = "none"
DIGITS_MOST = 9  # more would not fit a column


class UnitForm(PageForm):
    """A unit."""

    name = StringField("Navn", validators=MUST)
    email = StringField("E-post")


class RoleForm(PageForm):
    """A role in one unit, in all, or in none."""

    role = ChoiceField("Rolle", choices=choices(wording.ROLES.items(), empty="Velg rolle"), validators=MUST)
    unit = ChoiceField("Virksomhet", validators=MUST)

    def offer(self, units: list[UnitView]) -> None:
        """Offer the units that a role can be given in."""
        self.unit.offer(role_places(units))

    @property
    def given(self) -> tuple[Role, str | int | None]:
        """The role and where it holds: a unit's number, "*" for all units, None for none."""
        return Role(self.role.data), place_of(self.unit.data)


class PersonForm(RoleForm):
    """A new account with its first role."""

    email = StringField("E-post", validators=MUST)
    name = StringField("Navn", validators=MUST)


def role_places(units: list[UnitView]) -> Choices:
    """Return where a role can be given."""
    listed = [(str(unit.id), unit.name) for unit in units]
    return [("", "Velg virksomhet"), (EVERYWHERE, "Alle virksomheter"), *listed, (NO_UNIT, "Ingen virksomhet")]


def place_of(value: str) -> str | int | None:
    """Return what a choice of `role_places` stands for; what is no number of a unit comes back as it is."""
    if value == NO_UNIT:
        return None
    return int(value) if value.isascii() and value.isdigit() and len(value) <= DIGITS_MOST else value


class KindForm(PageForm):
    """A kind of inquiry, newly added."""

    name = StringField("Navn", validators=MUST)


class KindChangeForm(KindForm):
    """A kind of inquiry, and whether new cases can have it."""

    in_use = BooleanField("I bruk")


class WholeNumberField(IntegerField):  # type: ignore[misc]
    """A whole number, refused in bokmål."""

    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was written; raises ValueError with the sentence when it is no whole number."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS_MOST else None
        if text and self.data is None:
            raise ValueError("Skriv et helt tall.")


class RuleForm(PageForm):
    """A new version of the deadline rule."""

    valid_from = DayField("Gjelder fra", validators=MUST)
    days = WholeNumberField("Kalenderdager", validators=MUST)
    roll = ChoiceField("Når fristen faller på en fridag", choices=choices(wording.ROLLS.items()), default=Roll.NONE)


class ClosedDayForm(PageForm):
    """A day on which the office is closed."""

    day = DayField("Dato", validators=MUST)
    name = StringField("Navn på dagen", validators=MUST)
