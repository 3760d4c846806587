"""The announcement: previewed, done once, in bulk, refused when anything changed since the preview."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, MembershipStatus
from applications.models import Appeal, Application
from awards.models import Announcement, Award, Certificate, CertificateStatus, Decision
from awards.queries.announcement import preview_announcement
from awards.queries.shown import announcing
from awards.services import announce
from common.errors import Conflict, NotPermitted
from common.models import JournalEntry
from common.web.shown import Changed
from contest.models import Edition
from contest.workflow import Phase
from notifications.models import OutboxMessage
from tests import factories
from tests.awards import makers

pytestmark = pytest.mark.django_db


def publish(edition, officer=None):
    edition = Edition.objects.get(pk=edition.pk)
    return announce(
        actor=officer or factories.make_officer(),
        edition_id=edition.pk,
    )


@pytest.fixture
def edition():
    """With a laureate, a finalist without award, one not selected and one rejected."""
    edition, _chair = makers.deciding_edition(slug="2026")
    makers.decided(edition, "LAUREATE", title="Najlepsza")
    makers.decided(edition, "FINALIST")
    for state in ("NOT_SELECTED", "INELIGIBLE", "WITHDRAWN", "DRAFT"):
        entry = factories.make_application(edition, state=state)
        factories.make_member(entry.unit)
    return edition


def test_an_announcement_makes_awards_certificates_mail_and_ends_the_embargo(edition):
    announcement = publish(edition)
    edition = Edition.objects.get(pk=edition.pk)
    assert edition.phase == Phase.ANNOUNCED
    assert edition.announced_at == announcement.announced_at
    awards = {award.kind: award for award in Award.objects.filter(edition=edition)}
    assert set(awards) == {"LAUREATE", "FINALIST"}
    assert awards["LAUREATE"].title == "Najlepsza"
    assert awards["LAUREATE"].justification == "Praktyka trwała i mierzalna."
    certificates = Certificate.objects.filter(edition=edition)
    assert {row.number for row in certificates} == {"SLZ/2026/L/001", "SLZ/2026/F/001"}
    assert {row.status for row in certificates} == {CertificateStatus.PENDING}
    assert announcement.counts == {"awards": {"LAUREATE": 1, "FINALIST": 1}, "mail": 3, "certificates": 2}
    actions = set(JournalEntry.objects.values_list("action", flat=True))
    assert {"edition.announce", "edition.publish_results", "award.publish"} <= actions


def test_each_outcome_gets_its_own_mail_and_the_rejected_get_none(edition):
    publish(edition)
    rows = OutboxMessage.objects.filter(kind__startswith="announced")
    by_kind = {row.kind: row for row in rows}
    assert set(by_kind) == {"announced_laureate", "announced_finalist", "announced_not_selected"}
    assert rows.count() == 3
    for kind, row in by_kind.items():
        entry = Application.objects.get(pk=int(row.subject_key.removeprefix("application:")))
        assert row.recipient == entry.unit.memberships.get().user.email, kind
    assert by_kind["announced_laureate"].context["results_url"].endswith("/edycje/2026/wyniki/")


def test_the_diploma_says_what_was_decided():
    edition, _chair = makers.deciding_edition(slug="2026", has_places=True, is_demo=True)
    makers.decided(edition, "LAUREATE", place=2, special_title="Lider wśród liderów", unit=factories.make_unit("Ełk"))
    makers.decided(edition, "LAUREATE", place=2)
    makers.decided(edition, "LAUREATE", place=1)
    publish(edition)
    facts = Certificate.objects.order_by("pk").first().facts
    assert facts["unit_name"] == "Miasto Ełk"
    assert (facts["place_roman"], facts["ex_aequo"]) == ("II", True)
    assert facts["special_title"] == "Lider wśród liderów"
    assert facts["is_example"] is True
    assert facts["dated"]
    assert [award.ex_aequo for award in Award.objects.order_by("pk")] == [True, True, False]


def test_the_same_place_in_another_group_is_not_ex_aequo():
    edition, _chair = makers.deciding_edition(has_places=True)
    for domain in edition.domains.all():
        makers.decided(edition, "LAUREATE", place=1, domain=domain)
    assert not any(outcome.ex_aequo for outcome in preview_announcement(edition).outcomes)


def test_a_second_announcement_is_refused(edition):
    officer = factories.make_officer()
    announce(actor=officer, edition_id=edition.pk)
    with pytest.raises(Conflict):
        announce(actor=officer, edition_id=edition.pk)
    assert Announcement.objects.count() == 1
    assert Award.objects.count() == 2


def refused_after(edition, change):
    officer = factories.make_officer()
    shown = announcing.token(edition, officer, preview=preview_announcement(edition))
    change()
    with pytest.raises(Changed):
        announce(actor=officer, edition_id=edition.pk, shown=shown)
    assert not Award.objects.exists()
    assert not OutboxMessage.objects.exists()
    assert Edition.objects.get(pk=edition.pk).phase == Phase.DECISION


def test_a_recipient_who_left_since_the_preview_refuses_it(edition):
    refused_after(edition, lambda: Membership.objects.update(status=MembershipStatus.ENDED))


def test_a_recipient_who_joined_since_the_preview_refuses_it(edition):
    unit = Application.objects.get(state="LAUREATE").unit
    refused_after(edition, lambda: factories.make_member(unit))


def test_a_justification_changed_since_the_preview_refuses_it(edition):
    refused_after(edition, lambda: Decision.objects.update(justification="Inna."))


def test_a_disqualification_since_the_preview_refuses_it(edition):
    refused_after(edition, lambda: Application.objects.filter(state="LAUREATE").update(state="DISQUALIFIED"))


def test_only_an_officer_outside_the_jury_announces(edition):
    chair = edition.jury.get().user
    both = factories.make_officer()
    factories.make_juror(edition, user=both)
    for person in (chair, both, factories.make_user("", "AUDITOR"), factories.make_user()):
        with pytest.raises(NotPermitted):
            announce(actor=person, edition_id=edition.pk)


def blocked(edition):
    preview = preview_announcement(Edition.objects.get(pk=edition.pk))
    assert preview.problems
    with pytest.raises(Conflict):
        publish(edition)
    return len(preview.problems)


def test_a_clean_edition_has_no_problem(edition):
    assert preview_announcement(edition).problems == ()


def test_an_undecided_finalist_blocks(edition):
    factories.make_application(edition, state="FINALIST")
    assert blocked(edition) == 1


def test_an_open_session_blocks(edition):
    makers.open_session(edition)
    assert blocked(edition) == 1


@pytest.mark.parametrize("state", ["SUBMITTED", "RETURNED", "ELIGIBLE", "IN_SCORING", "SCORED"])
def test_an_entry_without_a_final_result_blocks(edition, state):
    factories.make_application(edition, state=state)
    assert blocked(edition) == 1


def test_a_missing_justification_blocks(edition):
    Decision.objects.filter(kind="LAUREATE").update(justification=" ")
    assert blocked(edition) == 1


def test_an_open_appeal_blocks(edition):
    entry = Application.objects.get(state="INELIGIBLE")
    Appeal.objects.create(application=entry, text="x", filed_at=entry.created_at)
    assert blocked(edition) == 1


@pytest.mark.parametrize("state", ["WITHDRAWN", "DISQUALIFIED"])
def test_an_appeal_of_an_entry_that_left_the_contest_blocks_nothing(edition, state):
    """Nobody can decide it any more, so the results could never be announced."""
    entry = Application.objects.get(state="INELIGIBLE")
    Appeal.objects.create(application=entry, text="x", filed_at=entry.created_at)
    Application.objects.filter(pk=entry.pk).update(state=state)
    assert preview_announcement(edition).problems == ()


def test_another_phase_blocks(edition):
    Edition.objects.filter(pk=edition.pk).update(phase=Phase.VISITS)
    assert blocked(edition) == 1


def test_an_edition_without_finalists_has_nothing_to_announce():
    edition, _chair = makers.deciding_edition()
    assert blocked(edition) == 1


def test_the_preview_counts_and_names_what_will_happen(edition):
    unattended = makers.decided(edition, "HONOURABLE_MENTION")
    Membership.objects.filter(unit=unattended.unit).delete()
    preview = preview_announcement(edition)
    assert preview.award_counts == {"LAUREATE": 1, "HONOURABLE_MENTION": 1, "FINALIST": 1}
    assert preview.mail_count == 3
    assert preview.certificate_count == 3
    assert [outcome.application_id for outcome in preview.without_recipients] == [unattended.pk]
    assert list(preview.by_kind()) == ["LAUREATE", "HONOURABLE_MENTION", "FINALIST", "NOT_SELECTED"]


def test_everybody_who_acts_for_the_unit_is_told_once_in_their_language(edition):
    unit = Application.objects.get(state="LAUREATE").unit
    english = factories.make_member(unit, language="en")
    gone = factories.make_member(unit)
    gone.is_active = False
    gone.save()
    second = makers.decided(edition, "FINALIST", unit=unit)
    publish(edition)
    told = OutboxMessage.objects.filter(kind="announced_laureate")
    assert told.count() == 2 + 1  # its two members, and the one made with the second entry
    assert told.get(recipient=english.email).language == "en"
    assert not told.filter(recipient=gone.email).exists()
    assert OutboxMessage.objects.filter(subject_key=f"application:{second.pk}").count() == 3


def test_the_number_of_statements_does_not_grow_with_the_edition():
    counts = []
    for finalists in (1, 3):
        edition, _chair = makers.deciding_edition()
        for _number in range(finalists):
            makers.decided(edition, "LAUREATE")
        officer = factories.make_officer()
        shown = announcing.token(edition, officer, preview=preview_announcement(edition))
        with CaptureQueriesContext(connection) as queries:
            announce(actor=officer, edition_id=edition.pk, shown=shown)
        counts.append(len([query for query in queries if "SAVEPOINT" not in query["sql"]]))
    assert counts[0] == counts[1]
    # A third of them compare what is published with what was sealed; two read names of domains and of groups.
    assert counts[0] <= 53
