"""What officers send: shape only; whether it may happen is asked by the services."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from applications.models import FormalCriterion
from applications.queries.listing import SORTS, EntryFilter
from applications.services.review import Finding, earliest_due
from applications.workflow import State
from common.kernel.spans import CONTEST
from common.web.fields import DayField, WholeNumberField
from common.web.filters import FilterForm
from common.web.text_fields import LineField, TextField

DAYS_TO_COMPLETE = 7
MET, NOT_MET = "1", "0"


class EntryFilterForm(FilterForm):
    """The filters of the list."""

    q = LineField(label=_("Number, unit or title"), required=False, max_length=100)
    domain = forms.TypedChoiceField(label=_("Domain"), required=False, coerce=int, empty_value=None)
    group = forms.TypedChoiceField(label=_("Comparison group"), required=False, coerce=int, empty_value=None)
    voivodeship = forms.ChoiceField(label=_("Voivodeship"), required=False)
    needs_me = forms.BooleanField(label=_("Only what waits for me"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", ""), *State.choices], widget=forms.HiddenInput
    )
    sort = LineField(label=_("Order"), required=False, widget=forms.HiddenInput)
    per_page = LineField(label=_("Rows on a page"), required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        domains: Mapping[int, str],
        groups: Mapping[int, str],
        voivodeships: Mapping[str, str],
    ) -> None:
        super().__init__(data)
        every = [("", _("all"))]
        for name, choices in (("domain", domains), ("group", groups), ("voivodeship", voivodeships)):
            self.fields[name].choices = [*every, *choices.items()]  # type: ignore[attr-defined]

    def clean_sort(self) -> str:
        sort: str = self.cleaned_data["sort"]
        if sort and sort.removeprefix("-") not in SORTS:
            raise forms.ValidationError(_("The list has no such order."))
        return sort

    def wanted(self) -> EntryFilter:
        self.is_valid()
        given = self.cleaned_data
        return EntryFilter(
            state=given.get("state") or "",
            domain=given.get("domain"),
            group=given.get("group"),
            voivodeship=given.get("voivodeship") or "",
            text=given.get("q") or "",
            needs_me=bool(given.get("needs_me")),
            sort=given.get("sort") or "number",
        )


class ChecklistForm(forms.Form):
    """Seven criteria, each met or not, with a note that the applicant reads when it is not met."""

    version = WholeNumberField(widget=forms.HiddenInput)
    seen = LineField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for criterion in FormalCriterion:
            self.fields[f"met_{criterion}"] = forms.ChoiceField(
                label=criterion.label,
                required=False,
                choices=[(MET, _("met")), (NOT_MET, _("not met"))],
                widget=forms.RadioSelect,
            )
            self.fields[f"note_{criterion}"] = TextField(
                label=_("Note: %(criterion)s") % {"criterion": criterion.label},
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for criterion in FormalCriterion:
            met, note = f"met_{criterion}", f"note_{criterion}"
            if met in self.errors or note in self.errors:
                continue
            if cleaned[met] == NOT_MET and not cleaned[note]:
                self.add_error(note, _("Say what is wrong: the applicant will read it."))
            elif cleaned[note] and not cleaned[met]:
                self.add_error(met, _("Choose whether it is met: a note alone cannot be saved."))
        return cleaned

    def findings(self) -> list[Finding]:
        """The criteria that were answered without an error; nothing when the page itself is not known."""
        if {"version", "seen"} & self.errors.keys():
            return []
        return [
            Finding(
                criterion=criterion.value,
                met=self.cleaned_data[f"met_{criterion}"] == MET,
                note=self.cleaned_data[f"note_{criterion}"],
            )
            for criterion in FormalCriterion
            if criterion not in self.wrong() and self.cleaned_data[f"met_{criterion}"]
        ]

    def wrong(self) -> list[FormalCriterion]:
        """The criteria whose answer cannot be saved as it stands."""
        return [one for one in FormalCriterion if {f"met_{one}", f"note_{one}"} & self.errors.keys()]

    def note_saved(self, saved: int) -> None:
        """Say on the page shown again how many answers are saved, and name those that are not."""
        if not saved:
            self.saved_note = gettext("Nothing was saved yet.")
            return
        names = "; ".join(str(criterion.label) for criterion in self.wrong())
        done = ngettext("%(count)s answer was saved.", "%(count)s answers were saved.", saved) % {"count": saved}
        left = gettext("Not saved: %(names)s. What you typed there stands below.") % {"names": names}
        self.saved_note = f"{done} {left}"


class VersionForm(forms.Form):
    """The version the officer read: a decision about another one is refused."""

    version = WholeNumberField(widget=forms.HiddenInput)


class DueForm(forms.Form):
    due_on = DayField(
        label=_("Complete by"), span=CONTEST, help_text=_("Until the end of this day: 23:59 Warsaw time.")
    )

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on < earliest_due():
            raise forms.ValidationError(_("The date has to be tomorrow at the earliest."))
        return due_on


class CompletionForm(VersionForm, DueForm):
    message = TextField(
        label=_("Message to the applicant"),
        help_text=_("The points below are listed in the mail anyway. Add what helps to complete the entry."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    field_order = ("version", "due_on", "message")


class RejectForm(VersionForm):
    reason = TextField(
        label=_("Reason of the rejection"),
        help_text=_("Whole sentences: the applicant reads them and may appeal against them."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class AppealForm(forms.Form):
    appeal = WholeNumberField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("uphold", _("uphold the appeal: the entry returns to the formal review")),
            ("dismiss", _("dismiss the appeal: the rejection stands")),
        ],
        widget=forms.RadioSelect,
    )
    reason = TextField(
        label=_("Reason of the decision"),
        help_text=_("Whole sentences: the applicant reads them."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


def chosen_entries(data: QueryDict) -> list[int]:
    """The ticked rows of the list; anything that is no number of an entry is left out."""
    given = data.getlist("entry")
    return sorted({int(value) for value in given if value.isdecimal() and len(value) < 19})


def usual_due_date() -> date:
    """A week from today: the date offered first."""
    return timezone.localdate() + timedelta(days=DAYS_TO_COMPLETE)
