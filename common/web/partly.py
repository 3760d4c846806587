"""A page of texts with one wrong value: the right values are saved, the wrong one stays in its field with the reason.

Settings and rules stay all or nothing: half of them may contradict the other half. A page of texts cannot: each text
stands for itself, and whoever wrote for an hour must not lose it to a slip in a date.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def right_values(form: forms.BaseForm) -> dict[str, Any]:
    """What of a form may be saved: fields without an error, and the right part of a field of parts (`right_parts`)."""
    wrong = form.errors
    parts: dict[str, Any] = getattr(form, "right_parts", {})
    return {name: value for name, value in form.cleaned_data.items() if name not in wrong} | parts


def note_partly_saved(form: Any) -> None:
    """Say on the page shown again how much of it is saved by now, and how much is not."""
    shown = [bound for bound in form if not bound.is_hidden]
    wrong = sum(1 for bound in shown if bound.errors)
    right = len(shown) - wrong
    saved = ngettext("%(count)s field was saved.", "%(count)s fields were saved.", right) % {"count": right}
    left = ngettext(
        "%(count)s field has to be corrected: what you typed there stands below but is not saved yet.",
        "%(count)s fields have to be corrected: what you typed there stands below but is not saved yet.",
        wrong,
    ) % {"count": wrong}
    parts = _("Of the table, the rows without an error were saved.") if getattr(form, "right_parts", {}) else ""
    if not right and not parts:
        form.saved_note = _("Nothing was saved yet.")
        return
    said = [saved if right else "", left if wrong else "", parts]
    form.saved_note = " ".join(sentence for sentence in said if sentence)
