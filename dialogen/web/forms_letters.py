"""The forms of letters to senders: the answer, the interim reply, and the templates that both begin with."""

from wtforms import BooleanField, StringField, SubmitField, TextAreaField

from dialogen.domain.languages import Language
from dialogen.domain.letter_texts import Purpose
from dialogen.languages import N_, gettext
from dialogen.services.letter_templates import Wording
from dialogen.services.letters_to_sender import Draft
from dialogen.web import wording
from dialogen.web.forms import MUST, ChoiceField, Choices, DayField, PageForm, choices
from dialogen.web.forms_cases import CaseForm


def languages() -> Choices:
    """Return the languages of letters."""
    return choices(wording.LANGUAGES.items())


class _InALanguage:
    """A form whose letter is read in the language that is chosen in it."""

    language: ChoiceField

    @property
    def read_in(self) -> str | None:
        """The language of what is written in its fields; None for a word that names none."""
        word = self.language.data
        return word if word in {each.value for each in Language} else None


class LetterForm(_InALanguage, CaseForm):
    """A letter to the sender of a case."""

    purpose: Purpose

    language = ChoiceField(N_("Språk i brevet"), choices=languages, default=Language.BOKMAL.value)
    subject = StringField(N_("Emne i brevet"), validators=MUST)
    body = TextAreaField(N_("Brevet"), validators=MUST)
    preview = SubmitField(N_("Forhåndsvis"))

    @property
    def is_only_looked_at(self) -> bool:
        """Whether the letter is to be shown, and not sent."""
        return bool(self.preview.data)

    def draft(self) -> Draft:
        """Return what was handed in."""
        return Draft(self.purpose, Language(self.language.data), self.subject.data, self.body.data)


class WrittenAnswerForm(LetterForm):
    """An answer that is sent from here."""

    purpose = Purpose.ANSWER


class WrittenInterimReplyForm(LetterForm):
    """An interim reply that is sent from here."""

    purpose = Purpose.INTERIM_REPLY

    expected_on = DayField(N_("Svar kan ventes"), validators=MUST)
    extends = BooleanField(N_("Utsett fristen til denne dagen"))
    reason = TextAreaField(N_("Begrunnelse for utsettelsen"))

    def draft(self) -> Draft:
        """Return what was handed in."""
        plain = super().draft()
        return Draft(
            plain.purpose,
            plain.language,
            plain.subject,
            plain.body,
            expected_on=self.expected_on.data,
            extends=self.extends.data,
            reason=self.reason.data,
        )


class TemplateForm(_InALanguage, PageForm):
    """A template of a letter."""

    name = StringField(N_("Navn på malen"), validators=MUST)
    language = ChoiceField(N_("Språk i brevet"), choices=languages, default=Language.BOKMAL.value)
    subject = StringField(N_("Emne i brevet"), validators=MUST)
    body = TextAreaField(N_("Brevet"), validators=MUST)
    preview = SubmitField(N_("Forhåndsvis"))

    @property
    def is_only_looked_at(self) -> bool:
        """Whether the template is to be shown as a letter, and not saved."""
        return bool(self.preview.data)

    def wording(self) -> Wording:
        """Return what was handed in."""
        return Wording(self.name.data, Language(self.language.data), self.subject.data, self.body.data)


class NewTemplateForm(TemplateForm):
    """A template of a kind, for a unit or for everybody."""

    purpose = ChoiceField(
        N_("Brukes til"), choices=lambda: choices(wording.PURPOSES.items(), empty=gettext("Velg")), validators=MUST
    )
    unit = ChoiceField(N_("Virksomhet"), validators=MUST)


class ReceiptRuleForm(PageForm):
    """Whether a unit's senders get receipts."""

    on = BooleanField(N_("Send kvittering til innsendere"))
    internal = BooleanField(N_("Også til ansatte, på interne henvendelser"))
