import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Membership, MembershipRole, MembershipStatus
from applications.models import Application, Attachment
from applications.queries.applicant import current_attachments
from applications.workflow import State
from contest.models import ComparisonGroup, Edition
from tests import factories
from tests.applications.entry_pages import section_data, sent, url
from tests.common.files import hostile
from units.models import UnitKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return factories.make_complete_draft()


@pytest.fixture
def member(draft, client):
    user = factories.make_member(draft.unit, MembershipRole.SIGNATORY)
    client.force_login(user)
    return user


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


# --- Starting ---------------------------------------------------------------------------------
def start_data(edition, **changes):
    return {
        "form_key": str(uuid.uuid4()),
        "title": "Nowa praktyka",
        "domain": edition.domains.first().pk,
        "group": edition.groups.first().pk,
    } | changes


def test_a_double_click_starts_one_entry(client, draft, member):
    data = start_data(draft.edition)
    first = client.post(url("start", draft.edition.slug), data)
    second = client.post(url("start", draft.edition.slug), data)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Application.objects.filter(title="Nowa praktyka").count() == 1


def test_an_incomplete_start_keeps_what_was_typed(client, draft, member):
    response = client.post(url("start", draft.edition.slug), {"title": "Tylko tytuł", "form_key": str(uuid.uuid4())})
    assert response.status_code == 422
    assert "Tylko tytuł" in response.content.decode()
    assert Application.objects.count() == 1


def test_the_only_possible_group_is_chosen_already(client, draft, member):
    ComparisonGroup.objects.create(edition=draft.edition, name="powiaty", unit_kinds=[UnitKind.COUNTY])
    form = client.get(url("start", draft.edition.slug)).context["form"]
    assert form["group"].value() == draft.group_id
    assert [str(label) for _value, label in form.fields["group"].choices] == ["wszystkie"]


def test_population_limits_stand_beside_the_group(client, draft, member):
    ComparisonGroup.objects.update(population_above=5000, population_up_to=50000)
    page = client.get(url("start", draft.edition.slug)).content.decode().replace("\xa0", " ")
    assert "liczba mieszkańców powyżej 5 000, do 50 000" in page


def test_a_person_of_two_units_chooses_one_first(client, draft, member):
    other = factories.make_unit("Druga")
    Membership.objects.create(user=member, unit=other, status=MembershipStatus.ACTIVE)
    start = url("start", draft.edition.slug)
    assert f"?unit={other.pk}" in client.get(start).content.decode()
    assert client.get(f"{start}?unit={factories.make_unit().pk}").status_code == 404
    client.post(f"{start}?unit={other.pk}", start_data(draft.edition))
    assert Application.objects.get(title="Nowa praktyka").unit == other


def test_a_unit_at_its_limit_gets_no_form(client, draft, member):
    Edition.objects.update(entries_per_unit=1)
    start = url("start", draft.edition.slug)
    assert "<textarea" not in client.get(start).content.decode()
    assert client.post(start, start_data(draft.edition)).status_code == 409
    assert Application.objects.count() == 1


def test_a_group_of_the_wrong_kind_is_refused_beside_the_form(client, draft, member):
    group = ComparisonGroup.objects.create(edition=draft.edition, name="powiaty", unit_kinds=[UnitKind.COUNTY])
    assert client.post(url("start", draft.edition.slug), start_data(draft.edition, group=group.pk)).status_code == 422


@pytest.mark.case(35)
def test_a_closed_call_says_so(client, draft, member):
    Edition.objects.update(submission_deadline=timezone.now() - timedelta(seconds=2))
    assert client.get(url("start", draft.edition.slug)).status_code == 200
    assert client.post(url("start", draft.edition.slug), start_data(draft.edition)).status_code == 409
    assert client.get(url("start", "nie-ma")).status_code == 404


def test_who_has_no_unit_is_led_to_the_desk(client, draft):
    client.force_login(factories.make_user())
    assert client.get(url("start", draft.edition.slug))["Location"] == url("applicant_list")


# --- Writing ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "section", ["podstawowe", "opis", "rezultaty", "zarzadzanie", "urzad", "kontakt", "oswiadczenia"]
)
def test_every_page_of_the_form_is_saved_as_it_is_shown(client, draft, member, section):
    before = Application.objects.filter(pk=draft.pk).values().get()
    response = client.post(url("edit", draft.pk, section), section_data(client, draft, section))
    assert response.status_code == 302
    after = Application.objects.filter(pk=draft.pk).values().get()
    assert {key for key in before if before[key] != after[key]} == set()


@pytest.mark.parametrize(
    ("words", "said"),
    [(151, "jest o 1 słowo za długi"), (172, "jest o 22 słowa za długi"), (155, "jest o 5 słów za długi")],
)
def test_a_text_that_is_too_long_is_kept_and_the_writer_hears_by_how_much(client, draft, member, words, said):
    text = " ".join(["słowo"] * words)
    data = section_data(client, draft, "opis") | {"abstract": text, "next": "1"}
    page = client.post(url("edit", draft.pk, "opis"), data, follow=True)
    draft.refresh_from_db(fields=["abstract"])
    assert draft.abstract == text
    (note,) = page.context["messages"]
    assert note.level_tag == "warning"
    assert "„Skrót”" in str(note)
    assert said in str(note)


def test_a_text_of_just_the_limit_is_saved_without_a_warning(client, draft, member):
    data = section_data(client, draft, "opis") | {"abstract": " ".join(["słowo"] * 150)}
    page = client.post(url("edit", draft.pk, "opis"), data, follow=True)
    assert [str(note) for note in page.context["messages"]] == ["Zapisano."]


def test_an_unfinished_page_is_saved(client, draft, member):
    data = section_data(client, draft, "opis") | {"goals": "", "abstract": "Początek"}
    assert client.post(url("edit", draft.pk, "opis"), data | {"next": "1"})["Location"] == url(
        "edit", draft.pk, "rezultaty"
    )
    draft.refresh_from_db(fields=["goals", "abstract"])
    assert (draft.goals, draft.abstract) == ("", "Początek")


def test_pages_lead_to_one_another_files_before_statements(client, draft, member):
    data = section_data(client, draft, "kontakt")
    assert client.post(url("edit", draft.pk, "kontakt"), data | {"next": "1"})["Location"] == url(
        "attachments", draft.pk
    )
    assert client.post(url("edit", draft.pk, "kontakt"), data | {"stay": "1"})["Location"] == url(
        "edit", draft.pk, "kontakt"
    )
    data = section_data(client, draft, "oswiadczenia")
    assert client.post(url("edit", draft.pk, "oswiadczenia"), data | {"next": "1"})["Location"] == url(
        "applicant_detail", draft.pk
    )


def test_indicators_are_rows_and_empty_rows_are_dropped(client, draft, member):
    data = section_data(client, draft, "rezultaty") | {
        "indicators-0-name": "Czas obsługi",
        "indicators-0-unit": "dni",
        "indicators-0-before": "14",
        "indicators-0-after": "3",
        "indicators-0-year": "2025",
        "indicators-4-name": "Skargi",
    }
    client.post(url("edit", draft.pk, "rezultaty"), data)
    draft.refresh_from_db(fields=["indicators"])
    assert draft.indicators == [
        {"name": "Czas obsługi", "unit": "dni", "before": "14", "after": "3", "year": "2025"},
        {"name": "Skargi", "unit": "", "before": "", "after": "", "year": ""},
    ]
    page = client.get(url("edit", draft.pk, "rezultaty")).content.decode()
    assert "indicators-3-name" in page
    assert "indicators-4-name" not in page


@pytest.mark.parametrize(
    "row",
    [
        {"indicators-0-before": "5"},
        {"indicators-0-name": "a", "indicators-0-year": "26"},
        {"indicators-0-name": "a" * 201},
    ],
)
def test_a_wrong_row_keeps_the_page(client, draft, member, row):
    data = section_data(client, draft, "rezultaty") | {"cost": "Nowy koszt"} | row
    response = client.post(url("edit", draft.pk, "rezultaty"), data)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Nowy koszt" in page
    assert next(iter(row.values())) in page


def test_tools_outside_the_list_are_refused(client, draft, member):
    data = section_data(client, draft, "zarzadzanie")
    assert client.post(url("edit", draft.pk, "zarzadzanie"), data | {"tools": ["HACK"]}).status_code == 422
    assert client.post(url("edit", draft.pk, "zarzadzanie"), data | {"tools": ["CAF", "GWD"]}).status_code == 302
    draft.refresh_from_db(fields=["tools"])
    assert draft.tools == ["CAF", "GWD"]


def test_what_is_required_for_sending_is_not_called_optional(client, draft, member):
    form = client.get(url("edit", draft.pk, "kontakt")).context["form"]
    assert form.fields["contact_name"].required
    assert not form.fields["contact_phone"].required
    assert not form.fields["contact_consent"].required


def test_a_wrong_value_stays_in_its_field_and_the_right_ones_are_saved(client, draft, member):
    before = draft.email
    data = section_data(client, draft, "urzad") | {"email": "to nie adres", "locality": "Nowa", "next": "1"}
    response = client.post(url("edit", draft.pk, "urzad"), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "to nie adres" in page
    assert "Zapisano 5 pól. 1 pole wymaga poprawy" in page
    draft = Application.objects.get(pk=draft.pk)
    assert (draft.locality, draft.email) == ("Nowa", before)
    again = data | {"seen": response.context["seen"], "email": "urzad@example.org"}
    assert client.post(url("edit", draft.pk, "urzad"), again).status_code == 302
    draft = Application.objects.get(pk=draft.pk)
    assert draft.email == "urzad@example.org"


@pytest.mark.case(68)
@pytest.mark.parametrize(
    ("name", "typed"),
    [("implemented_on", text) for text in ("2026-11", "31.02.2025", "15", "0026-01-01", "9999-01-01", "01.01.0001")]
    + [("population", text) for text in ("33-450", "1e5", "1.234", "ok. 300", "-5", "0")],
)
def test_a_value_cut_short_never_erases_the_one_that_is_stored(client, draft, member, figure, name, typed):
    before = getattr(draft, name)
    data = section_data(client, draft, "podstawowe") | {name: typed, "title": "Nowy tytuł"}
    response = client.post(url("edit", draft.pk, "podstawowe"), data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [name]
    assert f'value="{typed}"' in response.content.decode()
    draft = Application.objects.get(pk=draft.pk)
    assert (getattr(draft, name), draft.title) == (before, "Nowy tytuł")
    figure(f"{name} {typed!r}: an error, the old value kept, the title saved")


def test_dates_and_numbers_are_understood_as_people_write_them(client, draft, member):
    typed = {"implemented_on": "1 marca 2024 r.", "population": "19\u00a0120"}
    data = section_data(client, draft, "podstawowe") | typed
    assert client.post(url("edit", draft.pk, "podstawowe"), data).status_code == 302
    draft = Application.objects.get(pk=draft.pk)
    assert (draft.implemented_on.isoformat(), draft.population) == ("2024-03-01", 19120)


def test_an_emptied_field_is_emptied(client, draft, member):
    data = section_data(client, draft, "podstawowe") | {"implemented_on": "", "population": ""}
    assert client.post(url("edit", draft.pk, "podstawowe"), data).status_code == 302
    draft = Application.objects.get(pk=draft.pk)
    assert draft.implemented_on is draft.population is None


def test_a_page_with_a_wrong_value_overwrites_nothing_of_a_colleague(client, draft, member):
    data = section_data(client, draft, "urzad") | {"email": "to nie adres", "locality": "Nowa"}
    Application.objects.update(locality="Koleżanki")
    response = client.post(url("edit", draft.pk, "urzad"), data)
    assert response.status_code == 409
    assert "Koleżanki" in response.content.decode()
    draft.refresh_from_db(fields=["locality"])
    assert draft.locality == "Koleżanki"


# --- Going on from the files ------------------------------------------------------------------
def a_pdf(name="plan.pdf"):
    return SimpleUploadedFile(name, hostile.pdf(), "application/pdf")


def test_going_on_with_a_chosen_file_adds_it_and_asks(client, draft, member, media):
    count = Attachment.objects.count()
    response = client.post(url("attachments", draft.pk), {"file": a_pdf(), "next": "1"}, follow=True)
    assert response.redirect_chain[-1][0] == url("attachments", draft.pk)
    assert "był wybrany, ale niedodany" in response.content.decode()
    assert Attachment.objects.count() == count + 1


def test_going_on_with_a_file_that_is_refused_stays(client, draft, member, media):
    bad = SimpleUploadedFile("plan.pdf", b"MZ not a pdf", "application/pdf")
    response = client.post(url("attachments", draft.pk), {"file": bad, "next": "1"})
    assert response.status_code == 422
    assert response.context["form"].errors["file"]


def test_going_on_with_a_description_but_no_file_asks_for_the_file(client, draft, member):
    response = client.post(url("attachments", draft.pk), {"description": "Plan sali", "next": "1"})
    assert response.status_code == 422
    assert "Plan sali" in response.content.decode()


def test_going_on_without_a_file_goes_on(client, draft, member):
    response = client.post(url("attachments", draft.pk), {"description": "", "next": "1"})
    assert response["Location"] == url("edit", draft.pk, "oswiadczenia")


def test_a_removed_file_is_put_back_by_one_press(client, draft, member, media):
    client.post(url("attachments", draft.pk), {"file": a_pdf()})
    added = Attachment.objects.order_by("-pk").first()
    client.post(url("attachment_remove", added.pk))
    page = client.get(url("attachments", draft.pk)).content.decode()
    assert url("attachment_restore", added.pk) in page
    assert client.post(url("attachment_restore", added.pk)).status_code == 302
    page = client.get(url("attachments", draft.pk)).content.decode()
    assert url("attachment_restore", added.pk) not in page
    assert added in current_attachments(draft)


def test_two_people_on_one_page_see_both_texts_and_lose_none(client, draft, member):
    data = section_data(client, draft, "opis")
    Application.objects.update(abstract="Tekst koleżanki")
    response = client.post(url("edit", draft.pk, "opis"), data | {"abstract": "Mój tekst"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Mój tekst" in page
    assert "Tekst koleżanki" in page
    assert Application.objects.get().abstract == "Tekst koleżanki"
    again = data | {"abstract": "Razem", "seen": response.context["seen"]}
    assert client.post(url("edit", draft.pk, "opis"), again).status_code == 302
    assert Application.objects.get().abstract == "Razem"


def test_line_ends_of_a_browser_are_no_change(client, draft, member):
    Application.objects.update(abstract="a\nb")
    data = section_data(client, draft, "opis") | {"abstract": "a\r\nb"}
    client.post(url("edit", draft.pk, "opis"), data)
    application = Application.objects.get()
    assert application.abstract == "a\nb"
    assert application.revision == draft.revision


def test_markup_in_a_text_stays_text(client, draft, member):
    Application.objects.update(title="<script>alert(1)</script>", abstract="<img src=x onerror=alert(1)>")
    for address in (url("applicant_list"), url("applicant_detail", draft.pk), url("check", draft.pk)):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_extra_fields_of_a_page_are_ignored(client, draft, member):
    data = section_data(client, draft, "opis") | {"state": "LAUREATE", "number": "SLZ-1", "title": "Podmiana"}
    assert client.post(url("edit", draft.pk, "opis"), data).status_code == 302
    application = Application.objects.get()
    assert (application.state, application.number, application.title) == (State.DRAFT, None, draft.title)


def test_an_unknown_page_of_the_form_is_not_found(client, draft, member):
    assert client.get(url("edit", draft.pk, "zmyslona")).status_code == 404


@pytest.mark.case(35)
def test_a_sent_entry_cannot_be_edited_by_an_old_page(client, draft, member):
    data = section_data(client, draft, "opis") | {"abstract": "Zmiana po wysłaniu"}
    sent(draft, member)
    assert client.post(url("edit", draft.pk, "opis"), data).status_code == 409
    assert client.get(url("edit", draft.pk, "opis")).status_code == 302
