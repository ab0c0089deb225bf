"""Workbooks to take away: the template, doubtful rows, links for the first sign-in."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import first_link, roster_plan, unit_tree
from accounts.days import today
from accounts.models import (
    Membership,
    OrgUnit,
    Position,
    Role,
    RoleGrant,
    RosterImport,
    UnitFacts,
    User,
)
from accounts.roster.matching import Problem
from accounts.roster.sheets import workbook
from accounts.roster.words import told
from accounts.views.people import person_tops
from accounts.views.roster import list_in_view

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _attachment(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=EXCEL)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """An empty list with its headings, and the names of one's own units to copy."""
    tops = person_tops(request, "unit.manage")
    headings = [
        _("Full name"),
        _("Date of birth"),
        _("Staff code"),
        pgettext("training", "Unit"),
        pgettext("training", "Position"),
        _("E-mail"),
        _("Telephone"),
    ]
    units = [(name.strip(), code) for code, name in unit_tree.choices(tops)]
    positions = [(str(label),) for _value, label in Position.choices]
    content = workbook(
        [
            (_("People"), headings, []),
            (_("Units"), [pgettext("training", "Unit"), pgettext("unit", "Code")], units),
            (_("Positions"), [pgettext("training", "Position")], positions),
        ]
    )
    return _attachment(content, "danh-sach-mau.xlsx")


@login_required
@require_safe
def doubtful(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The rows that are left out, with what is doubtful about each."""
    found = list_in_view(request, uid)
    table = found.table
    rows = [
        (
            str(row),
            " ".join(told(one) for one in problems) or _("Left out by hand"),
            *table["rows"][row - table["first_row"]],
        )
        for row, problems in _left_out(found)
    ]
    headings = [_("Row"), _("What is doubtful"), *(header or "–" for header in table["headers"])]
    return _attachment(workbook([(_("To look at"), headings, rows)]), "can-xem-lai.xlsx")


def _left_out(found: RosterImport) -> list[tuple[int, list[Problem]]]:
    """The rows not written, with their reasons; of a written list, as they were then."""
    if found.state == RosterImport.State.DRAFT or "out" not in found.result:
        return [(item.row, item.problems) for item in roster_plan.plan_of(found).left_out]
    return [
        (row, [Problem(code, "", text, row=other) for code, text, other in problems])
        for row, problems in found.result["out"]
    ]


@login_required
@never_cache
@require_safe
def links(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The first sign-in links of the new people who have not signed in yet."""
    found = list_in_view(request, uid)
    headings = [_("Full name"), pgettext("training", "Unit"), _("Sign-in name"), _("Link, once, 14 days")]
    return _attachment(workbook([(_("First sign-in"), headings, _links(found))]), "dang-nhap-lan-dau.xlsx")


def _links(found: RosterImport) -> Iterator[tuple[str, ...]]:
    """Only people whom nobody has given more than a teacher's role: other links are made one by one."""
    ids = found.result.get("created", [])
    below = OrgUnit.objects.subtree(found.unit_id).values("pk")
    usual = Q(role=Role.TEACHER, unit__in=below)
    powerful = set(RoleGrant.objects.filter(~usual, user__in=ids).values_list("user_id", flat=True))
    names = _units_of(ids)
    users = User.objects.filter(pk__in=ids, last_login=None, is_active=True).order_by("sort_name")
    for user in users:
        if user.pk not in powerful and not user.has_usable_password():
            secret = first_link.make(user)
            address = settings.SITE_URL + reverse("accounts:first", args=[secret])
            yield user.full_name, names.get(user.pk, ""), user.username, address


def _units_of(ids: list[int]) -> dict[int, str]:
    """Person → name of the unit of her main place: today's, or where she will begin."""
    coming = Q(primary=True, user__in=ids, valid_to__gt=today())
    places: dict[int, int] = {}
    for user, unit in Membership.objects.filter(coming).order_by("valid_from").values_list("user", "unit"):
        places.setdefault(user, unit)
    facts = UnitFacts.objects.filter(unit__in=set(places.values()), valid_to__gt=today())
    names: dict[int, str] = {}
    for unit, name in facts.order_by("valid_from").values_list("unit", "name"):
        names.setdefault(unit, name)
    return {user: names.get(unit, "") for user, unit in places.items()}
