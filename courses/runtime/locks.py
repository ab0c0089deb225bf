"""Which parts of a SCORM 1.2 package wait for others, and for which. 2004 has its sequencing for that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.runtime.models import Attempt, ScoState
from courses.runtime.outcome import Outcome, rollup
from courses.runtime.prerequisites import (
    Condition,
    ScriptError,
    enough,
    holds,
    missing,
    read_script,
    status12,
)
from courses.runtime.states import outcome_of_state
from repository.models import Sco

PREREQUISITES = "prerequisites"


@dataclass(frozen=True, slots=True)
class Wait:
    """What a locked part waits for: ``enough`` of these titles, none where nothing opens it."""

    titles: tuple[str, ...]
    enough: int


def locked_parts(scos: Sequence[Sco], attempt: Attempt | None) -> dict[str, Wait]:
    """By identifier what each locked part waits for.

    ``scos`` is the whole table of contents. A part that was begun stays open; a script that cannot be read
    locks nothing, nor do scripts that would lock every part: learners must not pay for a slip in a manifest.
    """
    conditions = _conditions(scos)
    if not conditions:
        return {}
    states = list(attempt.states.defer("document")) if attempt else []
    begun = {state.sco_identifier for state in states if _begun(state)}
    statuses = _statuses(scos, states)
    titles = {sco.identifier: sco.title for sco in scos}
    locked: dict[str, Wait] = {}
    for sco in scos:
        unmet = [one for one in conditions.get(sco.identifier, []) if not holds(one, statuses)]
        if sco.path and unmet and sco.identifier not in begun:
            named = dict.fromkeys(name for one in unmet for name in missing(one, statuses))
            count = enough(unmet[0], statuses) if len(unmet) == 1 else len(named)
            locked[sco.identifier] = Wait(tuple(titles[name] for name in named), count)
    parts = [sco for sco in scos if sco.path]
    return {} if len(locked) == len(parts) else locked


def why_locked(wait: Wait) -> str:
    """What the learner reads: what she has to do first."""
    if not wait.titles:
        return _("Not open")
    quoted = ", ".join(f"“{title}”" for title in wait.titles)
    if wait.enough >= len(wait.titles):
        return _("Opens once you have completed %(parts)s") % {"parts": quoted}
    if wait.enough == 1:
        return _("Opens once you have completed one of %(parts)s") % {"parts": quoted}
    values = {"count": wait.enough, "parts": quoted}
    return _("Opens once you have completed %(count)s of %(parts)s") % values


def _begun(state: ScoState) -> bool:
    return state.commits > 0 or state.completion == "completed"


def _conditions(scos: Sequence[Sco]) -> dict[str, list[Condition]]:
    """By identifier what each entry asks for, the headings above it included."""
    scripts = {sco.identifier: str((sco.facts or {}).get(PREREQUISITES) or "") for sco in scos}
    if not any(scripts.values()):
        return {}
    own = {name: condition for name, script in scripts.items() if (condition := _read(script, scripts))}
    parents = {sco.identifier: sco.parent_identifier for sco in scos}
    found = {name: [own[one] for one in _upwards(name, parents) if one in own] for name in scripts}
    return {name: conditions for name, conditions in found.items() if conditions}


def _read(script: str, identifiers: Mapping[str, str]) -> Condition | None:
    try:
        return read_script(script, identifiers)
    except ScriptError:
        return None


def _upwards(name: str, parents: Mapping[str, str]) -> Iterator[str]:
    seen: set[str] = set()
    while name and name not in seen:
        yield name
        seen.add(name)
        name = parents.get(name, "")


def _statuses(scos: Sequence[Sco], states: Iterable[ScoState]) -> dict[str, str]:
    """1.2's word for each entry; a heading's is that of the parts below it together."""
    rows = {state.sco_identifier: state for state in states}
    parents = {sco.identifier: sco.parent_identifier for sco in scos}
    below: dict[str, list[Sco]] = {}
    for sco in scos:
        if sco.path and sco.visible:
            for above in list(_upwards(sco.identifier, parents))[1:]:
                below.setdefault(above, []).append(sco)
    found: dict[str, str] = {}
    for sco in scos:
        mine = [sco] if sco.path else below.get(sco.identifier, [])
        known = [rows[one.identifier] for one in mine if one.identifier in rows]
        outcomes = [
            outcome_of_state(rows[one.identifier]) if one.identifier in rows else Outcome() for one in mine
        ]
        whole = rollup(outcomes)
        worked = any(_begun(state) for state in known)
        # A heading with one part passed is not done before the others are.
        success = whole.success if len(mine) == 1 or whole.completion == "completed" else "unknown"
        found[sco.identifier] = status12(whole.completion, success, worked=worked)
    return found
