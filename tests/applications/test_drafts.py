import threading
import uuid
from datetime import timedelta

import pytest

from applications.models import Application, CompletionRequest
from applications.queries.applicant import fingerprint
from applications.sections import SECTION_BY_CODE
from applications.services.drafts import ChangedMeanwhile, save_section, start_application
from applications.workflow import State
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from contest.models import ComparisonGroup, Edition
from tests import factories
from tests.together import raised, together
from units.models import UnitKind

pytestmark = pytest.mark.django_db


def start(actor, edition, unit, **changes):
    values = {
        "domain_id": edition.domains.first().pk,
        "group_id": edition.groups.first().pk,
        "title": "Praktyka",
        "form_key": uuid.uuid4(),
    } | changes
    return start_application(actor=actor, edition_id=edition.pk, unit_id=unit.pk, **values)


def save(actor, application, section, *, seen=None, **values):
    page = SECTION_BY_CODE[section]
    current = {name: getattr(application, name) for name in page.fields}
    return save_section(
        actor=actor,
        application_id=application.pk,
        section=section,
        values=current | values,
        seen=fingerprint(application, page) if seen is None else seen,
    )


@pytest.fixture
def edition():
    return factories.make_edition()


@pytest.fixture
def unit():
    return factories.make_unit()


@pytest.fixture
def member(unit):
    return factories.make_member(unit)


class TestStarting:
    def test_a_member_starts_a_draft_and_the_journal_knows(self, edition, unit, member):
        application = start(member, edition, unit)
        assert application.state == State.DRAFT
        assert application.created_by == member
        entry = JournalEntry.objects.get(action="application.start")
        assert entry.target_id == application.pk
        assert "title" not in entry.data

    def test_the_same_form_sent_again_is_the_same_draft(self, edition, unit, member):
        key = uuid.uuid4()
        first = start(member, edition, unit, form_key=key)
        again = start(member, edition, unit, form_key=key, title="Inny")
        assert again.pk == first.pk
        assert Application.objects.count() == 1

    def test_who_does_not_act_for_the_unit_cannot_start(self, edition, unit):
        with pytest.raises(NotPermitted):
            start(factories.make_user(), edition, unit)

    @pytest.mark.parametrize("phase", ["PREPARATION", "FORMAL_REVIEW", "ANNOUNCED"])
    def test_only_an_open_call_takes_drafts(self, phase, unit, member):
        with pytest.raises(Conflict):
            start(member, factories.make_edition(phase=phase), unit)

    def test_after_the_deadline_nothing_is_started(self, edition, unit, member):
        Edition.objects.update(submission_deadline=edition.created_at - timedelta(seconds=2))
        with pytest.raises(Conflict):
            start(member, edition, unit)

    def test_a_domain_of_another_edition_is_refused(self, edition, unit, member):
        with pytest.raises(Invalid):
            start(member, edition, unit, domain_id=factories.make_edition().domains.first().pk)

    def test_a_group_that_does_not_take_the_unit_is_refused(self, edition, unit, member):
        group = ComparisonGroup.objects.create(edition=edition, name="powiaty", unit_kinds=[UnitKind.COUNTY])
        with pytest.raises(Invalid):
            start(member, edition, unit, group_id=group.pk)
        with pytest.raises(Invalid):
            start(member, edition, unit, group_id=factories.make_edition().groups.first().pk)

    def test_the_limit_counts_standing_entries_of_the_unit(self, edition, unit, member):
        Edition.objects.filter(pk=edition.pk).update(entries_per_unit=2)
        factories.make_application(edition, unit, state=State.WITHDRAWN)
        factories.make_application(edition, factories.make_unit())
        start(member, edition, unit)
        start(member, edition, unit)
        with pytest.raises(Conflict):
            start(member, edition, unit)

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("locked", [True, False])
    def test_eight_clicks_at_once_keep_the_limit(self, locked, edition, unit, member, monkeypatch):
        """Negative control: without the unit's lock more than one gets through."""
        Edition.objects.filter(pk=edition.pk).update(entries_per_unit=1)
        if not locked:
            monkeypatch.setattr(
                "applications.services.drafts.lock_row", lambda queryset, **lookup: queryset.get(**lookup)
            )
        create = Application.objects.create
        monkeypatch.setattr(
            Application.objects, "create", lambda **fields: (threading.Event().wait(0.2), create(**fields))[1]
        )
        outcomes = together(*[lambda: start(member, edition, unit)] * 8)
        assert {type(error) for error in raised(outcomes)} <= {Conflict}
        assert (Application.objects.count() == 1) is locked


class TestSaving:
    def test_an_incomplete_page_is_kept(self, edition, unit, member):
        application = start(member, edition, unit)
        saved = save(member, application, "opis", abstract="Zaczątek")
        assert saved.abstract == "Zaczątek"
        assert saved.goals == ""
        assert saved.revision == 2

    def test_what_somebody_else_saved_meanwhile_is_not_overwritten(self, edition, unit, member):
        application = start(member, edition, unit)
        seen = fingerprint(application, SECTION_BY_CODE["opis"])
        colleague = factories.make_member(unit)
        save(colleague, application, "opis", abstract="Tekst koleżanki")
        with pytest.raises(ChangedMeanwhile) as conflict:
            save(member, application, "opis", seen=seen, abstract="Mój tekst")
        assert conflict.value.application.abstract == "Tekst koleżanki"
        assert Application.objects.get().abstract == "Tekst koleżanki"

    def test_another_section_saved_meanwhile_is_no_conflict(self, edition, unit, member):
        application = start(member, edition, unit)
        seen = fingerprint(application, SECTION_BY_CODE["opis"])
        save(factories.make_member(unit), application, "urzad", locality="Przykładowo")
        save(member, application, "opis", seen=seen, abstract="Mój tekst")
        application = Application.objects.get()
        assert (application.abstract, application.locality) == ("Mój tekst", "Przykładowo")

    def test_the_same_form_sent_twice_is_no_conflict(self, edition, unit, member):
        application = start(member, edition, unit)
        seen = fingerprint(application, SECTION_BY_CODE["opis"])
        save(member, application, "opis", seen=seen, abstract="Mój tekst")
        assert save(member, application, "opis", seen=seen, abstract="Mój tekst").revision == 2

    def test_a_stranger_cannot_save(self, edition, unit, member):
        application = start(member, edition, unit)
        with pytest.raises(NotPermitted):
            save(factories.make_user(), application, "opis", abstract="x")

    def test_a_group_that_does_not_fit_is_refused(self, edition, unit, member):
        application = start(member, edition, unit)
        group = ComparisonGroup.objects.create(edition=edition, name="powiaty", unit_kinds=[UnitKind.COUNTY])
        with pytest.raises(Invalid):
            save(member, application, "podstawowe", group=group)

    def test_a_group_may_be_left_open(self, edition, unit, member):
        application = start(member, edition, unit)
        assert save(member, application, "podstawowe", group=None, domain=None).group is None

    @pytest.mark.parametrize("state", [state for state in State.values if state not in ("DRAFT", "RETURNED")])
    def test_a_sent_entry_is_closed(self, state, edition, unit, member):
        application = factories.make_application(edition, unit, state=state)
        with pytest.raises(Conflict):
            save(member, application, "opis", abstract="Zmiana")

    def test_a_returned_entry_opens_only_what_the_call_is_about(self, edition, unit, member):
        application = factories.make_application(edition, unit, state=State.RETURNED)
        CompletionRequest.objects.create(
            application=application,
            points=[{"criterion": "ELIGIBLE_UNIT", "note": ""}],
            due_at=edition.submission_deadline,
            requested_at=edition.created_at,
        )
        with pytest.raises(Conflict):
            save(member, application, "opis", abstract="Zmiana")
        saved = save(member, application, "podstawowe", title="Podmieniony tytuł", population=5)
        assert saved.population == 5
        assert Application.objects.get().title == application.title
