"""An edition whose call is open, its applicants, and a finished draft of each."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from applications.models import Application
from applications.workflow import State
from contest.models import Edition
from contest.workflow import Phase
from scripts.bench import seed_entries, seed_people


@transaction.atomic
def make(count: int) -> tuple[Edition, list[User], list[Application]]:
    now = timezone.now()
    people = seed_people.make()
    edition = Edition.objects.create(
        slug="rush",
        year=2027,
        phase=Phase.CALL,
        title="Samorządowy Lider Zarządzania 2027",
        theme="usługi społeczne",
        call_announced_on=timezone.localdate(now) - timedelta(days=90),
        submission_deadline=now + timedelta(days=1),
    )
    seed_entries.rules(edition)
    drafts = seed_entries.make(edition, people, 0, count, lambda _number: State.DRAFT)
    return edition, people.members[:count], drafts


def set_deadline(edition: Edition, deadline: datetime) -> None:
    Edition.objects.filter(pk=edition.pk).update(submission_deadline=deadline)
