"""Settings of the test suite: the embedded default in a folder of its own, whatever the developer's .env says.

DATABASE_URL and ONRAMP_TEST_BROKER (a Celery broker URL) put it on other servers; .ci/run does.
"""

import atexit
import os
import shutil
import tempfile

if "ONRAMP_DATA" not in os.environ:
    os.environ["ONRAMP_DATA"] = tempfile.mkdtemp(prefix="onramp-tests-")
    atexit.register(shutil.rmtree, os.environ["ONRAMP_DATA"], ignore_errors=True)
if worker := os.environ.get("PYTEST_XDIST_WORKER"):  # it inherits the folder of the process that started it
    os.environ["ONRAMP_DATA"] = os.path.join(os.environ["ONRAMP_DATA"], worker)
    os.makedirs(os.environ["ONRAMP_DATA"], exist_ok=True)
os.environ["ONRAMP_ENV_FILE"] = os.devnull
os.environ["DEBUG"] = "true"
os.environ["CELERY_BROKER_URL"] = os.environ.get("ONRAMP_TEST_BROKER", "memory://")

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES  # noqa: E402

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECURE_SSL_REDIRECT = False
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # no collectstatic before the tests
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": None}
