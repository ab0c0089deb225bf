"""Who may enter Wagtail's admin, and what stands between its pages and the rest of the site.

The right is ours: ``library.edit`` at the root unit, by today's roles. Wagtail asks Django groups
about pages, pictures and documents, so the door keeps one group in step with that right each time
somebody comes through it; the group is never the source of the right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import HEADER, NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from accounts.errors import NotAllowed
from accounts.middleware import refusal_response
from accounts.models import OrgUnit, User
from accounts.permissions import may

GROUP = "Portal editors"
DOOR = "/admin/"
VERB = "library.edit"
# Wagtail's editor writes styles and scripts into its pages; nobody but editors ever sees them.
POLICY: dict[str, Any] = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}

Handler = Callable[[HttpRequest], HttpResponse]


def is_editor(user: Any) -> bool:
    """Whether a person edits the portal and the library; asked once per user object."""
    if not isinstance(user, User):
        return False
    kept = getattr(user, "_edits_portal", None)
    if kept is None:
        kept = may(user, VERB, OrgUnit.objects.root())
        user._edits_portal = kept  # type: ignore[attr-defined]
    return bool(kept)


def keep_group(user: User, *, editor: bool) -> None:
    """Puts the person into the group of editors, or takes her out."""
    member = user.groups.filter(name=GROUP).exists()
    if editor and not member:
        user.groups.add(Group.objects.get(name=GROUP))
    elif member and not editor:
        user.groups.remove(*Group.objects.filter(name=GROUP))


class EditorsDoor:
    """Lets editors into /admin/, sends guests to sign in, tells others why not."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(DOOR):
            return self.get_response(request)
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        editor = is_editor(user)
        keep_group(user, editor=editor)
        if not editor:
            return refusal_response(request, NotAllowed(VERB))
        response: HttpResponse = csp(POLICY)(self.get_response)(request)  # type: ignore[assignment]
        # A preview went through all middleware once more and carries the strict headers of the page.
        response.headers.pop(HEADER, None)
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response
