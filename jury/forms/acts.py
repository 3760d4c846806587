"""Short forms of the jury: recusal, release, reopening, visits, disqualification."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.kernel.spans import CONTEST
from common.web.fields import DayField
from common.web.text_fields import LineField, TextField
from contest.models import Edition, JuryMember
from contest.queries import active_jury

REASON_LENGTH = 2000


class RecusalForm(forms.Form):
    ground = TextField(
        label=_("Ground of the recusal"),
        help_text=_("For example: I took part in preparing this project. The organiser sees it, other jurors do not."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReleaseForm(forms.Form):
    ground = LineField(label=_("Ground of the release"), max_length=500)


class ReasonForm(forms.Form):
    reason = TextField(label=_("Reason"), max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 4}))


class VisitorsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: JuryMember) -> str:
        return str(obj.user)


class PlanVisitForm(forms.Form):
    planned_on = DayField(label=_("Day of the visit"), span=CONTEST)
    visitors = VisitorsField(label=_("Visitors"), queryset=JuryMember.objects.none(), required=False)

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["visitors"]
        assert isinstance(field, VisitorsField)
        field.queryset = active_jury(edition)


class RecordVisitForm(forms.Form):
    visited_on = DayField(label=_("Visited on"), span=CONTEST, until_today=True)
    visitors = VisitorsField(label=_("Visitors"), queryset=JuryMember.objects.none())
    findings = TextField(
        label=_("Findings"),
        help_text=_("What was seen and whether it agrees with the entry."),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["visitors"]
        assert isinstance(field, VisitorsField)
        field.queryset = active_jury(edition)
