"""Amendments: open, numbered, with a reason; and what may no longer change."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from common.canonical import sha256_of
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from contest import services
from contest.queries import rules_of, version_history
from contest.rules import RowChange, Section, SectionChange
from contest.workflow import Phase
from notifications.models import OutboxMessage
from notifications.rendering import render_mail
from tests import factories
from tests.contest.editions import changed, preparation, reread, unchanged

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return factories.make_officer()


@pytest.fixture
def edition(officer):
    """With its call open and its rules locked as version 1."""
    edition = preparation(formal_review_until=timezone.localdate() + timedelta(days=30))
    services.publish_call(actor=officer, edition_id=edition.pk, expected_sha256=sha256_of(rules_of(edition)))
    return reread(edition)


def preview(edition, section, change, actor, revision=None):
    return services.preview_amendment(
        actor=actor,
        edition_id=edition.pk,
        section=section,
        revision=revision or reread(edition).revision,
        change=change,
    )


def amend(edition, section, change, actor, reason="Prośba gmin.", sha256=None):
    sha256 = sha256 or preview(edition, section, change, actor).sha256
    return services.publish_amendment(
        actor=actor,
        edition_id=edition.pk,
        section=section,
        revision=reread(edition).revision,
        change=change,
        reason=reason,
        expected_sha256=sha256,
    )


def later(edition, **delta):
    return changed(edition, Section.CALENDAR, submission_deadline=edition.submission_deadline + timedelta(**delta))


def test_a_preview_tells_the_differences_and_changes_nothing(edition, officer):
    before = rules_of(edition)
    shown = preview(edition, Section.DATA, changed(edition, Section.DATA, theme="kultura"), officer)
    assert [(line.before, line.after) for line in shown.differences] == [("usługi społeczne", "kultura")]
    assert rules_of(reread(edition)) == before
    assert reread(edition).revision == edition.revision
    assert edition.rules_versions.count() == 1


def test_an_amendment_is_a_numbered_version_with_reason_digest_and_journal(edition, officer):
    version = amend(edition, Section.CALENDAR, later(edition, days=7), officer, reason=" Prośba gmin. ")
    after = reread(edition)
    assert (version.number, version.reason) == (2, "Prośba gmin.")
    assert after.submission_deadline == edition.submission_deadline + timedelta(days=7)
    assert version.sha256 == after.locked_sha256 == sha256_of(rules_of(after))
    assert version.sha256 != edition.locked_sha256
    assert after.phase == Phase.CALL
    entry = JournalEntry.objects.get(action="edition.amend_rules")
    assert entry.data == {"section": "kalendarz", "number": 2, "rules_sha256": version.sha256}
    assert [len(item.changes) for item in version_history(after)] == [1, 0]


def test_active_members_of_the_jury_get_mail_in_their_language(edition, officer):
    edition.title_en = "The 2026 edition"
    edition.save()
    english = factories.make_juror(edition, user=factories.make_user(language="en"))
    polish = factories.make_juror(edition)
    factories.make_juror(edition, is_active=False)
    amend(edition, Section.DATA, changed(edition, Section.DATA, theme="kultura"), officer)
    messages = {message.recipient: message for message in OutboxMessage.objects.filter(kind="rules_amended")}
    assert set(messages) == {english.user.email, polish.user.email}
    assert messages[english.user.email].context["edition"] == "The 2026 edition"
    assert messages[polish.user.email].context["edition"] == edition.title
    mail = render_mail(kind="rules_amended", language="pl", context=messages[polish.user.email].context)
    for text in (mail.text, mail.html):
        assert f"/edycje/{edition.slug}/#regulamin" in text
        assert "Prośba gmin." in text
    assert edition.title in mail.subject


def test_an_amendment_needs_a_reason(edition, officer):
    with pytest.raises(Invalid):
        amend(edition, Section.DATA, changed(edition, Section.DATA, theme="kultura"), officer, reason=" ")
    assert reread(edition).theme == edition.theme


def test_an_amendment_that_changes_nothing_is_refused(edition, officer):
    for section in (Section.DATA, Section.CRITERIA):
        with pytest.raises(Invalid):
            preview(edition, section, unchanged(edition, section), officer)


def test_rules_changed_since_the_preview_are_not_published(edition, officer):
    change = changed(edition, Section.DATA, theme="kultura")
    with pytest.raises(Conflict):
        amend(edition, Section.DATA, change, officer, sha256="0" * 64)
    assert reread(edition).theme == edition.theme


def test_a_form_filled_in_on_an_older_state_is_refused(edition, officer):
    amend(edition, Section.DATA, changed(edition, Section.DATA, theme="kultura"), officer)
    with pytest.raises(Conflict):
        preview(edition, Section.DATA, changed(edition, Section.DATA, theme="x"), officer, revision=edition.revision)


@pytest.mark.parametrize("roles", [(), (Role.AUDITOR,)])
def test_only_an_officer_amends(edition, officer, roles):
    with pytest.raises(NotPermitted):
        preview(edition, Section.DATA, changed(edition, Section.DATA, theme="x"), factories.make_user("", *roles))


# --- What may no longer change ------------------------------------------------------------------
def test_weights_change_before_scoring_only_with_a_sum_of_100(edition, officer):
    rows = {row.values["code"]: dict(row.values, pk=row.pk) for row in unchanged(edition, Section.CRITERIA).rows}
    rows["INNOVATION"]["weight"] = 25

    def change():
        found = tuple(RowChange(row["pk"], {k: v for k, v in row.items() if k != "pk"}) for row in rows.values())
        return SectionChange(unchanged(edition, Section.CRITERIA).fields, found)

    with pytest.raises(Invalid):
        preview(edition, Section.CRITERIA, change(), officer)
    rows["EFFICIENCY"]["weight"] = 15
    amend(edition, Section.CRITERIA, change(), officer)
    assert reread(edition).criteria.get(code="INNOVATION").weight == 25


@pytest.mark.parametrize("phase", [Phase.SCORING, Phase.VISITS, Phase.DECISION])
def test_criteria_do_not_change_once_scoring_has_opened(phase, officer):
    edition = factories.make_edition(phase)
    with pytest.raises(Conflict):
        preview(edition, Section.CRITERIA, changed(edition, Section.CRITERIA, finalist_threshold=50), officer)


def test_a_domain_used_in_an_entry_stays(edition, officer):
    used = edition.domains.first()
    factories.make_application(edition, domain=used)
    rows = [RowChange(row.pk, row.values, delete=row.pk == used.pk) for row in unchanged(edition, Section.DOMAINS).rows]
    with pytest.raises(Conflict, match=used.name):
        preview(edition, Section.DOMAINS, SectionChange(rows=tuple(rows)), officer)


def test_an_amendment_may_not_leave_the_edition_without_a_domain(edition, officer):
    rows = [RowChange(row.pk, row.values, delete=True) for row in unchanged(edition, Section.DOMAINS).rows]
    with pytest.raises(Invalid):
        preview(edition, Section.DOMAINS, SectionChange(rows=tuple(rows)), officer)


# --- Dates --------------------------------------------------------------------------------------
@pytest.mark.parametrize(("seconds", "allowed"), [(-60, False), (60, True)])
def test_the_deadline_moves_only_to_a_later_moment(edition, officer, seconds, allowed):
    change = later(edition, seconds=seconds)
    if allowed:
        assert preview(edition, Section.CALENDAR, change, officer)
    else:
        with pytest.raises(Invalid):
            preview(edition, Section.CALENDAR, change, officer)


@pytest.mark.parametrize(("seconds", "allowed"), [(-1, True), (0, True), (1, False)])
def test_the_deadline_does_not_move_once_it_has_passed(edition, officer, time_machine, seconds, allowed):
    time_machine.move_to(edition.submission_deadline + timedelta(seconds=seconds), tick=False)
    change = later(edition, days=1)
    if allowed:
        assert preview(edition, Section.CALENDAR, change, officer)
    else:
        with pytest.raises(Invalid):
            preview(edition, Section.CALENDAR, change, officer)


def test_the_deadline_does_not_move_once_the_call_is_closed(officer):
    edition = factories.make_edition(Phase.FORMAL_REVIEW)
    with pytest.raises(Invalid):
        preview(edition, Section.CALENDAR, later(edition, days=1), officer)


@pytest.mark.parametrize(("days", "allowed"), [(0, True), (1, False)])
def test_another_date_moves_until_its_day_is_over(edition, officer, time_machine, days, allowed):
    review = edition.formal_review_until
    time_machine.move_to(timezone.now() + timedelta(days=30 + days), tick=False)
    change = changed(edition, Section.CALENDAR, formal_review_until=review + timedelta(days=10))
    if allowed:
        assert preview(edition, Section.CALENDAR, change, officer)
    else:
        with pytest.raises(Invalid):
            preview(edition, Section.CALENDAR, change, officer)


@pytest.mark.parametrize("values", [
    {"submission_deadline": None},
    {"formal_review_until": None},
    {"call_announced_on": None},
])  # fmt: skip
def test_a_published_date_is_not_removed(edition, officer, values):
    with pytest.raises(Invalid):
        preview(edition, Section.CALENDAR, changed(edition, Section.CALENDAR, **values), officer)


def test_the_day_of_announcement_does_not_move(officer):
    edition = factories.make_edition(call_announced_on=timezone.localdate())
    change = changed(edition, Section.CALENDAR, call_announced_on=timezone.localdate() + timedelta(days=1))
    with pytest.raises(Invalid):
        preview(edition, Section.CALENDAR, change, officer)


def test_a_date_not_set_before_may_be_added(edition, officer):
    change = changed(edition, Section.CALENDAR, decision_on=edition.formal_review_until + timedelta(days=60))
    shown = preview(edition, Section.CALENDAR, change, officer)
    assert [line.before for line in shown.differences] == ["—"]


def test_people_of_units_with_an_entry_are_told_of_an_amendment(edition, officer):
    entry = factories.make_application(edition)
    told = factories.make_member(entry.unit)
    factories.make_member(factories.make_unit())  # of a unit without an entry
    amend(edition, Section.DATA, changed(edition, Section.DATA, theme="kultura"), officer)
    (message,) = OutboxMessage.objects.filter(kind="rules_amended_applicant")
    assert message.recipient == told.email
    mail = render_mail(kind=message.kind, language="pl", context=message.context)
    assert f"/edycje/{edition.slug}/#regulamin" in mail.text
