"""An act that cannot be undone waits for a word typed by hand.

Who typed it meant it: letters' case, accents and spaces do not matter, nor in which language the page asked.
"""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from common.text import fold
from common.web.text_fields import LineField

FIELD = "typed_word"
MAX_TYPED = 200


def is_word(typed: str, word: Promise) -> bool:
    return fold(typed[:MAX_TYPED]) in {_in(language, word) for language, _name in settings.LANGUAGES}


def refusal(word: Promise) -> str:
    return _("Type the word “%(word)s” to confirm.") % {"word": word}


class TypedWordForm(forms.Form):
    """Each form of an act names its `word`."""

    word: Promise
    typed_word = LineField(
        label=gettext_lazy("Confirmation"),
        max_length=MAX_TYPED,
        error_messages={"required": gettext_lazy("Type the word to confirm.")},
    )

    def clean_typed_word(self) -> str:
        typed = str(self.cleaned_data[FIELD])
        if not is_word(typed, self.word):
            raise ValidationError(refusal(self.word))
        return typed


def _in(language: str, word: Promise) -> str:
    with override(language):
        return fold(str(word))
