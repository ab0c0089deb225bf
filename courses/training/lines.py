"""The activities of a course page in words, one ``Line`` each: the template of a long course stays cheap."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.days import today
from courses.templatetags.training import points, rule_words
from courses.training.agenda import Appointment
from courses.training.models import Enrolment
from courses.training.standing import Part, Place, Standing
from repository.models import Kind


@dataclass(frozen=True, slots=True)
class Line:
    """``url`` is empty where nothing opens; ``now`` marks the one to go on with."""

    title: str
    url: str
    now: bool
    begun: bool
    locked: bool
    done: bool
    icon: str
    state: str
    kind_icon: str
    kind: str
    meta: SafeString
    points: str
    session: Appointment | None


@dataclass(frozen=True, slots=True)
class LinedPart:
    part: Part
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class that runs, in the list of one's own; ``most`` is the top of its progress bar."""

    url: str
    title: str
    name: str
    closes_on: date
    done: int
    of: int
    said: str

    @property
    def most(self) -> int:
        return self.of or 1


def class_lines(running: list[tuple[Enrolment, Standing]]) -> list[ClassLine]:
    """The classes that run as their learner has them in a list: some dozens, so each costs little."""
    blank = uuid.UUID(int=0)
    pattern, said = reverse("courses:course", args=[blank]), _("%(done)s/%(of)s activities")
    lines = []
    for enrolment, standing in running:
        run, done, of = enrolment.run, standing.done, standing.of
        url = f"{pattern.replace(str(blank), str(run.course.uid), 1)}?class={run.uid}"
        words = said % {"done": done, "of": of}
        lines.append(ClassLine(url, run.course.title, run.name, run.closes_on, done, of, words))
    return lines


def lined_parts(
    standing: Standing, *, enrolment: Enrolment | None, opens: bool, now: Place | None
) -> list[LinedPart]:
    """The sections with their lines; ``opens``: whether lessons can be opened at all."""
    begins = enrolment.run.opens_on if enrolment and not opens else None
    # Forty addresses alike: reversed once, filled in by hand.
    blank = uuid.UUID(int=0)
    pattern = reverse("courses:player", args=[enrolment.uid, blank]) if enrolment and opens else ""
    return [
        LinedPart(
            part,
            [
                _line(
                    place,
                    "" if place.waits_for else pattern.replace(str(blank), str(place.uid), 1),
                    now=now is not None and place.pk == now.pk,
                    learns=enrolment is not None,
                    begins=begins,
                )
                for place in part.places
            ],
        )
        for part in standing.parts
    ]


def _line(place: Place, url: str, *, now: bool, learns: bool, begins: date | None) -> Line:
    state = place.state
    icon, word = _state(place, state, now, begins)
    kind_icon, kind = _kind(place)
    if place.minutes:
        length = ngettext("%(n)s minute", "%(n)s minutes", place.minutes) % {"n": place.minutes}
        kind = f"{kind}, {length}"
    return Line(
        title=place.title,
        url=url,
        now=now,
        begun=state == "begun",
        locked=state == "locked",
        done=state == "done",
        icon=icon,
        state=word,
        kind_icon=kind_icon,
        kind=kind,
        meta=_meta(place, state, learns),
        points=points(place.score) if state == "done" else "",
        session=place.appointment if learns and place.meets else None,
    )


def _state(place: Place, state: str, now: bool, begins: date | None) -> tuple[str, str]:
    if state == "done":
        return "check", pgettext("training", "Completed")
    if now:
        return "play", pgettext("activity", "Next")
    if state == "locked":
        return "lock", pgettext("activity", "Locked")
    if place.meets:
        return "calendar", pgettext("activity", "To attend")
    if begins is not None:
        return "clock", _opens(begins)
    return "right", pgettext("training", "In progress") if state == "begun" else _("Not begun")


def _opens(begins: date) -> str:
    """When the lessons of a class that has not begun open; its manager may be late to open it."""
    if begins <= today():
        return pgettext("activity", "Not open yet")
    return pgettext("activity", "Opens on %(day)s") % {"day": f"{begins:%d/%m}"}


def _kind(place: Place) -> tuple[str, str]:
    """The icon and the word for what an activity is."""
    if place.kind == "page":
        return "file", pgettext("activity", "Page of text")
    if place.kind == "session":
        return "users", pgettext("activity", "Session")
    if place.kind == "package":
        lessons = {
            Kind.CMI5: _("cmi5 lesson"),
            Kind.H5P: _("H5P exercise"),
            **dict.fromkeys((Kind.HTML5, Kind.IMSCC), _("Interactive page")),
        }
        return "play", lessons.get(Kind(place.version_kind), _("SCORM lesson"))
    words = {
        Kind.IMAGE: ("image", pgettext("training", "Picture")),
        Kind.VIDEO: ("video", pgettext("training", "Video")),
        Kind.AUDIO: ("play", pgettext("training", "Audio")),
    }
    return words.get(Kind(place.version_kind), ("file", pgettext("training", "Document")))


def _meta(place: Place, state: str, learns: bool) -> SafeString:
    said: list[str | SafeString] = []
    if state == "locked":
        words = (
            _("Opens once you have attended “%(title)s”")
            if place.waits_for_session
            else _("Opens once “%(title)s” is completed")
        )
        said.append(format_html("<strong>{}</strong>", words % {"title": place.waits_for}))
    elif place.done_at and not place.meets:
        day = timezone.localtime(place.done_at).date()
        said.append(
            format_html(
                '{} <time datetime="{}">{}</time>', _("Completed on"), day.isoformat(), f"{day:%d/%m}"
            )
        )
    elif not (place.meets and learns):
        if state == "begun" and place.progress_percent is not None:
            said.append(_("%(p)s %% done") % {"p": place.progress_percent})
        said.append(rule_words(place.rule, place.version_kind))
    if not place.required:
        said.append(pgettext("activity", "optional"))
    return format_html_join("", "<span>{}</span>", ((one,) for one in said))
