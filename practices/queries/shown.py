"""What the pages that look after a record show; read again under the lock (ADR 72)."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from common.taxonomy import SECTION_BY_CODE
from common.web.shown import Fact, edited, irreversible
from practices.models import Practice, PracticeContact


@irreversible("practices.withdraw")
def withdrawing(practice: Practice, person: User) -> Iterator[Fact]:
    """The record as it stands, and the persons who disappear with it."""
    yield Fact("title", _("Title"), practice.title)
    yield from correcting_facts(practice)
    persons = sorted(practice.contacts.values_list("pk", "name"))
    names = ", ".join(name for _pk, name in persons)
    yield Fact("contacts", _("Contact persons"), [list(row) for row in persons], names)
    state = _("withdrawn") if practice.withdrawn_at else _("public")
    yield Fact("state", _("State"), practice.withdrawn_at, state)


def correcting_facts(practice: Practice) -> Iterator[Fact]:
    section = SECTION_BY_CODE.get(practice.section)
    yield Fact("section", _("Section of the base"), practice.section, str(section or practice.section))


@edited("practices.section")
def correcting(practice: Practice, person: User) -> Iterator[Fact]:
    yield from correcting_facts(practice)


@edited("practices.verified")
def verifying(practice: Practice, person: User) -> Iterator[Fact]:
    day = practice.verified_on
    yield Fact("verified_on", _("Checked to be true"), day, date_format(day, "DATE_FORMAT") if day else "")


@irreversible("practices.withdraw_contact")
def withdrawing_contact(contact: PracticeContact, person: User) -> Iterator[Fact]:
    named = [contact.name, contact.position]
    yield Fact("name", _("Contact person"), named, ", ".join(filter(None, named)))
    yield Fact("practice", _("Practice"), contact.practice.title)
