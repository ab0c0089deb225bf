"""What the author's pages share: her units, her file, her lesson."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed
from accounts.models import Membership, OrgUnit, UnitKind, User
from accounts.permissions import top_units, units_where
from accounts.querysets import on_day
from repository import actions
from repository.forms import FileForm
from repository.models import LearningResource, Upload
from repository.vocabulary import vocabulary

# Room in a form's body for everything but the file.
FORM_OVERHEAD = 64 * 1024


def own_units(user: User) -> list[OrgUnit]:
    """Units that a person's lessons may belong to: where she works, else where she holds a role."""
    may = OrgUnit.objects.filter(pk__in=units_where(user, "resource.create").values("pk")).named()
    works = Membership.objects.filter(on_day(), user=user).values("unit")
    return list(may.filter(pk__in=works)) or list(top_units(user, "resource.create").named())


def chosen_unit(user: User, code: str) -> OrgUnit:
    """One of her units. Raises NotAllowed where she has none or the code is another's."""
    units = own_units(user)
    for unit in units:
        if not code or unit.code == code:
            return unit
    raise NotAllowed("resource.create")


#: Kind of school → code of the level it teaches.
_TEACHES = {
    UnitKind.MAM_NON: "mn",
    UnitKind.TIEU_HOC: "th",
    UnitKind.THCS: "thcs",
    UnitKind.THPT: "thpt",
}


def level_taught(unit: OrgUnit) -> str:
    """The name of the level that a school teaches, "" where it is none or several."""
    code = _TEACHES.get(getattr(unit, "kind", ""))  # type: ignore[call-overload]
    return vocabulary().levels.get(code, "") if code else ""


def lesson_or_404(request: HttpRequest, uid: UUID) -> LearningResource:
    return get_object_or_404(
        LearningResource.objects.editable_by(request.user)
        .select_related("author", "subject", "type", "licence", "series", "level", "curriculum")
        .prefetch_related("grades"),
        uid=uid,
    )


def receive(user: User, form: FileForm) -> Upload:
    """The form's file: sent before in pieces, or with the form itself."""
    uid = form.cleaned_data.get("upload")
    if uid:
        return actions.find_upload(by=user, uid=uid)
    file = form.cleaned_data["file"]
    return actions.receive_file(by=user, filename=file.name, size=file.size, file=file)


def same_files(user: User, blob_id: int | None, but: int = 0) -> list[LearningResource]:
    """Other lessons with the very same file: her own, and those that the library shows her; a few."""
    if not blob_id:
        return []
    others = LearningResource.objects.filter(versions__blob=blob_id, discarded_at=None).exclude(pk=but)
    seen = LearningResource.objects.visible_to(user).filter(versions__blob=blob_id)
    return list(others.filter(Q(author=user) | Q(pk__in=seen.values("pk"))).distinct().order_by("pk")[:3])


def missing_fields(resource: LearningResource) -> list[str]:
    """As ``actions.missing_fields``, by the vocabulary that the form has read anyway."""
    names = {"title": _("title"), "subject": _("subject"), "grades": _("grade")}
    from repository.metadata import gaps

    subject = resource.subject.code if resource.subject else ""
    found = gaps(
        title=resource.title,
        subject=subject,
        grades=[grade.code for grade in resource.grades.all()],
        offered=subject in vocabulary().offered,
    )
    return [names[name] for name in found]
