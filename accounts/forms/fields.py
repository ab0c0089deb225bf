"""Fields that several forms share: days, units by code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import OrgUnit


class DayInput(forms.DateInput):
    """A day chosen in the browser's own calendar."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), input_formats=["%Y-%m-%d", "%d/%m/%Y"], **more)


class UnitField(forms.ChoiceField):
    """A unit by its code, out of choices set by the form; gives the unit."""

    def clean(self, value: Any) -> OrgUnit | None:
        code = super().clean(value)
        return OrgUnit.objects.get(code=code) if code else None


class UnitsField(forms.MultipleChoiceField):
    """Several units by their codes."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[OrgUnit]:
        codes = super().clean(value)
        return list(OrgUnit.objects.filter(code__in=codes).order_by("code"))


def with_empty(choices: list[tuple[str, str]], word: Any = None) -> list[tuple[str, Any]]:
    return [("", word or _("Choose a unit")), *choices]
