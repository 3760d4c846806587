"""The mails of awards in both languages: subject on one line, no empty place, the link at the end."""

import pytest

from awards.services.announcement import mail_kind
from notifications.rendering import render_mail

KINDS = [mail_kind(kind) for kind in ("LAUREATE", "HONOURABLE_MENTION", "SPECIAL_MENTION", "FINALIST", "NOT_SELECTED")]
CONTEXT = {
    "edition_title": "Edycja 2026",
    "unit_name": "Gmina Długosiodło",
    "title": "Tytuł <b>praktyki</b>",
    "number": "SLZ-2026-0001",
    "place": "II",
    "ex_aequo": True,
    "special_title": "Lider wśród liderów",
    "justification": "Praktyka trwała.",
    "results_url": "https://example.org/wyniki/",
    "entry_url": "https://example.org/zgloszenie/",
    "file_url": "https://example.org/plik/",
    "verify_url": "https://example.org/certyfikat/",
}


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("kind", [*KINDS, "certificate_ready"])
def test_a_mail_says_what_happened_and_where_to_go(kind, language):
    mail = render_mail(kind=kind, language=language, context=CONTEXT)
    assert "\n" not in mail.subject
    assert "https://example.org/" in mail.text
    assert "https://example.org/" in mail.html
    assert "<b>praktyki" not in mail.html
    assert ("Gmina Długosiodło" in mail.text) or kind == "announced_not_selected"
    if language == "pl":
        assert not any(word in mail.text for word in ("Congratulations", "entry", "ready", "diploma"))


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_entry_did_not_get_is_left_out(kind):
    empty = CONTEXT | {"place": "", "special_title": "", "justification": ""}
    text = render_mail(kind=kind, language="pl", context=empty).text
    assert "Miejsce" not in text
    assert "Tytuł specjalny" not in text
    assert "Uzasadnienie" not in text


def test_a_laureate_reads_place_title_and_justification():
    text = render_mail(kind="announced_laureate", language="pl", context=CONTEXT).text
    for part in ("Miejsce: II (ex aequo)", "Lider wśród liderów", "Praktyka trwała."):
        assert part in text
