"""The forms of retention: a retention time, and an administrator's yes or no to a list of what is due."""

from wtforms import TextAreaField

from dialogen.domain.disposal_lists import Assessment
from dialogen.domain.retention import Keepsake
from dialogen.languages import N_, gettext
from dialogen.services.setup import KindView
from dialogen.web import wording
from dialogen.web.forms import DIGITS_MOST, MUST, ChoiceField, PageForm, WholeNumberField, choices


class RetentionForm(PageForm):
    """How many months something is kept, for all kinds of case or for one."""

    keepsake = ChoiceField(
        N_("Opplysninger"),
        choices=lambda: choices(wording.KEEPSAKES.items(), empty=gettext("Velg opplysninger")),
        validators=MUST,
    )
    kind = ChoiceField(N_("Sakstype"))
    months = WholeNumberField(N_("Måneder"), validators=MUST)

    def offer(self, kinds: list[KindView]) -> None:
        """Offer the kinds, also those that no new case can have: old cases have them."""
        self.kind.offer(choices(((kind.id, kind.name) for kind in kinds), empty=gettext("Alle sakstyper")))

    @property
    def kept(self) -> Keepsake:
        """What the time is for."""
        return Keepsake(self.keepsake.data)

    @property
    def kind_id(self) -> int | None:
        """The kind that the time is for, None for all."""
        text = self.kind.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS_MOST else None


class ApprovalForm(PageForm):
    """A yes to a list, with what was done for the archive."""

    assessment = ChoiceField(
        N_("Vurdering for arkivet"),
        choices=lambda: choices(wording.ASSESSMENTS.items(), empty=gettext("Velg vurdering")),
        validators=MUST,
    )

    @property
    def stated(self) -> Assessment:
        """What was stated."""
        return Assessment(self.assessment.data)


class RefusalForm(PageForm):
    """A no to a list, for good."""

    reason = TextAreaField(N_("Begrunnelse"), validators=MUST)
