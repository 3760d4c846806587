"""Creating an edition, and the two acts that publish its rules."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.web.fields import typed_formfield
from common.web.text_fields import LineField, TextField
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


def publish_word() -> str:
    """The word an organiser types to publish rules."""
    return _("publish")


def archive_word() -> str:
    """The word an organiser types to archive an edition."""
    return _("archive")


class TypedWordForm(forms.Form):
    """An act that cannot be undone waits for a word typed by hand."""

    typed_word = LineField(
        label=gettext_lazy("Confirmation"),
        max_length=40,
        error_messages={"required": gettext_lazy("Type the word to confirm.")},
    )

    def word(self) -> str:
        raise NotImplementedError

    def clean_typed_word(self) -> str:
        typed = str(self.cleaned_data["typed_word"]).strip()
        if typed.casefold() != self.word().casefold():
            raise ValidationError(_("Type the word “%(word)s” to confirm.") % {"word": self.word()})
        return typed


class ArchiveForm(TypedWordForm):
    def word(self) -> str:
        return archive_word()


class PublishCallForm(TypedWordForm):
    """`sha256` is the digest of the rules that were shown."""

    sha256 = LineField(widget=forms.HiddenInput, max_length=64)

    def word(self) -> str:
        return publish_word()


class PublishAmendmentForm(PublishCallForm):
    reason = TextField(
        label=gettext_lazy("Reason of the amendment"),
        help_text=gettext_lazy("Published with the amendment: why the rules change. Name no persons."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )
