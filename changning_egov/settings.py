"""Settings of the one site. What differs per server comes from the environment (docs/operations.md)."""

import sys
from pathlib import Path

from . import databases, env

BASE_DIR = Path(__file__).resolve().parent.parent
EGOV_ENV = env.choice("EGOV_ENV", "demo", ("demo", "production"))
EGOV_DEMO = env.choice("EGOV_DEMO", "full", ("full", "small"))  # 57 units, or six for tests that start a whole site
EGOV_DATA_DIR = env.folder("EGOV_DATA_DIR", BASE_DIR / ".data")
EGOV_PORT = env.number("EGOV_PORT", 8000)
EGOV_FILES_DIR = EGOV_DATA_DIR / "files"
EGOV_HOLDINGS_DIR = EGOV_DATA_DIR / "holdings"
EGOV_SECOND_DIR = env.folder("EGOV_SECOND_DIR", EGOV_DATA_DIR / "second")  # holdings once more, best on another machine
EGOV_PUBLIC_DIR = EGOV_DATA_DIR / "public"  # the only root that portal code reads
EGOV_PACKAGES_DIR = EGOV_DATA_DIR / "packages"
EGOV_ARRIVALS_DIR = EGOV_DATA_DIR / "arrivals"  # packages on their way in from other installations
EGOV_EXCHANGE_DIR = EGOV_DATA_DIR / "exchange"  # the key that speaks for this installation; the site's user's alone
EGOV_PICTURES_DIR = EGOV_DATA_DIR / "pictures"  # pages of files as pictures; drawn again when missing
EGOV_TMP_DIR = EGOV_DATA_DIR / "tmp"
EGOV_FONTS_DIR = EGOV_DATA_DIR / "fonts"
EGOV_CERTIFICATES_DIR = EGOV_DATA_DIR / "certificates"  # keys that units sign with; readable by the site's user alone
EGOV_CERTIFICATES_PASSWORD = env.text("EGOV_CERTIFICATES_PASSWORD", "")  # the keys are written encrypted with it
EGOV_TRUSTED_CERTIFICATES = env.text("EGOV_TRUSTED_CERTIFICATES", "")  # PEM: roots of authorities outside
EGOV_TIMESTAMP_URL = env.text("EGOV_TIMESTAMP_URL", "")  # RFC 3161 authority outside; empty: 未经时间戳
EGOV_DISTRICT = env.text("EGOV_DISTRICT", "上海市长宁区")
EGOV_AUTHORITY_NAME = "长宁区练习用印章证书（样章）" if EGOV_ENV == "demo" else f"{EGOV_DISTRICT}电子公文印章证书"
EGOV_ANCHORS_DIR = EGOV_DATA_DIR / "anchors"  # of the audit chain, outside the database
EGOV_ANCHOR_DIR = env.text(
    "EGOV_ANCHOR_DIR", ""
)  # a second place for the audit chain's anchors, best on another machine
EGOV_METRICS_FROM = env.text("EGOV_METRICS_FROM", "127.0.0.1,::1").split(",")
EGOV_TESTING = "pytest" in sys.modules or sys.argv[1:2] == ["test"]
# sets of each package that are wanted: the two places online and what lies on media (Order 6, art. 12: three)
EGOV_BACKUP_SETS = env.number("EGOV_BACKUP_SETS", 3)
EGOV_REMIND_WORKING_DAYS = env.number("EGOV_REMIND_WORKING_DAYS", 1)  # before a limit, by itself
EGOV_SCHEDULE_BY = env.choice("EGOV_SCHEDULE_BY", "filed", ("filed", "formed"))  # which day chooses the schedule
# periods count from 1 January after the 年度, or from that of the 年度 itself (domain 4.6 leaves it open)
EGOV_RETENTION_START = env.choice("EGOV_RETENTION_START", "next_year", ("next_year", "same_year"))
EGOV_FILING = "archive.filing"  # who files a completed document (documents/filing_port.py)

DEBUG = env.choice("DEBUG", "0", ("0", "1")) == "1"
SECRET_KEY = databases.secret_key(EGOV_ENV, EGOV_DATA_DIR, testing=EGOV_TESTING)
ALLOWED_HOSTS = env.text("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "guardian",
    "simple_history",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "units",
    "files",
    "documents",
    "archive",
    "transfer",
    "portal",
    "oversight",
    "changning_egov",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "units.middleware.AddressLimitMiddleware",
    "units.middleware.PrivateMiddleware",
    "units.middleware.ProbeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "units.middleware.SignInMiddleware",  # deny unless marked @public
    "units.middleware.ActingMiddleware",
    "units.middleware.AnonymousBodyMiddleware",  # who he is, is known; the body is read by process_view (CSRF) or later
    "units.middleware.UploadLimitMiddleware",
    "units.middleware.InitialPasswordMiddleware",
    "units.middleware.FormDraftMiddleware",
    "files.kept.KeptFilesMiddleware",  # inside the one that keeps what was typed
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "units.post_only.PostOnlyMiddleware",
    "units.middleware.SentOnceMiddleware",
    "units.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "changning_egov.urls"
WSGI_APPLICATION = "changning_egov.wsgi.application"
MESSAGE_STORAGE = "units.page_messages.PageMessages"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "units.context.navigation",
            ],
            "builtins": ["units.templatetags.egov", "files.templatetags.kept"],
        },
    }
]

FORM_RENDERER = "changning_egov.form_renderer.FormRenderer"

DATABASES, EMBEDDED = databases.configure(EGOV_DATA_DIR, testing=EGOV_TESTING)
DATABASE_ROUTERS = ["portal.router.PortalRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CSRF_FAILURE_VIEW = "units.views.expired.csrf_failed"
AUTH_USER_MODEL = "units.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},  # domain 12.4
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "units:sign_in"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 8 * 3600  # absolute limit of domain 12.4; ActingMiddleware keeps it, and the idle limit
EGOV_IDLE_SECONDS = 15 * 60 if EGOV_ENV == "production" else 4 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = EGOV_ENV == "production"
SECURE_SSL_REDIRECT = False  # nginx does it
# the redirect is nginx's; other hosts of the district's domain are not ours to bind (HSTS for subdomains, preload)
# failures by address are counted by units.lockout, with a limit of their own
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021", "axes.W006"]
SECURE_HSTS_SECONDS = 31536000 if EGOV_ENV == "production" else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if EGOV_ENV == "production" else None

AXES_FAILURE_LIMIT = 5  # domain 12.4: five failures in ten minutes
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
EGOV_ADDRESS_FAILURES = env.number("EGOV_ADDRESS_FAILURES", 30)  # from one address, all accounts together
AXES_HANDLER = "units.lockout.Handler"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else a stranger keeps an account locked for ever
AXES_CLIENT_IP_CALLABLE = "units.addresses.client_address"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "old_password", "new_password1", "new_password2"]
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "units.views.sign_in.locked_out"

# front servers whose X-Forwarded-For is believed: addresses, networks, or "unix" for a socket of this machine
EGOV_TRUSTED_PROXIES = env.networks("EGOV_TRUSTED_PROXIES")

ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = EGOV_DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Faces of the official page for the screen, made at set-up (manage.py web_fonts); without them the browser's own
EGOV_WEB_FONTS_DIR = EGOV_DATA_DIR / "web"
EGOV_PAGE_FACES = (EGOV_WEB_FONTS_DIR / "faces" / "faces.css").is_file()
WHITENOISE_ROOT = EGOV_WEB_FONTS_DIR if EGOV_PAGE_FACES else None
STORAGES = {
    "default": {"BACKEND": "files.store.DigestStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EGOV_TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# clamd's socket (/run/clamav/clamd.ctl) or host:port; empty: no file is scanned, and every page says 未查毒
EGOV_CLAMAV_SOCKET = env.socket("EGOV_CLAMAV_SOCKET")

EGOV_UPLOAD_BYTES = 100 * 1024 * 1024
EGOV_UPLOAD_BYTES_OF = {"/records/import/": 2 * 1024 * 1024 * 1024}  # whole back-files
EGOV_ANONYMOUS_BYTES = 2_500_000  # the largest body of somebody who is not signed in
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # what is wrong with a file that somebody brings is told to him, not to the operator
    "loggers": {"pyhanko": {"level": "CRITICAL"}, "pyhanko_certvalidator": {"level": "CRITICAL"}},
}
