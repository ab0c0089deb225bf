"""A teacher signed in at a site where nobody is yet, for tests that speak HTTP to it without a browser."""

from __future__ import annotations

from tests.live import Live

#: The token of her forms and requests.
CSRF = "k" * 32

_CODE = f"""
from datetime import date
from importlib import import_module
from django.conf import settings
from accounts import actions
day = date(2020, 9, 1)
so = actions.create_unit(by=None, code="so", name="Sở", kind="so", parent=None, on=day)
user = actions.create_person(by=None, username="gv", last_name="Trần", first_name="Hà", unit=so, on=day)
actions.grant_role(by=None, user=user, unit=so, role="teacher", on=day)
session = import_module(settings.SESSION_ENGINE).SessionStore()
session["_auth_user_id"] = str(user.pk)
session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
session["_auth_user_hash"] = user.get_session_auth_hash()
session["_csrftoken"] = "{CSRF}"
session.save()
print(session.session_key)
"""


def session_of_a_teacher(live: Live) -> str:
    """Makes her; the value of her session's cookie."""
    return live.python(_CODE)
