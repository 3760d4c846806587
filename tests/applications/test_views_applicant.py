from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, MembershipRole, MembershipStatus, Role
from applications.models import Application, Attachment
from applications.workflow import State
from common import journal
from contest.models import Edition
from tests import factories
from tests.applications.entry_pages import returned, section_data, sent, url
from tests.common.files import hostile
from tests.pressing import press, shown_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return factories.make_complete_draft()


@pytest.fixture
def member(draft, client):
    user = factories.make_member(draft.unit, MembershipRole.SIGNATORY)
    client.force_login(user)
    return user


# --- Doors ------------------------------------------------------------------------------------
PAGES = [
    ("applicant_detail", ()),
    ("edit", ("opis",)),
    ("attachments", ()),
    ("check", ()),
    ("submit", ()),
    ("complete", ()),
    ("withdraw", ()),
    ("appeal", ()),
    ("version", (1,)),
]


@pytest.mark.parametrize(("name", "more"), PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_anonymous_people_sign_in_first(client, draft, name, more, method):
    address = url(name, draft.pk, *more)
    response = getattr(client, method)(address)
    if response.status_code != 405:
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(("name", "more"), PAGES)
@pytest.mark.parametrize("who", ["member of another unit", "officer", "auditor", "former member", "waiting member"])
def test_other_people_find_nothing_at_these_addresses(client, draft, name, more, who):
    match who:
        case "member of another unit":
            user = factories.make_member(factories.make_unit())
        case "officer":
            user = factories.make_officer()
        case "auditor":
            user = factories.make_user("", Role.AUDITOR)
        case _:
            user = factories.make_user()
            status = MembershipStatus.ENDED if who == "former member" else MembershipStatus.PENDING
            Membership.objects.create(user=user, unit=draft.unit, status=status)
    client.force_login(user)
    for method in (client.get, client.post):
        response = method(url(name, draft.pk, *more))
        assert response.status_code in (404, 405)
        assert draft.title not in response.content.decode()


def test_a_membership_that_ends_closes_the_next_page(client, draft, member):
    assert client.get(url("applicant_detail", draft.pk)).status_code == 200
    Membership.objects.update(status=MembershipStatus.ENDED)
    assert client.get(url("applicant_detail", draft.pk)).status_code == 404


# --- The desk ---------------------------------------------------------------------------------
def test_the_desk_without_a_unit_leads_to_choosing_one(client):
    client.force_login(factories.make_user())
    assert reverse("accounts:unit_search") in client.get(url("applicant_list")).content.decode()


def test_the_desk_of_a_waiting_member_says_so(client, draft):
    user = factories.make_user()
    Membership.objects.create(user=user, unit=draft.unit)
    client.force_login(user)
    page = client.get(url("applicant_list")).content.decode()
    assert reverse("accounts:memberships") in page
    assert reverse("accounts:unit_search") not in page


def test_the_desk_offers_an_open_call_and_not_a_closed_one(client, draft, member):
    Application.objects.update(edition=factories.make_edition(phase="FORMAL_REVIEW"))
    start = url("start", draft.edition.slug)
    assert start in client.get(url("applicant_list")).content.decode()
    Edition.objects.update(submission_deadline=timezone.now() - timedelta(seconds=2))
    assert start not in client.get(url("applicant_list")).content.decode()


def test_the_desk_without_entries_and_calls_says_what_comes(client):
    client.force_login(factories.make_member(factories.make_unit()))
    assert reverse("contest:edition_list") in client.get(url("applicant_list")).content.decode()


def test_the_number_of_statements_of_the_desk_does_not_grow(client, draft, member):
    client.get(url("applicant_list"))
    with CaptureQueriesContext(connection) as one:
        client.get(url("applicant_list"))
    returned(factories.make_complete_draft(draft.edition, draft.unit), member)
    factories.make_complete_draft(draft.edition, draft.unit)
    with CaptureQueriesContext(connection) as three:
        client.get(url("applicant_list"))
    assert len(three) == len(one) <= 12, [query["sql"][:120] for query in one.captured_queries]


@pytest.mark.parametrize("state", ["SCORED", "NOT_SELECTED", "FINALIST", "LAUREATE", "HONOURABLE_MENTION"])
@pytest.mark.parametrize("address", ["applicant_list", "applicant_detail", "version"])
def test_the_jurys_unpublished_choice_changes_no_byte(client, draft, member, state, address):
    application = sent(draft, member)
    with transaction.atomic():
        journal.record(actor=None, action="application.shortlist", target=application)
    Edition.objects.update(phase="DECISION")
    where = {
        "applicant_list": url("applicant_list"),
        "applicant_detail": url("applicant_detail", draft.pk),
        "version": url("version", draft.pk, 1),
    }[address]

    def page():
        text = client.get(where).content.decode()
        return [line for line in text.splitlines() if "csrfmiddlewaretoken" not in line and "hx-headers" not in line]

    Application.objects.update(state=State.IN_SCORING)
    page()  # shows and forgets the messages
    before = page()
    Application.objects.update(state=state)
    assert page() == before
    Edition.objects.update(phase="ANNOUNCED", announced_at=timezone.now())
    if address != "version":
        assert page() != before


# --- Files ------------------------------------------------------------------------------------
def upload(client, draft, content, name="plik.pdf", **data):
    return client.post(url("attachments", draft.pk), {"file": SimpleUploadedFile(name, content), **data})


def test_a_file_is_added_downloaded_and_removed(client, draft, member):
    requirement = draft.edition.attachment_requirements.first()
    content = hostile.pdf()
    assert upload(client, draft, content, "Uchwała.PDF", requirement=requirement.pk).status_code == 302
    attachment = Attachment.objects.get(name="Uchwała.pdf")
    response = client.get(url("attachment_download", attachment.pk))
    assert b"".join(response.streaming_content) == content
    assert response["Content-Disposition"].startswith("attachment")
    assert client.get(url("attachment_remove", attachment.pk)).status_code == 405
    assert client.post(url("attachment_remove", attachment.pk)).status_code == 302
    assert not Attachment.objects.filter(pk=attachment.pk, removed_at=None).exists()


def test_the_first_missing_document_is_offered_unless_another_was_asked_for(client, draft, member):
    needed = draft.edition.attachment_requirements.first()
    attachments = url("attachments", draft.pk)
    assert client.get(attachments).context["form"]["requirement"].value() is None
    draft.attachments.update(removed_at=timezone.now())
    assert client.get(attachments).context["form"]["requirement"].value() == needed.pk


def test_the_pages_of_a_fresh_draft_say_what_is_to_write(client, draft, member):
    fresh = Application.objects.create(edition=draft.edition, unit=draft.unit, title="Tylko tytuł")
    steps = client.get(url("applicant_detail", fresh.pk)).context["steps"]
    assert [step.state for step in steps] == ["IN_PROGRESS"] + ["TODO"] * 7
    assert {step.label for step in steps} == {"do dokończenia", "do wypełnienia"}
    steps = client.get(url("applicant_detail", draft.pk)).context["steps"]
    assert {(step.state, step.label) for step in steps} == {("DONE", "gotowe")}


def test_a_refused_file_keeps_the_rest_of_the_form(client, draft, member):
    response = upload(client, draft, hostile.EICAR, description="Opis, który zostaje")
    assert response.status_code == 422
    assert "Opis, który zostaje" in response.content.decode()


def test_a_file_over_the_limit_keeps_the_rest_of_the_form(client, draft, member, settings):
    settings.UPLOAD_MAX_BYTES = 100
    requirement = draft.edition.attachment_requirements.first()
    response = upload(
        client, draft, b"%PDF-" + b"x" * 100, description="Opis, który zostaje", requirement=requirement.pk
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "Opis, który zostaje" in page
    assert f'<option value="{requirement.pk}" selected>' in page
    assert 'data-max-bytes="100"' in page


def test_an_upload_without_a_file_says_so(client, draft, member):
    assert client.post(url("attachments", draft.pk), {"description": "x"}).status_code == 422


def test_an_entry_full_of_files_says_so(client, draft, member, monkeypatch):
    monkeypatch.setattr("applications.services.attachments.MAX_ATTACHMENTS", 1)
    assert upload(client, draft, hostile.pdf()).status_code == 422
    monkeypatch.setattr("applications.views.writing.MAX_ATTACHMENTS", 1)
    assert "enctype" not in client.get(url("attachments", draft.pk)).content.decode()


def test_a_foreign_file_is_not_found_and_not_removed(client, draft):
    attachment = draft.attachments.get()
    client.force_login(factories.make_member(factories.make_unit()))
    assert client.get(url("attachment_download", attachment.pk)).status_code == 404
    assert client.post(url("attachment_remove", attachment.pk)).status_code == 404
    assert Attachment.objects.filter(pk=attachment.pk).exists()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR])
def test_organisers_download_what_was_sent_and_never_what_was_not(client, draft, member, role):
    attachment = draft.attachments.get()
    client.force_login(factories.make_user("", role))
    assert client.get(url("attachment_download", attachment.pk)).status_code == 404
    returned(draft, member)
    assert client.get(url("attachment_download", attachment.pk)).status_code == 200
    unsent = factories.make_attachment(draft)
    assert client.get(url("attachment_download", unsent.pk)).status_code == 404


# --- Sending ----------------------------------------------------------------------------------
def test_the_check_page_lists_what_is_missing_with_links(client, draft, member):
    Application.objects.update(goals="")
    draft.attachments.update(removed_at=timezone.now())
    page = client.get(url("check", draft.pk)).content.decode()
    assert url("edit", draft.pk, "opis") + "#id_goals" in page
    assert url("attachments", draft.pk) in page
    assert url("submit", draft.pk) not in page


def test_sending_shows_the_number_and_the_frozen_text(client, draft, member):
    response = press(client, url("submit", draft.pk), page=url("check", draft.pk), follow=True)
    number = Application.objects.get().number
    assert number in response.content.decode()
    Application.objects.update(title="Zmieniony później")
    assert draft.title in client.get(url("version", draft.pk, 1)).content.decode()
    assert client.get(url("version", draft.pk, 2)).status_code == 404


def test_sending_again_is_harmless(client, draft, member):
    token = shown_on(client.get(url("check", draft.pk)))
    for _ in range(3):
        assert client.post(url("submit", draft.pk), {"shown": token}).status_code == 302
    assert draft.versions.count() == 1


def test_asking_for_the_sending_address_only_leads_to_the_check(client, draft, member):
    assert client.get(url("submit", draft.pk))["Location"] == url("check", draft.pk)
    assert Application.objects.get().state == State.DRAFT


def test_an_incomplete_entry_is_not_sent(client, draft, member):
    Application.objects.update(goals="")
    response = client.post(url("submit", draft.pk))
    assert response.status_code == 422
    assert Application.objects.get().state == State.DRAFT


@pytest.mark.case(35)
def test_a_late_entry_is_refused_with_a_sentence_and_the_draft_kept(client, draft, member):
    Edition.objects.update(submission_deadline=timezone.now() - timedelta(seconds=2))
    response = client.post(url("submit", draft.pk))
    assert response.status_code == 409
    assert "Nabór jest zamknięty" in response.content.decode()
    assert url("submit", draft.pk) not in client.get(url("check", draft.pk)).content.decode()
    assert draft.title in client.get(url("applicant_detail", draft.pk)).content.decode()


def test_the_check_of_a_sent_entry_leads_to_the_entry(client, draft, member):
    sent(draft, member)
    assert client.get(url("check", draft.pk))["Location"] == url("applicant_detail", draft.pk)


# --- After sending ----------------------------------------------------------------------------
def test_a_returned_entry_shows_the_points_and_opens_only_them(client, draft, member):
    returned(draft, member, "SIGNED")
    page = client.get(url("complete", draft.pk)).content.decode()
    assert "Brak podpisu skarbnika." in page
    assert "Prosimy o uzupełnienie." in page
    assert client.get(url("attachments", draft.pk)).status_code == 200
    assert client.get(url("edit", draft.pk, "opis")).status_code == 302
    assert url("edit", draft.pk, "opis") not in client.get(url("applicant_detail", draft.pk)).content.decode()


def test_a_returned_entry_says_when_nothing_has_been_changed_yet(client, draft, member):
    returned(draft, member, "ELIGIBLE_UNIT")
    said = "Od wysłania zgłoszenia nic nie zmieniono."
    pages = [url("applicant_detail", draft.pk), url("complete", draft.pk)]
    assert all(said in client.get(page).content.decode() for page in pages)
    data = section_data(client, draft, "podstawowe") | {"population": "777"}
    assert client.post(url("edit", draft.pk, "podstawowe"), data).status_code == 302
    assert not any(said in client.get(page).content.decode() for page in pages)


def test_a_closed_field_of_an_open_page_keeps_its_value(client, draft, member):
    returned(draft, member, "ELIGIBLE_UNIT")
    data = section_data(client, draft, "podstawowe") | {"title": "Podmiana", "population": "777"}
    assert client.post(url("edit", draft.pk, "podstawowe"), data).status_code == 302
    application = Application.objects.get()
    assert (application.title, application.population) == (draft.title, 777)


def test_a_completed_entry_is_sent_again(client, draft, member):
    returned(draft, member)
    assert press(client, url("complete", draft.pk)).status_code == 302
    assert Application.objects.get().state == State.SUBMITTED
    assert draft.versions.count() == 2
    assert client.get(url("complete", draft.pk))["Location"] == url("applicant_detail", draft.pk)


def test_an_incomplete_completion_is_not_sent(client, draft, member):
    returned(draft, member, "COMPLETE")
    Application.objects.update(goals="")
    assert client.post(url("complete", draft.pk)).status_code == 422
    assert client.get(url("edit", draft.pk, "opis")).status_code == 200


def test_a_withdrawal_asks_for_the_word(client, draft, member):
    sent(draft, member)
    response = client.post(url("withdraw", draft.pk), {"typed_word": "tak", "reason": "Powód zostaje"})
    assert response.status_code == 422
    assert "Powód zostaje" in response.content.decode()
    assert press(client, url("withdraw", draft.pk), {"typed_word": " wycofuję "}).status_code == 302
    assert Application.objects.get().state == State.WITHDRAWN
    assert "wycofan" in client.get(url("applicant_detail", draft.pk)).content.decode()
    assert client.get(url("withdraw", draft.pk)).status_code == 404


def test_dropping_a_draft_speaks_of_no_number_and_no_mail(client, draft, member):
    page = client.get(url("withdraw", draft.pk)).content.decode()
    assert "Pozostanie na pulpicie do odczytu" in page
    assert "numer" not in page
    assert "e-mail" not in page


def test_an_editor_is_not_offered_a_withdrawal(client, draft, member):
    sent(draft, member)
    client.force_login(factories.make_member(draft.unit))
    assert url("withdraw", draft.pk) not in client.get(url("applicant_detail", draft.pk)).content.decode()
    assert client.get(url("withdraw", draft.pk)).status_code == 404
    assert client.post(url("withdraw", draft.pk), {"typed_word": "WYCOFUJĘ"}).status_code == 403


def rejected(draft, member):
    application = sent(draft, member)
    with transaction.atomic():
        journal.record(actor=None, action="application.reject", target=application)
    Application.objects.update(state=State.INELIGIBLE, decision_reason="Praktyka działa zbyt krótko.")


def test_a_rejection_shows_its_reason_and_the_way_to_appeal(client, draft, member):
    rejected(draft, member)
    page = client.get(url("applicant_detail", draft.pk)).content.decode()
    assert "Praktyka działa zbyt krótko." in page
    assert url("appeal", draft.pk) in page


def test_an_appeal_is_read_before_it_is_filed_and_filed_once(client, draft, member):
    rejected(draft, member)
    assert client.post(url("appeal", draft.pk), {"text": ""}).status_code == 422
    preview = client.post(url("appeal", draft.pk), {"text": "Nasze racje", "preview": "1"})
    assert "Nasze racje" in preview.content.decode()
    assert not draft.appeals.exists()
    back = client.post(url("appeal", draft.pk), {"text": "Nasze racje", "back": "1"})
    assert "Nasze racje" in back.content.decode()
    given = {"text": "Nasze racje", "send": "1", "shown": shown_on(preview)}
    assert client.post(url("appeal", draft.pk), given).status_code == 302
    assert draft.appeals.get().text == "Nasze racje"
    assert "Nasze racje" in client.get(url("applicant_detail", draft.pk)).content.decode()
    assert client.get(url("appeal", draft.pk))["Location"] == url("applicant_detail", draft.pk)
    assert client.post(url("appeal", draft.pk), {"text": "Jeszcze raz", "send": "1"}).status_code == 409


@pytest.mark.parametrize("state", State.values)
def test_the_page_of_an_entry_opens_in_every_state(client, draft, member, state):
    sent(draft, member)
    Application.objects.update(state=state)
    for phase in ("CALL", "SCORING", "ANNOUNCED"):
        Edition.objects.update(phase=phase, announced_at=timezone.now())
        assert client.get(url("applicant_detail", draft.pk)).status_code == 200


@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_page_opens_in_both_languages(client, draft, member, language):
    for address in (
        url("applicant_list"),
        url("start", draft.edition.slug),
        url("applicant_detail", draft.pk),
        url("check", draft.pk),
        url("attachments", draft.pk),
        url("withdraw", draft.pk),
        *(url("edit", draft.pk, code) for code in ("podstawowe", "rezultaty", "oswiadczenia")),
    ):
        assert client.get(address, {"lang": language}).status_code == 200


# --- Cost -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "more", "count"),
    [("edit", ("opis",), 3), ("edit", ("podstawowe",), 5), ("attachments", (), 6), ("applicant_detail", (), 7)],
)
@pytest.mark.usefixtures("member")
def test_a_page_of_writing_asks_no_more_than_it_shows(client, draft, name, more, count, django_assert_num_queries):
    client.get(url(name, draft.pk, *more))
    with django_assert_num_queries(count):
        assert client.get(url(name, draft.pk, *more)).status_code == 200
