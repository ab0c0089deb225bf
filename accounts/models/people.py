"""People, where they work and which roles they hold, all of it dated."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.units import Dated, OrgUnit
from accounts.querysets import MembershipQuerySet
from accounts.text import nfc, sort_key


class UserManager(DjangoUserManager):
    """Creates people with their sorting name filled in."""

    def _create_user_object(self, username, email, password, **extra):  # type: ignore[no-untyped-def]
        extra["first_name"] = nfc(extra.get("first_name", ""))
        extra["last_name"] = nfc(extra.get("last_name", ""))
        extra.setdefault("sort_name", sort_key(extra["first_name"], extra["last_name"]))
        return super()._create_user_object(username, email, password, **extra)


class User(AbstractUser):
    """A person who can sign in. ``first_name`` is the tên, ``last_name`` the họ and tên đệm."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first_name = models.CharField(_("given name"), max_length=50, blank=True)
    last_name = models.CharField(_("family and middle names"), max_length=100, blank=True)
    sort_name = models.CharField(max_length=310, editable=False, default="", db_index=True)
    language = models.CharField(_("language"), max_length=5, blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=20, blank=True, default="")
    staff_code = models.CharField(_("staff code"), max_length=30, blank=True, default="", db_index=True)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip() or self.username

    def get_full_name(self) -> str:
        return self.full_name


class Position(models.TextChoices):
    PRINCIPAL = "principal", _("Principal")
    VICE_PRINCIPAL = "vice_principal", _("Vice principal")
    OFFICIAL = "official", _("Official")
    TEACHER = "teacher", _("Teacher")
    STAFF = "staff", _("Staff")


class Membership(Dated):
    """A person works in a unit between two days. Coverage counts the primary one of a day only."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="memberships")
    position = models.CharField(_("position"), max_length=20, choices=Position, default=Position.TEACHER)
    level = models.CharField(_("level"), max_length=10, blank=True, default="")
    subjects = models.JSONField(_("subjects"), default=list, blank=True)
    primary = models.BooleanField(_("primary"), default=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_to")), name="membership_dates")
        ]
        indexes = [
            models.Index(fields=["unit", "primary", "valid_from", "valid_to", "user"]),
            models.Index(fields=["user", "primary", "valid_from", "valid_to", "unit"]),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.unit_id}"


class Role(models.TextChoices):
    TEACHER = "teacher", _("Teacher")
    RESOURCE_REVIEWER = "resource_reviewer", _("Resource reviewer")
    TRAINING_MANAGER = "training_manager", _("Training manager")
    UNIT_ADMINISTRATOR = "unit_administrator", _("Unit administrator")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("System administrator")


class RoleGrant(Dated):
    """A role held at a unit and valid below it. Only ``permissions.py`` says what it allows."""

    user = models.ForeignKey(User, models.CASCADE, related_name="role_grants")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="role_grants")
    role = models.CharField(_("role"), max_length=30, choices=Role)
    granted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)
    revoked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    revoked_reason = models.CharField(_("reason"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_to")), name="rolegrant_dates"),
            models.UniqueConstraint(fields=["user", "unit", "role", "valid_from"], name="rolegrant_once"),
        ]
        indexes = [models.Index(fields=["user", "role", "valid_from", "valid_to", "unit"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} @ {self.unit_id}"
