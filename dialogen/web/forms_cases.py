"""The forms of a case: registering it, finding it, and one for each deed."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from flask_wtf.file import MultipleFileField
from wtforms import StringField, TextAreaField

from dialogen.domain.answers import AnswerManner, likely_manner
from dialogen.domain.case_changes import UNSET, CaseChanges, NewCase, Sender
from dialogen.domain.cases import Channel, Condition, ExclusionReason, Stream
from dialogen.languages import N_, gettext
from dialogen.notation import short_day
from dialogen.services.case_views import REFERENCE, CaseView
from dialogen.web import wording
from dialogen.web.forms import (
    DIGITS_MOST,
    MUST,
    ChoiceField,
    Choices,
    DayField,
    HiddenNumberField,
    PageForm,
    ReferencesField,
    choices,
    renew,
    text_or_none,
)

SOURCE = "web"  # of a reference that a person wrote in


def streams() -> Choices:
    """Return the streams."""
    return choices(wording.STREAMS.items())


def channels() -> Choices:
    """Return every channel."""
    return choices(wording.CHANNELS.items())


def channels_by_hand() -> Choices:
    """Return the channels of a case registered by hand, which did not come through a program."""
    listed = ((each, word) for each, word in wording.CHANNELS.items() if each not in (Channel.API, Channel.IMPORT))
    return choices(listed, empty=gettext("Velg kanal"))


def exclusions() -> Choices:
    """Return the reasons for which a case is taken out of the statistic."""
    return choices(wording.EXCLUSIONS.items(), empty=gettext("Velg årsak"))


def manners() -> Choices:
    """Return how a case can have been answered."""
    return choices(wording.ANSWER_MANNERS.items())


class RegistrationForm(PageForm):
    """A new case, its fields in the order of the page: so are its errors told."""

    subject = StringField(N_("Emne"))
    text = TextAreaField(N_("Tekst"))
    sender_name = StringField(N_("Navn"))
    sender_email = StringField(N_("E-post"))
    sender_phone = StringField(N_("Telefon"))
    channel = ChoiceField(N_("Kanal"), choices=channels_by_hand, validators=MUST)
    unit = ChoiceField(N_("Virksomhet"))
    received_on = DayField(N_("Mottatt"), validators=MUST)
    kind = ChoiceField(N_("Sakstype"))
    handler = ChoiceField(N_("Saksbehandler"))
    stream = ChoiceField(N_("Type"), choices=streams, default=Stream.EXTERNAL.value)
    files = MultipleFileField(N_("Filer"))
    external_reference = StringField(N_("Ekstern referanse"))
    #: References of similar cases that the writer has been shown; nothing personal.
    warned = ReferencesField(N_("Kan gjelde det samme"))

    @property
    def has_more(self) -> bool:
        """Whether something is written, or wrong, in what is seldom needed."""
        seldom = (self.kind, self.handler, self.external_reference)
        is_internal = self.stream.data != Stream.EXTERNAL.value
        return (
            is_internal
            or bool(self.files.data or self.files.errors)
            or any(field.data or field.errors for field in seldom)
            or bool(self.stream.errors)
        )

    def new_case(self) -> NewCase:
        """Return what was handed in."""
        assert self.received_on.data is not None, "a form that validated has a date"
        reference = text_or_none(self.external_reference.data)
        return NewCase(
            received_on=self.received_on.data,
            channel=Channel(self.channel.data),
            stream=Stream(self.stream.data),
            subject=text_or_none(self.subject.data),
            text=text_or_none(self.text.data),
            kind=text_or_none(self.kind.data),
            unit=text_or_none(self.unit.data),
            handler=text_or_none(self.handler.data),
            sender=_sender(self),
            external_reference=reference,
            source=SOURCE if reference else None,
        )


def _sender(form: Any) -> Sender:
    return Sender(
        name=text_or_none(form.sender_name.data),
        email=text_or_none(form.sender_email.data),
        phone=text_or_none(form.sender_phone.data),
    )


class CaseForm(PageForm):
    """A deed on a case; carries the version that its author has seen."""

    version = HiddenNumberField()

    @classmethod
    def about(cls, view: CaseView, today: date) -> Self:
        """Return the form as it is first shown for a case, or as it was handed in."""
        form = cls(**cls.first_values(view, today))
        form.fit(view)
        return form

    @classmethod
    def first_values(cls, view: CaseView, today: date) -> dict[str, Any]:
        """Return what stands in the fields at first."""
        return {"version": view.version}

    def fit(self, view: CaseView) -> None:
        """Leave out what this case has no use for."""

    def begin(self, asked: Mapping[str, str]) -> None:
        """Propose what the link which led here says."""

    @property
    def is_only_looked_at(self) -> bool:
        """Whether its writer wants to see what it would come to, and nothing is done yet."""
        return False

    def renew(self, seen: CaseView, now: CaseView, today: date) -> None:
        """Let the form be sent again over a case that the writer has now been told of."""
        renew(self.version, now.version)

    def differences(self, view: CaseView, today: date) -> list[tuple[str, str]]:
        """Return the fields in which the case as it is now differs from what was handed in, with its values."""
        return []


class AnswerForm(CaseForm):
    """The day of the first substantive answer, which was given elsewhere, and how."""

    answered_on = DayField(N_("Besvart"), validators=MUST)
    manner = ChoiceField(N_("Hvordan"), choices=manners)

    @classmethod
    def first_values(cls, view: CaseView, today: date) -> dict[str, Any]:
        """Propose today, and the way back that the case came by."""
        likely = likely_manner(view.channel).value
        return super().first_values(view, today) | {"answered_on": today, "manner": likely}


class InterimReplyForm(CaseForm):
    """An interim reply that was sent, and the day that the sender was told of."""

    replied_on = DayField(N_("Foreløpig svar sendt"), validators=MUST)
    expected_on = DayField(N_("Svar kan ventes"))
    note = TextAreaField(N_("Notat"))

    @classmethod
    def first_values(cls, view: CaseView, today: date) -> dict[str, Any]:
        """Propose today."""
        return super().first_values(view, today) | {"replied_on": today}


class NoteForm(CaseForm):
    """An internal note."""

    note = TextAreaField(N_("Notat"), validators=MUST)


class ExtensionForm(CaseForm):
    """A later date that the sender was promised."""

    extended_to = DayField(N_("Ny frist"), validators=MUST)
    reason = TextAreaField(N_("Begrunnelse"), validators=MUST)


class ExclusionForm(CaseForm):
    """A case taken out of the statistic."""

    reason = ChoiceField(N_("Årsak"), choices=exclusions, validators=MUST)
    note = TextAreaField(N_("Utdyping"))

    @property
    def exclusion(self) -> ExclusionReason:
        """The reason that was chosen."""
        return ExclusionReason(self.reason.data)


class InclusionForm(CaseForm):
    """A case taken into the statistic again."""

    reason = TextAreaField(N_("Begrunnelse"), validators=MUST)


class LinkForm(CaseForm):
    """Another case that belongs to this one."""

    other = StringField(N_("Referanse"), validators=MUST)

    @property
    def reference(self) -> str:
        """The reference of the other case."""
        return (self.other.data or "").strip()

    def begin(self, asked: Mapping[str, str]) -> None:
        """Propose the case that the link which led here names."""
        self.other.data = asked.get("other", "") if REFERENCE.fullmatch(asked.get("other", "")) else ""


class AttachmentForm(CaseForm):
    """Files to be added."""

    files = MultipleFileField(N_("Filer"), validators=MUST)


class DetachmentForm(CaseForm):
    """A file to be taken away."""

    file = HiddenNumberField()

    def begin(self, asked: Mapping[str, str]) -> None:
        """Take away the file that the link which led here names."""
        number = asked.get("file", "")
        self.file.data = int(number) if number.isascii() and number.isdigit() and len(number) <= DIGITS_MOST else None


class DecisionForm(PageForm):
    """A decision on the change that its reader has seen wait; a refusal says why."""

    pending = HiddenNumberField()
    reason = TextAreaField(N_("Begrunnelse for avslaget"), validators=MUST)


class AssignmentForm(CaseForm):
    """Who is to answer."""

    handler = ChoiceField(N_("Saksbehandler"))

    @classmethod
    def first_values(cls, view: CaseView, today: date) -> dict[str, Any]:
        """Begin with who has the case now."""
        return super().first_values(view, today) | {"handler": view.handler.email if view.handler else ""}


class HandOverForm(CaseForm):
    """Which unit is to answer."""

    unit = ChoiceField(N_("Virksomhet"))
    reason = TextAreaField(N_("Beskjed til virksomheten"))

    @classmethod
    def first_values(cls, view: CaseView, today: date) -> dict[str, Any]:
        """Begin with the unit that has the case now."""
        return super().first_values(view, today) | {"unit": view.unit or ""}


class CorrectionForm(CaseForm):
    """What was registered wrongly. Only what differs from the case is changed."""

    received_on = DayField(N_("Mottatt"), validators=MUST)
    answered_on = DayField(N_("Besvart"), validators=MUST)
    manner = ChoiceField(N_("Besvart ved"), choices=lambda: [("", gettext("Ikke oppgitt")), *manners()])
    stream = ChoiceField(N_("Type"), choices=streams)
    channel = ChoiceField(N_("Kanal"), choices=channels)
    kind = ChoiceField(N_("Sakstype"))
    unit = ChoiceField(N_("Virksomhet"))
    subject = StringField(N_("Emne"))
    text = TextAreaField(N_("Tekst"))
    sender_name = StringField(N_("Innsenders navn"))
    sender_email = StringField(N_("Innsenders e-post"))
    sender_phone = StringField(N_("Innsenders telefon"))
    reason = TextAreaField(N_("Begrunnelse"))

    @classmethod
    def first_values(cls, view: CaseView, today: date) -> dict[str, Any]:
        """Begin with what is registered."""
        personal = view.personal
        words = {name: getattr(personal, name) or "" for name in _PERSONAL} if personal else {}
        return {
            **super().first_values(view, today),
            **words,
            "received_on": view.received_on,
            "answered_on": view.answered_on,
            "manner": view.answer_manner.value if view.answer_manner else "",
            "stream": view.stream.value if view.stream else "",
            "channel": view.channel.value if view.channel else "",
            "kind": view.kind.word if view.kind else "",
            "unit": view.unit or "",
        }

    def fit(self, view: CaseView) -> None:
        """An open case has no answer date to correct, and goes to another unit by being handed over.

        What was erased after its retention time cannot be put in again.
        """
        if view.personal and view.personal.content_erased:
            del self.subject, self.text
        if view.personal and view.personal.sender_erased:
            del self.sender_name, self.sender_email, self.sender_phone
        if view.condition is not Condition.ANSWERED:
            del self.answered_on, self.manner
        elif self.is_submitted() and not self.answered_on.raw_data:
            renew(self.answered_on, view.answered_on)  # answered by somebody else since the page was shown
            renew(self.manner, view.answer_manner.value if view.answer_manner else "")
        if view.condition is not Condition.ANSWERED or not view.may_assign:
            del self.unit

    def changes(self, view: CaseView, today: date) -> CaseChanges:
        """Return the fields that were given another value than the case, as their writer saw it, had."""
        there = self.first_values(view, today)
        handed_in = (field for field in self if field.name in there and field.raw_data)
        other = {field.name for field in handed_in if _plain(field.data) != _plain(there[field.name])}
        return CaseChanges(
            received_on=self.received_on.data or UNSET if "received_on" in other else UNSET,
            answered_on=self.answered_on.data or UNSET if "answered_on" in other else UNSET,
            manner=_manner(self.manner.data) if "manner" in other else UNSET,
            stream=Stream(self.stream.data) if "stream" in other else UNSET,
            channel=Channel(self.channel.data) if "channel" in other else UNSET,
            kind=text_or_none(self.kind.data) if "kind" in other else UNSET,
            unit=text_or_none(self.unit.data) if "unit" in other else UNSET,
            subject=text_or_none(self.subject.data) if "subject" in other else UNSET,
            text=text_or_none(self.text.data) if "text" in other else UNSET,
            sender=_sender(self) if other & {"sender_name", "sender_email", "sender_phone"} else UNSET,
        )

    def renew(self, seen: CaseView, now: CaseView, today: date) -> None:
        """Keep what was written; fields that were left as they were show what another writer made of them."""
        then, there = self.first_values(seen, today), self.first_values(now, today)
        for field in self:
            if field.name in then and _plain(field.data) == _plain(then[field.name]):
                renew(field, there[field.name])
        super().renew(seen, now, today)

    def differences(self, view: CaseView, today: date) -> list[tuple[str, str]]:
        """Return what another writer left in the fields that would be overwritten now."""
        there = self.first_values(view, today)
        return [
            (field.label.text, field_text(field, there[field.name]))
            for field in self
            if field.name in there and field.name != "version" and _plain(field.data) != _plain(there[field.name])
        ]


def _manner(word: str) -> AnswerManner | None:
    return AnswerManner(word) if word else None


_PERSONAL = ("subject", "text", "sender_name", "sender_email", "sender_phone")


def _plain(value: object) -> object:
    """Browsers send line ends as two characters."""
    return (text_or_none(value.replace("\r\n", "\n")) if isinstance(value, str) else value) or None


def field_text(field: Any, value: object) -> str:
    """Return a value as the form would show it to people."""
    if isinstance(value, date):
        return short_day(value)
    words: dict[str, str] = getattr(field, "words", {})
    return words.get(str(value), str(value)) or gettext("ingen")
