"""Our template of a select says what Django's own says, whatever its options are."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, TemplatesSetting

CHOICES = [
    [("", "Every unit"), (1, "Żory & Nowy Targ"), ("a\"b'<", "<b>not markup</b>")],
    [("Powiaty", [("p1", "tatrzański"), ("p2", "myślenicki")]), ("x", "other")],
    [],
]


def spoken(html: str) -> list[str]:
    return [line.strip() for line in html.splitlines() if line.strip()]


@pytest.mark.parametrize("choices", CHOICES)
@pytest.mark.parametrize("value", ["", 1, "1", "p2", None, "a\"b'<"])
@pytest.mark.parametrize("attrs", [{}, {"class": "wide", "required": True, "disabled": False, "data-n": 1234567}])
def test_it_draws_what_django_draws(choices, value, attrs) -> None:
    widget = forms.Select(attrs, choices=choices)
    ours = widget.render("unit", value, renderer=TemplatesSetting())
    assert spoken(ours) == spoken(widget.render("unit", value, renderer=DjangoTemplates()))


def test_an_option_keeps_its_own_attributes() -> None:
    class Marked(forms.Select):
        def create_option(self, *args, **kwargs):
            option = super().create_option(*args, **kwargs)
            option["attrs"]["disabled"] = option["value"] == "closed"
            option["attrs"]["data-kind"] = "a&b"
            return option

    widget = Marked(choices=[("open", "Open"), ("closed", "Closed")])
    ours = widget.render("state", "open", renderer=TemplatesSetting())
    assert spoken(ours) == spoken(widget.render("state", "open", renderer=DjangoTemplates()))
    assert 'data-kind="a&amp;b"' in ours
