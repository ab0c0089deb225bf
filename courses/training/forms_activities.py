"""What people send to describe an activity, and to write a page of text block by block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.training.actions.building import MOST_MINUTES, live_activities
from courses.training.completion import (
    COMPLETED,
    MINUTES,
    OPENED,
    PASSED,
    SCORE,
    SCROLLED,
    USUAL_SHARE,
    WATCHED,
)
from courses.training.models import Activity


class ActivityChoiceField(forms.ModelChoiceField):
    """Activities by name, in the order of the course."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class NewActivityForm(forms.Form):
    """The name of a page or a session to be added."""

    title = forms.CharField(
        label=_("Name of the page or session"),
        max_length=250,
        error_messages={"required": _("Give the page or session a name.")},
    )
    kind = forms.ChoiceField(choices=[(Activity.Kind.PAGE, ""), (Activity.Kind.SESSION, "")])


class ActivityForm(forms.Form):
    """Name, weight and rule of an activity."""

    # In the words in which lists say the rule (templatetags.training.rule_words)
    WHENS = [
        (COMPLETED, _("Completed when worked through")),
        (PASSED, _("Completed when passed")),
        (SCORE, _("Completed with enough points")),
        (WATCHED, _("Completed when enough of it has been played")),
        (SCROLLED, _("Completed when scrolled to the end")),
        (MINUTES, _("Completed after enough minutes of work")),
        (OPENED, _("Completed when opened")),
    ]
    #: The field with the figure of a rule
    FIGURES = {SCORE: "points", MINUTES: "minutes", WATCHED: "share"}

    title = forms.CharField(label=pgettext_lazy("training", "Name"), max_length=250)
    about = forms.CharField(
        label=_("What it is about"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What to do and what to bring; learners read it before they begin."),
    )
    planned = forms.IntegerField(
        label=_("Planned minutes"), min_value=1, max_value=MOST_MINUTES, required=False
    )
    opens_after = ActivityChoiceField(
        Activity.objects.none(),
        label=_("Opens once this is completed"),
        required=False,
        to_field_name="uid",
        empty_label=_("No condition: open with the class"),
    )
    required = forms.BooleanField(label=_("Required to complete the course"), required=False)
    when = forms.ChoiceField(label=_("Condition for completing it"), choices=WHENS, widget=forms.RadioSelect)
    points = forms.DecimalField(
        label=_("Points to reach, of 10"),
        min_value=0,
        max_value=10,
        decimal_places=2,
        required=False,
        localize=True,
    )
    minutes = forms.IntegerField(label=_("Minutes of work"), min_value=1, max_value=600, required=False)
    share = forms.IntegerField(
        label=_("Share to be played, in percent"), min_value=1, max_value=100, required=False
    )

    def __init__(
        self,
        data: Any = None,
        *,
        activity: Activity,
        rules: Sequence[str] = (COMPLETED, PASSED, SCORE, MINUTES, OPENED),
        sent: QueryDict | None = None,
    ) -> None:
        """``rules``: what may be asked for of its kind of file. ``sent``: what a form holds that is not
        judged yet, shown again as it is."""
        initial = (
            self.initial_of(activity) if sent is None else {**sent.dict(), "required": "required" in sent}
        )
        super().__init__(data, initial=initial)
        others = live_activities(activity.section.course_id).exclude(pk=activity.pk)
        self.fields["opens_after"].queryset = others.order_by(  # type: ignore[attr-defined]
            "section__position", "section", "position", "pk"
        )
        if activity.kind not in Activity.FROM_LIBRARY:  # these have one rule only
            del self.fields["when"]
            rules = ()
        else:
            offered = [choice for choice in self.WHENS if choice[0] in rules]
            self.fields["when"].choices = offered  # type: ignore[attr-defined]
        for when, name in self.FIGURES.items():
            if when not in rules:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("when") == SCORE and not data.get("points") and "points" not in self.errors:
            self.add_error("points", _("Say how many points are enough."))
        if data.get("when") == MINUTES and not data.get("minutes") and "minutes" not in self.errors:
            self.add_error("minutes", _("Say how many minutes are enough."))
        if data.get("when") == WATCHED and not data.get("share") and "share" not in self.errors:
            self.add_error("share", _("Say how much of it is enough."))
        return data

    @property
    def rule(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "when" not in data:
            return {}
        if data["when"] == SCORE:
            return {"when": SCORE, "at_least": float(data["points"]) / 10}
        if data["when"] == MINUTES:
            return {"when": MINUTES, "at_least": float(data["minutes"])}
        if data["when"] == WATCHED:
            return {"when": WATCHED, "at_least": data["share"] / 100}
        return {"when": data["when"]}

    @staticmethod
    def initial_of(activity: Activity) -> dict[str, Any]:
        rule = activity.rule
        return {
            "title": activity.title,
            "about": activity.about,
            "planned": activity.minutes,
            "opens_after": activity.opens_after.uid if activity.opens_after else None,
            "required": activity.required,
            "when": rule.get("when", COMPLETED),
            "points": rule["at_least"] * 10 if rule.get("when") == SCORE else None,
            "minutes": int(rule["at_least"]) if rule.get("when") == MINUTES else None,
            "share": round(100 * (rule["at_least"] if rule.get("when") == WATCHED else USUAL_SHARE)),
        }
