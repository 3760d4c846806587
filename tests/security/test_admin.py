"""The admin is for looking people up: no door to scores, embargoed decisions, drafts or other accounts."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from applications.workflow import State
from awards.models import Decision, JurySession
from contest.workflow import Phase
from jury.models import Assignment, ImpartialityDeclaration, ScoringRound, SiteVisit
from tests.factories import make_application, make_edition, make_juror, make_user

pytestmark = pytest.mark.django_db
# Every table the admin shows. A new one is added here after somebody asked what it tells, and to whom.
SHOWN = {
    "accounts.User", "accounts.Membership", "accounts.StaffRole", "mfa.Authenticator",
    "contest.Edition", "contest.Domain", "contest.ComparisonGroup", "contest.Criterion",
    "contest.AttachmentRequirement", "contest.JuryMember", "contest.RulesVersion",
    "applications.Application", "applications.EligibilityCheck", "applications.CompletionRequest",
    "applications.Appeal",
    "jury.Assignment", "jury.ImpartialityDeclaration", "jury.ScoringRound", "jury.SiteVisit",
    "awards.JurySession", "awards.Decision", "awards.Award", "awards.Certificate", "awards.Announcement",
    "practices.Practice", "practices.PracticeContact", "practices.PracticeAttachment",
}  # fmt: skip


@pytest.fixture
def superuser(client):
    user = make_user("Ada Admin", Role.ADMIN, is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def test_the_admin_shows_the_tables_somebody_thought_about_and_no_other():
    assert {model._meta.label for model in admin.site._registry} == SHOWN


def test_nobody_can_give_another_person_an_address_to_send_a_new_password_to():
    assert EmailAddress not in admin.site._registry
    assert "email" in admin.site._registry[User].readonly_fields


def make_secrets(phase):
    edition = make_edition(phase, announced_at=timezone.now() if phase == Phase.ANNOUNCED else None)
    entry = make_application(edition, state=State.LAUREATE, decision_reason="canary-reason")
    session = JurySession.objects.create(edition=edition, number=1, held_on="2026-10-01", minutes="canary-minutes")
    Decision.objects.create(
        session=session, application=entry, kind="LAUREATE", justification="canary-decision", decided_at=timezone.now()
    )
    ScoringRound.objects.create(
        edition=edition,
        number=1,
        closed_at=timezone.now(),
        bundle={"secret": "canary-points"},
        sha256="canary-digest",
        shortlist_reason="canary-shortlist",
    )
    assignment = Assignment.objects.create(
        application=entry, juror=make_juror(edition), unit=entry.unit, status="RECUSED", assigned_at=timezone.now()
    )
    ImpartialityDeclaration.objects.create(
        assignment=assignment, is_impartial=False, ground="canary-ground", declared_at=timezone.now()
    )
    SiteVisit.objects.create(application=entry, planned_on="2026-09-01", findings="canary-findings")
    return entry


def test_no_page_of_the_admin_tells_scores_decisions_or_grounds_before_the_announcement(client, superuser):
    make_secrets(Phase.DECISION)
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages = [reverse(f"{name}_changelist")]
        pages += [reverse(f"{name}_change", args=[row.pk]) for row in model._default_manager.all()]
        for page in pages:
            text = client.get(page, follow=True).content.decode()
            assert "canary" not in text, page
            if model._meta.label == "applications.Application":
                assert str(State.LAUREATE.label) not in text


def test_after_the_announcement_the_administrator_may_read_the_decision(client, superuser):
    entry = make_secrets(Phase.ANNOUNCED)
    page = client.get(reverse("admin:awards_decision_change", args=[entry.decision.pk]))
    assert "canary-decision" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("jury_scoringround", "bundle__secret__startswith=canary"),
        ("applications_application", "state=LAUREATE"),
        ("applications_application", "abstract__contains=Opis"),
        ("accounts_user", "password__startswith=pbkdf2"),
        ("jury_sitevisit", "findings__contains=canary"),
    ],
)
def test_a_column_that_is_not_shown_cannot_be_asked_about_in_the_address(client, superuser, name, question):
    make_secrets(Phase.DECISION)
    answer = client.get(reverse(f"admin:{name}_changelist") + f"?{question}")
    assert answer.status_code == 400


def test_what_the_list_offers_can_be_filtered(client, superuser):
    entry = make_secrets(Phase.DECISION)
    page = client.get(reverse("admin:applications_application_changelist") + f"?edition__id__exact={entry.edition_id}")
    assert page.status_code == 200
    assert entry.number in page.content.decode()
