"""What roles allow, in plain words. Each verb of ``permissions.TABLE`` has its sentence; a test holds it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from accounts.permissions import TABLE

VERBS: dict[str, str | Promise] = {
    "resource.create": _("upload lessons for the unit"),
    "resource.read_drafts": _("see lessons that are not published yet"),
    "resource.review": _("return, approve and publish lessons"),
    "resource.withdraw": _("withdraw lessons"),
    "library.edit": _("edit the portal and the library"),
    "course.manage": _("build courses"),
    "class.manage": _("open classes and enrol people"),
    "coverage.view": _("see who is trained"),
    "target.manage": _("set training targets"),
    "person.view": _("see the people of the unit"),
    "unit.manage": _("change units, people and accounts"),
    "role.grant": _("give and take away roles"),
    "attempt.inspect": _("look into how somebody learned, to help"),
    "system.manage": _("look after the whole system"),
}


def allowed_words(role: str) -> list[str]:
    """What a role allows, a phrase for each verb."""
    return [str(VERBS[verb]) for verb, roles in TABLE.items() if Role(role) in roles]


def sentence(role: str) -> str:
    """The phrases of a role in one line."""
    return ", ".join(allowed_words(role))
