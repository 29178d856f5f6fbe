"""The form of a new calendar address: which calendar it is for, and whose deadlines it shows."""

from wtforms import PasswordField, StringField

from dialogen.languages import N_
from dialogen.web.forms import MUST, ChoiceField, PageForm


class FeedForm(PageForm):
    """A new calendar address for oneself."""

    name = StringField(N_("Hvilken kalender adressen er til"), validators=MUST)
    unit = ChoiceField(N_("Hvilke frister kalenderen skal vise"))


class ProvenFeedForm(FeedForm):
    """A new calendar address for somebody who signs in with a password, and shows it once more."""

    present = PasswordField(N_("Passordet ditt"), validators=MUST)
