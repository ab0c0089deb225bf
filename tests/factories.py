"""Objects for tests, with honest defaults. A section for each app; each keeps to its own.

Units and roles come from the actions themselves, so that the closure of the tree is right.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts import actions
from accounts.models import Membership, OrgUnit, Position, RoleGrant, UnitKind, User
from accounts.text import sort_key

# --- accounts ---------------------------------------------------------------------------------

#: Units, memberships and roles begin here unless a test says otherwise.
LONG_AGO = date(2016, 9, 1)
PASSWORD = "hoc-tap-suot-doi"


class UserFactory(DjangoModelFactory):
    """A person without unit or role, whose password is ``PASSWORD``."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"nguoi{n}")
    last_name = "Nguyễn Thị"
    first_name = factory.Sequence(lambda n: f"Lan {n}")
    sort_name = factory.LazyAttribute(lambda o: sort_key(o.first_name, o.last_name))
    email = factory.LazyAttribute(lambda o: f"{o.username}@example.test")
    password = factory.django.Password(PASSWORD)


class OrgUnitFactory(DjangoModelFactory):
    """A unit through ``create_unit``. The first one without a parent is the root, later ones stand below."""

    class Meta:
        model = OrgUnit

    code = factory.Sequence(lambda n: f"don-vi-{n}")
    name = factory.Sequence(lambda n: f"Trường Tiểu học số {n}")
    kind = UnitKind.TIEU_HOC
    parent = factory.LazyFunction(OrgUnit.objects.root)
    on = LONG_AGO

    @classmethod
    def _create(cls, model_class: type[OrgUnit], *args: Any, **kwargs: Any) -> OrgUnit:
        return actions.create_unit(by=None, **kwargs)


class MembershipFactory(DjangoModelFactory):
    """A primary membership of a new teacher since long ago."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(OrgUnitFactory)
    position = Position.TEACHER
    on = LONG_AGO

    @classmethod
    def _create(cls, model_class: type[Membership], *args: Any, **kwargs: Any) -> Membership:
        return actions.add_membership(by=None, **kwargs)


class RoleGrantFactory(DjangoModelFactory):
    """A role at a unit since long ago."""

    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(OrgUnitFactory)
    role = "teacher"
    on = LONG_AGO

    @classmethod
    def _create(cls, model_class: type[RoleGrant], *args: Any, **kwargs: Any) -> RoleGrant:
        return actions.grant_role(by=None, **kwargs)


def person(unit: OrgUnit, *roles: str, **fields: Any) -> User:
    """Somebody who works in a unit and holds roles there."""
    user = UserFactory(**fields)
    MembershipFactory(user=user, unit=unit)
    for role in roles:
        RoleGrantFactory(user=user, unit=unit, role=role)
    return user
