"""What administrators send about people. Rights and rules are in the actions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.days import FOREVER, today
from accounts.forms.fields import UnitField, day_field, with_empty
from accounts.models import Position, Role, User
from accounts.text import username_stem
from accounts.words import sentence


class NameFields(forms.Form):
    """Name, mail, telephone and what tells two of one name apart."""

    last_name = forms.CharField(label=_("Family and middle names"), max_length=100)
    first_name = forms.CharField(label=_("Given name"), max_length=50)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("Needed to reset a forgotten password alone.")
    )
    phone = forms.CharField(label=_("Telephone"), max_length=20, required=False)
    staff_code = forms.CharField(label=_("Staff code"), max_length=30, required=False)
    born_on = day_field(_("Date of birth"), required=False)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def clean_born_on(self) -> date | None:
        born = self.cleaned_data["born_on"]
        if born and not (date(1900, 1, 1) <= born < today()):
            raise forms.ValidationError(_("That is no day somebody here was born on."))
        return born  # type: ignore[no-any-return]


def teaches_field() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("May upload lessons there"),
        required=False,
        initial=True,
        help_text=_("Gets the role Teacher at that unit from that day."),
    )


class PersonForm(NameFields):
    """A new person with the first place of work."""

    username = forms.CharField(
        label=_("Sign-in name"),
        max_length=150,
        required=False,
        validators=[UnicodeUsernameValidator()],
        help_text=_("Left empty, the name gives it: Trần Thị Thu Hà becomes hattt."),
    )
    unit = UnitField(label=pgettext_lazy("training", "Unit"))
    position = forms.ChoiceField(label=pgettext_lazy("training", "Position"), choices=Position.choices)
    on = day_field(_("Works there from"), initial=today)
    teaches = teaches_field()
    field_order = [
        "last_name", "first_name", "username", "email", "unit", "position", "on", "teaches",
        "phone", "staff_code", "born_on",
    ]  # fmt: skip

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = with_empty(units)  # type: ignore[attr-defined]
        self.fields["position"].initial = Position.TEACHER

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("username") and data.get("first_name") and data.get("last_name"):
            data["username"] = free_username(data["first_name"], data["last_name"])
        return data


def free_username(first_name: str, last_name: str) -> str:
    """A sign-in name that nobody has, with a number where the usual one is taken."""
    stem = username_stem(first_name, last_name) or "nguoidung"
    taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    name, n = stem, 1
    while name in taken:
        n += 1
        name = f"{stem}{n}"
    return name


class PlaceForm(forms.Form):
    """A further or a new place of work."""

    unit = UnitField(label=pgettext_lazy("training", "Unit"))
    position = forms.ChoiceField(label=pgettext_lazy("training", "Position"), choices=Position.choices)
    on = day_field(pgettext_lazy("day", "From"), initial=today)

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = with_empty(units)  # type: ignore[attr-defined]
        self.fields["position"].initial = Position.TEACHER


class MoveForm(PlaceForm):
    """Another main place of work."""

    teaches = teaches_field()


class RevokeForm(forms.Form):
    """From when a role no longer holds, and why."""

    on = day_field(_("Holds no more from"), initial=today)
    reason = forms.CharField(
        label=pgettext_lazy("role", "Reason"),
        max_length=300,
        help_text=_("Shown to whoever looks at the person later."),
    )


class EndForm(forms.Form):
    """The last day at a place of work."""

    last_day = day_field(_("Last day"), initial=today)

    @property
    def end(self) -> date:
        """The day after the last."""
        return self.cleaned_data["last_day"] + timedelta(days=1)  # type: ignore[no-any-return]


class RoleForm(forms.Form):
    """A role at a unit between two days; what it allows stands beside each."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    unit = UnitField(label=_("At the unit"), help_text=_("Holds there and for all units below."))
    on = day_field(pgettext_lazy("day", "From"), initial=today)
    last_day = day_field(
        _("Last day"), required=False, help_text=_("Left empty, it holds until somebody revokes it.")
    )

    def __init__(
        self, *args: Any, units: list[tuple[str, str]], system: bool, top: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = [role for role in Role if system or role != Role.SYSTEM_ADMINISTRATOR]
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, f"{role.label}: {sentence(role.value, top=top)}") for role in offered
        ]
        self.fields["unit"].choices = with_empty(units)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        last = data.get("last_day")
        data["until"] = last + timedelta(days=1) if last else FOREVER
        if last and data.get("on") and last < data["on"]:
            self.add_error("last_day", _("The last day lies before the first."))
        return data


class ListForm(forms.Form):
    """Which people to list; anything odd in the address is passed over."""

    q = forms.CharField(max_length=100, required=False)
    unit = forms.CharField(max_length=40, required=False)
    own = forms.BooleanField(required=False)
    position = forms.ChoiceField(choices=[("", ""), *Position.choices], required=False)
    role = forms.ChoiceField(choices=[("", ""), *Role.choices], required=False)
    state = forms.ChoiceField(
        choices=[
            ("working", _("At work")),
            ("coming", pgettext_lazy("people", "To come")),
            ("waiting", _("Never signed in")),
            ("closed", _("Account closed")),
            ("left", pgettext_lazy("people", "Left")),
        ],
        required=False,
    )
    no_email = forms.BooleanField(required=False)
    day = forms.CharField(max_length=10, required=False)
