"""What comes in is clean text, whatever was pasted."""

import unicodedata

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from hypothesis import example, given
from hypothesis import strategies as st

from common.errors import Invalid
from common.web.cleaning import clean_line, clean_text, clean_value
from common.web.middleware import CleanTextMiddleware
from common.web.text_fields import LineField, TextField

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("a\x0bb", "a\nb"),
        ("a\r\nb\rc\x85d\u2028e\u2029f\x0cg", "a\nb\nc\nd\ne\nf\ng"),
        ("nul\x00 bel\x07 esc\x1b[31m", "nul bel esc[31m"),
        ("a\u202eb", "ab"),
        ("\u2067a\u2069", "a"),
        ("\ufefftekst", "tekst"),
        ("a\ufffe\U0010ffff\ufdd0b", "ab"),
        ("Łu\u0301dz\u0301", "Łúdź"),
        ("biało\u2011czerwona, biało\x1eczerwona", "biało-czerwona, biało-czerwona"),
        ("dzie\u00adlony\u200b wyraz", "dzielony wyraz"),
        ("tab\tzostaje", "tab\tzostaje"),
        ("👩\u200d🚒 ✓ – „tak”", "👩\u200d🚒 ✓ – „tak”"),
    ],
)
def test_what_nobody_sees_is_taken_out_and_line_breaks_are_one_kind(pasted, kept):
    assert clean_text(pasted) == kept


@given(ANY_TEXT)
@example("\r\u0301\n")
def test_clean_text_is_clean_and_stays_as_it_is(text):
    clean = clean_text(text)
    assert clean == clean_text(clean)
    assert unicodedata.is_normalized("NFC", clean)
    assert not {unicodedata.category(char) for char in clean.replace("\n", "").replace("\t", "")} & {"Cc", "Cs"}
    assert not {unicodedata.bidirectional(char) for char in clean} & {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI"}
    assert all(ord(char) & 0xFFFE != 0xFFFE for char in clean)


@given(ANY_TEXT)
def test_a_line_has_no_break(text):
    line = clean_line(text)
    assert len(line.splitlines()) <= 1 or set(line) & set("\x1c\x1d\x1e")  # splitlines knows separators of its own
    assert line == clean_line(line)


@pytest.mark.parametrize("half", ["\ud800", "a\udfffb"])
def test_half_a_character_is_refused_with_a_sentence(half):
    with pytest.raises(Invalid, match=r"znak|character"):
        clean_text(half)
    with pytest.raises(ValidationError):
        LineField().clean(half)


def test_values_of_json_are_cleaned_at_every_depth():
    assert clean_value({"a\x0b": ["b\x00", {"c": "\u202ed"}], "n": 1, "x": None}) == {
        "a\n": ["b", {"c": "d"}], "n": 1, "x": None,
    }  # fmt: skip


def test_a_title_pasted_from_word_is_one_line_and_a_description_keeps_its_lines():
    assert LineField().clean("Budżet\x0bobywatelski\r\n w  szkołach") == "Budżet obywatelski w szkołach"
    assert TextField().clean("pierwszy\x0bdrugi\r\ntrzeci") == "pierwszy\ndrugi\ntrzeci"


def test_every_form_and_filter_is_cleaned_and_passwords_are_not(rf):
    seen = {}

    def view(request):
        seen.update(get=request.GET, post=request.POST)
        return HttpResponse()

    sent = {"title": "a\x0bb", "password1": "ha\x0bsło\u202e", "oldpassword": "e\u0301"}
    request = rf.post("/?q=a\u202eb", sent)
    CleanTextMiddleware(view).process_view(request, view, (), {})
    view(request)
    assert seen["post"]["title"] == "a\nb"
    assert seen["post"]["password1"] == sent["password1"]
    assert seen["post"]["oldpassword"] == sent["oldpassword"]
    assert seen["get"] == QueryDict("q=ab")


def _subclasses(kind):
    for child in kind.__subclasses__():
        yield child
        yield from _subclasses(child)


def test_every_text_field_of_our_forms_is_one_of_the_two(client, db):
    client.get("/")  # everything is imported
    ours = ("accounts", "applications", "awards", "contest", "jury", "portal", "practices", "privacy")
    plain = [
        f"{form.__module__}.{form.__qualname__}.{name}"
        for form in _subclasses(forms.BaseForm)
        if form.__module__.split(".")[0] in ours
        for name, field in getattr(form, "base_fields", {}).items()
        if type(field) is forms.CharField
    ]
    # The second step's codes and a name that no account has are allauth's own fields.
    assert [name for name in plain if not name.endswith((".code", ".username"))] == []


def test_a_password_field_is_told_by_its_name(client, db):
    client.get("/konto/login/")
    hidden = {
        name
        for form in _subclasses(forms.BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field.widget, forms.PasswordInput)
    }
    assert hidden
    assert all("password" in name for name in hidden)
