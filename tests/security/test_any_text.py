"""Any text in any field leaves every output well-formed: page, feed, CSV, XLSX, JSON, PDF and mail."""

import csv
import email
import email.policy
import io
import json
import zipfile
from xml.etree import ElementTree

import pikepdf
import pytest
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tinyhtml5 import parse

from applications.models import Application
from applications.snapshots import snapshot
from awards.certificates import CONFIRMATION, CannotRender, render
from awards.facts import confirmation_facts
from awards.fonts import letters_without_font
from common.spreadsheet import csv_lines, unguarded, xlsx_file
from common.web.cleaning import clean_line, clean_text
from notifications.models import OutboxMessage
from notifications.outbox_types import Recipient
from notifications.services import enqueue
from notifications.transport import as_email
from practices.exchange import rows_of
from practices.models import Practice
from practices.services import import_records
from tests.applications.entry_pages import section_data, url
from tests.factories import make_complete_draft, make_member, make_officer, make_voivodeship

pytestmark = pytest.mark.django_db
SENT_AT = "2026-06-15T21:58:07+00:00"
WORST = "a\x0b\u202eb\x00\x1b\ufffe\u2028=1+1 <b>&amp; ]]> „ę” e\u0301\r\n👩\u200d🚒 \U0010ffff中"
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).map(lambda text: f"x{text}y")


def any_text(count):
    """The worst we know, and `count` of any kind; one example is a walk through the whole service."""
    slow = settings(max_examples=count, suppress_health_check=[HealthCheck.function_scoped_fixture])
    return lambda test: slow(given(text=ANY_TEXT)(example(text=WORST)(test)))


@pytest.mark.case(59)
@any_text(15)
def test_any_text_typed_into_an_entry_leaves_its_outputs_well_formed(client, text):
    draft = make_complete_draft()
    client.force_login(make_member(draft.unit))
    for section, changes in (("podstawowe", {"title": text}), ("opis", {"abstract": text, "context": text})):
        response = client.post(url("edit", draft.pk, section), section_data(client, draft, section) | changes)
        assert response.status_code == 302, response.content.decode()
    entry = Application.objects.get(pk=draft.pk)
    assert entry.title == clean_line(text)
    assert entry.context == clean_text(text).strip()
    _is_a_page(client.get(url("check", entry.pk)).content, entry.title)
    _is_a_document(entry)
    _is_a_mail(entry)
    _is_a_table([entry.title, entry.context])


@pytest.mark.case(59)
@any_text(15)
def test_any_text_imported_into_the_base_leaves_its_outputs_well_formed(client, text):
    make_voivodeship()
    texts = dict.fromkeys(("title", "abstract", "unit_name", "context", "advice", "implementing_unit"), text)
    record = {"external_id": "any", "section": "PARTNERSHIP", "added_on": "2024-01-01", "voivodeship": "dolnośląskie"}
    record |= texts | {"indicators": [{"name": text}]}
    import_records(actor=make_officer(), rows=rows_of(json.dumps([record]).encode()))
    practice = Practice.objects.get(external_id="any")
    assert practice.title == clean_line(text)
    _is_a_page(client.get(practice.get_absolute_url()).content, practice.title)
    _is_a_page(client.get(reverse("practices:list")).content, practice.title)
    feed = ElementTree.fromstring(client.get(reverse("practices:atom")).content)
    assert [title.text for title in feed.iter("{http://www.w3.org/2005/Atom}title")][1] == practice.title
    exported = b"".join(client.get(reverse("practices:export")).streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(exported, newline=""), delimiter=";")
    assert unguarded(row["title"]) == practice.title
    assert unguarded(row["context"]).strip() == practice.context
    told = client.get(reverse("api-1:get_practice", args=[practice.pk])).json()
    assert told["title"] == practice.title
    assert told["indicators"][0]["name"] == practice.title


def _is_a_page(content, title):
    page = content.decode()
    assert not set(page) & set("\x00\x0b\x1b\u202e\ufffe")
    read = " ".join("".join(parse(page, namespace_html_elements=False).itertext()).split())
    assert " ".join(title.split()) in read


def _is_a_document(entry):
    content = snapshot(entry, entry.attachments.all())
    facts = confirmation_facts(
        content=content, edition={"title": "Edycja", "is_demo": False}, application_number="SLZ-1", version=1,
        submitted_at=SENT_AT, content_sha256="ab" * 32, unit_name="gmina",
    ) | {"code": "2345-6789-ABCD-EFGH"}  # fmt: skip
    if letters_without_font(entry.title):
        with pytest.raises(CannotRender, match=r"\(U\+[0-9A-F]{4,6}\)"):
            render(facts, CONFIRMATION)
        return
    document = render(facts, CONFIRMATION)
    with pikepdf.open(io.BytesIO(document)) as pdf:
        assert len(pdf.pages) >= 1
        ElementTree.fromstring(bytes(pdf.Root.Metadata.read_bytes()).strip())


def _is_a_mail(entry):
    enqueue(
        kind="application_submitted",
        subject_key=f"any:{entry.pk}",
        recipient=Recipient("jan@example.org", "pl"),
        context={"title": entry.title, "unit": entry.unit.name, "number": "SLZ-1", "submitted_at": SENT_AT},
        edition_id=entry.edition_id,
    )
    sent = as_email(OutboxMessage.objects.get(subject_key=f"any:{entry.pk}")).message().as_bytes()
    read = email.message_from_bytes(sent, policy=email.policy.default)
    assert not read.defects
    for part in read.walk():
        assert not part.defects
        if part.get_content_maintype() == "text":
            assert not set(part.get_content()) & set("\x00\x0b\u202e")


def _is_a_table(texts):
    with zipfile.ZipFile(io.BytesIO(xlsx_file(["a", "b"], [texts]))) as archive:
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    cells = [cell.text or "" for cell in sheet.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}t")]
    assert cells[2:] == texts
    (_head, row) = csv.reader(io.StringIO("".join(csv_lines(["a", "b"], [texts]))[1:], newline=""), delimiter=";")
    assert [unguarded(cell) for cell in row] == texts
