"""The applicant's forms: shape of what was typed. An entry may be saved incomplete, so little is required."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.forms.indicators import IndicatorsField, Row, read_table
from applications.models import Application
from applications.sections import REQUIRED_FIELDS, REQUIRED_STATEMENTS, WORD_LIMITS, Section
from common.errors import Invalid
from common.files.uploads import CheckedFile, check_upload, told_before_sending
from common.taxonomy import TOOLS
from common.web.fields import WholeNumberField, typed_formfield
from common.web.text_fields import LineField, TextField
from common.web.typed_word import TypedWordForm
from contest.models import AttachmentRequirement, Edition
from contest.queries import groups_for, limits_in_words
from units.models import Unit

TEXT_LENGTH = 20_000  # characters; words are counted before sending
MAX_POPULATION = 50_000_000  # more than the whole country; above it lies a slip of the finger

HINTS = {
    "title": _("One sentence that says what you did. It will be the name of the practice in the base."),
    "population": _("Of the whole unit, at the end of last year. It decides the comparison group."),
    "implemented_on": _(
        "The day the practice began to work. Enter the first day of the month if you know no better. "
        "For example 15.06.2026."
    ),
    "abstract": _("The whole practice in a few sentences: the need, what you did, the effect."),
    "context": _("What was wrong or missing before, and for whom."),
    "goals": _("What you wanted to reach, best in figures."),
    "actions": _("What was done, step by step: who, when, with whom."),
    "cost": _("What it cost to start, what it costs a year, who paid."),
    "results": _("What changed for residents and for the office, and how you know."),
    "integration": _("How the practice follows from your strategy, budget and management system."),
    "tools": _("Mark those that the practice used."),
    "difficulties": _("What went badly and how you coped. Others learn most from this."),
    "advice": _("What to do first, what to avoid, what one cannot do without."),
    "implementing_unit": _("The department or body that runs the practice."),
    "postal_code": _("For example 58-200."),
    "post_office": _("The town of the post office."),
    "contact_consent": _(
        "Separate and voluntary: the entry can be sent without it. If you agree, the name, position, phone and e-mail "
        "of the contact person are published with the practice. The consent can be withdrawn at any time."
    ),
    "licence_consent": _(
        "If the entry becomes a finalist, anybody may copy and adapt the description, naming its author "
        "(Creative Commons Attribution 4.0, CC BY 4.0)."
    ),
}
STATEMENTS = {
    "accepts_rules": _("We accept the rules of this edition of the contest."),
    "data_notice_read": _("I have read the data protection notice and told the persons named in the entry about it."),
    "licence_consent": _("We agree that the description of the practice is published in the base for free reuse."),
    "contact_consent": _("The contact person agrees that their data are published with the practice."),
}


class GroupChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        limits = limits_in_words(obj)
        if not limits:
            return str(obj)
        return gettext("%(group)s (population %(limits)s)") % {"group": obj, "limits": limits}


def _domain_field(edition: Edition) -> forms.Field:
    domains = edition.domains.order_by("position", "id")
    field = forms.ModelChoiceField(
        domains, label=_("Domain"), widget=forms.RadioSelect, empty_label=None, required=False
    )
    field.choices = lambda: [(domain.pk, str(domain)) for domain in domains]  # one statement, no cursor of the server
    return field


def _group_field(edition: Edition, unit: Unit) -> forms.Field:
    groups = groups_for(edition, unit.kind)
    field = GroupChoiceField(
        edition.groups.filter(pk__in=[group.pk for group in groups]),
        label=_("Comparison group"),
        help_text=_("Only groups that take units of your kind are shown."),
        widget=forms.RadioSelect,
        empty_label=None,
        required=False,
        initial=groups[0].pk if len(groups) == 1 else None,
    )
    field.choices = [(group.pk, field.label_from_instance(group)) for group in groups]
    return field


class StartForm(forms.Form):
    """The first page of an entry. `form_key` makes a form sent twice one entry."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    title = LineField(label=_("Title of the practice"), max_length=200, help_text=HINTS["title"])

    def __init__(self, *args: Any, edition: Edition, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"] = _domain_field(edition)
        self.fields["group"] = _group_field(edition, unit)
        for name in ("domain", "group"):
            self.fields[name].required = True
        self.fields["form_key"].initial = uuid.uuid4


class SectionForm(forms.Form):
    """One page of the entry. Fields that are closed now are shown disabled and keep their values.

    What sending requires is marked as required, but saving never asks for it.
    """

    use_required_attribute = False

    def __init__(
        self, data: Any = None, *, application: Application, section: Section, opened: Collection[str]
    ) -> None:
        super().__init__(data, initial={name: getattr(application, name) for name in section.fields})
        self.right_parts: dict[str, Any] = {}  # of fields with an error (common.web.partly)
        for name in section.fields:
            field = _field(name, application)
            field.disabled = name not in opened
            self.fields[name] = field
        if {"domain", "group"} & self.fields.keys():
            for name in ("domain", "group"):
                self.initial[name] = getattr(application, f"{name}_id") or self.fields[name].initial

        if not self.is_bound:
            self._mark_required()

    def full_clean(self) -> None:
        super().full_clean()
        self._mark_required()

    def clean_indicators(self) -> list[Row]:
        """Right rows count though others are wrong."""
        typed, stored = self.cleaned_data["indicators"], self.initial["indicators"]
        if self.fields["indicators"].disabled:
            return list(typed)
        rows, sentences = read_table(typed, stored)
        if sentences:
            if rows != stored:
                self.right_parts = {"indicators": rows}
            raise forms.ValidationError(sentences)
        return rows

    def _mark_required(self) -> None:
        for name, field in self.fields.items():
            field.required = name in REQUIRED_FIELDS or name in REQUIRED_STATEMENTS


def _field(name: str, application: Application) -> forms.Field:
    if name == "domain":
        return _domain_field(application.edition)
    if name == "group":
        return _group_field(application.edition, application.unit)
    if name == "tools":
        return forms.MultipleChoiceField(
            choices=[(term.code, str(term)) for term in TOOLS],
            label=_("Management tools used"),
            help_text=HINTS["tools"],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    if name == "indicators":
        return IndicatorsField(label=_("Indicators"), required=False)
    return _model_field(name)


def _model_field(name: str) -> forms.Field:
    field: forms.Field = typed_formfield(Application._meta.get_field(name))  # type: ignore[arg-type,assignment]
    field.required = name == "title"
    field.label = STATEMENTS.get(name) or capfirst(str(field.label))
    field.help_text = HINTS.get(name, "")
    if name in WORD_LIMITS:
        limit = WORD_LIMITS[name]
        field = TextField(
            label=field.label,
            help_text=field.help_text,
            required=False,
            max_length=TEXT_LENGTH,
            widget=forms.Textarea(attrs={"rows": max(5, min(limit // 25, 18)), "data-words": limit}),
        )
        field.widget.attrs.pop("maxlength", None)  # pasted text must not be cut off silently
    if name == "population":
        field = WholeNumberField(
            label=field.label, help_text=field.help_text, required=False, min_value=1, max_value=MAX_POPULATION
        )
    if name == "postal_code":
        field.validators.append(
            RegexValidator(r"^\d\d-\d{3}\Z", _("Enter the code as two digits, a dash, three digits."))
        )
    return field


class AttachmentForm(forms.Form):
    """One file. The checked content is in `cleaned_data["file"]`."""

    requirement = forms.ModelChoiceField(
        AttachmentRequirement.objects.none(), label=_("What it is"), required=False, empty_label=_("another document")
    )
    file = forms.FileField(label=_("File"), allow_empty_file=True)
    description = LineField(
        label=_("What the file shows"),
        help_text=_("One sentence; for a picture it is read out to people who do not see it."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["requirement"]
        field.queryset = edition.attachment_requirements.all()  # type: ignore[attr-defined]
        self.fields["file"].widget.attrs.update(told_before_sending())

    @staticmethod
    def is_begun(data: Any, files: Any) -> bool:
        """A file was chosen, or its description was written."""
        return bool(files.get("file")) or bool(str(data.get("description", "")).strip())

    def offer(self, requirements: Sequence[AttachmentRequirement], missing: Sequence[AttachmentRequirement]) -> None:
        """What may be chosen on the page, at first a document that is still missing."""
        field: Any = self.fields["requirement"]
        field.choices = [("", field.empty_label), *((item.pk, str(item)) for item in requirements)]
        self.initial["requirement"] = missing[0].pk if missing else None

    def clean_file(self) -> CheckedFile:
        try:
            return check_upload(self.cleaned_data["file"])
        except Invalid as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class WithdrawalForm(TypedWordForm):
    """The typed word keeps a withdrawal from happening by a slip."""

    word = _("WITHDRAW")
    reason = TextField(label=_("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class AppealForm(forms.Form):
    text = TextField(
        label=_("Why you disagree"),
        help_text=_("Say which point of the reason is wrong and where in the entry this can be seen."),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 12, "data-words": 800}),
    )
