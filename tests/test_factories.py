import pytest

from tests import factories

pytestmark = pytest.mark.django_db


def test_factories_make_valid_rows():
    application = factories.make_application(state="ELIGIBLE")
    assert factories.make_juror(application.edition).pk
    assert factories.make_member(application.unit).memberships.count() == 1
