"""The forms of the second step of a sign-in."""

from wtforms import HiddenField, PasswordField, StringField

from dialogen.languages import N_
from dialogen.web.forms import MUST, PageForm


class CodeForm(PageForm):
    """A code of the app, or a recovery code, on the way in."""

    code = StringField(N_("Engangskode"), validators=MUST)
    next = HiddenField()


class EnrolmentForm(PageForm):
    """The first code of the app, on the way in; and the key it was shown, sealed."""

    code = StringField(N_("Engangskode"), validators=MUST)
    offered = HiddenField()
    next = HiddenField()


class ProofForm(PageForm):
    """What shows that the person at the browser is the account's owner."""

    proof = PasswordField(N_("Passord eller engangskode"), validators=MUST)


class SetUpForm(ProofForm):
    """The same, with the first code of the app, and the key it was shown, sealed."""

    code = StringField(N_("Engangskode fra appen"), validators=MUST)
    offered = HiddenField()
