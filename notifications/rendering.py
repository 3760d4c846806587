"""From a kind, a language and a context to a mail."""

from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation

from notifications.outbox_types import Rendered

SUBJECT_LENGTH = 250


def render_mail(*, kind: str, language: str, context: dict[str, Any]) -> Rendered:
    """Render templates/emails/<kind>.{subject.txt,txt,html} in the recipient's language and the contest's time zone.

    The signature of the plain text is added here; that of the HTML twin stands in emails/base.html.
    """
    values = {**context, "site_url": settings.SITE_URL, "language": language}
    with translation.override(language), timezone.override(timezone.get_default_timezone()):
        subject = _plain(f"emails/{kind}.subject.txt", values)
        text = _plain(f"emails/{kind}.txt", values)
        signature = _plain("emails/signature.txt", values)
        html = get_template(f"emails/{kind}.html").render({**values, "subject": one_line(subject)})
    return Rendered(subject=one_line(subject), text=f"{text.strip()}\n\n-- \n{signature.strip()}\n", html=html)


def one_line(text: str) -> str:
    """A header value: every run of white space becomes one space, so no name can add a header."""
    return " ".join(text.split())[:SUBJECT_LENGTH]


def _plain(name: str, values: dict[str, Any]) -> str:
    """Plain text is not HTML: "Łódź & Zgierz" must not arrive as "Łódź &amp; Zgierz"."""
    template = get_template(name).template  # type: ignore[attr-defined]
    return str(template.render(Context(values, autoescape=False)))
