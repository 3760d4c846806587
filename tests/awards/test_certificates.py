"""The documents themselves: accessible, one page, deaf to what hostile texts ask for."""

import io
import re
import socket
import subprocess
import sys
import time

import pikepdf
import pytest

from awards import certificates
from awards.certificates import CONFIRMATION, DIPLOMA, CannotRender, render, verification_url

FACTS = {
    "number": "SLZ/2026/L/001",
    "code": "ABCD-EFGH-JKMN-PQRS",
    "edition_title": "Edycja 2026",
    "theme": "usługi społeczne",
    "award": "LAUREATE",
    "unit_name": "Gmina Długosiodło",
    "title": "Zażółć gęślą jaźń: budżet obywatelski w szkołach",
    "domain": "kultura",
    "group": "gminy wiejskie",
    "place_roman": "II",
    "ex_aequo": True,
    "special_title": "",
    "dated": "22 października 2026 r.",
    "is_example": False,
}
SUBMISSION = {
    "number": "SLZ/2026/P/001",
    "code": "ABCD-EFGH-JKMN-PQRS",
    "edition_title": "Edycja 2026",
    "is_example": False,
    "application_number": "SLZ-2026-0014",
    "unit_name": "Gmina Długosiodło",
    "unit_code": "1435022",
    "title": "Praktyka",
    "domain": "kultura",
    "group": "",
    "version": 2,
    "submitted_at": "2026-06-15T21:58:07+00:00",
    "content_sha256": "ab" * 32,
    "attachments": [{"name": "oświadczenie.pdf", "size": 1234, "sha256": "cd" * 32}],
}


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def text_of(content: bytes) -> str:
    """Words of the page through the fonts' own maps, with no PDF reader at hand."""
    from subprocess import run

    found = run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


def structure(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """Every element of the tag tree."""
    found = []
    waiting = [pdf.Root.StructTreeRoot]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting += list(node)
        elif isinstance(node, pikepdf.Dictionary):
            found.append(node)
            if "/K" in node:
                waiting.append(node.K)
    return found


@pytest.mark.parametrize(("facts", "kind"), [(FACTS, DIPLOMA), (SUBMISSION, CONFIRMATION)])
def test_a_document_is_tagged_polish_titled_and_has_its_fonts_inside(facts, kind):
    pdf = opened(render(facts, kind))
    assert "/StructTreeRoot" in pdf.Root
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "pl"
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"]
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
    assert fonts
    for font in fonts:
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
        assert "Lato" in str(descriptor.FontName)


def test_every_picture_has_an_alternative_text():
    pdf = opened(render(FACTS, DIPLOMA))
    figures = [node for node in structure(pdf) if str(node.get("/S", "")) == "/Figure"]
    texts = [str(figure.get("/Alt", "")) for figure in figures]
    assert len(texts) == 2
    assert any("pieczęć" in text.lower() for text in texts)
    assert any(verification_url(FACTS["code"]) in text for text in texts)


def test_a_diploma_carries_name_number_address_and_every_polish_letter():
    text = text_of(render(FACTS, DIPLOMA))
    for part in ("Gmina Długosiodło", "Zażółć gęślą jaźń", "SLZ/2026/L/001", verification_url(FACTS["code"])):
        assert part in text
    assert "II miejsce ex aequo" in text
    assert "przykładowy" not in text


def test_a_diploma_of_a_demonstration_edition_says_that_it_is_an_example():
    text = text_of(render(FACTS | {"is_example": True}, DIPLOMA))
    assert "dokument przykładowy / example" in text


@pytest.mark.case(45)
@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Kompleksowy system profilaktyki i opieki nad dzieckiem " * 6},
        {"title": "W" * 300, "unit_name": "Ż" * 200, "special_title": "Ą" * 150, "is_example": True},
        {"unit_name": "Gmina Długosiodło w powiecie wyszkowskim województwa mazowieckiego"},
        {"title": ""},
        {"unit_name": "\u202eМісто Żółć", "title": "Ő" * 100},
    ],
)
def test_a_diploma_is_one_page_whatever_the_length_of_its_texts(changes):
    content = render(FACTS | changes, DIPLOMA)
    assert len(opened(content).pages) == 1
    assert "SLZ/2026/L/001" in text_of(content)


def test_a_confirmation_states_the_time_in_warsaw_and_every_digest():
    text = text_of(render(SUBMISSION, CONFIRMATION))
    assert "15 czerwca 2026, 23:58:07" in text
    assert "wersja 2" in text
    assert "ab" * 32 in text
    assert "cd" * 32 in text
    assert "oświadczenie.pdf" in text


def test_a_confirmation_with_many_attachments_takes_more_pages():
    files = [{"name": f"plik {number}.pdf", "size": number, "sha256": "ef" * 32} for number in range(60)]
    assert len(opened(render(SUBMISSION | {"attachments": files}, CONFIRMATION)).pages) > 1


@pytest.mark.case(45)
def test_a_title_of_100_kilobytes_is_refused_within_ten_seconds():
    begun = time.monotonic()
    with pytest.raises(CannotRender):
        render(FACTS | {"title": "a" * 100_000}, DIPLOMA)
    with pytest.raises(CannotRender):
        render(SUBMISSION | {"attachments": [{"name": "b" * 100_000, "size": 1, "sha256": ""}]}, CONFIRMATION)
    assert time.monotonic() - begun < 10


HOSTILE = [
    '<img src="{url}">',
    '<link rel="stylesheet" href="{url}">',
    '<style>@import url("{url}"); body {{ background: url({url}) }}</style>',
    '"><object data="{url}"></object>',
    '<a href="{url}" rel="attachment">x</a>',
    '<link rel=attachment href="file:///etc/passwd">',
]


@pytest.mark.case(44)
@pytest.mark.parametrize("attack", HOSTILE)
def test_hostile_texts_are_printed_and_nothing_is_fetched(attack):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.05)
        text = attack.format(url=f"http://127.0.0.1:{server.getsockname()[1]}/x")
        facts = dict.fromkeys(
            ("unit_name", "title", "domain", "group", "special_title", "theme", "edition_title"), text
        )
        content = render(FACTS | facts, DIPLOMA)
        with pytest.raises(TimeoutError):
            server.accept()
    assert "<" in text_of(content)
    assert "/EmbeddedFiles" not in opened(content).Root.get("/Names", {})


@pytest.mark.case(44)
def test_the_fetcher_itself_knows_no_address_but_data():
    fetch = certificates._kit().fetcher.fetch
    for url in ("http://127.0.0.1:9/", "https://example.org/", "file:///etc/passwd", "ftp://example.org/"):
        with pytest.raises(ValueError, match="disallowed"):
            fetch(url)
    assert fetch("data:text/plain,tak").read() == b"tak"


def test_one_kit_serves_every_document_of_a_process():
    render(FACTS, DIPLOMA)
    first = certificates._kit()
    render(SUBMISSION, CONFIRMATION)
    assert certificates._kit() is first


def test_texts_that_fit_on_no_page_are_refused(monkeypatch):
    class Endless:
        pages = (1, 2)

    monkeypatch.setattr(certificates, "_layout", lambda *_args, **_kw: Endless())
    with pytest.raises(CannotRender):
        render(FACTS, DIPLOMA)


def test_weasyprint_is_imported_only_when_a_document_is_made():
    code = "import sys, awards.certificates; sys.exit('weasyprint' in sys.modules)"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], check=False, env={"DJANGO_SETTINGS_MODULE": "tests.settings"}
        ).returncode
        == 0
    )


def test_only_certificates_imports_weasyprint():
    from pathlib import Path

    root = Path(certificates.__file__).parent.parent
    apps = ("accounts", "applications", "awards", "common", "contest", "jury", "practices", "portal", "units")
    importers = [
        file
        for app in apps
        for file in (root / app).rglob("*.py")
        if re.search(r"^\s*(from|import) weasyprint", file.read_text(), re.MULTILINE)
    ]
    assert [file.name for file in importers] == ["certificates.py"]


def test_making_a_document_does_not_let_pictures_cut_in_half_pass_as_uploads():
    code = (
        "import django; django.setup(); from awards.certificates import _kit; _kit();"
        "from PIL import ImageFile; raise SystemExit(ImageFile.LOAD_TRUNCATED_IMAGES)"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
