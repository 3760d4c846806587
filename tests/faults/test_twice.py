"""The same form, posted twenty times at one moment: one entry, one effect, nobody sees a server error."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from applications.forms.review import usual_due_date
from applications.models import Appeal, Application, ApplicationVersion, Attachment, CompletionRequest
from applications.queries.applicant import fingerprint
from applications.sections import SECTION_BY_CODE
from applications.workflow import State
from awards.models import Announcement, Award, Certificate, Decision, JurySession
from common.models import JournalEntry
from jury import services
from jury.models import ScoreSheet, ScoreSheetVersion
from notifications.models import OutboxMessage
from tests import factories
from tests.applications.review_cases import make_sent
from tests.awards import makers
from tests.common.files import hostile
from tests.jury.helpers import assign, make_jury, marks
from tests.jury.test_views_juror import sheet_data
from tests.practices.makers import make_decided
from tests.pressing import shown_on
from tests.together import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TIMES = 20


@dataclass
class Form:
    """Who posts what where, and what stands afterwards: found must equal expected, however often it was posted."""

    user: User
    address: str
    data: Callable[[], dict[str, Any]]
    effect: Callable[[], tuple[int, ...]]
    expected: tuple[int, ...]
    also_answered: int = 409
    page: str = ""  # where the form stands, if not at its own address
    preview: dict[str, Any] | None = None  # what leads to it, if a form before it does


def journal(action: str) -> int:
    return JournalEntry.objects.filter(action=action).count()


def submission() -> Form:
    draft = factories.make_complete_draft()
    return Form(
        factories.make_member(draft.unit),
        reverse("applications:submit", args=[draft.pk]),
        dict,
        lambda: (ApplicationVersion.objects.count(), journal("application.submit"), OutboxMessage.objects.count()),
        (1, 1, 1),
        page=reverse("applications:check", args=[draft.pk]),
    )


def new_draft() -> Form:
    edition, unit = factories.make_edition(), factories.make_unit()
    data = {
        "form_key": str(uuid.uuid4()),
        "title": "Nowa praktyka",
        "domain": edition.domains.first().pk,
        "group": edition.groups.first().pk,
    }
    return Form(
        factories.make_member(unit),
        reverse("applications:start", args=[edition.slug]),
        lambda: data,
        lambda: (Application.objects.count(), journal("application.start")),
        (1, 1),
    )


def section() -> Form:
    draft = factories.make_complete_draft()
    page = SECTION_BY_CODE["opis"]
    data = {"seen": fingerprint(draft, page), "abstract": "Zmieniony opis."}
    return Form(
        factories.make_member(draft.unit),
        reverse("applications:edit", args=[draft.pk, "opis"]),
        lambda: data,
        lambda: (Application.objects.get().revision, int(Application.objects.get().abstract == "Zmieniony opis.")),
        (draft.revision + 1, 1),
    )


def upload() -> Form:
    draft = factories.make_application()
    content = hostile.pdf()
    before = stored_files()
    return Form(
        factories.make_member(draft.unit),
        reverse("applications:attachments", args=[draft.pk]),
        lambda: {"file": SimpleUploadedFile("a.pdf", content), "description": "Podpisane"},
        lambda: (Attachment.objects.count(), stored_files() - before, journal("application.attach")),
        (1, 1, 1),
    )


def stored_files() -> int:
    return len(default_storage.listdir("attachments")[1]) if default_storage.exists("attachments") else 0


def removal_of_a_file() -> Form:
    draft = factories.make_application()
    attachment = factories.make_attachment(draft)
    return Form(
        factories.make_member(draft.unit),
        reverse("applications:attachment_remove", args=[attachment.pk]),
        dict,
        lambda: (Attachment.objects.filter(removed_at=None).count(), journal("application.detach")),
        (0, 1),
        also_answered=404,  # who comes when the file is gone finds nothing to remove
    )


def acceptance() -> Form:
    entry = make_sent(edition=factories.make_edition("FORMAL_REVIEW"))
    return Form(
        factories.make_officer(),
        reverse("applications:accept", args=[entry.pk]),
        lambda: {"version": 1},
        lambda: (
            Application.objects.filter(state=State.ELIGIBLE).count(),
            journal("application.accept"),
            OutboxMessage.objects.count(),
        ),
        (1, 1, 1),
    )


def completion_call() -> Form:
    entry = make_sent(edition=factories.make_edition("FORMAL_REVIEW"), unmet=("COMPLETE",))
    given = {"version": 1, "due_on": usual_due_date().isoformat(), "message": ""}
    return Form(
        factories.make_officer(),
        reverse("applications:request_completion", args=[entry.pk]),
        lambda: given | {"step": "send"},
        lambda: (CompletionRequest.objects.count(), OutboxMessage.objects.count()),
        (1, 1),
        preview=given | {"step": "preview"},
    )


def appeal() -> Form:
    entry = factories.make_application(state=State.INELIGIBLE, edition=factories.make_edition("FORMAL_REVIEW"))
    return Form(
        factories.make_member(entry.unit),
        reverse("applications:appeal", args=[entry.pk]),
        lambda: {"text": "Nasze racje", "send": "1"},
        lambda: (Appeal.objects.count(), journal("application.appeal")),
        (1, 1),
        preview={"text": "Nasze racje", "preview": "1"},
    )


def score_sheet() -> Form:
    jury = make_jury(entries=1, jurors=1)
    row = assign(jury.entries[0], jury.jurors[0])
    return Form(
        jury.jurors[0].user,
        reverse("jury:sheet", args=[row.pk]),
        lambda: sheet_data(jury.edition, 7),
        lambda: (ScoreSheetVersion.objects.count(), ScoreSheet.objects.get().revision),
        (1, 1),
    )


def closing_of_a_sheet() -> Form:
    jury = make_jury(entries=1, jurors=1)
    juror, row = jury.jurors[0], assign(jury.entries[0], jury.jurors[0])
    services.save_scores(
        actor=juror.user, assignment_id=row.pk, revision=0, marks=marks(jury.edition, 7), summary="Opinia."
    )
    return Form(
        juror.user,
        reverse("jury:submit_sheet", args=[row.pk]),
        dict,
        lambda: (ScoreSheet.objects.exclude(closed_at=None).count(), ScoreSheetVersion.objects.count()),
        (1, 2),
    )


def session() -> Form:
    edition, chair = makers.deciding_edition()
    data = {"held_on": "2026-10-22", "place": "Poznań", "attendees": [chair.pk]}
    return Form(
        chair.user,
        reverse("awards:sessions", args=[edition.slug]),
        lambda: data,
        lambda: (JurySession.objects.count(),),
        (1,),
    )


def decision() -> Form:
    edition, chair = makers.deciding_edition()
    makers.open_session(edition, chair)
    entry = factories.make_application(edition, state="FINALIST")
    data = {"kind": "LAUREATE", "justification": "Trwała.", "justification_en": "", "special_title": ""}
    return Form(
        chair.user,
        reverse("awards:decide", args=[edition.slug, 1, entry.pk]),
        lambda: data,
        lambda: (Decision.objects.count(),),
        (1,),
    )


def announcement() -> Form:
    edition, _entries = make_decided()
    data = {"typed_word": "OGŁASZAM"}
    return Form(
        factories.make_officer(),
        reverse("practices:announce", args=[edition.slug]),
        lambda: data,
        lambda: (
            Announcement.objects.count(),
            Award.objects.count(),
            Certificate.objects.count(),
            OutboxMessage.objects.count(),
        ),
        (1, 4, 4, 4),
    )


def membership() -> Form:
    unit = factories.make_unit()
    return Form(
        factories.make_user(),
        reverse("accounts:membership_request", args=[unit.pk]),
        lambda: {"role": "EDITOR", "position": "inspektor"},
        lambda: (Membership.objects.count(),),
        (1,),
    )


QUICK = (submission, new_draft)
SLOW = (
    section,
    upload,
    removal_of_a_file,
    acceptance,
    completion_call,
    appeal,
    score_sheet,
    closing_of_a_sheet,
    session,
    decision,
    announcement,
    membership,
)
FORMS = [*QUICK, *(pytest.param(make, marks=pytest.mark.slow) for make in SLOW)]


def post_at_once(form: Form) -> list[int]:
    """The code of each answer."""
    signed_in = Client()
    signed_in.force_login(form.user)
    opened = signed_in.post(form.address, form.preview) if form.preview else signed_in.get(form.page or form.address)
    token = {"shown": shown_on(opened)}

    def click() -> Callable[[], int]:
        client = Client(raise_request_exception=False)
        client.cookies = signed_in.cookies
        data = form.data() | token
        return lambda: client.post(form.address, data).status_code

    return together(*[click() for _ in range(TIMES)])


@pytest.mark.case(18)
@pytest.mark.parametrize("make", FORMS, ids=lambda make: make.__name__)
def test_the_same_form_posted_twenty_times_at_once_has_one_effect(make, figure):
    form = make()
    codes = post_at_once(form)
    assert form.effect() == form.expected
    assert set(codes) <= {302, form.also_answered}, codes
    figure(f"{make.__name__.replace('_', ' ')} × {TIMES}: one")


@pytest.mark.case(18, control=True)
def test_without_the_lock_several_clicks_get_past_the_check(monkeypatch, figure):
    """Every click reads the draft before any has written."""
    form = submission()
    all_read = threading.Barrier(TIMES)

    def unlocked(queryset, **lookup):
        row = queryset.get(**lookup)
        if isinstance(row, Application):
            all_read.wait(20)
        return row

    monkeypatch.setattr("applications.services.submission.lock_row", unlocked)
    codes = post_at_once(form)
    assert codes.count(500) > 0 or form.effect() != form.expected
    versions, sent, mails = form.effect()
    figure(f"versions {versions}, journal {sent}, mails {mails}, server errors {codes.count(500)}")
