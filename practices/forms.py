"""The small forms of the organiser's pages of the base."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.kernel.spans import RECORDS
from common.taxonomy import SECTION_BY_CODE, SECTIONS
from common.web.fields import DayField
from common.web.text_fields import TextField


def _choices() -> list[tuple[str, str]]:
    """Subsections after their section, named with it."""
    return [(term.code, f"{SECTION_BY_CODE[term.parent]} / {term}" if term.parent else str(term)) for term in SECTIONS]


class SectionForm(forms.Form):
    section = forms.ChoiceField(label=_("Section"), choices=_choices)


class VerifiedForm(forms.Form):
    verified_on = DayField(label=_("Last checked to be true"), span=RECORDS, until_today=True)


class ReasonForm(forms.Form):
    reason = TextField(
        label=_("Reason of the withdrawal"),
        help_text=_("Kept with the record and in the journal; the public does not see it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
