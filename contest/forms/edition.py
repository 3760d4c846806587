"""Creating an edition, and the two acts that publish its rules."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.web.fields import typed_formfield
from common.web.text_fields import LineField, TextField
from common.web.typed_word import TypedWordForm
from contest.models import Edition

RESERVED_SLUGS = ("nowa",)  # an address of its own beside the editions


class EditionForm(forms.ModelForm):
    copied_from = forms.ModelChoiceField(
        label=gettext_lazy("Start from"),
        queryset=Edition.objects.none(),
        required=False,
        empty_label=gettext_lazy("the usual proposal: five criteria, four comparison groups"),
        help_text=gettext_lazy(
            "Domains, groups, criteria and attachments can be taken over from an earlier edition. "
            "The calendar is proposed anew. Everything can be changed afterwards."
        ),
    )

    class Meta:
        model = Edition
        formfield_callback = typed_formfield
        fields = ("year", "title", "theme", "slug")
        help_texts = {
            "slug": gettext_lazy("The end of the public address, usually the year: letters, digits and hyphens."),
            "theme": gettext_lazy("What this edition is about, for example “public services in education”."),
        }

    def __init__(self, *args: Any, editions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["copied_from"].queryset = editions  # type: ignore[attr-defined]
        year = timezone.localdate().year
        self.fields["year"].initial = year
        self.fields["slug"].initial = str(year)
        self.fields["title"].initial = f"Samorządowy Lider Zarządzania {year}"

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower()
        if slug in RESERVED_SLUGS:
            raise ValidationError(_("This address is used by the service itself. Choose another one."))
        return slug


PUBLISH = gettext_lazy("publish")
ARCHIVE = gettext_lazy("archive")


class ArchiveForm(TypedWordForm):
    word = ARCHIVE


class PublishCallForm(TypedWordForm):
    """`sha256` is the digest of the rules that were shown."""

    word = PUBLISH
    sha256 = LineField(widget=forms.HiddenInput, max_length=64)


class PublishAmendmentForm(PublishCallForm):
    reason = TextField(
        label=gettext_lazy("Reason of the amendment"),
        help_text=gettext_lazy("Published with the amendment: why the rules change. Name no persons."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )
