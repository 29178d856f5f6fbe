"""The forms of people: signing in, and setting a password."""

from wtforms import HiddenField, PasswordField, StringField

from dialogen.domain.languages import Language
from dialogen.languages import N_, gettext
from dialogen.web.forms import MUST, ChoiceField, Choices, PageForm
from dialogen.web.reader_language import OWN_NAMES


def _languages() -> Choices:
    return [("", gettext("Som i nettleseren")), *((each.value, name) for each, name in OWN_NAMES.items())]


class SignInForm(PageForm):
    """Address and password."""

    email = StringField(N_("E-post"), validators=MUST)
    password = PasswordField(N_("Passord"), validators=MUST)
    next = HiddenField()


class ForgottenForm(PageForm):
    """The address to which a link to a new password is sent."""

    email = StringField(N_("E-post"), validators=MUST)


class PasswordForm(PageForm):
    """The first password of an account."""

    password = PasswordField(N_("Nytt passord"), validators=MUST)


class ProofForm(PageForm):
    """The present password, to show that it is the owner who sits there."""

    present = PasswordField(N_("Passordet ditt"), validators=MUST)


class LanguageForm(PageForm):
    """The language of one's own pages and letters; the empty choice leaves it to the browser."""

    language = ChoiceField(N_("Språk"), choices=_languages)

    @property
    def chosen(self) -> Language | None:
        """What was chosen."""
        return Language(self.language.data) if self.language.data else None


class ChangePasswordForm(PageForm):
    """Another password for whoever shows that they know the present one."""

    present = PasswordField(N_("Passordet du har nå"), validators=MUST)
    password = PasswordField(N_("Nytt passord"), validators=MUST)
