"""Forms of people and memberships."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role, User
from common.metrics import count_sign_in_failure
from common.web.text_fields import LineField, TextField, text_field


class SignupDetailsForm(forms.Form):
    """What allauth's sign-up asks besides e-mail and password."""

    full_name = LineField(
        label=_("First and last name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    data_notice = forms.BooleanField(label=_("I have read how my data is used"))

    field_order = ["full_name", "email", "password1", "password2", "data_notice"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth once the person is created."""
        user.full_name = self.cleaned_data["full_name"]
        user.save(update_fields=["full_name"])


class MembershipForm(forms.ModelForm[Membership]):
    class Meta:
        model = Membership
        formfield_callback = text_field
        fields = ["role", "position"]
        widgets = {"role": forms.RadioSelect}
        help_texts = {
            "role": _("An editor writes and submits entries. A signatory may also withdraw them and admit editors."),
            "position": _("As in the office, for example: inspector, secretary of the municipality."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].required = True


class RefusalForm(forms.Form):
    reason = TextField(
        label=_("Reason of the refusal"),
        help_text=_("The person will read it in a message."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ProfileForm(forms.ModelForm[User]):
    class Meta:
        model = User
        formfield_callback = text_field
        fields = ["full_name", "language"]
        widgets = {"language": forms.RadioSelect}
        help_texts = {"language": _("Messages to you will be in this language.")}


class RoleForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address of a registered person"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)


class _CountedCode(BaseAuthenticateForm):
    """A wrong code counts as a sign-in that failed, like a wrong password; the sixth is refused by allauth's limit."""

    def clean_code(self) -> str:
        try:
            return str(super().clean_code())
        except ValidationError:
            count_sign_in_failure()
            raise


class SecondStepForm(_CountedCode, AuthenticateForm):
    pass


class SecondStepAgainForm(_CountedCode, ReauthenticateForm):
    pass


class AccountForm(forms.ModelForm):
    """The administrator's. It carries what it showed: a field left alone is not written back over a newer value."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True

    def clean(self) -> dict[str, Any] | None:
        for name in self.changed_data:
            field = self.fields[name]
            sent = field.hidden_widget().value_from_datadict(self.data, self.files, self.add_initial_prefix(name))
            if field.has_changed(self.initial.get(name), sent):
                self.add_error(name, _("This was changed after the page was opened. Open it again and look at it."))
        return super().clean()
