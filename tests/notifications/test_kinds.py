"""Every kind of mail is named for the organiser and written in both languages, as text and as HTML."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.html import escape

from notifications.kinds import KINDS
from notifications.rendering import render_mail

ROOT = Path(settings.BASE_DIR)
MAILS = ROOT / "templates" / "emails"
SHARED = {"base", "button", "signature", "account_change_text"}


TYPED = (
    "number", "title", "unit", "message", "reason", "person", "email", "position", "location", "edition", "name",
    "sha256", "edition_title", "unit_name", "place", "special_title", "justification",
)  # fmt: skip
LINKS = (
    "url", "link", "results_url", "entry_url", "file_url", "verify_url", "activate_url", "password_reset_url",
    "signup_url",
)  # fmt: skip
MARKUP = "<i>wpisane</i>"
# What any kind may ask for: text with markup in it, and links that tell which they are.
FACTS = {
    **dict.fromkeys(TYPED, MARKUP),
    **{name: f"https://example.org/{name}" for name in LINKS},
    **dict.fromkeys(("due_at", "deadline", "until", "submitted_at", "at"), "2026-06-15T21:59:00+00:00"),
    "count": 3,
    "version": 3,
    "points": [{"label": "Kryterium", "note": MARKUP}],
    "event": "password_changed",
}


def test_every_template_belongs_to_a_kind_and_every_kind_has_all_three():
    found = {path.name.partition(".")[0] for path in MAILS.iterdir()} - SHARED
    assert found == set(KINDS)
    for kind in KINDS:
        assert {path.name.partition(".")[2] for path in MAILS.glob(f"{kind}.*")} == {"subject.txt", "txt", "html"}


def test_every_kind_the_code_sends_is_known():
    sent = set()
    for path in ROOT.glob("*/**/*.py"):
        if path.relative_to(ROOT).parts[0] not in ("tests", ".venv", "var", "scripts"):
            sent |= set(re.findall(r'kind="([a-z_]+)"', path.read_text()))
    assert sent
    assert sent <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_written_in_polish_and_english_as_text_and_html(kind):
    polish, english = (render_mail(kind=kind, language=language, context=FACTS) for language in ("pl", "en"))
    for mail in (polish, english):
        assert mail.subject.strip()
        assert "\n" not in mail.subject
        assert "<p" in mail.html
        assert "<p" not in mail.text
    assert polish.subject != english.subject
    assert polish.text != english.text
    assert 'lang="pl"' in polish.html
    assert 'lang="en"' in english.html


@pytest.mark.parametrize("kind", KINDS)
def test_the_sheet_begins_with_the_subject_as_its_one_heading(kind):
    mail = render_mail(kind=kind, language="pl", context=FACTS)
    assert re.findall(r"<h1>(.*?)</h1>", mail.html, re.DOTALL) == [escape(mail.subject)]


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_typed_is_escaped_and_both_forms_lead_to_the_same_place(kind):
    mail = render_mail(kind=kind, language="pl", context=FACTS)
    assert "<i>" not in mail.html
    assert "&lt;" not in mail.text
    links = set(re.findall(r"https://example\.org/\w+", mail.html))
    assert links <= set(re.findall(r"https://example\.org/\w+", mail.text))


@pytest.mark.case(47)
@pytest.mark.parametrize("kind", KINDS)
def test_a_line_break_makes_no_header_and_a_placeholder_stays_text(kind):
    typed = "Anna\r\nBcc: obcy@example.org {x.__class__} {{ settings.SECRET_KEY }} {% now 'Y' %} %(x)s"
    mail = render_mail(kind=kind, language="pl", context=FACTS | dict.fromkeys(TYPED, typed))
    sent = EmailMessage(mail.subject, mail.text, "a@example.org", ["b@example.org"]).message()
    assert sent["Bcc"] is None
    assert len(mail.subject.splitlines()) == 1
    told = mail.subject + mail.text
    if "Anna" in told:
        assert "{{ settings.SECRET_KEY }}" in told or len(mail.subject) >= 250
        assert settings.SECRET_KEY not in told + mail.html
