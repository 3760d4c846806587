"""Removing the persons of an edition: nothing of them remains, and everything that was proved still is."""

from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from applications.models import Application, ApplicationVersion, Attachment
from awards.models import Certificate
from awards.queries.certificates import by_digest
from common.errors import Conflict, Invalid, NotPermitted
from common.kernel.baseline import seal_baseline
from common.kernel.comparison import verify_all, verify_and_note
from common.media import check_media
from common.models import JournalEntry, Verification
from common.persons import is_removed
from common.sealing import seal_entries, verify_chain
from contest.models import Edition
from contest.workflow import Phase
from jury.models import Assignment
from notifications.models import OutboxMessage
from notifications.services import retry_message
from practices.models import Practice
from privacy.models import FileRemoval
from privacy.queries import preview_of, version_holds
from privacy.services import confirm_removal, delete_files, rehearse_removal, remove_persons
from tests.factories import make_application, make_edition, make_juror, make_officer, make_user
from tests.privacy.canaries import (
    WORD,
    World,
    columns_that_should_speak,
    columns_with,
    files_with,
    make_world,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def world() -> World:
    return make_world()


def test_what_is_left_verifies_as_sealed_again(world, django_capture_on_commit_callbacks):
    """And a control: the same rows emptied past the service are named."""
    seal_baseline()
    before = sealed_problems()
    with transaction.atomic():
        Application.objects.filter(edition=world.edition).update(decision_reason="x")
        assert sealed_problems() != before
        transaction.set_rollback(True)
    remove(world, django_capture_on_commit_callbacks)
    assert sealed_problems() == before


def test_the_comparison_says_how_many_rows_were_emptied(world, django_capture_on_commit_callbacks, capsys):
    """A row emptied lawfully cannot be compared with what it said before: that is told, not passed over."""
    seal_baseline()
    assert verify_all(media=False).emptied == {}
    removed = rehearse_removal(edition_id=world.edition.pk)
    remove(world, django_capture_on_commit_callbacks)
    told = verify_and_note().emptied
    assert told["applications.applicationversion"] == removed.versions
    mails = OutboxMessage.objects.filter(subject="", text="").count()  # of the edition, and of accounts that went
    assert told["notifications.outboxmessage"] == mails >= removed.mails
    units = told["accounts.membership"]  # what those whose accounts went wrote about themselves
    assert sum(told.values()) == removed.versions + removed.files + removed.letters + removed.jurors + mails + units
    assert Verification.objects.get().emptied == sum(told.values())
    with suppress(CommandError):  # the world of canaries was put together row by row
        call_command("verify_all", no_files=True)
    assert f"{sum(told.values())} row(s) were emptied when personal data was removed" in capsys.readouterr().out
    remove(world, django_capture_on_commit_callbacks)
    assert verify_all(media=False).emptied == told  # rows, not removals


def sealed_problems() -> list[str]:
    """Of rows and their digests: the world of canaries was put together row by row, so checks between rows fail."""
    return [text for text in verify_all(media=False).problems if text.startswith(("changed:", "missing:", "extra:"))]


def remove(world: World, commit) -> None:
    with commit(execute=True):
        remove_persons(actor=None, edition_id=world.edition.pk)


# --- Nothing remains ------------------------------------------------------------------------------
def test_the_canaries_sing_in_every_column_of_the_register(world):
    assert columns_that_should_speak() - columns_with(WORD) == set()
    assert len(files_with(WORD)) == 2  # the signed declaration, and the confirmation that lists its name


def test_no_table_and_no_file_names_a_person_afterwards(world, django_capture_on_commit_callbacks):
    remove(world, django_capture_on_commit_callbacks)
    assert columns_with(WORD) == set()
    assert files_with(WORD) == []
    assert FileRemoval.objects.count() == 0


# Letters of all alphabets, quotes, brackets, backslashes: whatever a name or a JSON text may be made of.
names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Z")), min_size=3, max_size=12)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(name=names)
def test_whatever_they_are_called(name, django_capture_on_commit_callbacks, transactional_rollback):
    with transactional_rollback():
        word = f"{name}Kanarkowski{name}"
        world = make_world(word)
        assert columns_with(word) & {"accounts_user.full_name"}
        remove(world, django_capture_on_commit_callbacks)
        assert columns_with(word) == set()
        assert files_with("Kanarkowski") == []


@pytest.fixture
def transactional_rollback():
    @contextmanager
    def rolled_back():
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    return rolled_back


def test_a_removed_account_cannot_be_used(world, client, django_capture_on_commit_callbacks):
    remove(world, django_capture_on_commit_callbacks)
    writer = User.objects.get(pk=world.writer.pk)
    assert is_removed(writer.email)
    assert not writer.is_active
    assert not writer.has_usable_password()
    assert not EmailAddress.objects.filter(user=writer).exists()
    assert Session.objects.count() == 0
    assert not writer.memberships.filter(status="ACTIVE").exists()


# --- Everything is still proved -------------------------------------------------------------------
def test_journal_results_and_certificates_stay_provable(world, django_capture_on_commit_callbacks):
    diploma = world.diploma
    before = Practice.objects.filter(pk=world.practice.pk).values().get()
    remove(world, django_capture_on_commit_callbacks)
    seal_entries()
    assert verify_chain().problem == ""
    assert check_media(now=timezone.now() + timedelta(days=1)).clean
    assert Certificate.objects.filter(pk=diploma.pk).values().get()["file"] == diploma.file.name
    assert default_storage.exists(diploma.file.name)
    for certificate in (world.diploma, world.confirmation):
        assert by_digest(certificate.sha256).code == certificate.code
    assert Practice.objects.filter(pk=world.practice.pk).values().get() == before
    assert default_storage.exists(world.practice.attachments.get().file.name)
    entry = Application.objects.get(pk=world.entry.pk)
    assert (entry.state, entry.number, entry.title) == (world.entry.state, world.entry.number, world.entry.title)
    assert entry.created_by_id == world.writer.pk  # by number, to nobody


def test_an_emptied_version_is_proved_by_the_sealed_journal(world, django_capture_on_commit_callbacks):
    sent = world.version.sha256
    remove(world, django_capture_on_commit_callbacks)
    version = ApplicationVersion.objects.get(pk=world.version.pk)
    assert version.sha256 == sent
    assert version.content["title"] == world.entry.title
    assert version.content["attachments"][0]["sha256"] == world.entry.attachments.first().sha256
    assert version_holds(version)
    call_command("verify_entries")


def test_an_altered_version_is_told_before_and_after(world, django_capture_on_commit_callbacks):
    world.version.content["title"] = "inna"
    world.version.save()
    assert not version_holds(world.version)
    remove(world, django_capture_on_commit_callbacks)
    assert not version_holds(ApplicationVersion.objects.get(pk=world.version.pk))
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("verify_entries")


def test_a_version_altered_after_the_removal_is_told(world, django_capture_on_commit_callbacks):
    remove(world, django_capture_on_commit_callbacks)
    version = ApplicationVersion.objects.get(pk=world.version.pk)
    version.content["title"] = "inna"
    assert not version_holds(version)


def test_the_journal_says_how_much_and_of_whom_by_number(world, django_capture_on_commit_callbacks):
    officer = make_officer()
    with django_capture_on_commit_callbacks(execute=True):
        confirm_removal(actor=officer, edition_id=world.edition.pk, typed_word="usuwam ")
    act = JournalEntry.objects.get(action="edition.remove_persons")
    assert (act.actor_id, act.edition_id) == (officer.pk, world.edition.pk)
    assert act.data["accounts"] == 2
    removed = JournalEntry.objects.filter(action="account.remove").values_list("target_id", flat=True)
    assert set(removed) == {world.writer.pk, world.juror.user_id}
    assert Edition.objects.get(pk=world.edition.pk).persons_removed_at


# --- When and by whom -----------------------------------------------------------------------------
@pytest.mark.parametrize("phase", [p for p in Phase if p not in (Phase.ANNOUNCED, Phase.ARCHIVED)])
def test_a_running_edition_is_refused(phase):
    edition = make_edition(phase)
    make_application(edition)
    with pytest.raises(Conflict, match=r"trwa|running"):
        remove_persons(actor=None, edition_id=edition.pk)
    assert Application.objects.get().contact_name


@pytest.mark.parametrize("status", ["PENDING", "SENDING"])
def test_mail_on_its_way_goes_out_first(world, status):
    OutboxMessage.objects.filter(edition_id=world.edition.pk).update(status=status)
    with pytest.raises(Conflict):
        remove_persons(actor=None, edition_id=world.edition.pk)
    assert preview_of(world.edition).waiting == 1


def test_only_an_organiser_with_the_word_may(world):
    officer = make_officer()
    with pytest.raises(Invalid):
        confirm_removal(actor=officer, edition_id=world.edition.pk, typed_word="tak")
    make_juror(world.edition, user=officer)
    for person in (make_user(), officer):
        with pytest.raises(NotPermitted):
            confirm_removal(actor=person, edition_id=world.edition.pk, typed_word="USUWAM")
    assert columns_with(WORD)


def test_people_who_are_still_here_keep_their_accounts(world, django_capture_on_commit_callbacks):
    User.objects.filter(pk=world.writer.pk).update(last_login=timezone.now())
    make_juror(make_edition(Phase.SCORING), user=world.juror.user)
    shown = preview_of(world.edition)
    assert (shown.accounts, shown.accounts_staying) == (0, 2)
    remove(world, django_capture_on_commit_callbacks)
    assert User.objects.get(pk=world.writer.pk).full_name == f"Wanda {WORD}"
    assert User.objects.get(pk=world.juror.user_id).is_active
    # the rest of the edition forgot them all the same
    assert Application.objects.get(pk=world.entry.pk).contact_name == ""
    assert Assignment.objects.get(juror=world.juror).juror_residence_id is None


# --- Again, rehearsed, interrupted ----------------------------------------------------------------
def test_doing_it_again_changes_nothing(world, django_capture_on_commit_callbacks):
    remove(world, django_capture_on_commit_callbacks)
    written = JournalEntry.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        assert not remove_persons(actor=None, edition_id=world.edition.pk)
    assert JournalEntry.objects.count() == written


def test_a_rehearsal_counts_the_same_and_changes_nothing(world):
    before = columns_with(WORD)
    rehearsed = rehearse_removal(edition_id=world.edition.pk)
    assert columns_with(WORD) == before
    assert len(files_with(WORD)) == 2
    assert not JournalEntry.objects.filter(action="edition.remove_persons").exists()
    assert rehearsed == remove_persons(actor=None, edition_id=world.edition.pk)


def test_the_preview_says_what_the_act_does(world):
    shown = preview_of(world.edition)
    done = remove_persons(actor=None, edition_id=world.edition.pk)
    assert (shown.contacts, shown.versions, shown.files, shown.accounts) == (
        done.contacts,
        done.versions,
        done.files,
        done.accounts,
    )
    assert shown.letters == done.letters
    assert shown.mails == done.mails
    left = preview_of(world.edition)
    assert (left.contacts, left.files, left.letters, left.jurors, left.mails, left.accounts) == (0,) * 6


def test_files_left_by_a_killed_worker_are_deleted_by_the_next(world):
    remove_persons(actor=None, edition_id=world.edition.pk)  # committed, killed before the files went
    assert len(files_with(WORD)) == 2
    assert FileRemoval.objects.count() == 2
    assert delete_files() == 2
    assert files_with(WORD) == []
    assert delete_files() == 0


def test_a_storage_that_fails_keeps_the_file_for_the_next_turn(world, monkeypatch):
    remove_persons(actor=None, edition_id=world.edition.pk)
    with monkeypatch.context() as patch:
        patch.setattr(type(default_storage._wrapped), "delete", _broken)
        assert delete_files() == 0
    assert delete_files() == 2


def _broken(*_args):
    raise OSError("the disk is away")


# --- What readers find afterwards -----------------------------------------------------------------
def test_a_removed_file_is_refused_with_a_sentence(world, client, django_capture_on_commit_callbacks):
    remove(world, django_capture_on_commit_callbacks)
    client.force_login(make_officer())
    attachment = Attachment.objects.filter(requirement__isnull=False).get()
    assert attachment.size
    assert attachment.sha256
    answer = client.get(f"/zgloszenia/zalaczniki/{attachment.pk}/")
    assert answer.status_code == 409


def test_emptied_mail_is_not_sent_again(world, django_capture_on_commit_callbacks):
    OutboxMessage.objects.filter(edition_id=world.edition.pk).update(status="DEAD")
    remove(world, django_capture_on_commit_callbacks)
    message = OutboxMessage.objects.get(edition_id=world.edition.pk)
    with pytest.raises(Conflict):
        retry_message(actor=make_officer(), message_id=message.pk)


# --- The command ----------------------------------------------------------------------------------
def test_the_command_rehearses_then_removes(world, capsys, django_capture_on_commit_callbacks):
    call_command("anonymise", edition=world.edition.slug, dry_run=True)
    assert "would remove: contacts 1, versions 1" in capsys.readouterr().out
    assert columns_with(WORD)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("anonymise", edition=world.edition.slug)
    assert "removed: contacts 1" in capsys.readouterr().out
    assert columns_with(WORD) == set()


def test_the_command_takes_what_is_due_and_leaves_the_rest(world, capsys, django_capture_on_commit_callbacks):
    call_command("anonymise", due=True)
    assert "nothing is due" in capsys.readouterr().out
    Edition.objects.filter(pk=world.edition.pk).update(retention_months=12)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("anonymise", due=True)
    assert columns_with(WORD) == set()
    call_command("anonymise", due=True)
    assert "nothing is due" in capsys.readouterr().out


def test_the_command_says_why_not(world):
    with pytest.raises(CommandError, match="there is no edition"):
        call_command("anonymise", edition="nie-ma")
    with pytest.raises(CommandError):
        call_command("anonymise", edition=make_edition(Phase.CALL).slug)
