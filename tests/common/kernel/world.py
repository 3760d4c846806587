"""An announced edition with everything the results rest on, made by the services but for what came before them."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from applications.models import Appeal, AppealStatus, CompletionRequest, EligibilityCheck, FormalCriterion
from awards.services import JuryVerdict, build_due, close_session, decide, open_session
from common.kernel.baseline import seal_baseline
from common.sealing import seal_entries
from contest.models import Edition, RulesVersion
from contest.workflow import Phase
from jury import services as jury_services
from jury.models import ScoringRound
from jury.services import recuse
from notifications.services import deliver_due
from practices.services import announce_edition
from tests.factories import make_attachment, make_juror, make_member, make_rendition
from tests.jury.helpers import Jury, assign, scored_jury

WORD = "OGŁASZAM"


@dataclass
class World:
    jury: Jury

    @property
    def edition(self) -> Edition:
        return Edition.objects.get(pk=self.jury.edition.pk)


def scored_world() -> World:
    """Two entries whose sheets are closed, sealed by a baseline; a recusal made after it."""
    jury = scored_jury((9, 8), (7, 7))
    entry = jury.entries[0]
    make_member(entry.unit)
    attachment = make_attachment(entry)
    make_rendition(attachment)
    version = entry.versions.get()
    content = version.content | {
        "attachments": [
            {
                "id": attachment.pk,
                "name": attachment.name,
                "description": "",
                "media_type": attachment.media_type,
                "size": attachment.size,
                "sha256": attachment.sha256,
                "requirement": None,
            }
        ]
    }
    _replace_content(version, content)
    now = timezone.now()
    EligibilityCheck.objects.create(version=version, criterion=FormalCriterion.SIGNED, met=True, checked_at=now)
    CompletionRequest.objects.create(
        application=entry, points=[], message="Proszę o podpis.", due_at=now, requested_at=now, answered_at=now
    )
    Appeal.objects.create(application=entry, text="Nie zgadzam się.", filed_at=now, status=AppealStatus.UPHELD)
    _publish_rules(jury.edition)
    other = make_juror(jury.edition)
    third = assign(jury.entries[1], other, declared=False)
    seal_baseline()
    recuse(actor=other.user, assignment_id=third.pk, ground="Znam wójta.")
    return World(jury)


def closed_world() -> World:
    world = scored_world()
    jury_services.close_scoring(actor=world.jury.chair.user, edition_id=world.edition.pk)
    return world


def decided_world() -> World:
    """The jury visited and decided; the announcement waits."""
    world = closed_world()
    jury, chair = world.jury, world.jury.chair.user
    round_ = ScoringRound.objects.get(edition=world.edition)
    entries = [entry.pk for entry in jury.entries]
    jury_services.shortlist(actor=chair, edition_id=world.edition.pk, round_id=round_.pk, finalist_ids=entries)
    day = timezone.localdate() - timedelta(days=1)
    visit = jury_services.plan_visit(
        actor=chair, application_id=entries[0], planned_on=day, visitor_ids=[jury.jurors[0].pk]
    )
    jury_services.record_visit(
        actor=chair, visit_id=visit.pk, visited_on=day, findings="Działa.", visitor_ids=[jury.jurors[0].pk]
    )
    jury_services.begin_decision(actor=chair, edition_id=world.edition.pk)
    session = open_session(
        actor=chair, edition_id=world.edition.pk, held_on=day, place="Poznań", attendee_ids=[jury.chair.pk]
    )
    for entry, kind in zip(entries, ("LAUREATE", "FINALIST"), strict=True):
        decide(actor=chair, session_id=session.pk, application_id=entry, verdict=JuryVerdict(kind, f"Bo {kind}."))
    close_session(actor=chair, session_id=session.pk, minutes="Obrady jawne.")
    return world


def announced_world() -> World:
    """Results are public, diplomas built, mail sent, the journal sealed."""
    world = decided_world()
    announce(world)
    build_due()
    deliver_due()
    seal_entries()
    assert world.edition.phase == Phase.ANNOUNCED
    return world


def announce(world: World) -> None:
    announce_edition(
        actor=world.jury.officer,
        edition_id=world.edition.pk,
        typed_word=WORD,
    )


def _replace_content(version, content) -> None:
    from common.canonical import sha256_of

    version.content, version.sha256 = content, sha256_of(content)
    version.save()


def _publish_rules(edition: Edition) -> None:
    from common.canonical import canonical_json, sha256_of
    from contest.queries import rules_of

    rules = rules_of(edition)
    RulesVersion.objects.create(
        edition=edition,
        number=1,
        canonical_json=canonical_json(rules),
        sha256=sha256_of(rules),
        published_at=timezone.now(),
    )
    Edition.objects.filter(pk=edition.pk).update(locked_sha256=sha256_of(rules))
