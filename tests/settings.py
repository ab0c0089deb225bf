"""Settings of the tests: the defaults, in a folder of their own, whatever the shell has set."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_var = tempfile.mkdtemp(prefix="hoclieu-test-")
_owner = os.getpid()
KEPT = {"HOCLIEU_DATABASE_URL", "HOCLIEU_BROWSER_LIBS"}

# Where `make services` keeps its own: below the folder that the shell chose, also for the processes of a run.
_shell_var = os.environ.get("HOCLIEU_VAR") or str(Path(__file__).resolve().parents[1] / "var")
os.environ.setdefault("HOCLIEU_TEST_SERVICES_VAR", _shell_var)
for _name in [name for name in os.environ if name.startswith("HOCLIEU_") and name not in KEPT]:
    if _name.startswith("HOCLIEU_TEST_"):
        continue
    del os.environ[_name]
os.environ["HOCLIEU_VAR"] = _var
os.environ["HOCLIEU_SECRET_KEY"] = "only-for-tests-" * 4


@atexit.register
def _remove_var() -> None:
    if os.getpid() == _owner:
        shutil.rmtree(_var, ignore_errors=True)


from cms.settings import *  # noqa: E402, F403
from cms.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "tests"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # In memory; durability is tested with real processes (tests/live.py).
    DATABASES["default"]["TEST"] = {"NAME": None}
    DATABASES["default"]["OPTIONS"] = {"timeout": 20, "transaction_mode": "IMMEDIATE"}
else:
    DATABASES["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off"
WHITENOISE_AUTOREFRESH = True
