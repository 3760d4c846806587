"""The moment results become public. It lives here, in the uppermost app of the contest, because it makes
awards, certificates, mail AND records of the base in one transaction, and lower apps never call up."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from awards.models import Announcement
from awards.queries.announcement import AnnouncementPreview, Outcome, preview_announcement
from awards.services.announcement import announce
from common.errors import Invalid
from common.web.typed_word import is_word, refusal
from contest.models import Edition
from practices.services.publish import publish_from_awards, submitted_versions

WORD = gettext_lazy("ANNOUNCE")


@dataclass(frozen=True, slots=True)
class Preview:
    """What announcing would do: awards, certificates and mail, and which awarded entries enter the base."""

    results: AnnouncementPreview
    published: list[Outcome]
    not_published: list[Outcome]  # their submitted version lacks the consent to reuse

    @property
    def ready(self) -> bool:
        return not self.results.problems


def preview(edition: Edition) -> Preview:
    """The same number of queries for three entries and for three hundred."""
    results = preview_announcement(edition)
    versions = submitted_versions([outcome.application_id for outcome in results.awarded])
    published: list[Outcome] = []
    held: list[Outcome] = []
    for outcome in results.awarded:
        version = versions.get(outcome.application_id)
        consents = bool(version and version.content.get("licence_consent"))
        (published if consents else held).append(outcome)
    return Preview(results, published, held)


@transaction.atomic
def announce_edition(*, actor: User, edition_id: int, typed_word: str, shown: str | None = None) -> Announcement:
    """Announce and publish, all or nothing. The typed word says that the organiser means it."""
    if not is_word(typed_word, WORD):
        raise Invalid(refusal(WORD))
    announcement = announce(actor=actor, edition_id=edition_id, shown=shown)
    practices = publish_from_awards(actor=actor, edition=announcement.edition)
    announcement.counts = announcement.counts | {"practices": len(practices)}
    announcement.save(update_fields=["counts"])
    return announcement
