"""Filters of the organiser's pages about the service itself: mail and the journal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.web.fields import WholeNumberField
from common.web.filters import FilterForm
from common.web.text_fields import LineField
from contest.journal_words import action_words, by_words, object_words
from notifications.kinds import kind_label
from notifications.models import OutboxStatus

ANY = ("", _("all"))


class _EditionFilter(FilterForm):
    """`editions` are (number, title) pairs."""

    edition = forms.ChoiceField(label=_("edition"), required=False)

    def __init__(self, *args: Any, editions: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("edition", editions)

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [ANY, *choices]

    def chosen(self) -> dict[str, Any]:
        """What was chosen and makes sense, as arguments of the query."""
        self.is_valid()
        values = {name: value for name, value in self.cleaned_data.items() if value}
        edition = values.pop("edition", None)
        return values | {"edition_id": int(edition) if edition else None}


class MessageFilter(_EditionFilter):
    status = forms.ChoiceField(label=_("status"), required=False, choices=[ANY, *OutboxStatus.choices])
    kind = forms.ChoiceField(label=_("kind"), required=False)
    recipient = LineField(label=_("recipient"), required=False, max_length=254)

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("kind", [(kind, kind_label(kind)) for kind in kinds])


class JournalFilter(_EditionFilter):
    action = forms.ChoiceField(label=_("action"), required=False)
    target_type = forms.ChoiceField(label=_("kind of object"), required=False)
    target_id = WholeNumberField(label=_("object number"), required=False, min_value=1)

    def __init__(self, *args: Any, actions: list[str], target_types: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("action", by_words([(action, action_words(action)) for action in actions]))
        self._choose("target_type", by_words([(kind, object_words(kind)) for kind in target_types]))
