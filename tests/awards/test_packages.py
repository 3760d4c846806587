"""The published package: its bytes are what its digest is of, and it says nothing that the results page does not."""

import hashlib
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from awards.models import ResultPackage
from tests.common.kernel.world import announced_world, decided_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return announced_world()


def download(client, world) -> bytes:
    return client.get(reverse("awards:results_bundle", args=[world.edition.slug])).content


@pytest.mark.case(63)
def test_the_digest_of_the_downloaded_file_is_the_one_printed_everywhere(client, world, tmp_path, figure):
    content = download(client, world)
    digest = hashlib.sha256(content).hexdigest()
    assert digest == ResultPackage.objects.get().sha256
    slug = world.edition.slug
    assert digest in client.get(reverse("awards:results", args=[slug])).content.decode()
    told = client.get(f"/api/v1/editions/{slug}/results/").json()
    assert told["package_sha256"] == digest
    assert told["package_url"].endswith(reverse("awards:results_bundle", args=[slug]))
    client.force_login(world.jury.officer)
    assert digest in client.get(reverse("awards:session_detail", args=[slug, 1])).content.decode()
    path = tmp_path / "pakiet.json"
    path.write_bytes(content)
    out = StringIO()
    call_command("verify_results", str(path), sha256=digest, stdout=out)
    assert "2 entries recomputed" in out.getvalue()
    figure("SHA-256 of the file equals page, API and minutes; verify_results holds")


def test_an_altered_package_does_not_hold(client, world, tmp_path):
    told = json.loads(download(client, world))
    path = tmp_path / "pakiet.json"
    digest = ResultPackage.objects.get().sha256
    path.write_text(json.dumps(told | {"announced_at": "2020"}))
    with pytest.raises(CommandError, match="SHA-256"):
        call_command("verify_results", str(path), sha256=digest)
    told["ranking"]["entries"][0]["result"]["place"] = 9
    path.write_text(json.dumps(told))
    with pytest.raises(CommandError, match="the ranking does not have its digest"):
        call_command("verify_results", str(path))
    told = json.loads(download(client, world))
    told["awards"][0]["number"] = "SLZ-0"
    path.write_text(json.dumps(told))
    with pytest.raises(CommandError, match="not in the ranking"):
        call_command("verify_results", str(path))


def test_no_person_is_named_in_it(client, world):
    text = download(client, world).decode()
    jury = world.jury
    for person in (jury.chair.user, *(juror.user for juror in jury.jurors), jury.officer):
        assert person.full_name not in text
        assert person.email not in text
    assert "Uzasadnienie." not in text  # a juror's own words on a criterion


def test_before_the_announcement_there_is_none(client):
    world = decided_world()
    assert client.get(reverse("awards:results_bundle", args=[world.edition.slug])).status_code == 404
    assert not ResultPackage.objects.exists()
