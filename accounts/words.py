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


#: What a role allows only where it is held at the top of the tree
AT_TOP = frozenset({"library.edit"})


def allowed_words(role: str, *, top: bool = True) -> list[str]:
    """What a role allows, a phrase for each verb; ``top``: held at the top unit."""
    return [
        str(VERBS[verb])
        for verb, roles in TABLE.items()
        if Role(role) in roles and (top or verb not in AT_TOP)
    ]


def sentence(role: str, *, top: bool = True) -> str:
    """The phrases of a role in one line; ``top``: with what it allows at the top unit beside."""
    plain = ", ".join(allowed_words(role, top=False))
    more = ", ".join(str(VERBS[verb]) for verb in sorted(AT_TOP) if Role(role) in TABLE[verb])
    if not top or not more:
        return plain
    return plain + "; " + _("at the top unit also: %(what)s") % {"what": more}
