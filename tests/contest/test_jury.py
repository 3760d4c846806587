"""Members of the jury: who may be one, when they change, when they go."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Role
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from contest import services
from contest.models import JuryMember, JuryRole
from contest.workflow import Phase
from jury.models import Assignment
from tests import factories

pytestmark = pytest.mark.django_db


def add(edition, person=None, role=JuryRole.JUROR, actor=None, **units):
    return services.add_jury_member(
        actor=actor or factories.make_officer(),
        edition_id=edition.pk,
        person=person or factories.make_user(),
        role=role,
        employer=units.get("employer"),
        residence=units.get("residence"),
    )


def update(member, actor=None, **values):
    fields = {"role": member.role, "employer": member.employer, "residence": member.residence, "is_active": True}
    return services.update_jury_member(
        actor=actor or factories.make_officer(), member_id=member.pk, **{**fields, **values}
    )


def test_an_appointment_keeps_units_and_is_in_the_journal_without_a_name():
    edition, unit = factories.make_edition(), factories.make_unit()
    member = add(edition, person=factories.make_user("Jan Tajny"), employer=unit)
    assert (member.employer, member.residence, member.is_active) == (unit, None, True)
    entry = JournalEntry.objects.get(action="edition.add_juror")
    assert entry.data == {"person": member.user_id, "role": "JUROR", "is_active": True}


def test_an_officer_is_never_on_a_jury():
    edition = factories.make_edition()
    with pytest.raises(Invalid):
        add(edition, person=factories.make_officer())
    assert not edition.jury.exists()


def test_a_person_is_appointed_once():
    edition = factories.make_edition()
    member = add(edition)
    with pytest.raises(Conflict):
        add(edition, person=member.user)


def test_a_jury_has_one_chair_at_a_time():
    edition = factories.make_edition()
    chair = add(edition, role=JuryRole.CHAIR)
    juror = add(edition)
    with pytest.raises(Invalid):
        add(edition, role=JuryRole.CHAIR)
    with pytest.raises(Invalid):
        update(juror, role=JuryRole.CHAIR)
    update(chair, is_active=False)
    assert update(juror, role=JuryRole.CHAIR).role == JuryRole.CHAIR
    with pytest.raises(Invalid):
        update(chair, is_active=True)


def test_the_database_itself_refuses_a_second_chair():
    edition = factories.make_edition()
    factories.make_juror(edition, JuryRole.CHAIR)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_juror(edition, JuryRole.CHAIR)


def test_a_chair_may_be_saved_again():
    chair = factories.make_juror(factories.make_edition(), JuryRole.CHAIR)
    assert update(chair, employer=factories.make_unit()).employer is not None


@pytest.mark.parametrize(
    "act", [add, update, lambda member, actor: services.remove_jury_member(actor=actor, member_id=member.pk)]
)
@pytest.mark.parametrize("roles", [(), (Role.AUDITOR,)])
def test_only_an_officer_changes_the_jury(act, roles):
    edition = factories.make_edition()
    member = factories.make_juror(edition)
    with pytest.raises(NotPermitted):
        act(edition if act is add else member, actor=factories.make_user("", *roles))
    assert list(edition.jury.all()) == [member]


def test_a_member_without_entries_can_be_removed():
    member = factories.make_juror(factories.make_edition())
    services.remove_jury_member(actor=factories.make_officer(), member_id=member.pk)
    assert not JuryMember.objects.exists()
    assert JournalEntry.objects.get().action == "edition.remove_juror"


def test_a_member_who_was_given_an_entry_is_deactivated_instead():
    edition = factories.make_edition(Phase.FORMAL_REVIEW)
    member = factories.make_juror(edition)
    application = factories.make_application(edition, state="ELIGIBLE")
    Assignment.objects.create(application=application, juror=member, unit=application.unit, assigned_at=timezone.now())
    with pytest.raises(Conflict):
        services.remove_jury_member(actor=factories.make_officer(), member_id=member.pk)
    assert not JournalEntry.objects.exists()
    assert update(member, is_active=False).is_active is False


@pytest.mark.parametrize("phase", [Phase.SCORING, Phase.VISITS, Phase.DECISION])
def test_once_scoring_has_opened_nobody_is_removed(phase):
    member = factories.make_juror(factories.make_edition(phase))
    with pytest.raises(Conflict):
        services.remove_jury_member(actor=factories.make_officer(), member_id=member.pk)


@pytest.mark.parametrize("phase", [Phase.ANNOUNCED, Phase.ARCHIVED])
def test_the_jury_of_an_announced_edition_does_not_change(phase):
    edition = factories.make_edition(phase)
    member = factories.make_juror(edition)
    with pytest.raises(Conflict):
        add(edition)
    with pytest.raises(Conflict):
        update(member, is_active=False)
