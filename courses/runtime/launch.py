"""What the site's player page shows, and the answer that opens a frame. For training's views and browsing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import ngettext, pgettext

from courses.runtime.actions import Launch, where_to_go_on
from courses.runtime.carrying import WHOLE
from courses.runtime.codes import SUPERSEDED
from courses.runtime.locks import Wait, locked_parts, why_locked
from courses.runtime.models import Attempt, CommitLog, ScoState, SessionMode
from courses.runtime.outcome import COMPLETE
from courses.runtime.scos import all_scos, launchable
from courses.runtime.sequencing import Node
from repository.models import Sco, Version


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents. ``state`` is done, now, none, locked, or "" for a heading."""

    identifier: str
    title: str
    depth: int
    state: str
    label: str
    current: bool

    def as_json(self) -> dict[str, str]:
        return {"id": self.identifier, "state": self.state, "label": self.label}


def player_context(
    *,
    version: Version,
    title: str,
    exit_url: str,
    open_url: str,
    user: Any,
    attempt: Attempt | None = None,
    mode: str = "normal",
    sco: str = "",
    part_of: str = "",
) -> dict[str, Any]:
    """The context of ``templates/runtime/player.html``.

    ``open_url`` takes a POST (``sco``, ``restore``) and answers with ``launch_answer``; ``part_of`` is the
    line under the title (the course). ``sco`` chooses the part to open first.
    """
    scos = all_scos(version)
    parts = launchable(scos)
    by_name = {part.identifier: part for part in parts}
    locked = locked_parts(scos, attempt) if mode == SessionMode.NORMAL else {}
    chosen = by_name.get(sco) if sco not in locked else None
    current = chosen or (where_to_go_on(parts, attempt, locked) if parts else None)
    contents = table_of_contents(scos, attempt, current, locked)
    return {
        "version": version,
        "title": title,
        "part_of": part_of,
        "exit_url": exit_url,
        "open_url": open_url,
        "mode": mode,
        "tracked": mode == "normal" and attempt is not None,
        "contents": contents,
        "several": len(parts) > 1,
        "current": current,
        "offers": kept_elsewhere(attempt),
        "outbox_url": reverse("runtime:outbox"),
        "content_url": settings.CONTENT_URL,
        "learner": str(user.uid) if getattr(user, "is_authenticated", False) else "",
    }


def table_of_contents(
    scos: Sequence[Sco],
    attempt: Attempt | None,
    current: Sco | None,
    locked: Mapping[str, Wait] = MappingProxyType({}),
) -> list[Entry]:
    """Its lines; ``locked`` says by identifier which parts wait, and for what (``locks.locked_parts``)."""
    states = {state.sco_identifier: state for state in attempt.states.defer("document")} if attempt else {}
    shown = [sco for sco in scos if sco.visible or (current and sco.identifier == current.identifier)]
    return [_entry(sco, states, current, locked.get(sco.identifier)) for sco in shown]


def contents_now(attempt: Attempt, sco: str = "") -> list[Entry]:
    """The lines of an attempt's lesson as they stand; ``sco`` is the part that is open."""
    scos = all_scos(attempt.version)
    current = next((part for part in launchable(scos) if part.identifier == sco), None)
    return table_of_contents(scos, attempt, current, locked_parts(scos, attempt))


def whole_lesson(root: Node) -> Entry:
    """The line of a sequenced lesson as a whole: choosing it is choosing the root of its activity tree."""
    return Entry(root.identifier, root.title, 0, "", "", current=False)


def _entry(sco: Sco, states: Mapping[str, ScoState], current: Sco | None, waits_for: Wait | None) -> Entry:
    here = current is not None and sco.identifier == current.identifier
    state = states.get(sco.identifier)
    if not sco.path:
        word, label = "", ""
    elif waits_for is not None:
        word, label = "locked", why_locked(waits_for)
    elif state is not None and state.completion == COMPLETE:
        word, label = "done", _done_label(state)
    elif here or (state is not None and state.commits):
        word, label = "now", pgettext("part of a lesson", "In progress")
    else:
        word, label = "none", pgettext("part of a lesson", "Not started")
    return Entry(sco.identifier, sco.title, sco.depth, word, label, here)


def _done_label(state: ScoState) -> str:
    if state.success == "failed":
        return pgettext("part of a lesson", "Done, not passed")
    minutes = round(state.told_seconds / 60)
    if not minutes:
        return pgettext("part of a lesson", "Done")
    return ngettext("Done, %(count)s minute", "Done, %(count)s minutes", minutes) % {"count": minutes}


def kept_elsewhere(attempt: Attempt | None) -> list[dict[str, Any]]:
    """Snapshots that an older window sent after a newer one had taken over: offered, never forced.

    ``instead_of`` is when the work that such a snapshot would replace was last saved; None without any.
    """
    if attempt is None:
        return []
    names = carried_whole(attempt)
    theirs = Q(attempt=attempt.moved_from_id, sco_identifier__in=names) if names else Q(pk__in=[])
    rows = CommitLog.objects.filter(
        Q(attempt=attempt) | theirs, reason=CommitLog.Reason.SUPERSEDED, code=SUPERSEDED.code
    )
    rows = rows.exclude(document="").order_by("-at")
    offers: list[dict[str, Any]] = []
    for pk, sco, at, whose in rows.values_list("id", "sco_identifier", "at", "attempt")[:3]:
        here = sco if whose == attempt.pk else names[sco]
        offers.append({"id": pk, "sco_identifier": here, "at": at})
    worked = attempt.states.filter(commits__gt=0) if offers else attempt.states.none()
    stands = dict(worked.values_list("sco_identifier", "changed_at"))
    return [offer | {"instead_of": stands.get(offer["sco_identifier"])} for offer in offers]


def carried_whole(attempt: Attempt) -> dict[str, str]:
    """Part of the former attempt → the part of this one that its whole track came to."""
    if attempt.moved_from_id is None:
        return {}
    states = attempt.states.filter(carried=WHOLE)
    return dict(states.values_list("former__sco_identifier", "sco_identifier"))


def launch_answer(launch: Launch) -> dict[str, Any]:
    """The JSON that the player page waits for before it makes the frame."""
    contents = all_scos(launch.session.version)
    tracked = launch.session.mode == SessionMode.NORMAL and launch.attempt is not None
    locked = locked_parts(contents, launch.attempt) if tracked else {}
    entries = table_of_contents(contents, launch.attempt, launch.sco, locked)
    return {
        "url": launch.url,
        "session": str(launch.session.uid),
        "sco": launch.sco.identifier,
        "title": launch.sco.title,
        "contents": [entry.as_json() for entry in entries],
        "opened": date_format(localtime(launch.session.opened_at), "H:i"),
    }
