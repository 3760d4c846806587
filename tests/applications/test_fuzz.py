"""Whatever is typed, or forged, the answer is a page and never a fault."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from applications.models import Application
from applications.sections import SECTION_BY_CODE, WORD_LIMITS
from tests import factories

pytestmark = pytest.mark.django_db
FUZZED = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
NASTY = st.sampled_from(
    [
        "", " ", "0", "-1", "1e9", "99999999999999999999", "\x00", "a\x00b", "\u202eabc", "😀" * 50,
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>", "{{ settings.SECRET_KEY }}", "{x.__class__}", "' OR 1=1 --", "x" * 100_000,
        "0001-01-01", "9999-12-31", "31.02.2020", "on", "NaN", "\r\nBcc: a@b.pl", "a@b", "ą" * 300, "słowo " * 15_000,
    ]
)  # fmt: skip
HEADS = [b"", b"%PDF-1.7", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"]
VALUES = NASTY | st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.fixture
def draft(client):
    draft = factories.make_complete_draft()
    client.force_login(factories.make_member(draft.unit))
    return draft


@FUZZED
@given(data=st.data())
@pytest.mark.parametrize("section", SECTION_BY_CODE)
def test_no_page_of_the_form_breaks(client, draft, section, data):
    address = reverse("applications:edit", args=[draft.pk, section])
    names = [*SECTION_BY_CODE[section].fields, "indicators-0-name", "indicators-0-year", "seen", "state", "next"]
    fields = data.draw(st.dictionaries(st.sampled_from(names), VALUES | st.lists(VALUES, max_size=3)))
    seen = client.get(address).context["seen"]
    response = client.post(address, {"seen": seen} | fields)
    assert response.status_code in (302, 409, 422)
    assert Application.objects.get(pk=draft.pk).state == "DRAFT"
    assert client.get(reverse("applications:check", args=[draft.pk])).status_code == 200


@FUZZED
@given(fields=st.dictionaries(st.sampled_from(["form_key", "title", "domain", "group", "unit"]), VALUES))
@example(fields={"domain": "99999999999999999999", "group": "99999999999999999999"})
def test_no_start_breaks(client, draft, fields):
    response = client.post(reverse("applications:start", args=[draft.edition.slug]), fields)
    assert response.status_code in (302, 422)


@FUZZED
@given(
    content=st.binary(max_size=200),
    head=st.sampled_from([b"", b"%PDF-1.7", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"]),
    name=VALUES,
)
def test_no_upload_breaks(client, draft, content, head, name):
    upload = SimpleUploadedFile(name[:200] or "x", head + content)
    response = client.post(reverse("applications:attachments", args=[draft.pk]), {"file": upload, "description": name})
    assert response.status_code in (302, 422)


@pytest.mark.case(45)
@pytest.mark.parametrize("field", ["title", *WORD_LIMITS])
def test_a_text_of_100_kb_is_refused_cleanly_and_kept(client, draft, field):
    section = next(code for code, page in SECTION_BY_CODE.items() if field in page.fields)
    address = reverse("applications:edit", args=[draft.pk, section])
    response = client.post(
        address, {"title": "Tytuł", "seen": client.get(address).context["seen"], field: "ż" * 100_000}
    )
    assert response.status_code == 422
    assert "ż" * 100_000 in response.content.decode()


@pytest.mark.parametrize(
    ("typed", "status"), [("0", 422), ("-5", 422), ("50000001", 422), ("50000000", 302), ("", 302)]
)
def test_a_population_is_a_number_that_can_be(client, draft, typed, status):
    address = reverse("applications:edit", args=[draft.pk, "podstawowe"])
    data = {"title": "Tytuł", "seen": client.get(address).context["seen"], "population": typed}
    assert client.post(address, data).status_code == status


@pytest.mark.parametrize(("typed", "status"), [("58-200", 302), ("58200", 422), ("aa-bbb", 422), ("58-200\n", 302)])
def test_a_postal_code_has_its_shape(client, draft, typed, status):
    address = reverse("applications:edit", args=[draft.pk, "urzad"])
    data = {"seen": client.get(address).context["seen"], "postal_code": typed}
    assert client.post(address, data).status_code == status
