"""Settings, read from the environment in one place (docs/configuration.md lists every variable).

With DEBUG off an unsafe value stops the start with a sentence that says which and why
(`config.checks`), so a half-configured server never answers a request.
"""

from pathlib import Path
from typing import Any

import django_stubs_ext
import font_lato
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from config.environment import Environment

django_stubs_ext.monkeypatch()  # lets ModelAdmin[Unit] and the like be written at run time too

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = Environment()

# --- Mode -------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{env.str('PORT', default='8000')}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SITE = SITE_URL.startswith("https://")


def _secret_key() -> str:
    """SECRET_KEY from the environment, else the key that `make run` wrote under var/."""
    if value := env.str("SECRET_KEY", default=""):
        return value
    key_file = VAR_DIR / "secret_key"
    return key_file.read_text().strip() if key_file.exists() else ""


SECRET_KEY = _secret_key()

# --- What the site is made of: apps follow the life of an entry, lowest first -------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.admin",
    "django.forms",
    "django_fsm",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "common",
    "units",
    "notifications",
    "accounts",
    "contest",
    "applications",
    "jury",
    "awards",
    "practices",
    "privacy",
    "portal",
]

MIDDLEWARE = [
    "common.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "accounts.middleware.RequestSizeMiddleware",
    "common.middleware.MethodMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "common.web.sessions.SessionMiddleware",
    "common.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "common.web.middleware.CleanTextMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.UnsavedTextMiddleware",
    "portal.middleware.SecondFactorMiddleware",
    "common.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "common.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "common.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Who runs this site: shown in the accessibility statement, the privacy page and the footer ---
SITE_OPERATOR = {
    "name": env.str("SITE_OPERATOR_NAME", default=""),
    "address": env.str("SITE_OPERATOR_ADDRESS", default=""),
    "email": env.str("SITE_OPERATOR_EMAIL", default=""),
    "phone": env.str("SITE_OPERATOR_PHONE", default=""),
    "data_officer_email": env.str("SITE_DATA_OFFICER_EMAIL", default=""),
    "published_on": env.str("SITE_PUBLISHED_ON", default=""),  # YYYY-MM-DD
    "statement_on": env.str("SITE_STATEMENT_ON", default=""),  # the operator's own assessment, YYYY-MM-DD
}


# --- Data -------------------------------------------------------------------------------------
_SQLITE = f"sqlite:///{VAR_DIR / 'db.sqlite3'}"
DATABASES = {"default": env.database("DATABASE_URL", _SQLITE, env.str("DATABASE_PASSWORD", default=""))}
DATABASE_RUNTIME_ROLE = str(DATABASES["default"].get("USER") or "")
# Commands that make tables (manage.py names them) work as the owner of the tables, where that is another role.
if env.bool("AS_DATABASE_OWNER", default=False) and env.str("DATABASE_OWNER_URL", default=""):
    _OWNERS_PASSWORD = env.str("DATABASE_OWNER_PASSWORD", default="")
    DATABASES = {"default": env.database("DATABASE_OWNER_URL", "", _OWNERS_PASSWORD)}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE takes the write lock at BEGIN, so a reader never fails to become a writer half-way.
    DATABASES["default"]["ENGINE"] = "common.backends.sqlite3"
    DATABASES["default"]["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20}
else:
    # A machine that is gone is noticed within half a minute; one that is there and says nothing, by common.backends.
    DATABASES["default"]["ENGINE"] = "common.backends.postgresql"
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        "keepalives_idle": 15,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
        "answer_seconds": env.float("DATABASE_ANSWER_SECONDS", default=0),
        **DATABASES["default"].get("OPTIONS", {}),
    }
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# How long Redis may take. A page may wait for it twice, for the cache and for waking a worker, and still answer
# within two seconds when Redis hangs.
REDIS_SECONDS = 0.6
CACHE_URL = env.str("CACHE_URL", default="")
_CACHE = env.address("CACHE_URL", "locmemcache://", env.cache_url_config, needs="BACKEND")
if _CACHE["BACKEND"].endswith("RedisCache"):
    _CACHE |= {
        "BACKEND": "common.cache.ForgivingRedisCache",
        "OPTIONS": {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS},
    }
# Copies of public pages (common/copies.py) stay in each process: bounded, and never on the way of a rate limit.
# Ten minutes is for a change made by hand in the database; a service's own shows at once.
_COPIES = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "copies",
    "TIMEOUT": 600,
    "OPTIONS": {"MAX_ENTRIES": 150},
}
# Parts of templates that are equal on every page ({% cache %}), drawn once by each process.
_PARTS = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "parts"}
CACHES = {
    "default": _CACHE,
    "copies": _CACHE if _CACHE["BACKEND"].endswith("DummyCache") else _COPIES,
    "template_fragments": _PARTS,
}

MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
# Files have no public address: each is served by a view that asks permissions first.
MEDIA_URL = ""
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static", ("lato", str(Path(font_lato.__file__).parent / "files"))]
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Uploads are for the service alone (FILE_UPLOAD_PERMISSIONS); these are for whoever serves them.
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
# One bucket for several machines in place of MEDIA_ROOT of one.
if S3_BUCKET := env.str("S3_BUCKET", default=""):
    STORAGES["default"] = {
        "BACKEND": "common.files.object_storage.ObjectStorage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
            "region_name": env.str("S3_REGION", default="") or None,
            "access_key": env.str("S3_ACCESS_KEY", default="") or None,
            "secret_key": env.str("S3_SECRET_KEY", default="") or None,
        },
    }
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=20_000_000)
# A form with one file; twice the limit of a file still gets a sentence beside the form.
REQUEST_MAX_BYTES = 2 * UPLOAD_MAX_BYTES + 1_000_000
# Files of people are read by limited processes (common/files/limited_reader.py), so many at once on this machine.
READERS_AT_ONCE = env.int("READERS_AT_ONCE", default=2)
READERS_FOLDER = env.str("READERS_FOLDER", default=str(VAR_DIR / "readers"))
# tcp://host:3310 or unix:///run/clamav/clamd.ctl; empty: uploads are not scanned, and pages say so.
CLAMD_URL = env.str("CLAMD_URL", default="")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_PERMISSIONS = 0o600

# --- People and sign-in -----------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["portal.standing.PersonBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=not DEMO)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:desk"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_FORMS = {"signup": "accounts.sign_up.SignupForm"}
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupDetailsForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# A whole office stands behind one network address. Devices known from before are counted apart (accounts.adapter).
ACCOUNT_RATE_LIMITS = {
    "login": "200/m/ip",
    "login_failed": "5/5m/key,100/5m/ip",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
}
MFA_ADAPTER = "allauth.mfa.adapter.DefaultMFAAdapter"
MFA_FORMS = {"authenticate": "accounts.forms.SecondStepForm", "reauthenticate": "accounts.forms.SecondStepAgainForm"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds before and after: clocks of phones differ, and typing takes time
MFA_TOTP_ISSUER = "Samorządowy Lider Zarządzania"

# --- Language and time ------------------------------------------------------------------------
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="pl")
LANGUAGES = [("pl", _("Polish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SECURE_SITE
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Warsaw")
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "common.formats"

# --- Mail and background work -----------------------------------------------------------------
EMAIL_CONFIG = env.address("EMAIL_URL", f"filemail:///{VAR_DIR / 'mail'}", env.email_url_config, needs="EMAIL_BACKEND")
vars().update(EMAIL_CONFIG)
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Samorządowy Lider Zarządzania <konkurs@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Told (at most once an hour) when a message was given up; empty: the log and the organiser's page only.
ALERT_EMAIL = env.str("ALERT_EMAIL", default="")

# Redis carries wake-ups, the rows are the truth. Tasks survive a killed worker (late acknowledgement,
# back to the queue when the child dies); a dead or frozen broker costs a page REDIS_SECONDS.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="memory://")
REDIS_BROKER_OPTIONS = {
    "visibility_timeout": 90,  # longer than any task may run; a second run would be harmless
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,  # kombu looks for lost tasks every interval x throttle seconds
    "socket_timeout": REDIS_SECONDS,
    "socket_connect_timeout": REDIS_SECONDS,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "retry_on_timeout": False,
    "max_retries": 0,
}
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"polling_interval": 0.05} if CELERY_BROKER_URL.startswith("memory") else REDIS_BROKER_OPTIONS
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker for as long as it takes
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_RESULT_BACKEND = None
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TIMEZONE = TIME_ZONE
# A task that hangs is killed with its child and not run again by itself: its row knows how often it was tried.
CELERY_TASK_TIME_LIMIT = 80
CELERY_WORKER_CONSUMER = "common.consumer:Consumer"
# Mail in a queue of its own: a worker takes from both in turn, so thousands of wakes to send mail through a slow
# mail server never stand before a certificate or the sealing of the journal.
CELERY_TASK_DEFAULT_QUEUE = "slz"
CELERY_TASK_QUEUES = [Queue("slz"), Queue("mail")]
CELERY_TASK_ROUTES = {"notifications.tasks.deliver": {"queue": "mail"}}

# --- What the browser may do ------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_ENGINE = "common.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE_SITE
SESSION_COOKIE_AGE = 60 * 60 * 12  # from the last use (common/web/sessions.py)
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = SECURE_SITE
CSRF_FAILURE_VIEW = "accounts.views.unsaved.csrf_failure"
SECURE_SSL_REDIRECT = SECURE_SITE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked from inside, past the proxy
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SECURE_SITE else 0
# How many proxies stand in front, each writing down who asked it (a municipality's own before ours: two).
PROXIES = env.count("BEHIND_PROXY")
BEHIND_PROXY = PROXIES > 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Sign-in attempts are counted by the reader's address, which only our own proxy may tell: without one
# X-Forwarded-For is anybody's word, and without this every reader behind the proxy would count as one.
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES

# --- The log that leaves the house --------------------------------------------------------------
# The private key that signs checkpoints of the journal: read by the sealer alone. Empty: `serve` makes one in var/.
SIGNING_KEY_FILE = env.str("SIGNING_KEY_FILE", default="")

# --- What is told about the work -----------------------------------------------------------------
# Opens /metrics; without it there is no such address.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# Where several web processes keep their figures (prometheus_client's own variable).
PROMETHEUS_MULTIPROC_DIR = env.str("PROMETHEUS_MULTIPROC_DIR", default="")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "common.logs.PlainLines", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "common.logs.JsonLines"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": env.str("LOG_FORMAT", default="json" if SECURE_SITE else "line"),
        }
    },
    # Quiet: libraries tell of every odd file and every font, Celery of every run of every sweep.
    "loggers": {
        # Without Django's own handlers: one of them mails what a form held. Refusals stand in the line of the request.
        "django": {"handlers": [], "level": "INFO"},
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
        # It tells the path of a request whose reader left, and of every wait of a busy second.
        "waitress": {"level": "WARNING"},
        "waitress.queue": {"level": "ERROR"},
        "pikepdf": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.worker.request": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "kombu.connection": {"level": "ERROR"},
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
}
