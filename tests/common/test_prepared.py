"""Statements put together once: the same rows as the queryset gives, with other values each time."""

import pytest
from django.db import connection
from django.db.models import Count, Exists

from accounts.models import Membership, User
from applications.models import Application
from common.locking import lock_prepared
from common.prepared import Prepared
from tests import factories

pytestmark = pytest.mark.django_db
NUMBER = -1


def test_rows_are_those_of_the_queryset_whatever_the_value(django_assert_num_queries):
    entries = [factories.make_complete_draft(), factories.make_application(tools=["CAF"], group=None)]
    related = ("edition", "unit__county", "domain", "group")
    prepared = Prepared(lambda: Application.objects.select_related(*related).filter(pk=NUMBER))
    for entry in entries:
        expected = Application.objects.select_related(*related).get(pk=entry.pk)
        with django_assert_num_queries(1):
            found = prepared.first({NUMBER: entry.pk})
            assert found is not None
            for name in ("edition", "unit", "domain", "group"):
                got, wanted = getattr(found, name), getattr(expected, name)
                assert (got and _values(got)) == (wanted and _values(wanted))
        assert _values(found) == _values(expected)
        assert not found._state.adding
    assert prepared.first({NUMBER: 0}) is None


def test_annotations_come_with_the_row():
    member = factories.make_member(factories.make_unit())
    prepared = Prepared(
        lambda: User.objects.filter(pk=NUMBER).annotate(
            known=Exists(User.objects.filter(pk=NUMBER)), many=Count("memberships")
        )
    )
    person = prepared.first({NUMBER: member.pk})
    assert (person.known, person.many) == (True, 1)
    assert prepared.first({NUMBER: factories.make_user().pk}).many == 0


def test_other_constants_of_the_statement_stay():
    ended, active = factories.make_unit(), factories.make_unit()
    Membership.objects.filter(user=factories.make_member(ended)).update(status="ENDED")
    member = factories.make_member(active)
    prepared = Prepared(lambda: Membership.objects.filter(unit=NUMBER, status="ACTIVE"))
    assert prepared.rows({NUMBER: ended.pk}) == []
    assert [row.user_id for row in prepared.rows({NUMBER: active.pk})] == [member.pk]


def test_a_prepared_lock_says_that_there_is_no_row():
    prepared = Prepared(lambda: Application.objects.select_for_update(of=("self",)).filter(pk=NUMBER))
    entry = factories.make_application()
    assert lock_prepared(prepared, {NUMBER: entry.pk}) == entry
    assert connection.features.has_select_for_update == ("FOR UPDATE" in prepared._statement.sql)
    with pytest.raises(Application.DoesNotExist):
        lock_prepared(prepared, {NUMBER: 0})


@pytest.mark.django_db(transaction=True)
def test_a_prepared_lock_outside_a_transaction_is_refused():
    prepared = Prepared(lambda: Application.objects.filter(pk=NUMBER))
    with pytest.raises(RuntimeError):
        lock_prepared(prepared, {NUMBER: 1})


def _values(instance):
    return {field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields}
