"""Django's admin shows entries and changes nothing."""

import pytest

from accounts.models import User
from applications.models import Appeal, Application, CompletionRequest, EligibilityCheck
from tests.applications.review_cases import make_appealed, make_returned
from tests.factories import make_application

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Application, EligibilityCheck, CompletionRequest, Appeal])
def test_workflow_tables_are_read_only_and_drafts_stay_hidden(client, model):
    make_appealed()
    make_returned()
    make_application(title="Tajny szkic")
    client.force_login(User.objects.create_superuser("root@example.org", "x", full_name="Root"))
    rows = model.objects.exclude(state="DRAFT") if model is Application else model.objects.all()
    base = f"/admin/applications/{model._meta.model_name}/"
    page = client.get(base)
    assert page.status_code == 200
    assert page.context["cl"].result_count == rows.count()
    row = rows.first()
    assert client.get(f"{base}{row.pk}/change/").status_code == 200
    assert client.post(f"{base}{row.pk}/change/", {}).status_code == 403
    assert client.get(f"{base}add/").status_code == 403
    assert client.post(f"{base}{row.pk}/delete/", {"post": "yes"}).status_code == 403
