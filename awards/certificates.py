"""Documents as accessible PDF: the only module that imports WeasyPrint, and only when it is needed.

`render` knows nothing of tables: it turns frozen facts into bytes. Nothing in the facts can make it
fetch anything, because every text is escaped and the fetcher knows `data:` addresses alone.
"""

import atexit
import base64
import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from awards.fonts import FIRST_FAMILY, SECOND_FAMILY, font_faces, letters_without_font, needs_second_family
from common.errors import Invalid
from common.web.cleaning import clean_value

DIPLOMA = "DIPLOMA"
CONFIRMATION = "CONFIRMATION"
TEMPLATES = {DIPLOMA: "certificates/diploma.html", CONFIRMATION: "certificates/confirmation.html"}
STYLESHEETS = {DIPLOMA: "diploma.css", CONFIRMATION: "confirmation.css"}

# A longer text is a mistake upstream: a refusal is clearer than an unreadable diploma.
MAX_TEXT = 2_000
SMALLEST_FIT = 5
_TEMPLATE_DIR = Path(__file__).resolve().parent.parent / "templates" / "certificates"
_one_at_a_time = threading.Lock()


class CannotRender(ValueError):
    """These facts do not make a document; trying again will not help."""


@dataclass(frozen=True)
class _Kit:
    """What every document of a process shares; making it takes longer than a page."""

    font_config: Any
    fetcher: Any
    stylesheets: dict[str, Any]


def render(facts: dict[str, Any], kind: str) -> bytes:
    """The document of `kind` as tagged PDF (PDF/UA-1), in Polish. A diploma is always one page."""
    try:
        facts = clean_value(facts)  # frozen before texts were cleaned when they came in
    except Invalid as refusal:
        raise CannotRender(str(refusal)) from refusal
    _refuse_overlong(facts)
    _refuse_without_font(facts)
    # One document at a time in a process: Pango's font map is shared and not safe among threads.
    with _one_at_a_time:
        if kind == CONFIRMATION:
            return _write(_layout(facts, kind, fit=0))
        for fit in range(_first_fit(facts), SMALLEST_FIT + 1):
            document = _layout(facts, kind, fit=fit)
            if len(document.pages) == 1:
                return _write(document)
    raise CannotRender("the texts of the diploma do not fit on one page")


def verification_url(code: str) -> str:
    """Printed as text and as a QR code; short, because people type it."""
    return f"{settings.SITE_URL}/certyfikaty/{code}/"


def _layout(facts: dict[str, Any], kind: str, *, fit: int) -> Any:
    kit = _kit(SECOND_FAMILY) if needs_second_family(facts) else _kit()
    from weasyprint import HTML

    with translation.override("pl"):
        html = render_to_string(TEMPLATES[kind], _context(facts, fit))
    return HTML(string=html, base_url=None, url_fetcher=kit.fetcher).render(
        stylesheets=[kit.stylesheets[kind]], font_config=kit.font_config
    )


def _write(document: Any) -> bytes:
    return bytes(document.write_pdf(pdf_tags=True, pdf_variant="pdf/ua-1"))


@lru_cache(maxsize=2)
def _kit(*more_families: str) -> _Kit:
    from PIL import ImageFile
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint turns it on for the process: uploads cut in half would pass
    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it reports every step of every page
    atexit.register(_kit.cache_clear)  # its finalizer fails when the interpreter is half gone
    font_config = FontConfiguration()
    fetcher = URLFetcher(allowed_protocols={"data"}, allow_redirects=False)
    fonts = "".join(map(font_faces, (FIRST_FAMILY, *more_families)))
    return _Kit(
        font_config=font_config,
        fetcher=fetcher,
        stylesheets={
            kind: CSS(string=fonts + (_TEMPLATE_DIR / name).read_text(), font_config=font_config, url_fetcher=fetcher)
            for kind, name in STYLESHEETS.items()
        },
    )


def _context(facts: dict[str, Any], fit: int) -> dict[str, Any]:
    address = verification_url(facts["code"])
    when = facts.get("submitted_at")
    return {
        "facts": facts,
        "fit": fit,
        "address": address,
        "qr": segno.make(address, error="m", micro=False).svg_data_uri(border=0, dark="#14213d", omitsize=True),
        "seal": _seal(),
        "submitted_at": datetime.fromisoformat(when) if when else None,
    }


@lru_cache(maxsize=1)
def _seal() -> str:
    svg = (_TEMPLATE_DIR / "seal.svg").read_bytes()
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()


def _first_fit(facts: dict[str, Any]) -> int:
    """The size to try first, so that a long name costs no wasted layouts."""
    longest_line = max(len(str(facts.get("unit_name", ""))) * 4, len(str(facts.get("title", ""))))
    return next((step for step, limit in enumerate((130, 220, 320)) if longest_line <= limit), 3)


def _refuse_without_font(facts: dict[str, Any]) -> None:
    """Before anything is drawn: an empty box in a name would be found by whoever it was handed to."""
    if missing := letters_without_font(facts):
        shown = ", ".join(f"{char} (U+{ord(char):04X})" for char in missing[:10])
        raise CannotRender(
            _("No font of the documents has these characters: %(characters)s. Write the text without them.")
            % {"characters": shown}
        )


def _refuse_overlong(value: Any) -> None:
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise CannotRender("a text of the certificate is too long")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            _refuse_overlong(item)
