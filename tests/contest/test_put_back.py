"""What was removed from the set-up by a slip comes back for a day, with all it held."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from common.deadlines import RESTORABLE
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from contest import services
from contest.models import JuryMember, JuryRole, RemovedRow
from contest.queries import rows_of
from contest.rules import RowChange, Section, SectionChange
from contest.workflow import Phase
from tests import factories
from tests.contest.editions import preparation, reread, unchanged

pytestmark = pytest.mark.django_db
SECTIONS = {
    Section.DOMAINS: "domains",
    Section.GROUPS: "groups",
    Section.CRITERIA: "criteria",
    Section.REQUIREMENTS: "attachment_requirements",
}


@pytest.fixture
def officer(client):
    officer = factories.make_officer()
    client.force_login(officer)
    return officer


def remove(edition, section, row, officer):
    """Take one row out, as the form does, the others staying."""
    change = unchanged(edition, section)
    rows = tuple(RowChange(one.pk, {}, delete=True) if one.pk == row.pk else one for one in change.rows)
    services.update_section(
        actor=officer,
        edition_id=edition.pk,
        section=section,
        revision=reread(edition).revision,
        change=SectionChange(change.fields, rows),
    )
    return RemovedRow.objects.get()


def put_back(removed, officer):
    return services.put_back_row(
        actor=officer, edition_id=removed.edition_id, section=Section(removed.section), removed_id=removed.pk
    )


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("place", [0, -1])
def test_a_removed_row_comes_back_with_its_number_its_place_and_all_it_held(officer, section, place):
    edition = preparation()
    edition.domains.update(name_en="domain")
    row = list(getattr(edition, SECTIONS[section]).order_by("position"))[place]
    before = rows_of(edition, section)
    removed = remove(edition, section, row, officer)
    assert row.pk not in [one["pk"] for one in rows_of(edition, section)]
    revision = reread(edition).revision
    assert put_back(removed, officer) == row.name
    assert rows_of(edition, section) == before
    assert reread(edition).revision == revision + 1
    assert not RemovedRow.objects.exists()
    assert JournalEntry.objects.latest("pk").action == "edition.put_back"


def test_a_second_click_is_told_so_and_makes_no_second_row(officer):
    edition = preparation()
    removed = remove(edition, Section.DOMAINS, edition.domains.first(), officer)
    put_back(removed, officer)
    with pytest.raises(Conflict):
        put_back(removed, officer)
    assert edition.domains.count() == 2


def test_after_a_day_it_cannot_be_put_back_and_is_forgotten(officer):
    edition = preparation()
    removed = remove(edition, Section.DOMAINS, edition.domains.first(), officer)
    assert services.sweep_removed_rows(timezone.now() + RESTORABLE - timedelta(minutes=1)) == 0
    with time_machine.travel(timezone.now() + RESTORABLE + timedelta(minutes=1)), pytest.raises(Conflict):
        put_back(removed, officer)
    assert services.sweep_removed_rows(timezone.now() + RESTORABLE + timedelta(minutes=1)) == 1
    assert edition.domains.count() == 1


def test_a_name_taken_meanwhile_is_named_and_the_row_waits(officer):
    edition = preparation()
    first = edition.domains.first()
    removed = remove(edition, Section.DOMAINS, first, officer)
    edition.domains.create(name=first.name, position=5)
    with pytest.raises(Invalid, match=first.name):
        put_back(removed, officer)
    edition.domains.filter(position=5).update(name="inna")
    put_back(removed, officer)
    assert edition.domains.count() == 3


def test_a_criterion_whose_place_in_ties_was_given_away_names_who_has_it(officer):
    edition = preparation()
    row = edition.criteria.get(tie_break=1)
    removed = remove(edition, Section.CRITERIA, row, officer)
    other = edition.criteria.filter(tie_break=None).first()
    edition.criteria.filter(pk=other.pk).update(tie_break=1)
    with pytest.raises(Invalid, match=other.name):
        put_back(removed, officer)
    edition.criteria.filter(pk=other.pk).update(tie_break=None, code=row.code)
    put_back(removed, officer)
    back = edition.criteria.get(pk=row.pk)
    assert (back.tie_break, back.weight, back.guidance) == (1, row.weight, row.guidance)
    assert back.code != row.code


def test_once_the_call_is_published_rules_come_back_by_an_amendment_only(officer):
    edition = preparation()
    removed = remove(edition, Section.DOMAINS, edition.domains.first(), officer)
    type(edition).objects.filter(pk=edition.pk).update(phase=Phase.CALL)
    with pytest.raises(Conflict):
        put_back(removed, officer)


def test_only_whoever_organises_puts_back_and_only_in_that_edition_and_section(officer):
    edition, other = preparation(), preparation()
    removed = remove(edition, Section.DOMAINS, edition.domains.first(), officer)
    for person in (factories.make_user(), factories.make_juror(edition, user=factories.make_officer()).user):
        with pytest.raises(NotPermitted):
            put_back(removed, person)
    for wrong in ((other.pk, Section.DOMAINS), (edition.pk, Section.GROUPS)):
        with pytest.raises(Conflict):
            services.put_back_row(actor=officer, edition_id=wrong[0], section=wrong[1], removed_id=removed.pk)


# --- The jury -----------------------------------------------------------------------------------
def removed_member(officer, **fields):
    member = factories.make_juror(factories.make_edition(Phase.CALL), **fields)
    services.remove_jury_member(actor=officer, member_id=member.pk)
    return member, RemovedRow.objects.get()


def back(removed, officer):
    return services.put_back_jury_member(actor=officer, edition_id=removed.edition_id, removed_id=removed.pk)


def test_a_removed_member_comes_back_with_role_and_units(officer):
    unit = factories.make_unit()
    member, removed = removed_member(officer, role=JuryRole.CHAIR, employer=unit)
    assert "Juror" not in str(removed.values)
    again = back(removed, officer)
    assert (again.pk, again.user, again.role, again.employer) == (member.pk, member.user, JuryRole.CHAIR, unit)
    assert [entry.action for entry in JournalEntry.objects.order_by("pk")][-2:] == [
        "edition.remove_juror",
        "edition.add_juror",
    ]
    with pytest.raises(Conflict):
        back(removed, officer)


def test_a_removed_member_is_judged_again_before_they_come_back(officer):
    member, removed = removed_member(officer, role=JuryRole.CHAIR)
    factories.make_juror(member.edition, JuryRole.CHAIR)
    with pytest.raises(Invalid, match="przewodnicząc"):
        back(removed, officer)
    JuryMember.objects.create(edition=member.edition, user=member.user)
    with pytest.raises(Conflict):
        back(removed, officer)
    assert RemovedRow.objects.exists()


# --- Pages --------------------------------------------------------------------------------------
def test_the_page_offers_what_was_removed_and_puts_it_back(client, officer):
    edition = preparation()
    row = edition.criteria.first()
    removed = remove(edition, Section.CRITERIA, row, officer)
    page = reverse("contest:edition_setup", args=[edition.slug, "kryteria"])
    address = reverse("contest:put_back", args=[edition.slug, "kryteria", removed.pk])
    assert address in client.get(page).content.decode()
    response = client.post(address, follow=True)
    assert response.redirect_chain[-1][0] == page
    assert f"Przywrócono: „{row.name}”." in response.content.decode()
    assert address not in response.content.decode()
    twice = client.post(address)
    assert twice.status_code == 409
    assert "Ta pozycja już wróciła" in twice.content.decode()


def test_what_has_to_be_corrected_first_is_said_on_the_page_of_the_section(client, officer):
    edition = preparation()
    row = edition.domains.first()
    removed = remove(edition, Section.DOMAINS, row, officer)
    edition.domains.create(name=row.name, position=9)
    address = reverse("contest:put_back", args=[edition.slug, "dziedziny", removed.pk])
    page = client.post(address, follow=True).content.decode()
    assert f"„{row.name}” jest już znowu na liście." in page
    assert address in page


def test_a_removed_member_is_put_back_from_the_page_of_the_jury(client, officer):
    member, removed = removed_member(officer)
    page = reverse("contest:jury", args=[member.edition.slug])
    address = reverse("contest:put_back", args=[member.edition.slug, "jury", removed.pk])
    shown = client.get(page).content.decode()
    assert address in shown
    assert str(member.user) in shown
    assert client.post(address).headers["Location"] == page
    assert JuryMember.objects.get() == member


@pytest.mark.parametrize("section", ["dane", "kalendarz", "nic"])
def test_a_section_without_rows_has_nothing_to_put_back(client, officer, section):
    edition = preparation()
    address = reverse("contest:put_back", args=[edition.slug, section, 1])
    assert client.post(address).status_code == 404
