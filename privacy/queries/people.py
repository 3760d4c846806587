"""One person, by account and address: what holds them, and where they are named."""

import json

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.html import escape
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application, ApplicationVersion
from applications.workflow import State
from contest.models import Edition, JuryMember
from contest.phases import PHASES, Activity
from notifications.models import OutboxMessage
from practices.models import PracticeContact
from privacy.permissions import Tie

# Entries that nobody waits for any more, or that nobody but their authors ever saw.
SETTLED = (State.DRAFT, State.WITHDRAWN, State.DISQUALIFIED)


def addresses_of(email: str, person: User | None) -> list[str]:
    """Every address that is proved to be the person's, in lower case; a contact person may have no account.

    Anybody may add somebody else's address to their account; not confirmed, it stands for nobody.
    """
    found = {email.strip().lower()}
    if person is not None:
        confirmed = EmailAddress.objects.filter(user=person, verified=True)
        found |= {person.email, *(row.email.lower() for row in confirmed)}
    return sorted(found)


def open_ties(email: str, person: User | None) -> list[Tie]:
    """Running editions that cannot do without this person: their sent entries, their seat on the jury."""
    running = Edition.objects.exclude(phase__in=PHASES[Activity.SHOW_RESULTS])
    mine = Q(contact_email__in=addresses_of(email, person))
    if person is not None:
        sent = ApplicationVersion.objects.filter(submitted_by=person).values("application")
        mine |= Q(created_by=person) | Q(pk__in=sent)
    entries = Application.objects.filter(mine, edition__in=running).exclude(state__in=SETTLED)
    ties = [
        Tie(_("an entry sent by this person, or naming them as the contact,"), str(e), e.announcement_on)
        for e in _editions(entries)
    ]
    if person is not None:
        seats = JuryMember.objects.filter(user=person, is_active=True, edition__in=running)
        seated = Edition.objects.filter(pk__in=seats.values("edition"))
        ties += [Tie(_("a seat on the jury"), str(e), e.announcement_on) for e in seated]
    return ties


def _editions(entries: QuerySet[Application]) -> QuerySet[Edition]:
    return Edition.objects.filter(pk__in=entries.values("edition"))


def contact_entries(addresses: list[str]) -> QuerySet[Application]:
    """Entries of closed editions, and drafts, that name the person as contact, in the form or in a sent version."""
    in_versions = Q(pk__in=ApplicationVersion.objects.filter(_named_in_content(addresses)).values("application"))
    named = Q(contact_email__in=addresses) | in_versions
    return Application.objects.filter(named).filter(
        Q(edition__phase__in=PHASES[Activity.SHOW_RESULTS]) | Q(state__in=SETTLED)
    )


def _named_in_content(addresses: list[str]) -> Q:
    named = Q()
    for address in addresses:
        named |= Q(content__contact_email=address)
    return named


def published_contacts(addresses: list[str]) -> QuerySet[PracticeContact]:
    named = Q()
    for address in addresses:
        named |= Q(email__iexact=address)
    return PracticeContact.objects.filter(named).order_by("pk")


def their_mail(person: User | None, addresses: list[str]) -> QuerySet[OutboxMessage]:
    """Mail to the person, about their memberships, or naming their address.

    Not by name: people choose it themselves, and one like "Samorządowy Lider" stands in everybody's mail.
    """
    keys = [f"membership:{pk}" for pk in person.memberships.values_list("pk", flat=True)] if person else []
    rows = OutboxMessage.objects.annotate(said=Cast("context", TextField()))
    asked = Q(recipient__in=addresses) | Q(subject_key__in=keys)
    for text in _spellings(addresses):
        asked |= Q(subject__icontains=text) | Q(text__icontains=text) | Q(html__icontains=text)
        asked |= Q(said__icontains=text) | Q(last_error__icontains=text)
    return rows.filter(asked)


def _spellings(addresses: list[str]) -> set[str]:
    """As text, as HTML and as JSON say it."""
    texts = set(addresses)
    return texts | {escape(text) for text in texts} | {json.dumps(text)[1:-1] for text in texts}
