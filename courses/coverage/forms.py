"""What people send to set targets and to ask for a report."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.days import school_year_of, today
from accounts.models import OrgUnit, Position
from courses.coverage.models import Target
from courses.training.forms import UnitChoiceField, day_field, offer_units
from courses.training.models import Course
from courses.training.querysets import CourseQuerySet
from repository.models import Level


class EditTargetForm(forms.Form):
    """What a target asks of its population."""

    name = forms.CharField(
        label=_("Name of the target"),
        max_length=250,
        help_text=_("For instance: 70 % reach the basic IT standard"),
    )
    percent = forms.DecimalField(
        label=_("Share to train, in percent"), min_value=1, max_value=100, decimal_places=2, localize=True
    )
    first_day = day_field(_("First day that counts"), help_text=_("Completions before it do not count."))
    deadline = day_field(pgettext_lazy("training", "Deadline"))
    school_year = forms.TypedChoiceField(
        label=pgettext_lazy("training", "School year"), coerce=int, empty_value=None, required=False
    )
    positions = forms.MultipleChoiceField(
        label=pgettext_lazy("training", "Positions"),
        choices=Position.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked means everybody."),
    )
    levels = forms.MultipleChoiceField(
        label=pgettext_lazy("training", "Levels"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked means all levels."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["levels"].choices = [(level.code, str(level)) for level in Level.objects.all()]  # type: ignore[attr-defined]
        this = school_year_of(today())
        years = sorted({*range(this - 2, this + 3), *filter(None, [self.initial.get("school_year")])})
        self.fields["school_year"].choices = [(y, f"{y}–{y + 1}") for y in years]  # type: ignore[attr-defined]
        self.fields["school_year"].initial = this

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first_day"), data.get("deadline")
        if first and last and last < first:
            self.add_error("deadline", _("The deadline lies before the first day that counts."))
        return data

    @staticmethod
    def initial_of(target: Target) -> dict[str, Any]:
        names = ("name", "first_day", "deadline", "school_year", "positions", "levels")
        whole = int(target.percent)
        percent = whole if whole == target.percent else target.percent
        return {"percent": percent, **{name: getattr(target, name) for name in names}}


def courses_for(user: Any) -> CourseQuerySet:
    """The courses that a target of hers may ask for, by title."""
    found: CourseQuerySet = Course.objects.visible_to(user).exclude(state=Course.State.DRAFT)
    return found.distinct().order_by("title", "pk")


class TargetForm(EditTargetForm):
    """Also the unit whose people count, and the course they complete; both stay."""

    unit = UnitChoiceField(
        OrgUnit.objects.none(),
        label=pgettext_lazy("training", "Unit"),
        help_text=_("Its people and those below count."),
    )
    course = forms.ModelChoiceField(
        Course.objects.none(), label=_("Course to complete"), empty_label=_("Choose a course")
    )
    field_order = ["name", "unit", "course", "percent", "first_day", "deadline", "positions", "levels"]

    def __init__(self, *args: Any, user: Any, courses: CourseQuerySet | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self.fields["unit"], user, "target.manage")
        self.fields["course"].queryset = courses_for(user) if courses is None else courses  # type: ignore[attr-defined]
        year = school_year_of(today())
        self.fields["first_day"].initial = date(year, 9, 1)
        self.fields["deadline"].initial = date(year + 1, 5, 31)


class AsOfForm(forms.Form):
    """The day of a report and the tree it is shown in."""

    as_of = day_field(_("Figures up to"), required=False)
    structure = forms.ChoiceField(
        choices=[("now", _("Units as they are now")), ("then", _("Units as they were that day"))],
        label=_("Structure of units"),
        required=False,
    )

    def clean_as_of(self) -> date:
        day = self.cleaned_data["as_of"] or today()
        if day > today():
            raise forms.ValidationError(_("That day has not come yet."))
        if day.year < 1990:
            raise forms.ValidationError(_("That day lies too far back."))
        return day

    def clean_structure(self) -> str:
        return self.cleaned_data["structure"] or "now"
