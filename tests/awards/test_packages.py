"""The published package: its bytes are what its digest is of, and it says nothing that the results page does not."""

import hashlib
import json
import subprocess
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from applications.queries.figures import STAGES
from awards.models import ResultPackage
from common.canonical import canonical_json
from common.kernel import checkpoints, keys
from common.kernel.comparison import verify_all
from common.kernel.sealer import Sealer
from common.models import FileSignature, JournalCheckpoint
from jury import package
from tests.common.kernel.world import announce, announced_world, decided_world
from tests.tampering import as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return announced_world()


@pytest.fixture
def sealer(tmp_path):
    """With a key of its own, as in production."""
    keys.make_key(tmp_path / "key.pem")
    return Sealer(lambda: keys.signer(tmp_path / "key.pem"))


@pytest.fixture
def verify(tmp_path, client, world):
    """`verify(content)`: what verify_results says of these bytes with the published signature and keys."""

    def run(content: bytes, **options) -> str:
        (tmp_path / "pakiet.json").write_bytes(content)
        (tmp_path / "pakiet.json.sig").write_bytes(signature(client, world).content)
        (tmp_path / "slz-keys.json").write_bytes(client.get("/.well-known/slz-keys.json").content)
        files = {"signature": str(tmp_path / "pakiet.json.sig"), "keys": str(tmp_path / "slz-keys.json")}
        call_command("verify_results", str(tmp_path / "pakiet.json"), stdout=(out := StringIO()), **files | options)
        return out.getvalue()

    return run


def signature(client, world):
    return client.get(reverse("awards:results_signature", args=[world.edition.slug]))


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


# --- Figures ----------------------------------------------------------------------------------------
def test_the_package_carries_the_figures_that_were_published(client, world):
    told = json.loads(download(client, world))
    assert package.STAGES == STAGES
    api = client.get(f"/api/v1/editions/{world.edition.slug}/results/").json()
    assert {stage: told["figures"][stage] for stage in STAGES} == api["figures"]
    assert told["figures"]["by_domain"] == api["figures_by_domain"]
    assert told["figures"]["by_group"] == api["figures_by_group"]
    assert api["figures"]["awarded"] == 1
    assert package.verify(told) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda told: told["figures"].update(filed=9), "filed is 9, by domain they add up to 2"),
        (lambda told: told["figures"].update(awarded=2), "awarded is 2, the awards are 1"),
        (lambda told: told["figures"]["by_group"][0]["figures"].update(scored=1), "the ranking has 2"),
        (lambda told: told["figures"]["by_group"].clear(), "of the ranking is missing"),
        (lambda told: told["figures"].update(accepted=1), "scored 2 is more than accepted 1"),
        (lambda told: told.pop("figures"), "unreadable"),
    ],
)
def test_figures_that_do_not_follow_are_named(client, world, change, named):
    told = json.loads(download(client, world))
    change(told)
    assert any(named in problem for problem in package.verify(told)), package.verify(told)


def test_a_package_of_the_format_before_still_verifies(client, world):
    told = json.loads(download(client, world)) | {"format": "slz-package/1"}
    del told["figures"], told["checkpoint"]
    assert package.verify(told) == []


# --- The checkpoint ---------------------------------------------------------------------------------
@pytest.fixture
def under_seal(settings, tmp_path, sealer):
    """Announced while a sealer runs: with a checkpoint before it, and one after."""
    settings.MEDIA_ROOT = tmp_path
    world = decided_world()
    sealer.run_once()
    announce(world)
    sealer.run_once()
    return world


def test_a_package_names_the_newest_checkpoint_before_it(client, under_seal):
    told = json.loads(download(client, under_seal))
    before, _after = JournalCheckpoint.objects.order_by("number")
    page = client.get(f"/dziennik/{before.number}.json").json()
    assert {name: page[name] for name in ("number", "size", "root", "time", "key", "note")} == told["checkpoint"]
    assert told["checkpoint"]["root"] in client.get("/dziennik/").content.decode()
    assert package.verify(told, [bytes.fromhex(told["checkpoint"]["key"])]) == []


@pytest.mark.parametrize("name", ["number", "size", "root", "time"])
def test_a_checkpoint_named_otherwise_than_signed_is_told(client, under_seal, name):
    told = json.loads(download(client, under_seal))
    told["checkpoint"][name] = {"root": "0" * 64, "time": "2020-01-01T00:00:00Z"}.get(name, 99)
    assert package.verify(told) == ["checkpoint: what is named is not what its signed text says"]


def test_a_checkpoint_that_its_key_did_not_sign_is_told(client, under_seal, tmp_path):
    told = json.loads(download(client, under_seal))
    other = keys.make_key(tmp_path / "other.pem").public_key().public_bytes_raw()
    told["checkpoint"]["key"] = other.hex()
    assert package.verify(told, [other]) == ["checkpoint: it is not signed by the key it names"]
    told["checkpoint"]["note"] = "x"
    assert package.verify(told)[0].startswith("checkpoint: no signed note")


def test_a_package_made_before_the_first_checkpoint_has_none(client, world):
    assert json.loads(download(client, world))["checkpoint"] is None


# --- The signature ----------------------------------------------------------------------------------
def test_the_sealer_signs_what_was_published_and_the_page_offers_it(client, world, sealer, verify, figure):
    page = reverse("awards:results", args=[world.edition.slug])
    assert signature(client, world).status_code == 404
    assert "klucz-" not in client.get(page).content.decode()
    sealer.run_once()
    text = client.get(page).content.decode()  # the copy kept of the page went when the signature came
    key = keys.current_key()
    assert key.fingerprint in text
    assert key.fingerprint in client.get("/dziennik/").content.decode()
    assert reverse("awards:results_signature", args=[world.edition.slug]) in text
    api = client.get(f"/api/v1/editions/{world.edition.slug}/results/").json()
    assert api["package_key_sha256"] == key.fingerprint
    assert api["package_signature_url"].endswith("/wyniki/pakiet.json.sig")
    told = verify(download(client, world))
    assert "2 entries recomputed" in told
    assert f"Signed with the key {key.fingerprint}" in told
    sealer.run_once()
    assert FileSignature.objects.count() == 1
    figure("package signed by the sealer, verified without a database")


def test_openssl_alone_says_the_same(client, world, sealer, tmp_path):
    sealer.run_once()
    number = keys.current_key().pk
    pem = client.get(f"/dziennik/klucz-{number}.pem")
    assert client.get(f"/dziennik/klucz-{number + 1}.pem").status_code == 404
    files = {"key.pem": pem.content, "p.json": download(client, world), "p.sig": signature(client, world).content}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    def openssl(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["openssl", *arguments], cwd=tmp_path, capture_output=True, check=False)

    asked = ("pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "p.json", "-sigfile", "p.sig")
    assert openssl(*asked).returncode == 0
    der = openssl("pkey", "-pubin", "-in", "key.pem", "-outform", "DER").stdout
    assert hashlib.sha256(der).hexdigest() == keys.current_key().fingerprint
    (tmp_path / "p.json").write_bytes(files["p.json"].replace(b"2026", b"2027", 1))
    assert openssl(*asked).returncode != 0


def test_one_changed_byte_is_refused_with_a_sentence(client, world, sealer, verify):
    sealer.run_once()
    content = download(client, world)
    changed = content.replace(b"Bo LAUREATE.", b"Co LAUREATE.")
    assert sum(one != other for one, other in zip(content, changed, strict=True)) == 1
    with pytest.raises(CommandError, match=r"pakiet\.json is not what was signed.*The file was changed"):
        verify(changed)


def test_keys_that_are_none_and_a_signature_without_keys_are_refused(client, world, sealer, verify, tmp_path):
    sealer.run_once()
    content = download(client, world)
    with pytest.raises(CommandError, match="--signature needs --keys"):
        verify(content, keys="")
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(CommandError, match=r"neither slz-keys\.json nor a public key"):
        verify(content, keys=str(tmp_path / "x.json"))
    with pytest.raises(CommandError, match="cannot be read"):
        verify(content, keys=str(tmp_path / "nowhere.json"))


def test_after_a_rotation_the_old_signature_holds_under_the_old_key(client, world, sealer, verify, tmp_path, figure):
    sealer.run_once()
    first = keys.current_key()
    old = signature(client, world).content
    keys.rotate(tmp_path / "key.pem")
    Sealer(lambda: keys.signer(tmp_path / "key.pem")).run_once()
    assert signature(client, world).content == old
    assert f"Signed with the key {first.fingerprint}" in verify(download(client, world))
    listed = client.get("/dziennik/").content.decode()
    assert first.fingerprint in listed
    assert keys.current_key().fingerprint in listed
    assert keys.current_key().fingerprint != first.fingerprint
    assert not [problem for problem in verify_all().problems if "signature" in problem]
    (tmp_path / "new.pem").write_bytes(keys.pem_of(keys.current_key()).encode())
    with pytest.raises(CommandError, match="is not what was signed"):
        verify(download(client, world), keys=str(tmp_path / "new.pem"))
    figure("the key rotated: the signature made before holds under the published old key")


def test_a_package_that_is_not_as_sealed_is_never_signed(world, sealer):
    kept = ResultPackage.objects.get()
    content = canonical_json(json.loads(kept.content) | {"announced_at": "2020"})
    digest = hashlib.sha256(content.encode()).hexdigest()
    ResultPackage.objects.update(content=content, sha256=digest)
    sealer.run_once()
    assert not FileSignature.objects.exists()
    assert checkpoints.latest() is not None  # nothing else waits for it


def test_a_signature_that_was_exchanged_is_named(world, sealer):
    sealer.run_once()
    with as_owner():
        FileSignature.objects.update(signature="00" * 64)
    assert any("its signature is not over its bytes" in problem for problem in verify_all().problems)
