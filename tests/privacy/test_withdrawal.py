"""A contact person who withdraws disappears from every public output, and nothing brings them back."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import MembershipStatus, Role
from applications.models import Application
from applications.services.contact_consent import withdraw_contact_consent as withdraw_before_publication
from awards.models import Award
from common.canonical import sha256_of
from common.errors import Conflict, NotPermitted
from common.models import JournalEntry
from contest.models import Edition
from contest.workflow import Phase
from practices.models import Practice, PracticeContact
from practices.services import publish_announced, withdraw_contact_consent, withdraw_practice
from tests.factories import make_application, make_edition, make_member, make_officer, make_unit, make_user
from tests.practices.makers import make_version
from tests.pressing import press
from tests.privacy.canaries import columns_with

pytestmark = pytest.mark.django_db
PERSON = "Kanarkowska"
CONTACT = {
    "contact_name": f"Ewa {PERSON}",
    "contact_position": f"naczelniczka {PERSON}",
    "contact_phone": f"600 {PERSON}",
    "contact_email": "ewa.kanarkowska@example.org",
}


@pytest.fixture
def practice() -> Practice:
    edition = make_edition(Phase.ANNOUNCED)
    entry = make_application(edition, state="LAUREATE", **CONTACT)
    make_version(entry)
    Award.objects.create(
        edition=edition, application=entry, kind="LAUREATE", unit=entry.unit, unit_name="miasto", title=entry.title
    )
    publish_announced(edition_id=edition.pk)
    return Practice.objects.get()


def outputs(practice: Practice) -> dict[str, str]:
    """Everything the public can read of the base, asked as a reader without a session asks."""
    addresses = [
        practice.get_absolute_url(),
        "/praktyki/",
        f"/praktyki/?q={PERSON}",
        "/praktyki/mapa/",
        "/praktyki/atom.xml",
        "/praktyki/eksport.csv",
        "/api/v1/practices/",
        f"/api/v1/practices/{practice.pk}/",
        f"/api/v1/practices/?q={PERSON}",
        f"/edycje/{practice.edition_slug}/wyniki/",
        f"/api/v1/editions/{practice.edition_slug}/results/",
        "/",
    ]
    found = {}
    for address in addresses:
        answer = Client().get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        # a page of a search repeats what was searched for
        found[address] = body.decode().replace(f"q={PERSON}", "").replace(f'value="{PERSON}"', "")
    for form in ("json", "csv"):
        out = StringIO()
        call_command("export_practices", format=form, stdout=out)
        found[f"export_practices {form}"] = out.getvalue()
    return found


def naming(practice: Practice) -> set[str]:
    """Outputs that say the name or the address of the person."""
    return {
        address
        for address, text in outputs(practice).items()
        if f"Ewa {PERSON}" in text or CONTACT["contact_email"] in text or f"naczelniczka {PERSON}" in text
    }


def test_the_person_is_told_where_they_are_published(practice):
    assert naming(practice) == {
        practice.get_absolute_url(),
        "/praktyki/eksport.csv",
        f"/api/v1/practices/{practice.pk}/",
        "export_practices json",
        "export_practices csv",
    }


def test_after_the_withdrawal_no_output_and_no_copy_of_a_page_says_them(practice):
    assert naming(practice)  # and copies of the pages are kept from now on
    withdraw_contact_consent(actor=make_officer(), contact_id=practice.contacts.get().pk)
    assert naming(practice) == set()


def test_no_table_of_the_base_and_not_the_search_index_keeps_them(practice):
    withdraw_contact_consent(actor=make_officer(), contact_id=practice.contacts.get().pk)
    kept = {name.split(".")[0] for name in columns_with(PERSON, others=())}
    assert kept == {"applications_application", "applications_applicationversion"}  # until the edition's retention


def test_a_browser_that_kept_the_export_is_told_it_changed(practice):
    answer = Client().get("/praktyki/eksport.csv")
    list(answer.streaming_content)
    etag = answer["ETag"]
    withdraw_contact_consent(actor=make_officer(), contact_id=practice.contacts.get().pk)
    assert Client().get("/praktyki/eksport.csv", headers={"If-None-Match": etag}).status_code == 200


def test_publishing_the_same_award_again_does_not_bring_them_back(practice):
    withdraw_contact_consent(actor=make_officer(), contact_id=practice.contacts.get().pk)
    publish_announced(edition_id=practice.award.edition_id)
    assert naming(practice) == set()


def test_an_export_made_before_does_not_bring_them_back(practice, tmp_path):
    """A record from outside the contest, exported with its contact person, withdrawn, imported again."""
    file = tmp_path / "praktyki.json"
    file.write_text(json.dumps([record(contacts=[contact("Ewa")])]))
    call_command("import_practices", file)
    outside = Practice.objects.exclude(pk=practice.pk).get()
    withdraw_contact_consent(actor=make_officer(), contact_id=outside.contacts.get().pk)
    call_command("import_practices", file)
    file.write_text(json.dumps([record(contacts=[contact("Ewa")], abstract="zmieniony opis")]))
    call_command("import_practices", file)
    assert Practice.objects.get(pk=outside.pk).abstract == "zmieniony opis"
    assert not outside.contacts.exists()


def test_who_did_not_withdraw_stays_after_an_import(practice, tmp_path):
    file = tmp_path / "praktyki.json"
    file.write_text(json.dumps([record(contacts=[contact("Ewa"), contact("Jan")])]))
    call_command("import_practices", file)
    outside = Practice.objects.exclude(pk=practice.pk).get()
    withdraw_contact_consent(actor=make_officer(), contact_id=outside.contacts.get(name="Ewa").pk)
    call_command("import_practices", file)
    assert [person.name for person in outside.contacts.all()] == ["Jan"]


def record(**fields) -> dict:
    return {
        "external_id": "x-1",
        "section": "SOCIAL",
        "title": "Praktyka spoza konkursu",
        "added_on": "2013-03-30",
        "unit_name": "miasto",
        **fields,
    }


def contact(name: str) -> dict:
    return {"name": name, "position": "", "phone": "", "email": f"{name.lower()}@example.org"}


def test_a_practice_taken_down_takes_its_contact_persons_along(practice):
    withdraw_practice(actor=make_officer(), practice_id=practice.pk, reason="nieaktualna")
    assert not PracticeContact.objects.exists()


# --- Who may --------------------------------------------------------------------------------------
def test_a_member_of_the_unit_may_and_the_journal_says_who_by_number(practice):
    member = make_member(practice.unit)
    withdraw_contact_consent(actor=member, contact_id=practice.contacts.get().pk)
    act = JournalEntry.objects.get(action="practice.withdraw_contact")
    assert (act.actor_id, act.target_id) == (member.pk, practice.pk)
    assert PERSON not in str(act.data)


def test_a_member_of_another_unit_or_a_former_one_may_not(practice):
    former = make_member(practice.unit)
    former.memberships.update(status=MembershipStatus.ENDED)
    for person in (make_member(make_unit()), former, make_user()):
        with pytest.raises(NotPermitted):
            withdraw_contact_consent(actor=person, contact_id=practice.contacts.get().pk)


def test_the_page_offers_it_to_those_who_may_and_to_nobody_else(practice):
    link = f"/praktyki/kontakt/{practice.contacts.get().pk}/wycofanie/"
    for person, offered in (
        (make_member(practice.unit), True),
        (make_officer(), True),
        (make_user(email=CONTACT["contact_email"]), True),
        (make_member(make_unit()), False),
        (None, False),
    ):
        client = Client()
        if person:
            client.force_login(person)
        assert (link in client.get(practice.get_absolute_url()).content.decode()) is offered
        assert (client.get(link).status_code == 200) is offered


# --- Before publication ---------------------------------------------------------------------------
@pytest.fixture
def running() -> Application:
    """A sent entry whose contact person agreed, before the announcement."""
    entry = make_application(make_edition(Phase.SCORING), state="IN_SCORING", **CONTACT)
    make_version(entry)
    return entry


def announce_and_publish(entry: Application) -> Practice:
    Edition.objects.filter(pk=entry.edition_id).update(phase=Phase.ANNOUNCED, announced_at=timezone.now())
    Award.objects.create(
        edition_id=entry.edition_id,
        application=entry,
        kind="LAUREATE",
        unit=entry.unit,
        unit_name="miasto",
        title=entry.title,
    )
    publish_announced(edition_id=entry.edition_id)
    return Practice.objects.get()


def test_who_withdraws_before_the_announcement_is_never_published(running):
    sha256 = running.versions.get().sha256
    withdraw_before_publication(actor=make_member(running.unit), application_id=running.pk)
    published = announce_and_publish(running)
    assert naming(published) == set()
    assert not published.contacts.exists()
    assert published.contact_withdrawn_at
    assert running.versions.get().sha256 == sha256 == sha256_of(running.versions.get().content)


def test_without_a_withdrawal_they_are_published(running):
    assert announce_and_publish(running).contacts.get().name == f"Ewa {PERSON}"


def test_a_consent_sent_after_the_withdrawal_counts(running):
    withdraw_before_publication(actor=make_officer(), application_id=running.pk)
    make_version(running, contact_name="Nowa Osoba")  # completed and sent again, ticked anew
    assert announce_and_publish(running).contacts.get().name == "Nowa Osoba"


def test_it_happens_once_is_written_and_only_for_who_may(running):
    for stranger in (make_user(), make_member(make_unit()), make_user("Audytor", Role.AUDITOR)):
        with pytest.raises(NotPermitted):
            withdraw_before_publication(actor=stranger, application_id=running.pk)
    officer = make_officer()
    withdraw_before_publication(actor=officer, application_id=running.pk)
    with pytest.raises(Conflict):
        withdraw_before_publication(actor=officer, application_id=running.pk)
    act = JournalEntry.objects.get(action="application.withdraw_contact")
    assert (act.actor_id, act.target_id) == (officer.pk, running.pk)


def test_a_draft_is_changed_in_its_form_and_a_published_practice_on_its_page(running):
    draft = make_application(make_edition(Phase.CALL), **CONTACT)
    with pytest.raises(Conflict):
        withdraw_before_publication(actor=make_member(draft.unit), application_id=draft.pk)
    announce_and_publish(running)
    with pytest.raises(Conflict):
        withdraw_before_publication(actor=make_officer(), application_id=running.pk)


def test_the_entrys_page_leads_there(running, client):
    member = make_member(running.unit)
    client.force_login(member)
    address = f"/zgloszenia/{running.pk}/zgoda-osoby/"
    assert address in client.get(f"/zgloszenia/{running.pk}/").content.decode()
    assert f"Ewa {PERSON}" in client.get(address).content.decode()
    assert press(client, address).status_code == 302
    assert f"Ewa {PERSON}" not in client.get(address).content.decode()
    assert address not in client.get(f"/zgloszenia/{running.pk}/").content.decode()
    client.force_login(make_user())
    assert client.get(address).status_code == 404


def test_after_the_announcement_the_entrys_page_offers_nothing_and_leads_to_the_base(running, client):
    client.force_login(make_officer())
    address = f"/zgloszenia/{running.pk}/zgoda-osoby/"
    assert 'class="button button--danger"' in client.get(address).content.decode()
    announce_and_publish(running)
    page = client.get(address).content.decode()
    assert 'class="button button--danger"' not in page
    assert "/praktyki/" in page.split("<main")[1]
    assert f"/organizator/zgloszenia/{running.pk}/" in page
