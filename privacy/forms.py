"""The small forms about people's data."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.web.fields import WholeNumberField


class RetentionForm(forms.Form):
    months = WholeNumberField(
        label=_("Months after the announcement of results"),
        help_text=_("From 1 to 240. As your register of processing says: 60 is five years."),
        min_value=1,
        max_value=240,
    )
