"""The forms of people: signing in, and setting a password."""

from wtforms import HiddenField, PasswordField, StringField

from dialogen.web.forms import MUST, PageForm


class SignInForm(PageForm):
    """Address and password."""

    email = StringField("E-post", validators=MUST)
    password = PasswordField("Passord", validators=MUST)
    next = HiddenField()


class ForgottenForm(PageForm):
    """The address to which a link to a new password is sent."""

    email = StringField("E-post", validators=MUST)


class PasswordForm(PageForm):
    """The first password of an account."""

    password = PasswordField("Nytt passord", validators=MUST)


class ProofForm(PageForm):
    """The present password, to show that it is the owner who sits there."""

    present = PasswordField("Passordet ditt", validators=MUST)


class ChangePasswordForm(PageForm):
    """Another password for whoever shows that they know the present one."""

    present = PasswordField("Passordet du har nå", validators=MUST)
    password = PasswordField("Nytt passord", validators=MUST)
