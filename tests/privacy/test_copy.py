"""A copy of one's own data: everything of one's own, nobody else's, nothing under embargo."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role, User
from applications.models import Application
from common.models import JournalEntry
from contest.workflow import Phase
from jury.models import Assignment, ScoreSheet
from notifications.models import OutboxMessage
from privacy.exports import copy_of
from privacy.labels import LABELS
from tests.factories import PASSWORD, make_application, make_edition, make_juror, make_member, make_unit, make_user
from tests.practices.makers import make_version
from tests.privacy.canaries import WORD, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def text_of(user: User) -> str:
    return json.dumps(copy_of(user), ensure_ascii=False)


def signed_in(user: User) -> Client:
    """With the password given again a moment ago, as the copy wants it."""
    client = Client()
    client.force_login(user)
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    return client


# --- Everything of one's own ----------------------------------------------------------------------
def test_a_writer_finds_their_account_unit_entry_files_and_mail():
    world = make_world()
    copy = copy_of(world.writer)
    assert copy["account"]["full_name"] == f"Wanda {WORD}"
    assert copy["sign_in_addresses"] == ["kanarek-writer@example.org", "kanarek-writer-2@example.org"]
    assert copy["second_factor"][0]["type"] == "totp"
    assert copy["memberships"][0]["position"] == f"inspektor {WORD}"
    entry = copy["entries"][0]
    assert entry["number"] == world.entry.number
    assert entry["sent_by_me"][0]["content"]["abstract"] == world.entry.abstract
    assert {mail["text"] for mail in copy["mail"]} == {f"Wanda {WORD} prosi"}
    json.dumps(copy)


def test_a_juror_finds_their_declaration_and_sheet():
    world = make_world()
    seat = copy_of(world.juror.user)["jury"][0]
    assert seat["assignments"][0]["ground_of_recusal"] == f"to mój brat, {WORD}"
    assert seat["assignments"][0]["sheet"]["opinion"] == "dobra praktyka"


def test_every_act_of_theirs_is_listed(client):
    user = make_user()
    page = signed_in(user)
    page.post("/konto/dane/kopia.json")
    assert [act["act"] for act in copy_of(user)["acts"]] == ["Pobrano kopię własnych danych"]


# --- Nobody else's --------------------------------------------------------------------------------
def test_nothing_of_other_people_is_in_it():
    """The writer's copy says nothing of the juror or of a colleague; the colleague's nothing of the writer."""
    world = make_world()
    colleague = make_member(world.entry.unit, name="Koleżanka")
    text = text_of(world.writer)
    for foreign in ("Jerzy", "kanarek-juror", "to mój brat", "Kazimierz", "naczelnik", "rozmawialiśmy", "Koleżanka"):
        assert foreign not in text
    assert WORD not in text_of(colleague)
    assert "kanarek" not in text_of(colleague)
    assert "Wanda" not in text_of(world.juror.user)


def test_an_officer_does_not_get_mail_about_others():
    make_world()
    officer = make_user("Olga", Role.OFFICER)
    OutboxMessage.objects.filter(kind="membership_requested").update(recipient=officer.email)
    assert WORD not in text_of(officer)


def test_who_is_the_contact_person_finds_themselves():
    world = make_world()
    world.version.content["contact_email"] = world.writer.email
    world.version.save()
    assert f"Kazimierz {WORD}" in text_of(world.writer)


def test_an_unconfirmed_address_opens_no_mail():
    world = make_world()
    thief = make_user("Złodziej")
    thief.emailaddress_set.create(email=world.writer.email.replace("writer", "juror"), verified=False)
    assert copy_of(thief)["mail"] == []


def test_links_that_act_for_their_reader_are_left_out():
    user = make_user()
    OutboxMessage.objects.create(
        kind="account_reset_password",
        subject_key="account:1",
        recipient=user.email,
        language="pl",
        subject="Nowe hasło",
        text="https://example.org/konto/password/reset/key/tajne/",
        message_id="<1@example.org>",
    )
    assert "tajne" not in text_of(user)
    assert len(copy_of(user)["mail"]) == 1


# --- Nothing under embargo ------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["IN_SCORING", "SCORED", "NOT_SELECTED", "FINALIST", "LAUREATE"])
def test_the_copy_is_the_same_whatever_the_jury_decided(state):
    edition = make_edition(Phase.DECISION)
    writer = make_user()
    entry = make_application(edition, make_unit(), state="IN_SCORING", created_by=writer)
    make_version(entry)
    juror = make_juror(edition)
    sheet = ScoreSheet.objects.create(
        assignment=Assignment.objects.create(
            application=entry, juror=juror, unit=entry.unit, status="DECLARED", assigned_at=timezone.now()
        ),
        summary="tajna opinia",
        closed_at=timezone.now(),
        total=99,
    )
    before = copy_of(writer)
    Application.objects.filter(pk=entry.pk).update(state=state, decision_reason="tajny powód")
    after = copy_of(writer)
    assert before | {"made_at": ""} == after | {"made_at": ""}
    assert "tajn" not in text_of(writer)
    assert sheet.summary


def test_after_the_announcement_the_state_is_told():
    world = make_world()
    assert copy_of(world.writer)["entries"][0]["state"] == "LAUREATE"


# --- The pages ------------------------------------------------------------------------------------
@pytest.mark.parametrize("ending", ["json", "html"])
def test_the_copy_is_a_download_that_nobody_keeps(ending):
    user = make_user("Żaneta Ćma")
    answer = signed_in(user).post(f"/konto/dane/kopia.{ending}")
    assert answer.status_code == 200
    assert f"moje-dane.{ending}" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert "Żaneta Ćma" in answer.content.decode()
    entry = JournalEntry.objects.get(action="account.copy_data")
    assert (entry.actor_id, entry.data) == (user.pk, {"form": ending})


@pytest.mark.parametrize("ending", ["json", "html"])
def test_an_old_session_is_asked_for_the_password_first(ending):
    client = signed_in(make_user())
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= timedelta(hours=1).total_seconds()
    session.save()
    answer = client.post(f"/konto/dane/kopia.{ending}")
    assert answer.status_code == 302
    assert "/konto/reauthenticate/" in answer["Location"]
    assert client.post(answer["Location"], {"password": "wrong"}).status_code == 200
    assert not JournalEntry.objects.filter(action="account.copy_data").exists()
    # the right one, and what was asked for comes by itself
    assert "moje-dane" in client.post(answer["Location"], {"password": PASSWORD})["Content-Disposition"]


def test_nobody_takes_a_copy_by_a_link():
    client = signed_in(make_user())
    assert client.get("/konto/dane/kopia.json").status_code == 405
    assert Client().post("/konto/dane/kopia.json").status_code == 302
    assert client.get("/konto/dane/").status_code == 200


def test_every_part_of_the_copy_has_words():
    world = make_world()
    missing: set[str] = set()

    def walk(value):
        if isinstance(value, dict):
            missing.update(value.keys() - LABELS.keys())
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    for user in (world.writer, world.juror.user):
        walk(copy_of(user))
    assert missing == set()


def test_the_copy_for_reading_names_things_as_people_do():
    world = make_world()
    body = signed_in(world.writer).post("/konto/dane/kopia.html").content.decode()
    assert f"<summary>1. {world.entry.title}</summary>" in body
    assert "laureat" in body
    assert "LAUREATE" not in body
    assert "T00:00" not in body
