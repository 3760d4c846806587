"""The announcement: previewed with its recipients, then done once, in bulk, under the edition's lock."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application
from applications.queries import figures
from awards.facts import capitalised, roman
from awards.models import Announcement, Award
from awards.permissions import can_announce
from awards.queries import shown as pages
from awards.queries.announcement import NOT_SELECTED, AnnouncementPreview, Outcome, preview_announcement
from awards.sealed import what_announcing_rests_on
from awards.services.certificates import issue_diplomas
from awards.services.packages import keep_package
from common import journal
from common.errors import Conflict
from common.kernel.readable import readable
from common.kernel.seals import NotAsSealed
from contest.models import Edition
from contest.services import locked_edition, move_phase
from notifications.outbox_types import Message, Recipient
from notifications.services import enqueue_bulk


@transaction.atomic
def announce(*, actor: User, edition_id: int, shown: str | None = None) -> Announcement:
    """Make the results public: awards, pending certificates and mail as rows, in one transaction.

    `shown` is the token of what the organiser saw; anything that changed since, a recipient
    included, refuses the announcement. The number of statements does not grow with it.
    """
    edition = locked_edition(edition_id)
    can_announce(actor, edition).require()
    if Announcement.objects.filter(edition=edition).exists():
        raise Conflict(_("The results of this edition have already been announced."))
    _hold_entries(edition)
    with readable():
        preview = preview_announcement(edition)
    pages.announcing.require(shown, edition, actor, preview=preview)
    if preview.problems:
        raise Conflict(preview.problems[0])
    with readable():
        found = what_announcing_rests_on(edition)
    if found:
        raise NotAsSealed(found)
    edition.announced_at = timezone.now()
    move_phase(actor=actor, edition=edition, transition="announce")
    awards = _create_awards(edition, preview.awarded)
    diplomas = {diploma.award_id: diploma for diploma in issue_diplomas(edition=edition, awards=awards)}
    _enqueue_mail(edition, preview)
    counts: dict[str, Any] = {
        "awards": preview.award_counts,
        "mail": preview.mail_count,
        "certificates": len(awards),
    }
    published = figures.published_figures(edition)
    announcement = Announcement.objects.create(
        edition=edition,
        announced_at=edition.announced_at or timezone.now(),
        announced_by=actor,
        preview_sha256=preview.digest,
        counts=counts,
        figures=published.as_json(),
    )
    package = keep_package(edition, announcement)
    journal.record_bulk(
        [
            journal.draft_entry(
                actor=actor,
                action="award.publish",
                target=award,
                edition_id=edition.pk,
                facts=[award, diplomas[award.pk]],
                application=award.application_id,
                kind=str(award.kind),
            )
            for award in awards
        ]
    )
    journal.record(
        actor=actor,
        action="edition.publish_results",
        target=edition,
        edition_id=edition.pk,
        facts=[announcement, *([package] if package else [])],
        preview_sha256=preview.digest,
        figures=published.total,
        **counts,
    )
    return announcement


def _hold_entries(edition: Edition) -> None:
    """Nobody may move an entry between the check and the commit."""
    list(Application.objects.select_for_update().filter(edition=edition).order_by("pk").values_list("pk", flat=True))


def _create_awards(edition: Edition, outcomes: Sequence[Outcome]) -> list[Award]:
    return Award.objects.bulk_create(
        Award(
            edition=edition,
            application_id=outcome.application_id,
            kind=outcome.kind,
            unit_id=outcome.unit_id,
            unit_name=outcome.unit_name,
            title=outcome.title,
            domain=outcome.domain,
            group=outcome.group,
            place=outcome.place,
            ex_aequo=outcome.ex_aequo,
            special_title=outcome.special_title,
            justification=outcome.justification,
            justification_en=outcome.justification_en,
        )
        for outcome in outcomes
    )


def _enqueue_mail(edition: Edition, preview: AnnouncementPreview) -> None:
    """One mail kind at a time: laureates, mentions, finalists, and those who were not selected."""
    results_url = settings.SITE_URL + reverse("awards:results", args=[edition.slug])
    for kind, outcomes in preview.by_kind().items():
        messages = [
            Message(
                subject_key=f"application:{outcome.application_id}",
                recipient=Recipient(email, language),
                context={
                    "edition_title": edition.title,
                    "unit_name": capitalised(outcome.unit_name),
                    "title": outcome.title,
                    "number": outcome.number,
                    "place": roman(outcome.place),
                    "ex_aequo": outcome.ex_aequo,
                    "special_title": outcome.special_title,
                    "justification": outcome.justification,
                    "results_url": results_url,
                    "entry_url": settings.SITE_URL
                    + reverse("applications:applicant_detail", args=[outcome.application_id]),
                },
            )
            for outcome in outcomes
            for email, language in outcome.recipients
        ]
        enqueue_bulk(kind=mail_kind(kind), messages=messages, edition_id=edition.pk)


def mail_kind(kind: str) -> str:
    """The mail of an outcome: "announced_laureate", …, "announced_not_selected"."""
    return "announced_not_selected" if kind == NOT_SELECTED else f"announced_{kind.lower()}"
