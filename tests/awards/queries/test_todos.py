"""What chairs and officers are told to do next."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from awards.models import Certificate, CertificateStatus
from awards.queries import todos_for
from contest.models import Edition
from contest.workflow import Phase
from tests import factories
from tests.awards import makers

pytestmark = pytest.mark.django_db


def test_a_chair_is_asked_to_open_a_session_then_to_record_then_nothing():
    edition, chair = makers.deciding_edition()
    assert todos_for(chair.user) == []
    entry = factories.make_application(edition, state="FINALIST")
    (todo,) = todos_for(chair.user)
    assert todo.url.endswith("/posiedzenia/")
    session = makers.open_session(edition, chair)
    (todo,) = todos_for(chair.user)
    assert todo.url.endswith("/posiedzenia/1/")
    session.delete()
    entry.delete()
    makers.decided(edition)
    assert todos_for(chair.user) == []


def test_only_the_chair_in_the_decision_phase_is_asked():
    edition, chair = makers.deciding_edition()
    factories.make_application(edition, state="FINALIST")
    assert todos_for(factories.make_juror(edition).user) == []
    Edition.objects.update(phase=Phase.VISITS)
    assert todos_for(chair.user) == []


def test_an_officer_is_told_of_failed_certificates_of_each_edition():
    edition, officer = makers.announced("LAUREATE", "FINALIST")
    assert todos_for(officer) == []
    Certificate.objects.update(status=CertificateStatus.FAILED)
    (todo,) = todos_for(officer)
    assert (todo.count, todo.urgent) == (2, True)
    assert edition.slug in todo.url
    assert todos_for(factories.make_user()) == []


def test_the_number_of_queries_is_constant():
    officer = factories.make_officer()
    counts = []
    for _round in range(2):
        for _number in range(2):
            edition = factories.make_edition(Phase.DECISION)
            factories.make_juror(edition, "CHAIR", user=officer)
            factories.make_application(edition, state="FINALIST")
        with CaptureQueriesContext(connection) as queries:
            todos_for(officer)
        counts.append(len(queries))
        del officer.roles
    assert counts[0] == counts[1] <= 4
