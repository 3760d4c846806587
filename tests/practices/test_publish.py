"""From awards to records: snapshots, consents, exactly one an award, constant work."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from awards.models import Award
from common.errors import Conflict, NotPermitted
from common.models import JournalEntry
from contest.models import Edition
from contest.workflow import Phase
from practices.filters import Filters
from practices.models import Practice, PracticeAttachment
from practices.queries import search
from practices.services import publish_announced
from tests.factories import make_application, make_attachment, make_edition, make_officer, make_unit, make_user
from tests.practices.makers import make_version

pytestmark = pytest.mark.django_db


def make_award(edition: Edition, kind: str = "LAUREATE", *, version: dict | None = None, **fields: object) -> Award:
    """An award of an announced edition with its entry and the version that was submitted."""
    entry = make_application(edition, make_unit(), state=kind, **fields)
    make_version(entry, **(version or {}))
    return Award.objects.create(
        edition=edition,
        application=entry,
        kind=kind,
        unit=entry.unit,
        unit_name=entry.unit.official_name,
        title=entry.title,
        domain=entry.domain,
        justification="Dobrze uzasadnione.",
    )


@pytest.fixture
def edition() -> Edition:
    return make_edition(Phase.ANNOUNCED, announced_at=timezone.now())


@pytest.mark.parametrize("kind", ["LAUREATE", "HONOURABLE_MENTION", "SPECIAL_MENTION", "FINALIST"])
def test_every_kind_of_award_enters_the_base_with_its_provenance(edition: Edition, kind: str) -> None:
    award = make_award(edition, kind, title="Budżet w szkołach", tools=["CAF", "unknown", "CAF"])
    assert publish_announced(edition_id=edition.pk) == 1
    practice = Practice.objects.get()
    assert (practice.award, practice.award_kind, practice.edition_slug) == (award, kind, edition.slug)
    assert practice.edition_title == edition.title
    assert practice.application_version == 1
    assert practice.justification == "Dobrze uzasadnione."
    assert practice.title == "Budżet w szkołach"
    assert practice.slug == "budzet-w-szkolach"
    assert practice.section == "SOCIAL"
    assert practice.unit == award.unit
    assert practice.unit_type == award.unit.kind
    assert practice.voivodeship == award.unit.voivodeship
    assert practice.implemented_on == date(2020, 1, 1)
    assert practice.licence == "CC BY 4.0"
    assert practice.added_on == timezone.localdate()
    assert [tool.code for tool in practice.tools.all()] == ["CAF"]


def test_the_record_is_made_of_what_was_submitted_not_of_the_live_entry(edition: Edition) -> None:
    award = make_award(edition, title="Jak złożono", version={"goals": "Cele złożone"})
    award.application.title, award.application.goals = "Zmieniono później", "Cele zmienione"
    award.application.save()
    publish_announced(edition_id=edition.pk)
    practice = Practice.objects.get()
    assert (practice.title, practice.goals) == ("Jak złożono", "Cele złożone")


def test_the_newest_version_counts(edition: Edition) -> None:
    award = make_award(edition, title="Pierwsza")
    make_version(award.application, title="Druga")
    publish_announced(edition_id=edition.pk)
    assert Practice.objects.get().title == "Druga"
    assert Practice.objects.get().application_version == 2


def test_without_the_consent_in_the_submitted_version_nothing_is_published(edition: Edition) -> None:
    award = make_award(edition, version={"licence_consent": False})
    assert award.application.licence_consent, "the live entry consents; the version does not"
    assert publish_announced(edition_id=edition.pk) == 0


def test_a_contact_person_appears_only_with_their_own_consent(edition: Edition) -> None:
    make_award(edition, title="Ze zgodą")
    make_award(edition, title="Bez zgody", version={"contact_consent": False})
    publish_announced(edition_id=edition.pk)
    with_consent, without = Practice.objects.get(title="Ze zgodą"), Practice.objects.get(title="Bez zgody")
    assert [(person.name, person.position) for person in with_consent.contacts.all()] == [
        ("Jan Przykładowy", "inspektor")
    ]
    assert with_consent.contacts.get().consented_at is not None
    assert not without.contacts.exists()


def test_describing_documents_share_the_stored_file_and_formal_ones_stay_out(edition: Edition) -> None:
    entry = make_application(edition, make_unit(), state="LAUREATE")
    formal = make_attachment(entry, requirement=edition.attachment_requirements.get(), name="oswiadczenie.pdf")
    shown = make_attachment(entry, name="prezentacja.pdf", description="Slajdy")
    make_version(entry)
    late = make_attachment(entry, name="po-terminie.pdf")
    Award.objects.create(edition=edition, application=entry, kind="LAUREATE", unit=entry.unit, unit_name="x")
    publish_announced(edition_id=edition.pk)
    published = PracticeAttachment.objects.get()
    assert published.file.name == shown.file.name
    assert (published.name, published.description, published.sha256) == ("prezentacja.pdf", "Slajdy", shown.sha256)
    assert formal.file.name != published.file.name != late.file.name


def test_a_second_run_makes_nothing_more(edition: Edition) -> None:
    make_award(edition)
    assert publish_announced(edition_id=edition.pk) == 1
    assert publish_announced(edition_id=edition.pk) == 0
    assert Practice.objects.count() == 1


def test_historical_awards_have_no_text_and_make_no_record(edition: Edition) -> None:
    Award.objects.create(edition=edition, kind="LAUREATE", unit=make_unit(), unit_name="miasto Ełk")
    assert publish_announced(edition_id=edition.pk) == 0


def test_nothing_is_published_before_the_announcement() -> None:
    edition = make_edition(Phase.DECISION)
    make_award(edition)
    with pytest.raises(Conflict):
        publish_announced(edition_id=edition.pk)
    assert not Practice.objects.exists()


def test_only_an_organiser_may_publish_by_hand(edition: Edition) -> None:
    make_award(edition)
    with pytest.raises(NotPermitted):
        publish_announced(edition_id=edition.pk, actor=make_user())
    assert publish_announced(edition_id=edition.pk, actor=make_officer()) == 1


def test_unknown_population_stays_unknown(edition: Edition) -> None:
    make_award(edition, version={"population": 0})
    publish_announced(edition_id=edition.pk)
    assert Practice.objects.get().population is None


def test_published_records_are_found_at_once_and_written_in_the_journal(edition: Edition) -> None:
    make_award(edition, title="Muzeum w remizie")
    publish_announced(edition_id=edition.pk)
    practice = Practice.objects.get()
    assert list(search(Filters(q="remiza"))) == [practice]
    entry = JournalEntry.objects.get(action="practice.publish")
    assert (entry.target_id, entry.edition_id, entry.actor_id) == (practice.pk, edition.pk, None)
    assert "Jan" not in str(entry.data)


def test_a_demonstration_edition_makes_marked_examples() -> None:
    edition = make_edition(Phase.ANNOUNCED, is_demo=True)
    make_award(edition)
    publish_announced(edition_id=edition.pk)
    assert Practice.objects.get().is_example


def test_the_number_of_statements_does_not_grow_with_the_awards() -> None:
    def statements(count: int) -> int:
        edition = make_edition(Phase.ANNOUNCED)
        for _ in range(count):
            make_attachment(make_award(edition).application)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert publish_announced(edition_id=edition.pk) == count
        return len(captured)

    assert statements(2) == statements(12) <= 22  # two of them compare what is published with what was sealed


def test_the_database_refuses_a_second_record_of_one_award(edition: Edition) -> None:
    from django.db import IntegrityError, transaction

    make_award(edition)
    publish_announced(edition_id=edition.pk)
    practice = Practice.objects.get()
    practice.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        practice.save(force_insert=True)
