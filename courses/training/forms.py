"""What people send to make courses and classes. Limits here, rights and rules in the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.days import school_year_of, today
from accounts.models import OrgUnit, UnitLink, User
from accounts.permissions import top_units, units_where
from accounts.querysets import on_day
from accounts.text import collation
from repository.models import LearningResource


class UnitChoiceField(forms.ModelChoiceField):
    """Units by their names of today."""

    def __init__(self, queryset: Any, **more: Any) -> None:
        super().__init__(queryset, **{"empty_label": _("Choose a unit"), **more})


class DayInput(forms.DateInput):
    """A day chosen in the browser's own calendar."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), input_formats=["%Y-%m-%d", "%d/%m/%Y"], **more)


def units_to_choose(user: Any, verb: str, below: int | None = None) -> Any:
    """Units where a person may do a thing, sorted by name; only those below a unit where one is given."""
    units = units_where(user, verb)
    if below is not None:
        units = units.filter(pk__in=OrgUnit.objects.subtree(below).values("pk"))
    return units.named().order_by("name")


def in_tree_order(units: Any) -> list[tuple[Any, str]]:
    """Named units, each after the one it stands under, with its name indented by how deep it stands."""
    found = {unit.pk: unit for unit in units}
    links = UnitLink.objects.filter(on_day(), child__in=found, parent__in=found)
    parents = dict(links.values_list("child_id", "parent_id"))
    below: dict[int | None, list[Any]] = {}
    for unit in sorted(found.values(), key=lambda one: collation(str(one))):
        below.setdefault(parents.get(unit.pk), []).append(unit)
    rows: list[tuple[Any, str]] = []

    def walk(parent: int | None, depth: int) -> None:
        for unit in below.get(parent, []):
            rows.append((unit, "\u2003" * depth + str(unit)))
            walk(unit.pk, depth + 1)

    walk(None, 0)
    return rows


def offer_units(field: Any, user: Any, verb: str, below: int | None = None) -> None:
    """Fills a field with the units to choose from; the one where the person's right begins is chosen."""
    field.queryset = units_to_choose(user, verb, below)
    rows = in_tree_order(field.queryset)
    tops = top_units(user, verb).filter(pk__in=[unit.pk for unit, _name in rows])
    offered = {unit.pk for unit, _name in rows}
    first = below if below in offered else tops.values_list("pk", flat=True).first()
    choices: list[tuple[Any, Any]] = [(unit.pk, name) for unit, name in rows]
    if first is not None:
        field.initial, field.empty_label = first, None
    else:
        choices.insert(0, ("", field.empty_label))
    field.choices = choices


class CourseForm(forms.Form):
    """What a course is called and what it is for."""

    title = forms.CharField(label=_("Name of the course"), max_length=250)
    summary = forms.CharField(
        label=_("What it is for"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    periods = forms.IntegerField(
        label=pgettext_lazy("training", "Periods"), min_value=0, max_value=500, required=False
    )

    def clean_periods(self) -> int:
        return self.cleaned_data["periods"] or 0


class NewCourseForm(CourseForm):
    """Also the unit that owns it; it stays."""

    unit = UnitChoiceField(
        OrgUnit.objects.none(),
        label=pgettext_lazy("training", "Unit"),
        help_text=_("People of this unit and below see the course."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self.fields["unit"], user, "course.manage")


class SectionForm(forms.Form):
    """The name of a section, on the page on which the course's own form has a name too."""

    title = forms.CharField(label=_("Name of the section"), max_length=250)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="section_%s", **kwargs)


class PickedForm(forms.Form):
    """Resources ticked in the picker, kept in the order in which they were ticked."""

    resources = forms.ModelMultipleChoiceField(
        LearningResource.objects.none(),
        to_field_name="uid",
        error_messages={"invalid_choice": _("Choose from the list.")},
    )

    def __init__(self, *args: Any, allowed: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resources"].queryset = allowed  # type: ignore[attr-defined]

    def clean_resources(self) -> list[LearningResource]:
        order = self.data.getlist("resources") if hasattr(self.data, "getlist") else []
        return sorted(self.cleaned_data["resources"], key=lambda one: order.index(str(one.uid)))


class RunForm(forms.Form):
    """Name and dates of a class."""

    name = forms.CharField(label=_("Name of the class"), max_length=250)
    opens_on = day_field(pgettext_lazy("training", "First day"))
    closes_on = day_field(
        pgettext_lazy("training", "Last day"), help_text=_("Work counts until the end of this day.")
    )
    school_year = forms.TypedChoiceField(
        label=pgettext_lazy("training", "School year"),
        coerce=int,
        help_text=_("Summer training may belong to the next one."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this = school_year_of(today())
        years = range(this - 2, this + 3)
        self.fields["school_year"].choices = [(y, f"{y}–{y + 1}") for y in years]  # type: ignore[attr-defined]
        self.fields["school_year"].initial = this

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("opens_on"), data.get("closes_on")
        if first and last and last < first:
            self.add_error("closes_on", _("The last day lies before the first."))
        return data


class NewRunForm(RunForm):
    """Also the unit that holds the class, and whether its maker teaches it."""

    unit = UnitChoiceField(OrgUnit.objects.none(), label=_("Held by"))
    teaches = forms.BooleanField(
        label=_("I teach this class"),
        required=False,
        help_text=_("Others can be named on the page of the class."),
    )
    field_order = ["name", "unit", "opens_on", "closes_on", "school_year", "teaches"]

    def __init__(self, *args: Any, user: Any, course_unit: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self.fields["unit"], user, "class.manage", below=course_unit)


class PeopleForm(forms.Form):
    """People ticked in a list, by their public ids; at most 1,000 at once."""

    people = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("People"),
        to_field_name="uid",
        error_messages={"required": _("Tick at least one person.")},
    )

    def __init__(self, *args: Any, allowed: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = allowed  # type: ignore[attr-defined]

    def clean_people(self) -> Any:
        people = list(self.cleaned_data["people"][:1001])
        if len(people) > 1000:
            raise forms.ValidationError(_("Choose at most 1,000 people at once."))
        return people


class ReminderForm(forms.Form):
    """What is said to people of a class besides the usual words."""

    words = forms.CharField(
        label=_("A sentence of your own"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
        help_text=_("It stands in every one of these e-mails, above the link."),
    )
