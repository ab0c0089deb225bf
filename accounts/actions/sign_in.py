"""Accounts: what a person changes about her own, what an administrator does to those of her people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts import first_link
from accounts.errors import Refusal
from accounts.models import User
from accounts.permissions import require_over
from accounts.signals import users_deactivated
from accounts.text import nfc, sort_key


def refuse_taken_address(email: str, user: User | None = None) -> None:
    """Two people with one address could not tell whose password a mail resets."""
    taken = User.objects.filter(email__iexact=email).exclude(pk=user.pk if user else None)
    if email and taken.exists():
        raise Refusal("email_taken", _("Another account uses this address."))


def forget_old_addresses(user_ids: Iterable[int]) -> None:
    """allauth keeps a copy of every address it has met; an old one must not reset a password."""
    if apps.is_installed("allauth.account"):  # not in the content process
        kept = apps.get_model("account", "EmailAddress").objects.filter(user__in=list(user_ids))
        kept.exclude(email=F("user__email")).delete()


def _name(user: User, last_name: str, first_name: str) -> None:
    user.first_name, user.last_name = nfc(first_name).strip(), nfc(last_name).strip()
    user.sort_name = sort_key(user.first_name, user.last_name)


@transaction.atomic
def save_profile(*, by: User, last_name: str, first_name: str, language: str, phone: str = "") -> None:
    """What a person may change about herself; the address of her mail is confirmed apart."""
    _name(by, last_name, first_name)
    by.language, by.phone = language, phone.strip()
    by.save(update_fields=["first_name", "last_name", "sort_name", "language", "phone"])


@transaction.atomic
def change_language(*, by: User, language: str) -> None:
    """The language of the person's pages and mail."""
    by.language = language
    by.save(update_fields=["language"])


@transaction.atomic
def change_email(*, by: User, email: str) -> None:
    """Writes an address that its owner has confirmed."""
    refuse_taken_address(email, by)
    by.email = email
    by.save(update_fields=["email"])
    forget_old_addresses([by.pk])


@transaction.atomic
def edit_person(
    *,
    by: User | None,
    user: User,
    last_name: str,
    first_name: str,
    email: str,
    phone: str = "",
    staff_code: str = "",
    born_on: date | None = None,
) -> None:
    """An administrator corrects what the unit keeps about a person."""
    if by is not None:
        require_over(by, user)
    refuse_taken_address(email, user)
    _name(user, last_name, first_name)
    user.email, user.phone, user.staff_code, user.born_on = email, phone.strip(), staff_code.strip(), born_on
    user.save(
        update_fields=["first_name", "last_name", "sort_name", "email", "phone", "staff_code", "born_on"]
    )
    forget_old_addresses([user.pk])


@transaction.atomic
def deactivate_person(*, by: User | None, user: User) -> None:
    """The person can no longer sign in; what is open for her closes in the same transaction."""
    if by is not None:
        require_over(by, user)
        if by.pk == user.pk:
            raise Refusal("own_account", _("Nobody closes the own account. Ask another administrator."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    users_deactivated.send(sender=User, user_ids=[user.pk])


@transaction.atomic
def reactivate_person(*, by: User | None, user: User) -> None:
    """The person may sign in again, with the password she had."""
    if by is not None:
        require_over(by, user)
    user.is_active = True
    user.save(update_fields=["is_active"])


def make_first_link(*, by: User | None, user: User) -> str:
    """The secret part of a link with which a person sets her password, once, within its days."""
    if by is not None:
        require_over(by, user)
    if not user.is_active:
        raise Refusal("account_closed", _("The account is closed. Open it before sending a link."))
    return first_link.make(user)


@transaction.atomic
def set_first_password(*, user: User, password: str) -> None:
    """The person takes over her account; the link that brought her here no longer works."""
    user.set_password(password)
    user.save(update_fields=["password"])


def sign_out_elsewhere(*, by: User, keep: str | None) -> int:
    """Ends the person's other sessions; returns how many. ``keep``: the key of the present one."""
    ended = 0
    for session in Session.objects.exclude(session_key=keep or "").iterator():
        if session.get_decoded().get("_auth_user_id") == str(by.pk):
            session.delete()
            ended += 1
    return ended
