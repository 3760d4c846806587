"""An unsafe setting stops the start with a sentence that names it."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import checks
from config.checks import check_settings, problems, refuse_unsafe, refuse_unsafe_worker
from config.environment import Environment

ROOT = Path(__file__).resolve().parents[2]
SAFE: dict[str, Any] = {
    "DEBUG": False,
    "DEMO": False,
    "SECRET_KEY": "s" * 50,
    "SITE_URL": "https://konkurs.example.org",
    "ALLOWED_HOSTS": ["konkurs.example.org"],
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "DEFAULT_FROM_EMAIL": "konkurs@example.org",
    "CACHES": {"default": {"BACKEND": "common.cache.ForgivingRedisCache"}},
    "CELERY_BROKER_URL": "redis://127.0.0.1/0",
    "BEHIND_PROXY": True,
    "REQUIRE_SECOND_FACTOR": True,
    "SITE_OPERATOR": {"name": "Związek Miast", "address": "ul. Robocza 46a, 61-517 Poznań", "email": "biuro@zmp.test"},
}
LOCAL = {"SITE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": ["127.0.0.1"]}


@pytest.fixture
def configure(settings, monkeypatch):
    def configure(*, postgres: bool = True, **changes: Any) -> list[str]:
        monkeypatch.setattr(checks, "_is_postgres", lambda: postgres)
        for name, value in (SAFE | changes).items():
            setattr(settings, name, value)
        return problems()

    return configure


def test_safe_settings_start(configure):
    assert configure() == []
    refuse_unsafe()
    assert check_settings() == []


@pytest.mark.parametrize(
    "changes",
    [
        LOCAL,
        {**LOCAL, "DEMO": True},
        {"SITE_URL": "http://localhost", "ALLOWED_HOSTS": ["localhost"]},
        {"SITE_URL": "http://[::1]:8000", "ALLOWED_HOSTS": ["[::1]"]},
        {"ALLOWED_HOSTS": [".example.org"]},
        {**LOCAL, "DEBUG": True, "SECRET_KEY": "short"},
        {
            **LOCAL,
            "postgres": False,
            "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        },
    ],
)
def test_what_is_safe_on_ones_own_machine_starts(configure, changes):
    assert configure(**changes) == []


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("SECRET_KEY", {"SECRET_KEY": ""}),
        ("SECRET_KEY", {**LOCAL, "DEBUG": True, "SECRET_KEY": ""}),
        ("SECRET_KEY", {"SECRET_KEY": "s" * 49}),
        ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": ["*"]}),
        ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": []}),
        ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": ["other.example.org"]}),
        ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": [".other.org"]}),
        ("DEMO", {"DEMO": True}),
        ("DEBUG", {"DEBUG": True}),
        ("SITE_URL", {"SITE_URL": "http://konkurs.example.org"}),
        ("SITE_URL", {"SITE_URL": "konkurs.example.org"}),
        ("SITE_URL", {"SITE_URL": "https://konkurs.example.org/pod"}),
        ("EMAIL_URL", {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}),
        ("DEFAULT_FROM_EMAIL", {"DEFAULT_FROM_EMAIL": "SLZ <konkurs@localhost>"}),
        ("BEHIND_PROXY", {"BEHIND_PROXY": False}),
        ("REQUIRE_SECOND_FACTOR", {"REQUIRE_SECOND_FACTOR": False}),
        (
            "SITE_OPERATOR_NAME",
            {"SITE_OPERATOR": {"name": "", "address": "ul. Robocza 46a", "email": "biuro@zmp.test"}},
        ),
        ("SITE_OPERATOR_EMAIL", {"SITE_OPERATOR": SAFE["SITE_OPERATOR"] | {"email": "konkurs@example.org"}}),
        ("SITE_OPERATOR_ADDRESS", {"SITE_OPERATOR": SAFE["SITE_OPERATOR"] | {"address": "uzupełnij"}}),
        ("CACHE_URL", {"CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}}),
    ],
)
def test_an_unsafe_setting_is_named_and_explained(configure, name, changes):
    (sentence,) = configure(**changes)
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert ": " in sentence
    with pytest.raises(ImproperlyConfigured, match=name):
        refuse_unsafe()
    assert [message.msg for message in check_settings()] == [sentence]


@pytest.mark.case(66)
def test_a_web_server_apart_from_its_worker_needs_a_broker(configure):
    configure(CELERY_BROKER_URL="memory://")
    with pytest.raises(ImproperlyConfigured, match="CELERY_BROKER_URL"):
        refuse_unsafe()
    with pytest.raises(SystemExit, match="CELERY_BROKER_URL"):
        refuse_unsafe_worker()


@pytest.mark.case(66)
def test_processes_apart_need_one_database(configure):
    configure(postgres=False)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        refuse_unsafe()
    with pytest.raises(SystemExit, match="DATABASE_URL"):
        refuse_unsafe_worker()


@pytest.mark.case(66)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "nonsense"), ("DATABASE_URL", "postgres//slz@host/slz"), ("DATABASE_URL", "ftp://host/x"),
        ("CACHE_URL", "nonsense"), ("CACHE_URL", "http://host"), ("EMAIL_URL", "smtp.example.org"),
        ("EMAIL_URL", "smtp://user@host:port"), ("UPLOAD_MAX_BYTES", "20 MB"), ("DEBUG", "maybe"),
        ("BEHIND_PROXY", "owszem"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_read_is_named_in_a_sentence(name, value):
    environment = {"PATH": "/usr/bin:/bin", "SECRET_KEY": "s" * 60, name: value}
    command = [sys.executable, "-c", "import config.settings"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode != 0
    assert ended.stderr.startswith(f"{name} cannot be read: "), ended.stderr
    assert "Traceback" not in ended.stderr
    assert value not in ended.stderr


@pytest.mark.case(66)
def test_an_empty_variable_is_one_that_is_not_set():
    environment = dict.fromkeys(("CACHE_URL", "EMAIL_URL", "DATABASE_URL", "UPLOAD_MAX_BYTES", "BEHIND_PROXY"), "")
    command = [sys.executable, "-c", "import config.settings as s; print(s.DATABASES['default']['ENGINE'])"]
    ended = subprocess.run(
        command, cwd=ROOT, env={"PATH": "/usr/bin:/bin", **environment}, capture_output=True, text=True, check=False
    )
    assert ended.stdout.strip() == "common.backends.sqlite3", ended.stderr


@pytest.mark.parametrize("name", ["Instytut Metodologii", "Urząd Gminy Nieprzykładów", "Fundacja „Rozwój, edukacja…”"])
def test_an_operator_whose_name_only_looks_like_an_example_starts(configure, name):
    assert configure(SITE_OPERATOR=SAFE["SITE_OPERATOR"] | {"name": name}) == []


def test_the_web_server_does_not_start_without_its_styles(configure, tmp_path):
    """Each page would end in an error; `collectstatic` is the step of the installation that is forgotten most."""
    hashed = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    configure(STATIC_ROOT=tmp_path, STORAGES=hashed)
    with pytest.raises(ImproperlyConfigured, match="collectstatic --noinput"):
        refuse_unsafe()
    (tmp_path / "staticfiles.json").write_text("{}")
    refuse_unsafe()


@pytest.mark.parametrize(("value", "proxies"), [("", 0), ("0", 0), ("off", 0), ("1", 1), ("yes", 1), ("2", 2)])
def test_proxies_in_front_are_counted(value, proxies):
    assert Environment({"BEHIND_PROXY": value}).count("BEHIND_PROXY") == proxies


@pytest.mark.parametrize("value", ["owszem", "-1", "10", "1.5", "²"])
def test_a_number_of_proxies_that_cannot_be_is_refused(value):
    with pytest.raises(SystemExit, match="BEHIND_PROXY cannot be read: write 0, 1 or how many"):
        Environment({"BEHIND_PROXY": value}).count("BEHIND_PROXY")


@pytest.mark.case(66)
@pytest.mark.parametrize("password", ["p/a@s#s?w:o%r&d", "$HOME", "zażółć", "a b"])
def test_a_password_of_the_database_is_taken_as_it_is(password):
    environment = {"DATABASE_URL": "postgres://slz@database:5432/slz", "DATABASE_PASSWORD": password}
    command = [sys.executable, "-c", "import config.settings as s; print(s.DATABASES['default']['PASSWORD'])"]
    ended = subprocess.run(
        command,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.stdout.strip() == password, ended.stderr


@pytest.mark.parametrize(
    "command",
    [
        [sys.executable, "manage.py", "serve", "--port", "1"],
        [sys.executable, "-c", "import config.wsgi"],
        [sys.executable, "-m", "celery", "-A", "celery_app", "worker", "--pool", "solo"],
    ],
)
def test_web_server_and_worker_refuse_to_start(command, tmp_path):
    environment = {
        "PATH": "/usr/bin:/bin",
        "SECRET_KEY": "s" * 60,
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "ALLOWED_HOSTS": "*",
    }
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode != 0
    assert "ALLOWED_HOSTS does not name the hosts" in ended.stderr + ended.stdout


@pytest.mark.parametrize(
    "command",
    [["check"], ["runserver", "1", "--noreload"], ["serve", "--port", "1"]],
    ids=lambda command: command[0],
)
def test_without_a_key_every_command_says_so_and_ends(command, tmp_path):
    """On a copy of the project, since the checkout may well have a key of its own."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": f"{tmp_path}:{ROOT}",
        "DEBUG": "1",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "django", *command, "--settings", "config.settings"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode != 0
    assert "SECRET_KEY is missing" in ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr
