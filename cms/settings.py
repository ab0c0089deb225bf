"""Settings: the environment chooses, the defaults run on one machine with nothing installed.

docs/settings.md lists every variable; a test holds it against this file.
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from cms import databases
from cms.env import Env

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.text("VAR", str(BASE_DIR / "var"))).resolve()
PROCESS = env.choice("PROCESS", {"site", "content", "worker", "command"}, "site")
PRODUCTION = env.flag("PRODUCTION", default=False)
DEBUG = env.flag("DEBUG", default=False)
if PRODUCTION and DEBUG:
    env.refuse("DEBUG", "must be 0 where HOCLIEU_PRODUCTION is 1.")
try:
    VAR.mkdir(parents=True, exist_ok=True)
except OSError as error:
    env.refuse("VAR", f"'{VAR}' cannot be made ({error.strerror}); name a folder that this user may write.")

# Addresses. Cookies ignore the port, so site and content must differ in host.
SITE_URL = env.origin("SITE_URL", "http://localhost:8000")
CONTENT_URL = env.origin("CONTENT_URL", "http://127.0.0.1:8001")
SITE_HOST = urlsplit(SITE_URL).hostname or ""
CONTENT_HOST = urlsplit(CONTENT_URL).hostname or ""
if SITE_HOST == CONTENT_HOST:
    env.refuse(
        "CONTENT_URL",
        f"has the same host as HOCLIEU_SITE_URL ({SITE_HOST}); uploaded lessons could then read "
        "the site's cookies. Give the content a host of its own.",
    )
# Whether somebody chose the addresses; if nobody did, `serve` may take the next free ports.
ADDRESSES_CHOSEN = bool(
    env.text("SITE_URL") or env.text("CONTENT_URL") or env.text("LISTEN_SITE") or env.text("LISTEN_CONTENT")
)


def _port(url: str, otherwise: int) -> int:
    """On one machine the port of the address; behind a proxy, ports of our own."""
    parts = urlsplit(url)
    is_local = parts.hostname == "localhost" or (parts.hostname or "").startswith("127.")
    return parts.port or 80 if is_local and parts.scheme == "http" else otherwise


LISTEN_SITE = env.listener("LISTEN_SITE", f"127.0.0.1:{_port(SITE_URL, 8000)}")
LISTEN_CONTENT = env.listener("LISTEN_CONTENT", f"127.0.0.1:{_port(CONTENT_URL, 8001)}")
if LISTEN_SITE == LISTEN_CONTENT:
    env.refuse("LISTEN_CONTENT", "is the same as HOCLIEU_LISTEN_SITE; give the content a port of its own.")
# How many proxies of ours stand in front: each names whom it saw in X-Forwarded-For.
PROXIES = env.integer("PROXIES", 0, least=0, most=9)
HTTPS = SITE_URL.startswith("https://")
if CONTENT_URL.startswith("https://") != HTTPS:
    env.refuse("CONTENT_URL", "and HOCLIEU_SITE_URL go together: both https, or both http.")
ALLOWED_HOSTS = [CONTENT_HOST] if PROCESS == "content" else [SITE_HOST]
CSRF_TRUSTED_ORIGINS = [SITE_URL]


def _secret_key() -> str:
    given = env.text("SECRET_KEY")
    if given:
        if len(given) < 50 or len(set(given)) < 5:
            env.refuse(
                "SECRET_KEY", "is shorter than 50 characters, or always the same few; take random ones."
            )
        return given
    if PRODUCTION:
        env.refuse(
            "SECRET_KEY",
            "is missing; production needs one of at least 50 characters, such as "
            "`openssl rand -hex 32` makes; keep it, with the other settings.",
        )
    kept = VAR / "secret_key"
    if not kept.exists():
        from django.core.management.utils import get_random_secret_key

        # Linked into place whole: of two first starts at once, both read the same key.
        fresh = VAR / f"secret_key.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(get_random_secret_key())
        with contextlib.suppress(FileExistsError):
            kept.hardlink_to(fresh)
        fresh.unlink()
    return kept.read_text().strip()


SECRET_KEY = _secret_key()


DATABASES = {"default": databases.database(env, VAR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
if REDIS_URL and urlsplit(REDIS_URL).scheme not in {"redis", "rediss", "unix"}:
    env.refuse("REDIS_URL", f"'{REDIS_URL}' is not of the form redis://host:6379/0.")
CACHES = databases.caches(REDIS_URL)
SESSION_CACHE_ALIAS = "sessions" if REDIS_URL else "default"
# A cache that is not shared would keep a session alive in one process after another ended it.
SESSION_ENGINE = f"django.contrib.sessions.backends.{'cached_db' if REDIS_URL else 'db'}"

# Storage and uploads
BLOBS_DIR = VAR / "blobs"
MEDIA_ROOT = VAR / "media"
MEDIA_URL = "/media/"
INGEST_INLINE_MB = env.integer("INGEST_INLINE_MB", 128, least=0)
UPLOAD_MAX_MB = env.integer("UPLOAD_MAX_MB", 1024)
UPLOAD_CHUNK_MB = env.integer("UPLOAD_CHUNK_MB", 16, most=64)
UPLOAD_QUOTA_MB = env.integer("UPLOAD_QUOTA_MB", 10240)
PACKAGE_MAX_ENTRIES = env.integer("PACKAGE_MAX_ENTRIES", 20_000)
PACKAGE_MAX_UNPACKED_MB = env.integer("PACKAGE_MAX_UNPACKED_MB", 4096)
PACKAGE_MAX_RATIO = env.integer("PACKAGE_MAX_RATIO", 200)
# Object storage; without it blobs lie in the folder above.
S3_ENDPOINT = env.origin("S3_ENDPOINT", "") if env.text("S3_ENDPOINT") else ""
S3_BUCKET = env.text("S3_BUCKET")
S3_ACCESS_KEY = env.text("S3_ACCESS_KEY")
S3_SECRET_KEY = env.text("S3_SECRET_KEY")
S3_REGION = env.text("S3_REGION", "us-east-1")
_s3 = {"S3_BUCKET": S3_BUCKET, "S3_ACCESS_KEY": S3_ACCESS_KEY, "S3_SECRET_KEY": S3_SECRET_KEY}
for _name, _value in _s3.items():
    if S3_ENDPOINT and not _value:
        env.refuse(_name, "is missing; HOCLIEU_S3_ENDPOINT needs a bucket and both keys.")
    if _value and not S3_ENDPOINT:
        env.refuse("S3_ENDPOINT", f"is missing where HOCLIEU_{_name} is set.")
if S3_BUCKET and not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", S3_BUCKET):
    env.refuse("S3_BUCKET", f"'{S3_BUCKET}' is no bucket's name: 3 to 63 of a-z, 0-9, dot and hyphen.")
# Where browsers reach the same server; without it their uploads go through the site.
S3_PUBLIC_ENDPOINT = env.origin("S3_PUBLIC_ENDPOINT", "") if env.text("S3_PUBLIC_ENDPOINT") else ""
if S3_PUBLIC_ENDPOINT and not S3_ENDPOINT:
    env.refuse("S3_ENDPOINT", "is missing where HOCLIEU_S3_PUBLIC_ENDPOINT is set.")
if HTTPS and S3_PUBLIC_ENDPOINT.startswith("http://"):
    env.refuse("S3_PUBLIC_ENDPOINT", "must be https where the site is; browsers refuse it otherwise.")
# Nameless files of work in progress on what lies there.
WORK_DIR = VAR / "cache" / "work"
# What a content host keeps of the packages in object storage.
CONTENT_CACHE_DIR = VAR / "cache" / "content"
CONTENT_CACHE_MB = env.integer("CONTENT_CACHE_MB", 2048, least=16)
# The browser that draws the first pages of packages: "" for one that is installed, "off" for none.
PICTURE_BROWSER = env.text("PICTURE_BROWSER")
# Bodies of ordinary requests; upload parts are read apart, in pieces.
BODY_MAX_MB = 3
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_MAX_MB * 1024 * 1024

# Search
SEARCH_INDEX = VAR / "search.sqlite3"
ELASTICSEARCH_URL = env.server("ELASTICSEARCH_URL")
ELASTICSEARCH_PREFIX = env.text("ELASTICSEARCH_PREFIX", "hoclieu")
if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,40}", ELASTICSEARCH_PREFIX):
    env.refuse(
        "ELASTICSEARCH_PREFIX", f"'{ELASTICSEARCH_PREFIX}' is not made of a-z, 0-9, hyphen and underscore."
    )
# Whether the embedded index is kept up beside Elasticsearch and answers while that is away.
SEARCH_FALLBACK = env.flag("SEARCH_FALLBACK", default=False)
if SEARCH_FALLBACK and not ELASTICSEARCH_URL:
    env.refuse("SEARCH_FALLBACK", "needs HOCLIEU_ELASTICSEARCH_URL; without it the embedded index answers.")

INSTALLED_APPS = [
    "accounts",
    "repository",
    "courses",
    "search",
    "cms",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

if PROCESS == "content":
    # Other people's programs are served here: no session, no sign-in, no cookies.
    # The portal and what its editors use would be a quarter of the process's memory. allauth refuses to start
    # without its middleware; nothing here asks for its tables.
    INSTALLED_APPS = [
        app
        for app in INSTALLED_APPS
        if app == "wagtail.search" or not app.startswith(("cms", "wagtail.", "allauth."))
    ]
    ROOT_URLCONF = "cms.urls_content"
    MIDDLEWARE: list[str] = []
else:
    ROOT_URLCONF = "cms.urls_site"
    MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "django.middleware.gzip.GZipMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "accounts.middleware.LanguageMiddleware",
        "accounts.middleware.BodyLimitMiddleware",
        "cms.maintenance.MaintenanceMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "allauth.account.middleware.AccountMiddleware",
        "django_htmx.middleware.HtmxMiddleware",
        "accounts.middleware.StandingMiddleware",
        "accounts.middleware.RefusalMiddleware",
        "csp.middleware.CSPMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "cms.editors.EditorsDoor",
    ]
WSGI_APPLICATION = "cms.wsgi.application"

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
                "cms.context.site",
            ],
        },
    },
]

# Language and time
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_THOUSAND_SEPARATOR = False

# Static files: ours and what npm brought at set-up. `serve` gathers them, named by their content and
# packed, so that a browser asks for each once; without such a copy they are found where they lie.
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR / "static"))).resolve()
STATIC_GATHERED = PRODUCTION or (not DEBUG and (STATIC_ROOT / "staticfiles.json").is_file())
BROWSER_LIBS = Path(env.text("BROWSER_LIBS", str(BASE_DIR / ".venv" / "browser"))).resolve()
STATICFILES_DIRS = [BASE_DIR / "static", *([("lib", BROWSER_LIBS)] if BROWSER_LIBS.is_dir() else [])]
STORAGES = {
    "default": {
        "BACKEND": "cms.media.MediaObjects" if S3_ENDPOINT else "django.core.files.storage.FileSystemStorage"
    },
    "staticfiles": {
        "BACKEND": "cms.statics.GatheredFiles"
        if STATIC_GATHERED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not STATIC_GATHERED
WHITENOISE_AUTOREFRESH = DEBUG

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
# None asks at sign-in: computers of a school are shared.
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_SESSION_COOKIE_AGE = 30 * 24 * 3600
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Mail: a folder of files unless a server is named
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.integer("EMAIL_PORT", 25, most=65535)
EMAIL_HOST_USER = env.text("EMAIL_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_TLS", default=False)
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", f"hoclieu@{SITE_HOST}")
if bool(EMAIL_HOST_USER) != bool(EMAIL_HOST_PASSWORD):
    missing = "EMAIL_PASSWORD" if EMAIL_HOST_USER else "EMAIL_USER"
    env.refuse(missing, "is missing; HOCLIEU_EMAIL_USER and HOCLIEU_EMAIL_PASSWORD go together.")
if EMAIL_HOST_USER and not EMAIL_HOST:
    env.refuse("EMAIL_HOST", "is missing where HOCLIEU_EMAIL_USER is set.")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR / "mail"

# Security
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "cms.error_pages.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
LANGUAGE_COOKIE_NAME = "language"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/(ready/)?$"]  # asked from this host, past the proxy
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "frame-src": [CONTENT_URL],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
    },
}

# Tasks commit with the rows they are about
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "slow", "text"],
    }
}

# Wagtail
WAGTAIL_SITE_NAME = "Hoclieu"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# Plain queries: Wagtail's index on SQLite takes quadratic time, and its admin searches few things.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "cms.admin_search"}}
# Documents come from the site itself, as attachments: nothing that was uploaded runs or shows there.
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAILADMIN_LOGIN_URL = "/account/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAIL_I18N_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {
        "handlers": ["console"],
        "level": env.choice("LOG_LEVEL", {"DEBUG", "INFO", "WARNING", "ERROR"}, "INFO"),
    },
    # Each page saved would be three lines; the pages keep their own history.
    # And each question to Elasticsearch one.
    "loggers": {"wagtail": {"level": "WARNING"}, "elastic_transport": {"level": "WARNING"}},
}
# HSTS for subdomains and preload lists bind hosts that are not ours to decide about.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
UNKNOWN_VARIABLES = env.unknown()
