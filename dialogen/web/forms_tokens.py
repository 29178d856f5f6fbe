"""The form of a new API token: what it is for, what it may do, and how long."""

from typing import Any

from wtforms import PasswordField, SelectMultipleField, StringField
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from dialogen.domain.accounts import Scope
from dialogen.domain.errors import Problem
from dialogen.languages import N_, gettext
from dialogen.web import sentences, wording
from dialogen.web.forms import MUST, DayField, PageForm


class ScopesField(SelectMultipleField):  # type: ignore[misc]
    """Some of the scopes that are offered, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def offer(self, scopes: tuple[Scope, ...]) -> None:
        """Let these be ticked."""
        self.choices = [(scope.value, wording.SCOPES[scope]) for scope in scopes]

    def pre_validate(self, form: Any) -> None:
        """Demand one at least, and none that is not offered."""
        if not self.data:
            raise StopValidation(gettext("Velg minst én."))
        if not set(self.data) <= {value for value, _ in self.choices}:
            raise StopValidation(sentences.sentence(Problem.UNKNOWN_VALUE, {}))


class TokenForm(PageForm):
    """A new token for oneself."""

    name = StringField(N_("Hva nøkkelen skal brukes til"), validators=MUST)
    scopes = ScopesField(N_("Hva programmet skal kunne gjøre"))
    expires_on = DayField(N_("Siste dag nøkkelen virker"), validators=MUST)


class ProvenTokenForm(TokenForm):
    """A new token for somebody who signs in with a password, and shows it once more."""

    present = PasswordField(N_("Passordet ditt"), validators=MUST)
