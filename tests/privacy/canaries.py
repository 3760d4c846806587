"""An announced edition in which every place that holds people says an unmistakable word, and a look everywhere."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from accounts.models import Membership, MembershipStatus, ParkedForm, User
from applications.models import Appeal, Application, ApplicationVersion, CompletionRequest, EligibilityCheck
from awards.models import Award, Certificate
from common.sealing import seal_entries
from contest.models import Edition, JuryMember
from contest.workflow import Phase
from jury.models import Assignment, ImpartialityDeclaration, ScoreSheet, SiteVisit
from notifications.models import OutboxMessage
from practices.models import Practice
from practices.services import publish_announced
from privacy.register import PERSONAL, PURPOSES, Removal
from tests.factories import make_application, make_attachment, make_edition, make_juror, make_unit, make_user
from tests.practices.makers import make_version

WORD = "Kanarkowski"  # in every text about a person
LONG_AGO = timezone.now() - timedelta(days=800)


@dataclass
class World:
    edition: Edition
    entry: Application
    version: ApplicationVersion
    writer: User
    juror: JuryMember
    practice: Practice
    diploma: Certificate
    confirmation: Certificate


def make_world(word: str = WORD) -> World:
    """Everything of an announced edition; its writer and juror have not signed in for two years."""
    edition = make_edition(Phase.ANNOUNCED, announced_at=LONG_AGO)
    unit = make_unit()
    writer = _person(f"Wanda {word}", "writer")
    other_unit = make_unit()
    membership = Membership.objects.create(
        user=writer, unit=unit, status=MembershipStatus.ACTIVE, position=f"inspektor {word}", reason=f"powód {word}"
    )
    entry = make_application(
        edition,
        unit,
        state="LAUREATE",
        created_by=writer,
        contact_name=f"Kazimierz {word}",
        contact_position=f"naczelnik {word}",
        contact_phone=f"600 {word}"[:40],
        contact_email="kanarek-kontakt@example.org",
    )
    signed = make_attachment(
        entry,
        requirement=edition.attachment_requirements.get(),
        content=f"%PDF-1.4 podpisano: {word}".encode(),
        name=f"oswiadczenie {word}.pdf",
        description=f"podpis {word}",
    )
    shared = make_attachment(entry, name="schemat.pdf", content=b"%PDF-1.4 schemat")
    version = make_version(entry)
    version.submitted_by = writer
    version.save()
    EligibilityCheck.objects.create(
        version=version, criterion="SIGNED", met=True, note=f"podpis: {word}", checked_at=LONG_AGO
    )
    CompletionRequest.objects.create(
        application=entry,
        points=[{"criterion": "SIGNED", "note": f"brak podpisu {word}"}],
        message=f"proszę o podpis {word}",
        due_at=LONG_AGO,
        requested_at=LONG_AGO,
        answered_at=LONG_AGO,
    )
    Appeal.objects.create(
        application=entry, text=f"odwołuję się, {word}", filed_at=LONG_AGO, status="UPHELD", reason=f"rację ma {word}"
    )
    juror = make_juror(edition, user=_person(f"Jerzy {word}", "juror"), employer=other_unit, residence=other_unit)
    edition.removed_rows.create(
        section="jury", number=10_000, person=juror.user, values={"employer": word}, removed_at=LONG_AGO
    )
    assignment = Assignment.objects.create(
        application=entry,
        juror=juror,
        unit=unit,
        juror_employer=other_unit,
        juror_residence=other_unit,
        status="RECUSED",
        assigned_at=LONG_AGO,
    )
    ImpartialityDeclaration.objects.create(
        assignment=assignment, is_impartial=False, ground=f"to mój brat, {word}", declared_at=LONG_AGO
    )
    ScoreSheet.objects.create(assignment=assignment, summary="dobra praktyka")
    SiteVisit.objects.create(application=entry, planned_on=LONG_AGO.date(), findings=f"rozmawialiśmy z {word}")
    award = Award.objects.create(
        edition=edition, application=entry, kind="LAUREATE", unit=unit, unit_name="miasto", title=entry.title
    )
    diploma = _certificate(edition, "DIPLOMA", b"%PDF-1.4 dyplom", award=award)
    confirmation = _certificate(
        edition,
        "CONFIRMATION",
        f"%PDF-1.4 {signed.name}".encode(),
        version=version,
        attachments=[{"name": signed.name, "size": signed.size, "sha256": signed.sha256}],
    )
    publish_announced(edition_id=edition.pk)
    practice = Practice.objects.get(award=award)
    practice.contacts.all().delete()  # consent is another matter: tests/privacy/test_withdrawal.py
    assert practice.attachments.get().file.name == shared.file.name
    _mail(edition.pk, writer, word, "application_submitted", "application:1")
    _mail(None, make_user(), word, "membership_requested", f"membership:{membership.pk}")
    _mail(None, writer, word, "membership_approved", f"membership:{membership.pk}")
    seal_entries()
    return World(edition, entry, version, writer, juror, practice, diploma, confirmation)


def _person(name: str, key: str) -> User:
    email = f"kanarek-{key}@example.org"
    user = make_user(name, email=email, last_login=LONG_AGO, date_joined=LONG_AGO)
    second = user.emailaddress_set.create(email=f"kanarek-{key}-2@example.org", verified=True)
    second.emailconfirmation_set.create(key=f"kanarek-{key}", sent=LONG_AGO)
    Authenticator.objects.create(user=user, type="totp", data={"secret": f"kanarek-{key}"})
    ParkedForm.objects.create(
        user=user, browser="0" * 64, address="/", page="/", values={"contact_name": [name]}, created_at=LONG_AGO
    )
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session.create()
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=name,
        action_flag=CHANGE,
        change_message=json.dumps([{"changed": {"name": name}}]),
    )
    return user


def _certificate(edition: Edition, kind: str, content: bytes, **fields: Any) -> Certificate:
    name = default_storage.save(f"certificates/{kind.lower()}-{edition.pk}.pdf", ContentFile(content))
    attachments = fields.pop("attachments", None)
    facts = {"unit_name": "miasto", "title": "Praktyka"} | ({"attachments": attachments} if attachments else {})
    return Certificate.objects.create(
        kind=kind,
        edition=edition,
        number=f"SLZ/{edition.pk}/{kind}",
        code=f"{kind[:4]}-{edition.pk}",
        facts=facts,
        status="READY",
        file=name,
        sha256=hashlib.sha256(content).hexdigest(),
        **fields,
    )


def _mail(edition_id: int | None, recipient: User, word: str, kind: str, key: str) -> None:
    OutboxMessage.objects.create(
        kind=kind,
        subject_key=key,
        recipient=recipient.email,
        language="pl",
        edition_id=edition_id,
        context={"person": f"Wanda {word}"},
        subject=f"Wniosek: Wanda {word}",
        text=f"Wanda {word} prosi",
        html=f"<p>Wanda {word}</p>",
        rendered=True,
        message_id=f"<{kind}-{key}-{edition_id}@example.org>",
        status="SENT",
        last_error=f"450 Wanda {word} unknown",
        sent_at=LONG_AGO,
    )


# --- Looking everywhere ---------------------------------------------------------------------------
def spellings(word: str) -> set[str]:
    """As text, as JSON and as JSON within JSON say it."""
    return {word, json.dumps(word)[1:-1], json.dumps(json.dumps(word)[1:-1])[1:-1]}


def columns_with(word: str, others: tuple[str, ...] = ("kanarek",)) -> set[str]:
    """ "table.column" of every table of the database in which the word stands, Django's own and the index included."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    if any(text.lower() in str(value).lower() for text in spellings(word) | {*others}):
                        found.add(f"{table}.{name}")
    return found


def files_with(word: str, folder: str = "") -> list[str]:
    """Stored files whose name or content says the word."""
    folders, files = default_storage.listdir(folder)
    found = []
    for name in (f"{folder}/{name}".lstrip("/") for name in files):
        with default_storage.open(name) as handle:
            if word.encode() in handle.read() or word in name:
                found.append(name)
    for inner in folders:
        found += files_with(word, f"{folder}/{inner}".lstrip("/"))
    return found


# Said by a number, a date or a foreign key, or never by this world; `session_data` is signed text.
UNSPOKEN = {
    "user",
    "person",
    "email_address",
    "language",
    "date_joined",
    "last_login",
    "password",
    "created_at",
    "last_used_at",
    "employer",
    "residence",
    "juror_employer",
    "juror_residence",
    "session_data",
    "file",
}


def columns_that_should_speak() -> set[str]:
    """Every column of the register that removing an edition or an account empties of text."""
    found = set()
    for label, named in PERSONAL.items():
        model = apps.get_model(label) if label.count("_") == 0 else None
        for column, purpose in named.items():
            if model and PURPOSES[purpose].removal in (Removal.EDITION, Removal.ACCOUNT) and column not in UNSPOKEN:
                found.add(f"{model._meta.db_table}.{model._meta.get_field(column).column}")
    return found
