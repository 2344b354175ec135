"""Settings of the test suite: the embedded default, in a folder of its own, without a .env of the developer."""

import os
import tempfile

os.environ["DEBUG"] = "true"
os.environ.setdefault("ONRAMP_DATA", tempfile.mkdtemp(prefix="onramp-tests-"))

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES  # noqa: E402

DEBUG = False
CELERY_TASK_ALWAYS_EAGER = False
CELERY_BROKER_URL = os.environ.get("ONRAMP_TEST_BROKER", "memory://")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECURE_SSL_REDIRECT = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": None}
