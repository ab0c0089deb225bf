"""A learner's activity tree between two requests: loaded with what she shares across packages, and stored.

What the open part has saved so far (``tracked_now``) is read from its state row, as the SCO was told it.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from courses.runtime.activitytree import definition_of
from courses.runtime.models import Attempt, LearnerRecord, ScoState, SequencingState
from courses.runtime.outcome import COMPLETE, Outcome
from courses.runtime.scos import all_scos, terms_of
from courses.runtime.sequencing import Definition, Sequencer, State, Tracked
from courses.runtime.sequencing.state import ObjectiveState
from courses.runtime.sequencing.tree import Tree as Activities
from courses.runtime.tracking import reported_seconds, tracked_of

_LONGEST = 400


@dataclass(slots=True)
class Tree:
    """``launched`` is what the open part was launched with; ``tries`` which try of each part its document
    is of; ``told`` the sessions of that try with the seconds that each has reported, or that were measured
    where it reported none."""

    attempt: Attempt
    definition: Definition
    row: SequencingState
    state: State
    launched: dict[str, Any] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)
    told: dict[str, dict[str, float]] = field(default_factory=dict)
    shared_before: dict[tuple[str, str], Any] = field(default_factory=dict)


def load(attempt: Attempt) -> Tree | None:
    """The attempt's tree, a fresh one where nothing was stored; None for a package without one.

    Who means to change it has locked the attempt.
    """
    definition = definition_of(attempt.version)
    if definition is None:
        return None
    row = SequencingState.objects.filter(attempt=attempt).first() or SequencingState(attempt=attempt)
    kept = json.loads(row.document)
    state = State.from_dict(kept.get("state") or {})
    tree = Tree(
        attempt,
        definition,
        row,
        state,
        kept.get("launched") or {},
        kept.get("tries") or {},
        kept.get("told") or {},
    )
    _share_in(tree)
    return tree


def store(tree: Tree) -> None:
    """Writes the tree, the outcome of its root, and what it shares with other packages."""
    row, outcome = tree.row, root_outcome(tree)
    document = {
        "state": tree.state.as_dict(),
        "launched": tree.launched,
        "tries": tree.tries,
        "told": tree.told,
    }
    row.document = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    row.completion, row.success = outcome.completion, outcome.success
    row.score, row.progress = outcome.score, outcome.progress
    row.revision += 1
    row.save()
    fresh = _shared(tree)
    changed = {key: value for key, value in fresh.items() if tree.shared_before.get(key) != value}
    LearnerRecord.objects.bulk_create(
        [
            LearnerRecord(user_id=tree.attempt.user_id, scope=scope, identifier=_short(name), value=value)
            for (scope, name), value in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["user", "scope", "identifier"],
        update_fields=["value", "changed_at"],
    )
    tree.shared_before = fresh


def _short(identifier: str) -> str:
    if len(identifier) <= _LONGEST:
        return identifier
    return "sha256:" + hashlib.sha256(identifier.encode()).hexdigest()


def _global_names(definition: Definition) -> Iterable[tuple[str, str]]:
    """What the package shares with others of the same person: scope and identifier."""
    for node in definition.nodes.values():
        if definition.objectives_global_to_system:
            for objective in node.all_objectives:
                yield from ((LearnerRecord.Scope.OBJECTIVE, mapped.target) for mapped in objective.maps)
        if definition.shared_data_global_to_system:
            yield from ((LearnerRecord.Scope.DATA, mapped.target) for mapped in node.data)


def _share_in(tree: Tree) -> None:
    names = {(str(scope), _short(name)): name for scope, name in _global_names(tree.definition)}
    if not names:
        return
    records = LearnerRecord.objects.filter(
        user=tree.attempt.user_id, identifier__in={short for _, short in names}
    )
    for scope, short, value in records.values_list("scope", "identifier", "value"):
        name = names.get((scope, short))
        if name is None:
            continue
        if scope == LearnerRecord.Scope.OBJECTIVE:
            tree.state.shared[name] = ObjectiveState.from_dict(value)
        else:
            tree.state.data[name] = str(value)
    tree.shared_before = _shared(tree)


def _shared(tree: Tree) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for scope, name in _global_names(tree.definition):
        if scope == LearnerRecord.Scope.DATA:
            if name in tree.state.data:
                found[scope, name] = tree.state.data[name]
        elif name in tree.state.shared:
            found[scope, name] = tree.state.shared[name].known()
    return found


def note_told(tree: Tree) -> None:
    """Keeps what the latest session has said of its time, for cmi.total_time of the next in the same try.

    Only the part opened last has saved anything since (a launch resets the others), so nothing counts twice.
    """
    for state in ScoState.objects.filter(attempt=tree.attempt, seq__gt=0).exclude(session=None):
        seconds = reported_seconds(json.loads(state.document))
        sessions = tree.told.setdefault(state.sco_identifier, {})
        sessions[str(state.session)] = state.session_seconds if seconds is None else seconds


def open_state(tree: Tree) -> ScoState | None:
    """The row of the part that the tree has open."""
    if not tree.state.current:
        return None
    states = ScoState.objects.filter(attempt=tree.attempt, sco_identifier=tree.state.current)
    return states.first()


def tracked_now(tree: Tree, state: ScoState | None) -> Tracked | None:
    """What the open part has saved since its try began; None where it has saved nothing."""
    if state is None or not state.seq:
        return None
    scos = all_scos(tree.attempt.version)
    sco = next((sco for sco in scos if sco.identifier == state.sco_identifier), None)
    if sco is None:
        return None
    return tracked_of(
        json.loads(state.document), terms_of(sco), exit_word=state.exit, seconds=state.session_seconds
    )


def sequencer_of(tree: Tree, now: datetime | None = None) -> Sequencer:
    chance = random.Random()  # noqa: S311 -- the order of questions is no secret
    return Sequencer(tree.definition, tree.state, now=now or timezone.now(), rng=chance)


def root_outcome(tree: Tree) -> Outcome:
    """What the whole package has come to, by the rollup of its own rules."""
    activities = Activities(tree.definition, tree.state, timezone.now(), random.Random())  # noqa: S311
    root = activities.primary(activities.root)
    completed = {True: COMPLETE, False: "incomplete", None: "unknown"}[root.completed]
    success = {True: "passed", False: "failed", None: "unknown"}[root.satisfied]
    score = None if root.measure is None else min(max(root.measure, 0.0), 1.0)
    return Outcome(completed, success, score, root.progress)


def outcome_so_far(attempt: Attempt) -> Outcome | None:
    """The root's outcome as if the open part ended now; None for a package without a tree, or unopened.

    Nothing is stored: the next request weighs the same data again.
    """
    tree = load(attempt)
    if tree is None or tree.row.pk is None:
        return None
    tracked = tracked_now(tree, open_state(tree))
    if tracked is not None:
        sequencer_of(tree).track(tracked)
    return root_outcome(tree)
