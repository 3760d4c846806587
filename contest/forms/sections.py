"""Forms of the set-up: one editor for each section, used before the call and for amendments."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.web.fields import AmountField, WholeNumberField, typed_formfield
from common.web.typed import NotRead, read_whole_number
from contest.models import AttachmentRequirement, ComparisonGroup, Criterion, Domain, Edition
from contest.readiness import FULL_WEIGHT
from contest.rules import EDITION_FIELDS, ROW_FIELDS, RowChange, Section, SectionChange
from units.models import UnitKind

EXTRA_ROWS = {Section.DOMAINS: 3}  # short rows: several at once; elsewhere one
MAX_ROWS = 60
MOMENTS = ("submission_deadline", "scoring_until")


class RevisionForm(forms.Form):
    """Which state of the edition the form was filled in on."""

    revision = WholeNumberField(widget=forms.HiddenInput, min_value=1)


class DataForm(RevisionForm, forms.ModelForm):
    class Meta:
        model = Edition
        formfield_callback = typed_formfield
        fields = EDITION_FIELDS[Section.DATA]
        help_texts = {
            "theme": gettext_lazy("What this edition is about, for example “public services in education”."),
            "description": gettext_lazy("A few sentences for the public page: what the edition is about and for whom."),
            "title_en": gettext_lazy("Shown to readers of the English version; without it they see the Polish text."),
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 6}),
            "description_en": forms.Textarea(attrs={"rows": 6}),
        }


class CalendarForm(RevisionForm, forms.ModelForm):
    needed_later = ("call_announced_on", "submission_deadline")  # may be saved empty, but the call waits for them

    class Meta:
        model = Edition
        formfield_callback = typed_formfield
        fields = EDITION_FIELDS[Section.CALENDAR]
        help_texts = {
            "call_announced_on": gettext_lazy(
                "The months a practice must have been in operation are counted back from here."
            ),
            "submission_deadline": gettext_lazy("Warsaw time. An entry sent at this very minute is still in time."),
            "scoring_until": gettext_lazy("Warsaw time. Jurors are reminded before it."),
        }

    def clean(self) -> dict[str, Any]:
        """The field knows minutes only: a moment left as it was keeps the seconds it had."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for name in MOMENTS:
            before, typed = self.initial.get(name), values.get(name)
            if before and typed == before.replace(second=0, microsecond=0):
                values[name] = before
        return values


class ScoringForm(RevisionForm, forms.ModelForm):
    finalist_threshold = AmountField(
        label=gettext_lazy("Finalist threshold (strictly above)"),
        help_text=gettext_lazy("Points out of 100. An entry with exactly this many is not a finalist."),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
    )
    third_juror_gap = AmountField(
        label=gettext_lazy("Gap that calls a third juror"),
        help_text=gettext_lazy("When two jurors differ by this many points or more, a third one scores the entry."),
        min_value=Decimal(1),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
    )

    class Meta:
        model = Edition
        formfield_callback = typed_formfield
        fields = EDITION_FIELDS[Section.CRITERIA]


class EntriesForm(RevisionForm, forms.ModelForm):
    class Meta:
        model = Edition
        formfield_callback = typed_formfield
        fields = EDITION_FIELDS[Section.REQUIREMENTS]
        help_texts = {
            "entries_per_unit": gettext_lazy("Leave empty when a unit may file as many as it likes."),
        }


class DomainForm(forms.ModelForm):
    class Meta:
        model = Domain
        formfield_callback = typed_formfield
        fields = ROW_FIELDS[Section.DOMAINS]


class GroupForm(forms.ModelForm):
    unit_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of units"), choices=UnitKind.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ComparisonGroup
        formfield_callback = typed_formfield
        fields = ROW_FIELDS[Section.GROUPS]
        help_texts = {
            "population_up_to": gettext_lazy(
                "Limits divide units of one kind among groups. Of a kind that one group takes, all units are in it."
            ),
        }

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        above, up_to = values.get("population_above"), values.get("population_up_to")
        if above is not None and up_to is not None and above >= up_to:
            self.add_error("population_up_to", _("The upper limit has to be greater than the lower one."))
        return values


class CriterionForm(forms.ModelForm):
    class Meta:
        model = Criterion
        formfield_callback = typed_formfield
        fields = tuple(name for name in ROW_FIELDS[Section.CRITERIA] if name != "code")
        widgets = {"guidance": forms.Textarea(attrs={"rows": 3}), "guidance_en": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"tie_break": gettext_lazy("1 decides first between equal totals, then 2; empty: never.")}


class RequirementForm(forms.ModelForm):
    class Meta:
        model = AttachmentRequirement
        formfield_callback = typed_formfield
        fields = ROW_FIELDS[Section.REQUIREMENTS]


class RowsFormSet(forms.BaseFormSet):
    """All rows of a section with their order; a name stands once, whatever was typed."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["pk"] = WholeNumberField(widget=forms.HiddenInput, required=False)
        form.fields["ORDER"] = WholeNumberField(
            label=gettext_lazy("Place in order"), initial=form.fields["ORDER"].initial, required=False
        )
        form.fields["DELETE"].label = gettext_lazy("Remove this row")

    def clean(self) -> None:
        if any(self.errors):
            return
        names: set[str] = set()
        ties: set[int] = set()
        for form in self.kept():
            name = form.cleaned_data["name"].casefold()
            if name in names:
                raise ValidationError(_("The name “%(name)s” stands twice.") % {"name": form.cleaned_data["name"]})
            names.add(name)
            tie = form.cleaned_data.get("tie_break")
            if tie is not None and tie in ties:
                raise ValidationError(_("Two criteria have the same place in ties: %(place)s.") % {"place": tie})
            ties.add(tie or 0)
        ties.discard(0)

    def kept(self) -> list[Any]:
        """Filled rows that stay, in the order asked for; those without a number come last."""
        rows = [form for form in self.forms if form.has_changed() or form.cleaned_data.get("pk")]
        rows = [form for form in rows if not form.cleaned_data.get("DELETE")]
        return sorted(
            rows, key=lambda form: (form.cleaned_data.get("ORDER") is None, form.cleaned_data.get("ORDER") or 0)
        )

    def changes(self) -> tuple[RowChange, ...]:
        gone = [
            RowChange(form.cleaned_data["pk"], {}, delete=True)
            for form in self.forms
            if form.cleaned_data.get("DELETE") and form.cleaned_data.get("pk")
        ]
        kept = []
        for form in self.kept():
            values = {name: form.cleaned_data[name] for name in form._meta.fields}
            kept.append(RowChange(form.cleaned_data.get("pk"), values))
        return (*gone, *kept)


FIELD_FORMS: dict[Section, type[forms.Form] | type[forms.ModelForm]] = {
    Section.DATA: DataForm,
    Section.CALENDAR: CalendarForm,
    Section.CRITERIA: ScoringForm,
    Section.REQUIREMENTS: EntriesForm,
}
ROW_FORMS: dict[Section, type[forms.ModelForm]] = {
    Section.DOMAINS: DomainForm,
    Section.GROUPS: GroupForm,
    Section.CRITERIA: CriterionForm,
    Section.REQUIREMENTS: RequirementForm,
}


def _counted(typed: Any) -> int:
    """What a field of a number adds to a sum now; nothing while it cannot be read."""
    try:
        return read_whole_number(str(typed if typed is not None else "")) or 0
    except NotRead:
        return 0


class SectionEditor:
    """The form of a section's fields and the rows of the section, handled as one."""

    def __init__(self, edition: Edition, section: Section, rows: list[dict[str, Any]], data: QueryDict | None = None):
        self.section = section
        form_class = FIELD_FORMS.get(section, RevisionForm)
        initial = {"revision": edition.revision}
        if issubclass(form_class, forms.ModelForm):
            initial |= {name: getattr(edition, name) for name in EDITION_FIELDS[section]}
        self.form = form_class(data, initial=initial)
        self.formset: Any = None
        if section in ROW_FORMS:
            factory = forms.formset_factory(
                ROW_FORMS[section],
                formset=RowsFormSet,
                extra=EXTRA_ROWS.get(section, 1),
                max_num=MAX_ROWS,
                absolute_max=MAX_ROWS + 10,
                can_order=True,
                can_delete=True,
            )
            self.formset = factory(data, initial=rows, prefix="rows")

    def is_valid(self) -> bool:
        return self.form.is_valid() & (self.formset is None or self.formset.is_valid())

    @property
    def revision(self) -> int:
        return int(self.form.cleaned_data["revision"])

    def change(self) -> SectionChange:
        names = EDITION_FIELDS.get(self.section, ())
        fields = {name: self.form.cleaned_data[name] for name in names}
        return SectionChange(fields, self.formset.changes() if self.formset is not None else ())

    @property
    def has_fields(self) -> bool:
        return self.section in FIELD_FORMS

    @property
    def weight_sum(self) -> int | None:
        """The sum of weights as the form shows them now; None outside the criteria."""
        if self.section is not Section.CRITERIA:
            return None
        total = 0
        for form in self.formset.forms:
            if not form["DELETE"].value():
                total += _counted(form["weight"].value())
        return total

    @property
    def weights_complete(self) -> bool:
        return self.weight_sum == FULL_WEIGHT
