"""Shapes of what people type about sessions and certificates; nothing is saved here."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awards.models import AwardKind, JurySession
from common.files.uploads import told_before_sending
from common.kernel.spans import CONTEST
from common.templatetags.ui import filesize
from common.web.fields import DayField, WholeNumberField
from common.web.text_fields import LineField, TextField
from common.web.typed_word import TypedWordForm
from contest.models import Edition

CLOSE = pgettext_lazy("typed word", "close")
REVOKE = pgettext_lazy("typed word", "revoke")
REPLACE = pgettext_lazy("typed word", "replace")

KIND_CHOICES = [
    *[(kind.value, kind.label) for kind in AwardKind if kind != AwardKind.FINALIST],
    (AwardKind.FINALIST.value, _("no award: remains a finalist")),
]


class SessionForm(forms.Form):
    """Date, place and those present."""

    held_on = DayField(label=_("Date of the session"), span=CONTEST)
    place = LineField(
        label=_("Place"), max_length=150, required=False, help_text=_("A town and a room, or “remote session”.")
    )
    attendees = forms.MultipleChoiceField(
        label=_("Members of the jury who are present"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Mark who was present: a session needs at least one member of the jury.")},
    )

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attendees"].choices = members  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(session: JurySession, present: list[int]) -> dict[str, Any]:
        return {"held_on": session.held_on, "place": session.place, "attendees": [str(pk) for pk in present]}


class DecisionForm(forms.Form):
    """What the jury gives to one finalist, with the justification that will be published."""

    kind = forms.ChoiceField(label=_("What the jury gives"), choices=KIND_CHOICES, widget=forms.RadioSelect)
    place = WholeNumberField(
        label=_("Place"),
        required=False,
        min_value=1,
        max_value=20,
        help_text=_("For laureates. The same place given twice in a domain and group is shown as ex aequo."),
    )
    special_title = LineField(
        label=_("Special title"), max_length=150, required=False, help_text=_("For example “Lider wśród liderów”.")
    )
    justification = TextField(
        label=_("Justification"),
        max_length=5000,
        widget=forms.Textarea({"rows": 7}),
        help_text=_("Published with the result, in Polish."),
        error_messages={"required": _("Write the justification: it is published with the result.")},
    )
    justification_en = TextField(
        label=_("Justification in English"), max_length=5000, required=False, widget=forms.Textarea({"rows": 5})
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not edition.has_places:
            del self.fields["place"]


class CloseSessionForm(TypedWordForm):
    """The minutes of what was said, beside the decisions, and the word that closes."""

    word = CLOSE
    minutes = TextField(
        label=_("Minutes"),
        required=False,
        max_length=20000,
        widget=forms.Textarea({"rows": 8}),
        help_text=_("Course of the session, beside the decisions, which are listed by themselves."),
    )
    field_order = ("minutes", "typed_word")


class ReplaceForm(TypedWordForm):
    """The texts of a diploma as they should stand."""

    word = REPLACE
    unit_name = LineField(label=_("Local government"), max_length=200)
    title = LineField(label=_("Title of the practice"), max_length=300, required=False)
    special_title = LineField(label=_("Special title"), max_length=150, required=False)
    reason = LineField(label=_("Reason of the correction"), max_length=500)
    field_order = ("unit_name", "title", "special_title", "reason", "typed_word")


class RevokeForm(TypedWordForm):
    """Why the certificate is void: the public reads it."""

    word = REVOKE
    reason = TextField(
        label=_("Reason of the revocation"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Shown on the public page of the certificate. Name no person."),
    )
    field_order = ("reason", "typed_word")


class CodeForm(forms.Form):
    """A code from paper; small letters, spaces and missing dashes are forgiven."""

    code = LineField(
        label=_("Code of the certificate"),
        max_length=60,
        help_text=_("16 letters and digits at the foot of the document, for example ABCD-EFGH-JKMN-PQRS."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class FileCheckForm(forms.Form):
    """A file to compare with the one that was issued. It is read, never stored."""

    file = forms.FileField(
        label=_("PDF file"),
        widget=forms.ClearableFileInput({"accept": "application/pdf"}),
        help_text=_("Only its SHA-256 digest is computed; the file is not kept."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs.update(told_before_sending())

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        if upload.size and upload.size > settings.UPLOAD_MAX_BYTES:
            limit = filesize(settings.UPLOAD_MAX_BYTES)
            raise ValidationError(_("The file is larger than %(limit)s.") % {"limit": limit})
        return upload
