"""Settings. Everything that differs between machines comes from the environment (config/docs/operations.md)."""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.urls import reverse_lazy

from config.embedded import broker_url, data_dir
from config.guard import refuse_unsafe

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(env.str("ONRAMP_ENV_FILE", default=str(BASE_DIR / ".env")))

DEBUG: bool = env.bool("DEBUG", default=False)
SECRET_KEY: str = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
if DEBUG:
    SECRET_KEY = SECRET_KEY or "only-for-development-" + "x" * 40
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

DATA_DIR = data_dir(BASE_DIR, env.str("ONRAMP_DATA", default=""))

# --- Applications -------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config.core",
    "partners",
    "mappings",
    "transactions",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.simple_history",
    "simple_history",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "django_otp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]
MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.core.unanswered.UnansweredMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "config.core.second_factor_gate.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "core.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database -----------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'onramp.sqlite3'}")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE takes the write lock at BEGIN: the default mode fails with "database is locked" under two writers.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)
    # Without it a host that is away holds each request for minutes before it says so.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 10)

# --- Files --------------------------------------------------------------------------------------

STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What partners sent and what we sent them. Any Django storage works; it must be durable when save() returns.
    "blobs": {
        "BACKEND": env.str("BLOB_STORAGE_BACKEND", default="config.core.blobs.DurableFileSystemStorage"),
        "OPTIONS": env.json("BLOB_STORAGE_OPTIONS", default={"location": str(DATA_DIR / "blobs")}),
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_HANDLERS = ["config.core.uploads.LimitedUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# --- Secrets of connections and certificates ------------------------------------------------------

# Keys that seal them, apart from SECRET_KEY: the first one seals, all open (config.core.vault). The file is for those
# who keep no secrets in the environment; a trial makes one by itself.
SECRET_KEYS: list[str] = env.list("ONRAMP_SECRET_KEYS", default=[])
SECRET_KEY_FILE = Path(env.str("ONRAMP_SECRET_KEY_FILE", default=str(DATA_DIR / "secret.keys")))
MAKE_SECRET_KEY_FILE = DEBUG

# Connections and webhooks lead to public addresses only, and to these networks ("10.20.0.0/16") of the operator's own.
OUTBOUND_ALLOWED_NETWORKS: list[str] = env.list("OUTBOUND_ALLOWED_NETWORKS", default=[])

# --- Limits of intake and work ------------------------------------------------------------------

INTAKE_MAX_BYTES: int = env.int("INTAKE_MAX_BYTES", default=100_000_000)
INTAKE_MAX_WAIT_SECONDS: float = env.float("INTAKE_MAX_WAIT_SECONDS", default=30.0)
INTAKE_MAX_WAITERS: int = env.int("INTAKE_MAX_WAITERS", default=4)  # per web process
DROP_DIR = Path(env.str("DROP_DIR", default=str(DATA_DIR / "drop")))
DROP_SETTLE_SECONDS: float = env.float("DROP_SETTLE_SECONDS", default=2.0)
DROP_OPEN_SECONDS: float = env.float("DROP_OPEN_SECONDS", default=300.0)
UNIT_MAX_DOCUMENTS: int = env.int("UNIT_MAX_DOCUMENTS", default=100)
UNIT_MAX_BYTES: int = env.int("UNIT_MAX_BYTES", default=2_000_000)
# A worker that died is noticed when its lease runs out; a living one renews it. Two at once harm nothing: one writes.
SPLIT_LEASE_SECONDS: int = env.int("SPLIT_LEASE_SECONDS", default=60)
UNIT_LEASE_SECONDS: int = env.int("UNIT_LEASE_SECONDS", default=30)
UNIT_MAX_ATTEMPTS: int = env.int("UNIT_MAX_ATTEMPTS", default=5)
UNITS_PER_PARTNER: int = env.int("UNITS_PER_PARTNER", default=4)
INTERACTIVE_MAX_BYTES: int = env.int("INTERACTIVE_MAX_BYTES", default=1_000_000)
FINDINGS_PER_ATTEMPT: int = env.int("FINDINGS_PER_ATTEMPT", default=200)

# --- Celery -------------------------------------------------------------------------------------

CELERY_BROKER_URL: str = env.str("CELERY_BROKER_URL", default=broker_url(DATA_DIR))
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "interactive"
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
if CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 1800,  # longer than the longest task, or tasks run twice
        "unacked_restore_interval": 5,  # the default sweep for tasks of dead workers takes 100 seconds
        "unacked_restore_throttle": 1,
    }
# Timed work expires when no worker takes it: the next round does the same.
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": seconds, "options": {"queue": "housekeeping", "expires": seconds}}
    for name, task, seconds in (
        ("sweep", "transactions.sweep", 10.0),
        ("expected-documents", "transactions.expect_documents", 60.0),
        ("certification", "transactions.certify_due", 30.0),
        ("reminders", "partners.remind_of_tasks", 3600.0),
        ("notices", "partners.send_notices", 60.0),
        ("readiness", "partners.recheck_due", 30.0),
        ("drop-folders", "transactions.collect_drop_folders", 3.0),
    )
}

# --- API ----------------------------------------------------------------------------------------

# Requests of one partner: NUMBER/second, minute, hour or day. Counted in the cache below: in local memory every web
# process counts for itself; with a shared cache (CACHE_URL=redis://…) all count together.
API_RATE: str = env.str("API_RATE", default="1200/minute")
CACHES: dict[str, dict[str, Any]] = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["partners.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "partners.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.core.api.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.core.problems.problem_handler",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_THROTTLE_CLASSES": ["partners.api.throttling.PartnerRateThrottle"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.core.negotiation.OneRepresentation",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Onramp",
    "DESCRIPTION": "Send business documents, follow what became of them, fetch canonical forms and acknowledgments; "
    "set up partners, connections and agreements.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]+",
    "ENUM_NAME_OVERRIDES": {
        name: f"transactions.states.{name}"
        for name in ("FileStage", "FileOutcome", "DocumentStage", "DocumentOutcome", "Verdict")
    }
    | {
        name: f"partners.models.{name}"
        for name in (
            *("Environment", "Role", "Language", "IdentityKind", "Protocol", "Scope", "Direction"),
            *("AgreementStatus", "CertificatePurpose", "SubmissionState", "ProposalState", "InvitationState"),
        )
    }
    | {
        "ContactPurpose": "partners.models.Purpose",
        "OnboardingStage": "partners.models.Stage",
        "OnboardingWorkStage": "partners.models.onboarding.WORKED",
        "ScenarioState": "transactions.api.certification_shown.STATES",
    },
}

# --- People, mail, language ---------------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")
vars().update(env.email_url("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://localhost:25"))
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="onramp@localhost")
# Where people find Onramp, for links in mails that no request asked for; empty: they name the page in words.
SITE_URL: str = env.str("SITE_URL", default="http://localhost:8000" if DEBUG else "")
EMAIL_TIMEOUT: int = env.int("EMAIL_TIMEOUT", default=10)
INVITATION_DAYS: int = env.int("INVITATION_DAYS", default=7)
PASSWORD_RESET_TIMEOUT: int = 60 * env.int("PASSWORD_RESET_MINUTES", default=60)
# Whether partners' people need a code beside their password; our own staff may set one up.
PORTAL_SECOND_FACTOR: bool = env.bool("PORTAL_SECOND_FACTOR", default=not DEBUG)
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "config.formats"
USE_I18N = True
USE_TZ = True

# --- Security -----------------------------------------------------------------------------------

SECURE_SSL_REDIRECT: bool = env.bool("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_HSTS_SECONDS: int = env.int("SECURE_HSTS_SECONDS", default=0 if DEBUG else 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Networks of the proxies in front ("10.0.0.0/24"): only what comes from them is believed about who called.
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", default=[])
SESSION_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # The admin theme's Alpine.js evaluates the expressions in its templates; no page has a script of its own.
        "script-src": [SELF, UNSAFE_EVAL],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [SELF],
        "object-src": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}

# A kept version is for reading. Going back is a new change, made on the page of the object.
SIMPLE_HISTORY_REVERT_DISABLED = True

UNFOLD = {
    "SITE_TITLE": "Onramp",
    "SITE_HEADER": "Onramp",
    "SITE_SUBHEADER": "Partners, documents, exceptions",
    "SITE_SYMBOL": "ramp_right",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("onramp/favicon.svg")}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "COLORS": {
        "primary": {
            "50": "oklch(97.5% .013 220)",
            "100": "oklch(94.5% .03 220)",
            "200": "oklch(89% .055 220)",
            "300": "oklch(81% .085 221)",
            "400": "oklch(71% .11 222)",
            "500": "oklch(60% .115 224)",
            "600": "oklch(51% .105 226)",
            "700": "oklch(44% .09 228)",
            "800": "oklch(38% .075 230)",
            "900": "oklch(33% .06 232)",
            "950": "oklch(25% .05 234)",
        },
    },
    "STYLES": [lambda request: static("onramp/admin.css"), lambda request: static("onramp/lists.css")],
    "SCRIPTS": [
        lambda request: static("onramp/admin.js"),
        lambda request: static("onramp/menus.js"),
        lambda request: static("onramp/unsent.js"),
    ],
    "DASHBOARD_CALLBACK": "transactions.admin.home.dashboard",
    "ACCOUNT": {
        "navigation": [
            {"title": "Second factor", "link": reverse_lazy("second-factor")},
            {"title": "Change password", "link": reverse_lazy("admin:password_change")},
        ]
    },
    "LOGIN": {"form": "config.core.login_form.LoginForm"},
    "SIDEBAR": {"show_search": False, "navigation": "config.core.admin.navigation.sidebar"},
}

refuse_unsafe(debug=DEBUG, secret_key=SECRET_KEY, allowed_hosts=ALLOWED_HOSTS, error=ImproperlyConfigured)
