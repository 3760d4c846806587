"""Removing one person: by their own act or on request, never while a running edition needs them."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Membership, MembershipRole, MembershipStatus, Role, StaffRole, User
from accounts.services import approve_membership, request_membership
from applications.models import Application, ApplicationVersion
from common.errors import Conflict, Invalid
from common.kernel.baseline import seal_baseline
from common.kernel.comparison import verify_all
from common.models import JournalEntry
from common.persons import is_removed
from common.sealing import seal_entries, verify_chain
from contest.models import Edition
from contest.workflow import Phase
from notifications.models import OutboxMessage
from notifications.services import deliver_due
from practices.models import PracticeContact
from privacy.queries import version_holds
from privacy.services import close_account, remove_person
from tests.factories import (
    PASSWORD,
    make_application,
    make_edition,
    make_juror,
    make_member,
    make_unit,
    make_user,
)
from tests.practices.makers import make_version
from tests.pressing import press
from tests.privacy.canaries import WORD, columns_with, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


# --- What goes and what stays ---------------------------------------------------------------------
def test_a_writer_leaves_no_name_address_or_mail():
    world = make_world()
    remove_person(email="KANAREK-writer@example.org ")
    person = User.objects.get(pk=world.writer.pk)
    assert is_removed(person.email)
    assert columns_with("Wanda", others=()) == set()
    assert columns_with("kanarek-writer", others=()) == set()
    assert Application.objects.get(pk=world.entry.pk).created_by_id == person.pk


def test_a_contact_person_without_an_account_is_taken_out_of_entries_versions_and_practices():
    world = make_world()
    address = "kanarek-kontakt@example.org"
    PracticeContact.objects.create(practice=world.practice, name="Kazimierz", email=address.upper())
    remove_person(email=address)
    assert Application.objects.get(pk=world.entry.pk).contact_name == ""
    version = ApplicationVersion.objects.get(pk=world.version.pk)
    assert version.content["contact_name"] == ""
    assert version_holds(version)
    assert not PracticeContact.objects.exists()
    seal_entries()
    assert verify_chain().problem == ""


def test_a_person_and_later_the_edition_leave_a_version_that_still_holds(django_capture_on_commit_callbacks):
    world = make_world()
    remove_person(email="kanarek-kontakt@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        call_command("anonymise", edition=world.edition.slug)
    assert version_holds(ApplicationVersion.objects.get(pk=world.version.pk))
    assert columns_with(WORD) == set()


def test_doing_it_again_changes_nothing():
    make_world()
    assert remove_person(email="kanarek-writer@example.org").accounts == 1
    written = JournalEntry.objects.count()
    assert not remove_person(email="kanarek-writer@example.org")
    assert JournalEntry.objects.count() == written


def test_a_removed_account_is_not_removed_again_by_the_address_it_was_left_with():
    """Mail about its memberships would be sealed anew, and no removal would be behind that."""
    person, officer = make_user(), make_user("", Role.OFFICER)
    membership = request_membership(actor=person, unit=make_unit(), role=MembershipRole.EDITOR, position="x")
    approve_membership(actor=officer, membership_id=membership.pk)
    deliver_due()
    seal_baseline()
    assert remove_person(email=person.email).mails
    person.refresh_from_db()
    written = JournalEntry.objects.count()
    assert not remove_person(email=person.email)
    assert JournalEntry.objects.count() == written
    assert verify_all(media=False).problems == []


def test_memberships_and_roles_end_and_the_journal_names_them_by_number():
    person = make_member(make_unit())
    StaffRole.objects.create(user=person, role=Role.OFFICER)
    membership = person.memberships.get()
    remove_person(email=person.email)
    assert Membership.objects.get(pk=membership.pk).status == MembershipStatus.ENDED
    act = JournalEntry.objects.get(action="account.remove")
    assert act.data == {"memberships": [membership.pk], "roles": ["OFFICER"]}


# --- When not -------------------------------------------------------------------------------------
def running_entry(writer: User, **fields) -> Application:
    edition = make_edition(Phase.SCORING, title="Edycja biegnąca", announcement_on=date(2027, 10, 15))
    entry = make_application(edition, state="IN_SCORING", created_by=writer, **fields)
    make_version(entry)
    return entry


def test_the_writer_of_a_running_entry_is_refused_with_reason_and_date():
    writer = make_user()
    running_entry(writer)
    with pytest.raises(Conflict) as refusal:
        close_account(actor=writer, typed_word="USUWAM")
    assert "Edycja biegnąca" in str(refusal.value)
    assert "15 października 2027" in str(refusal.value)
    assert User.objects.get(pk=writer.pk).is_active


def test_the_contact_person_of_a_running_entry_is_refused():
    running_entry(make_user(), contact_email="kontakt@example.org")
    with pytest.raises(Conflict):
        remove_person(email="kontakt@example.org")


def test_a_juror_of_a_running_edition_is_refused_until_it_is_announced():
    seat = make_juror(make_edition(Phase.SCORING))
    with pytest.raises(Conflict):
        close_account(actor=seat.user, typed_word="USUWAM")
    Edition.objects.filter(pk=seat.edition_id).update(phase=Phase.ANNOUNCED)
    assert close_account(actor=seat.user, typed_word="USUWAM").accounts == 1


@pytest.mark.parametrize("state", ["DRAFT", "WITHDRAWN", "DISQUALIFIED"])
def test_an_entry_nobody_waits_for_holds_nobody(state):
    writer = make_user()
    make_application(make_edition(Phase.CALL), state=state, created_by=writer, contact_email=writer.email)
    assert close_account(actor=writer, typed_word="remove").accounts == 1
    assert Application.objects.get().contact_email == ""


def test_the_last_administrator_stays():
    admin = make_user("Ada", Role.ADMIN)
    with pytest.raises(Conflict):
        close_account(actor=admin, typed_word="USUWAM")
    make_user("Ewa", Role.ADMIN)
    assert close_account(actor=admin, typed_word="USUWAM").accounts == 1


def test_mail_on_its_way_goes_out_first():
    world = make_world()
    OutboxMessage.objects.filter(recipient=world.writer.email).update(status="PENDING")
    with pytest.raises(Conflict):
        remove_person(email=world.writer.email)


def test_without_the_word_nothing_happens():
    person = make_user()
    with pytest.raises(Invalid):
        close_account(actor=person, typed_word="tak")
    assert User.objects.get(pk=person.pk).is_active


def test_an_unconfirmed_address_leads_to_nobody():
    """Who typed another's address into their profile is not removed in the other's place."""
    thief = make_user("Złodziej")
    thief.emailaddress_set.create(email="ktos@example.org", verified=False)
    remove_person(email="ktos@example.org")
    assert User.objects.get(pk=thief.pk).is_active


def test_people_of_similar_addresses_are_left_alone():
    other = make_user("Anna Nowak", email="nowak@example.org")
    make_user("Jan Kowalski", email="an.nowak@example.org.pl")
    remove_person(email="an.nowak@example.org.pl")
    assert User.objects.get(pk=other.pk).full_name == "Anna Nowak"


# --- The page -------------------------------------------------------------------------------------
def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    return client


def test_the_page_says_first_what_goes_and_what_stays():
    page = signed_in(make_user()).get("/konto/usun/").content.decode()
    assert "Co zostanie usunięte" in page
    assert "Co zostaje i dlaczego" in page
    assert 'name="typed_word"' in page


def test_the_page_closes_the_account_and_signs_out():
    user = make_user()
    client = signed_in(user)
    assert client.post("/konto/usun/", {"typed_word": "nie"}).status_code == 422
    assert press(client, "/konto/usun/", {"typed_word": "USUWAM"}).status_code == 302
    assert client.get("/konto/profil/").status_code == 302
    assert not Client().login(email=user.email, password=PASSWORD)
    assert is_removed(User.objects.get(pk=user.pk).email)


def test_the_page_refuses_with_the_reason_and_offers_no_button():
    writer = make_user()
    running_entry(writer)
    page = signed_in(writer).get("/konto/usun/").content.decode()
    assert "Edycja biegnąca" in page
    assert 'name="typed_word"' not in page
    assert signed_in(writer).post("/konto/usun/", {"typed_word": "USUWAM"}).status_code == 409


def test_closing_asks_for_the_password_again():
    client = Client()
    client.force_login(make_user())
    assert "/konto/reauthenticate/" in client.get("/konto/usun/")["Location"]
    assert "/konto/reauthenticate/" in client.post("/konto/usun/", {"typed_word": "USUWAM"})["Location"]


# --- The command ----------------------------------------------------------------------------------
def test_the_command_rehearses_and_removes_a_person(capsys):
    make_world()
    call_command("anonymise", person="kanarek-writer@example.org", dry_run=True)
    assert "would remove: accounts 1" in capsys.readouterr().out
    assert User.objects.filter(email="kanarek-writer@example.org").exists()
    call_command("anonymise", person="kanarek-writer@example.org")
    assert not User.objects.filter(email="kanarek-writer@example.org").exists()


def test_the_command_fails_with_the_reason():
    writer = make_user()
    running_entry(writer)
    with pytest.raises(CommandError, match="Edycja biegnąca"):
        call_command("anonymise", person=writer.email)
