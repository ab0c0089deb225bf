"""The list of people of an administrator's units: who is in it, found how, and what stands in a row."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.days import today
from accounts.models import Membership, OrgUnit, Role, RoleGrant, UnitAncestry, UnitFacts, User
from accounts.querysets import on_day
from accounts.text import fold, nfc

STATES = ("working", "coming", "left", "closed", "waiting")


@dataclass
class Filters:
    """What the reader asks for; ``unit`` is one of her own."""

    words: str = ""
    unit: OrgUnit | None = None
    own: bool = False
    position: str = ""
    role: str = ""
    state: str = "working"
    no_email: bool = False
    day: date | None = None


@dataclass
class Row:
    """A person in the list."""

    user: User
    places: list[tuple[str, str, bool]] = field(default_factory=list)
    coming: list[tuple[str, str, date]] = field(default_factory=list)
    roles: list[tuple[str, str]] = field(default_factory=list)


def everybody(tops: list[int]) -> QuerySet[User]:
    """All whom an administrator sees: who works below her units now or later, who last worked there.

    At the top of the tree also those who never worked anywhere.
    """
    root = OrgUnit.objects.root()
    if root is not None and root.pk in tops:
        return User.objects.all()
    day = today()
    inside = UnitAncestry.objects.filter(on_day(day), ancestor__in=tops).values("descendant")
    working = Membership.objects.filter(valid_to__gt=day)
    here = working.filter(unit__in=inside).values("user")
    gone = Membership.objects.filter(unit__in=inside, valid_to__lte=day, primary=True).values("user")
    elsewhere = Exists(working.filter(user=OuterRef("pk")))
    return User.objects.filter(Q(pk__in=here) | (Q(pk__in=gone) & ~elsewhere))


def in_list(tops: list[int], asked: Filters) -> QuerySet[User]:
    """The people that a reader asks for, sorted by tên. Words find those who begin later too."""
    day = asked.day or today()
    found = everybody(tops)
    working = Membership.objects.filter(on_day(day))
    if asked.state == "coming":
        working = Membership.objects.filter(valid_from__gt=day)
    elif asked.words and asked.state == "working":
        working = Membership.objects.filter(valid_to__gt=day)
    if asked.own and asked.unit:
        working = working.filter(unit=asked.unit)
    elif asked.unit or asked.state != "left":
        ancestors = [asked.unit.pk] if asked.unit else tops
        inside = UnitAncestry.objects.filter(on_day(day), ancestor__in=ancestors).values("descendant")
        working = working.filter(unit__in=inside)
    if asked.position:
        working = working.filter(position=asked.position)
    found = _by_state(found, working, asked, day)
    if asked.role:
        held = RoleGrant.objects.filter(on_day(day), role=asked.role)
        if asked.unit:
            held = held.filter(on_day(day, "unit__above__"), unit__above__ancestor=asked.unit)
        found = found.filter(pk__in=held.values("user"))
    if asked.no_email:
        found = found.filter(email="")
    return _with_words(found, asked.words).order_by("sort_name", "pk")


def _by_state(
    found: QuerySet[User], working: QuerySet[Membership], asked: Filters, day: date
) -> QuerySet[User]:
    if asked.state == "left":
        any_place = Membership.objects.filter(valid_to__gt=day, user=OuterRef("pk"))
        found = found.filter(~Exists(any_place))
        if asked.unit or asked.position:
            past = Membership.objects.filter(valid_to__lte=day)
            if asked.unit:
                past = past.filter(unit=asked.unit)
            if asked.position:
                past = past.filter(position=asked.position)
            found = found.filter(pk__in=past.values("user"))
        return found
    found = found.filter(pk__in=working.values("user"))
    if asked.state == "closed":
        return found.filter(is_active=False)
    found = found.filter(is_active=True)
    return found.filter(last_login=None) if asked.state == "waiting" else found


def _with_words(found: QuerySet[User], text: str) -> QuerySet[User]:
    """Every word in the name; typed with marks, the marks count unless nobody has them."""
    words = nfc(text).split()[:8]
    if not words:
        return found
    plain = Q()
    for word in words:
        plain &= Q(sort_name__contains=fold(word))
    code = nfc(text).strip()
    whole = Q(username__istartswith=code) | Q(email__istartswith=code) | Q(staff_code=code)
    marked = [word for word in words if fold(word) != word.lower()]
    if marked:
        exact = plain
        for word in marked:
            exact &= Q(sort_name__contains=word.capitalize())
        if found.filter(exact).exists():
            return found.filter(exact)
    return found.filter(plain | whole)


def rows(people: list[User], day: date | None = None) -> list[Row]:
    """Units, positions and roles of the people of one page on a day, in three queries."""
    day = day or today()
    ids = [user.pk for user in people]
    members = list(
        Membership.objects.filter(valid_to__gt=day, user__in=ids)
        .order_by("-primary", "valid_from", "pk")
        .values_list("user_id", "unit_id", "position", "primary", "valid_from")
    )
    grants = list(
        RoleGrant.objects.filter(on_day(day), user__in=ids).values_list("user_id", "unit_id", "role")
    )
    units = {unit_id for _user, unit_id, *_more in (*members, *grants)}
    names = dict(UnitFacts.objects.filter(on_day(day), unit__in=units).values_list("unit_id", "name"))
    found = {user.pk: Row(user) for user in people}
    for user_id, unit_id, position, primary, start in members:
        if start > day:
            found[user_id].coming.append((names.get(unit_id, ""), position, start))
        else:
            found[user_id].places.append((names.get(unit_id, ""), position, primary))
    order = {role: n for n, role in enumerate(Role.values)}
    held: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for user_id, unit_id, role in grants:
        held[user_id].append((role, names.get(unit_id, "")))
    for user_id, roles in held.items():
        found[user_id].roles = sorted(roles, key=lambda one: -order.get(one[0], 0))
    return [found[user.pk] for user in people]


def seen_person(tops: list[int], uid: Any) -> User | None:
    """A person of one's own units, or nobody."""
    return everybody(tops).filter(uid=uid).first()
