"""What people send about sessions, rolls and joining a class; rights and rules are in the actions."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.training.forms import day_field
from courses.training.models import Activity, Attendance, ClassSession, CourseRun

#: What is tapped in a roll; excused is an absence with a tick
TAPPED = (Attendance.Mark.PRESENT, Attendance.Mark.LATE, Attendance.Mark.ABSENT)


class ActivityChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class SessionForm(forms.Form):
    """A meeting within one day."""

    title = forms.CharField(label=pgettext_lazy("session", "Name of the session"), max_length=250)
    day = day_field(pgettext_lazy("session", "Day"))
    begins = forms.TimeField(
        label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(label=_("Ends at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    mode = forms.ChoiceField(
        label=pgettext_lazy("session", "Where"), choices=ClassSession.Mode.choices, widget=forms.RadioSelect
    )
    place = forms.CharField(
        label=pgettext_lazy("session", "Room, address"),
        max_length=250,
        required=False,
        help_text=_("Learners read it on their page of the class."),
    )
    link = forms.CharField(
        label=_("Link of the online meeting"),
        max_length=500,
        required=False,
        widget=forms.URLInput(attrs={"inputmode": "url"}),
        help_text=_("It begins with https://."),
    )
    activity = ActivityChoiceField(
        Activity.objects.none(),
        label=_("Counts for"),
        required=False,
        empty_label=_("No activity of the course"),
        help_text=_("Who is present or late completes this activity."),
    )
    note = forms.CharField(
        label=_("What to bring or prepare"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, run: CourseRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.run = run
        self.fields["activity"].queryset = session_activities(run)  # type: ignore[attr-defined]
        if not self.fields["activity"].queryset.exists():  # type: ignore[attr-defined]
            del self.fields["activity"]
        for name in ("day",):
            self.fields[name].widget.attrs |= {
                "min": run.opens_on.isoformat(),
                "max": run.closes_on.isoformat(),
            }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("begins") and data.get("ends") and data["ends"] <= data["begins"]:
            self.add_error("ends", _("The session ends before it begins."))
        day = data.get("day")
        if day and not self.run.opens_on <= day <= self.run.closes_on:
            self.add_error(
                "day",
                forms.ValidationError(
                    _("The class runs from %(first)s to %(last)s."),
                    params={
                        "first": f"{self.run.opens_on:%d/%m/%Y}",
                        "last": f"{self.run.closes_on:%d/%m/%Y}",
                    },
                ),
            )
        return data

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of ``add_session`` and ``edit_session``."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "starts_at": _at(data["day"], data["begins"]),
            "ends_at": _at(data["day"], data["ends"]),
            "mode": data["mode"],
            "place": data["place"],
            "link": data["link"],
            "note": data["note"],
            "activity": data.get("activity"),
        }

    @staticmethod
    def initial_of(session: ClassSession) -> dict[str, Any]:
        starts, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        return {
            "title": session.title,
            "day": starts.date(),
            "begins": starts.time(),
            "ends": ends.time(),
            "mode": session.mode,
            "place": session.place,
            "link": session.link,
            "note": session.note,
            "activity": session.activity_id,
        }


def _at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def session_activities(run: CourseRun) -> Any:
    """The session activities of a class: those pinned, or those of the course while it is planned."""
    activities = Activity.objects.filter(kind=Activity.Kind.SESSION).order_by("section__position", "position")
    if run.state == CourseRun.State.PLANNED:
        return activities.filter(section__course=run.course_id, retired_at=None, section__retired_at=None)
    return activities.filter(pins__run=run)


class ChoiceForm(forms.Form):
    """Who may join, until when, how many; what the class says of itself."""

    description = forms.CharField(
        label=pgettext_lazy("class", "About the class"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whom it is for, what to bring. Shown to learners and to those who may join."),
    )
    seats = forms.IntegerField(
        label=pgettext_lazy("class", "Seats"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("Empty: as many as come."),
    )
    choice = forms.BooleanField(
        label=_("People may join by themselves"),
        required=False,
        help_text=_("Those who work in the unit that holds the class, or below it."),
    )
    choice_until = day_field(_("Last day to join"), required=False)

    @staticmethod
    def initial_of(run: CourseRun) -> dict[str, Any]:
        return {name: getattr(run, name) for name in ("description", "seats", "choice", "choice_until")}


def marks_of(data: Any, people: dict[UUID, int]) -> dict[int, tuple[str, str]]:
    """What a roll sent says: enrolment id → mark and reason, of those of ``people`` (uid → id) it names.

    ``m-UID`` is what was tapped, ``x-UID`` the tick for an excused absence, ``r-UID`` the reason.
    """
    marks = {}
    for uid, pk in people.items():
        tapped = data.get(f"m-{uid}")
        if tapped is None or (tapped and tapped not in TAPPED):
            continue
        why = data.get(f"r-{uid}", "")[:1000] if tapped == Attendance.Mark.ABSENT else ""
        if tapped == Attendance.Mark.ABSENT and data.get(f"x-{uid}"):
            tapped = Attendance.Mark.EXCUSED
        marks[pk] = (str(tapped), why)
    return marks
