"""Django's admin shows editions and saves nothing."""

import pytest
from django.contrib import admin
from django.urls import reverse

from contest import models
from tests import factories

pytestmark = pytest.mark.django_db
SHOWN = [model for model in admin.site._registry if model.__module__ == models.__name__]


def test_every_table_of_the_contest_is_shown():
    assert len(SHOWN) == 7


@pytest.mark.parametrize("model", SHOWN)
def test_the_admin_reads_and_never_writes(client, model):
    edition = factories.make_edition()
    factories.make_juror(edition)
    person = factories.make_user(is_staff=True, is_superuser=True)
    client.force_login(person)
    name = f"admin:contest_{model._meta.model_name}"
    assert client.get(reverse(f"{name}_changelist")).status_code == 200
    assert client.get(reverse(f"{name}_add")).status_code == 403
    row = model._default_manager.first()
    if row is not None:
        assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
        assert client.post(reverse(f"{name}_change", args=[row.pk]), {}).status_code == 403
        assert client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
