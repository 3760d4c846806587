"""An amendment in the browser: form, differences, reason, publication."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from common.canonical import sha256_of
from contest import services
from contest.queries import rules_of
from contest.rules import Section
from contest.views.amendments import kept_values
from contest.views.setup import editor_of
from contest.workflow import Phase
from tests import factories
from tests.contest.editions import form_data, preparation, reread

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    person = factories.make_officer()
    client.force_login(person)
    return person


@pytest.fixture
def edition(officer):
    edition = preparation()
    services.publish_call(actor=officer, edition_id=edition.pk, expected_sha256=sha256_of(rules_of(edition)))
    return reread(edition)


def url(edition, section="dane"):
    return reverse("contest:amend", args=[edition.slug, section])


def posted(edition, section="dane", **changes):
    return {**form_data(editor_of(edition, Section(section))), **changes}


def confirmation(response, **changes):
    """What the preview page would send."""
    data = {}
    for name, value in response.context["kept"]:
        data.setdefault(name, []).append(value)
    shown = {"sha256": response.context["preview"].sha256, "typed_word": str(response.context["word"])}
    return {**data, **shown, "reason": "Prośba gmin.", "step": "publish", **changes}


def test_an_amendment_goes_from_the_form_over_the_differences_to_publication(client, edition):
    assert client.get(url(edition)).status_code == 200
    shown = client.post(url(edition), posted(edition, theme="kultura", step="preview"))
    assert shown.status_code == 200
    assert edition.rules_versions.count() == 1
    text = shown.content.decode()
    assert "usługi społeczne" in text
    assert "kultura" in text
    response = client.post(url(edition), confirmation(shown))
    assert response.status_code == 302
    version = edition.rules_versions.get(number=2)
    assert version.reason == "Prośba gmin."
    assert reread(edition).theme == "kultura"


def test_rows_with_many_values_survive_the_confirmation(client, edition):
    data = posted(edition, "grupy", **{"rows-0-name": "wszystkie jednostki"})
    shown = client.post(url(edition, "grupy"), data)
    assert client.post(url(edition, "grupy"), confirmation(shown)).status_code == 302
    group = edition.groups.get()
    assert group.name == "wszystkie jednostki"
    assert len(group.unit_kinds) == 6


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"typed_word": "tak"}, {"typed_word": ""}])
def test_without_a_reason_and_the_word_nothing_is_published(client, edition, wrong):
    shown = client.post(url(edition), posted(edition, theme="kultura"))
    response = client.post(url(edition), confirmation(shown, **wrong))
    assert response.status_code == 422
    assert ("theme", "kultura") in response.context["kept"]
    assert response.context["form"]["reason"].value() == wrong.get("reason", "Prośba gmin.")
    assert edition.rules_versions.count() == 1


def test_going_back_keeps_the_values_and_the_reason(client, edition):
    shown = client.post(url(edition), posted(edition, theme="kultura"))
    form = client.post(url(edition), confirmation(shown, step="back", typed_word=""))
    assert form.status_code == 200
    assert form.context["editor"].form["theme"].value() == "kultura"
    again = client.post(url(edition), posted(edition, theme="kultura", reason=form.context["reason"]))
    assert again.context["form"]["reason"].value() == "Prośba gmin."


def test_a_refused_amendment_comes_back_with_its_values(client, edition):
    earlier = timezone.localtime(edition.submission_deadline - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    response = client.post(url(edition, "kalendarz"), posted(edition, "kalendarz", submission_deadline=earlier))
    assert response.status_code == 422
    assert earlier in response.content.decode()
    assert client.post(url(edition), posted(edition)).status_code == 422
    assert client.post(url(edition), posted(edition, theme="")).status_code == 422


def test_an_amendment_prepared_on_older_rules_is_refused_with_its_values(client, edition):
    data = posted(edition, theme="mój temat")
    client.post(url(edition), confirmation(client.post(url(edition), posted(edition, theme="cudzy"))))
    response = client.post(url(edition), data)
    assert response.status_code == 409
    assert "mój temat" in response.content.decode()


def test_a_confirmation_of_other_rules_than_shown_is_refused(client, edition):
    shown = client.post(url(edition), posted(edition, theme="kultura"))
    assert client.post(url(edition), confirmation(shown, theme="podmieniony")).status_code == 409
    assert reread(edition).theme == "usługi społeczne"


def test_a_section_past_its_time_has_no_form(client, officer):
    edition = factories.make_edition(Phase.SCORING)
    response = client.get(url(edition, "kryteria"))
    assert response.context["editor"] is None
    assert client.post(url(edition, "kryteria"), posted(edition, "kryteria")).status_code == 409


def test_the_confirmation_carries_the_amendment_and_no_secrets(rf):
    from django.http import QueryDict

    data = QueryDict("csrfmiddlewaretoken=x&step=preview&sha256=y&typed_word=z&reason=r&theme=a&k=1&k=2")
    assert kept_values(data) == [("theme", "a"), ("k", "1"), ("k", "2")]
