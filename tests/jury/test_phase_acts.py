"""Acts of the jury that move an edition: each is its organiser's or its chair's and nobody else's."""

import pytest

from accounts.models import Role
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from contest.models import Edition, JuryRole
from contest.workflow import Phase
from jury import services
from tests.factories import make_edition, make_juror, make_officer, make_user
from tests.jury.helpers import add_entry, make_jury

pytestmark = pytest.mark.django_db

ACTS = {
    "open_scoring": (Phase.FORMAL_REVIEW, "officer", {}),
    "close_scoring": (Phase.SCORING, "chair", {}),
    "reopen_scoring": (Phase.VISITS, "chair", {"reason": "Błąd w karcie.", "entry_ids": []}),
    "begin_decision": (Phase.VISITS, "chair", {}),
}


@pytest.mark.parametrize("act", ACTS)
def test_each_act_is_refused_to_everybody_else(act):
    phase, whose, more = ACTS[act]
    edition = make_edition(phase)
    chair, officer = make_juror(edition, JuryRole.CHAIR).user, make_officer()
    strangers = [
        make_user(),
        make_user("", Role.AUDITOR),
        make_juror(edition).user,
        make_juror(make_edition(), JuryRole.CHAIR).user,
        make_juror(edition, JuryRole.CHAIR, is_active=False).user,
        officer if whose == "chair" else chair,
    ]
    for person in strangers:
        with pytest.raises(NotPermitted):
            getattr(services, act)(actor=person, edition_id=edition.pk, **more)
    assert Edition.objects.get(pk=edition.pk).phase == phase
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize("act", ACTS)
def test_each_act_is_refused_in_every_other_phase(act):
    wanted, whose, more = ACTS[act]
    for phase in set(Phase) - {wanted, Phase.SCORING if act == "open_scoring" else wanted}:
        edition = make_edition(phase)
        actor = make_officer() if whose == "officer" else make_juror(edition, JuryRole.CHAIR).user
        with pytest.raises(Conflict):
            getattr(services, act)(actor=actor, edition_id=edition.pk, **more)
        assert Edition.objects.get(pk=edition.pk).phase == phase


def test_opening_the_scoring_writes_one_entry_about_the_edition():
    jury = make_jury(entries=0, phase=Phase.FORMAL_REVIEW)
    add_entry(jury.edition, state="ELIGIBLE")
    services.open_scoring(actor=jury.officer, edition_id=jury.edition.pk)
    moves = JournalEntry.objects.filter(target_type="contest.edition")
    assert [(row.action, row.data) for row in moves] == [
        ("edition.open_scoring", {"before": "FORMAL_REVIEW", "after": "SCORING"})
    ]


def test_scoring_is_opened_again_only_with_a_reason():
    edition = make_edition(Phase.VISITS)
    chair = make_juror(edition, JuryRole.CHAIR).user
    with pytest.raises(Invalid):
        services.reopen_scoring(actor=chair, edition_id=edition.pk, reason="  ", entry_ids=[])
    assert Edition.objects.get(pk=edition.pk).phase == Phase.VISITS
