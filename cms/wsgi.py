"""The WSGI entry of site and content processes; HOCLIEU_PROCESS chooses which."""

import os
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from cms.own_host import HealthForAnyHost, OwnHostOnly
from cms.real_address import RealAddress

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
application: Callable[..., Any] = get_wsgi_application()
if settings.PROCESS == "content":
    from courses.runtime.wsgi import SavesFirst  # these need the apps to be there
    from repository.content.wsgi import FilesFirst

    application = OwnHostOnly(FilesFirst(SavesFirst(application)), settings.CONTENT_HOST)
_host = settings.CONTENT_HOST if settings.PROCESS == "content" else settings.SITE_HOST
application = HealthForAnyHost(application, f"[{_host}]" if ":" in _host else _host)
if settings.PROXIES:
    application = RealAddress(application, settings.PROXIES)
