"""What administrators send to change the tree. Rights and rules are in the actions."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import unit_kinds
from accounts.days import today
from accounts.forms.fields import UnitField, UnitsField, day_field, with_empty
from accounts.models import OrgUnit, UnitKind
from accounts.text import fold, nfc


class ActForm(forms.Form):
    """Every act has a day from which it holds and the decision that orders it."""

    on = day_field(_("Holds from"), initial=today)
    decision = forms.CharField(
        label=_("Decision"),
        max_length=200,
        required=False,
        help_text=_("For instance: 214/QĐ-UBND of 20/11/2026"),
    )

    def __init__(
        self, *args: Any, unit: OrgUnit, units: list[tuple[str, str]], name: str, kind: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.unit, self.units, self.present_name, self.present_kind = unit, units, name, kind
        self.prepare()

    def prepare(self) -> None:
        """Fills in choices; the units offered are those the person administers."""


class AddForm(ActForm):
    """A new unit below the open one."""

    name = forms.CharField(label=pgettext_lazy("unit", "Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind.choices)
    code = forms.SlugField(
        label=pgettext_lazy("unit", "Code"),
        max_length=40,
        required=False,
        help_text=_("Small letters, figures and hyphens; stays for good. Left empty, the name gives it."),
    )
    field_order = ["name", "kind", "code", "on", "decision"]

    def prepare(self) -> None:
        offered = unit_kinds.choices(unit_kinds.below(self.present_kind))
        self.fields["kind"].choices = [("", _("Choose a kind")), *offered]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("code") and data.get("name"):
            data["code"] = free_code(data["name"])
        elif data.get("code"):
            data["code"] = data["code"].lower()
            if OrgUnit.objects.filter(code=data["code"]).exists():
                self.add_error("code", _("Another unit has this code."))
        return data


def free_code(name: str) -> str:
    """A code made of a name, with a number where it is taken."""
    stem = re.sub(r"[^a-z0-9]+", "-", fold(nfc(name))).strip("-")[:34] or "don-vi"
    taken = set(OrgUnit.objects.filter(code__startswith=stem).values_list("code", flat=True))
    code, n = stem, 1
    while code in taken:
        n += 1
        code = f"{stem}-{n}"
    return code


class RenameForm(ActForm):
    """Another name, perhaps another kind."""

    name = forms.CharField(label=_("New name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind.choices)
    field_order = ["name", "kind", "on", "decision"]

    def prepare(self) -> None:
        offered = unit_kinds.choices(unit_kinds.turns_into(self.present_kind))
        self.fields["kind"].choices = offered  # type: ignore[attr-defined]
        self.fields["name"].initial = self.present_name
        self.fields["kind"].initial = self.present_kind

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("name") == self.present_name and data.get("kind") == self.present_kind:
            self.add_error("name", _("That is the present name. Write the new one."))
        return data


class MoveForm(ActForm):
    """Another parent."""

    parent = UnitField(label=_("New parent"))
    field_order = ["parent", "on", "decision"]

    def prepare(self) -> None:
        self.fields["parent"].choices = with_empty(self.units)  # type: ignore[attr-defined]


class CloseForm(ActForm):
    """No more from a day on."""

    successors = UnitsField(
        label=_("Who carries on"),
        required=False,
        help_text=_("None ticked means that nobody does. People do not move by themselves: merge for that."),
    )
    field_order = ["on", "successors", "decision"]

    def prepare(self) -> None:
        self.fields["successors"].choices = self.units  # type: ignore[attr-defined]
        self.fields["on"].label = _("First day on which it is closed")


class MergeForm(ActForm):
    """Other units go into the open one."""

    others = UnitsField(
        label=_("Units that join it"), error_messages={"required": _("Tick at least one unit.")}
    )
    name = forms.CharField(
        label=_("New name"),
        max_length=200,
        required=False,
        help_text=_("Left empty, the unit keeps its name."),
    )
    keep_roles = forms.BooleanField(
        label=_("Roles of the units that close go on here"), required=False, initial=True
    )
    field_order = ["others", "on", "name", "keep_roles", "decision"]

    def prepare(self) -> None:
        self.fields["others"].choices = self.units  # type: ignore[attr-defined]
