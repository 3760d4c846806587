"""Appointing members of the jury."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from contest.forms.fields import UnitField, unit_text
from contest.models import JuryMember, JuryRole
from contest.queries import person_by_email


class JuryMemberForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=JuryRole.choices, initial=JuryRole.JUROR)
    employer = UnitField(
        label=gettext_lazy("Works for (unit)"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Name or TERYT code. Leave empty when the person does not work for a local government."),
    )
    residence = UnitField(
        label=gettext_lazy("Lives in (unit)"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Name or TERYT code. Entries of these units are never given to this juror."),
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("Takes part in the work of the jury"),
        required=False,
        help_text=gettext_lazy("Without this mark the person keeps what they did but gets nothing more to read."),
    )

    @classmethod
    def of(cls, member: JuryMember, data: Any = None) -> "JuryMemberForm":
        return cls(
            data,
            initial={
                "role": member.role,
                "employer": unit_text(member.employer),
                "residence": unit_text(member.residence),
                "is_active": member.is_active,
            },
        )


class NewJuryMemberForm(JuryMemberForm):
    field_order = ("email", "role", "employer", "residence")
    is_active = None  # type: ignore[assignment]
    email = forms.EmailField(
        label=gettext_lazy("E-mail address of a registered person"),
        help_text=gettext_lazy("The address the person signs in with."),
    )

    def clean_email(self) -> User:
        person = person_by_email(self.cleaned_data["email"])
        if person is None:
            raise ValidationError(
                _("Nobody with this address has an account. Ask the person to register first, then add them here.")
            )
        return person
