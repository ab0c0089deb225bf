"""Moving through a sequenced package: what a learner or a SCO asks for is weighed by the activity tree.

One request is one transaction: the attempt is locked, what the open part has saved goes into the tree, the
tree decides, the tree is stored, and what it delivers is opened as any part is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.errors import NotAllowed
from accounts.models import User
from courses.runtime.actions import Launch, open_session
from courses.runtime.commits import announce
from courses.runtime.models import Attempt, CommitLog, ScoState
from courses.runtime.requests import CONTROLS
from courses.runtime.sequencing import Controls, Node, Result, Sequencer, Tracked
from courses.runtime.tracking import launched_with
from courses.runtime.trees import Tree, load, note_told, open_state, sequencer_of, store, tracked_now
from courses.runtime.watch import Watch

# A SCO that leaves with one of these ends the lesson, unless it is put aside or thrown away (RTE 4.2.8).
_ENDING = {"time-out", "logout"}
_WHOLE = {"exitAll", "suspendAll", "abandonAll"}


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of a request. ``launch`` is None where nothing new was opened.

    ``ended``: the lesson is over, or with ``suspended`` put aside. ``exception`` is the specification's
    code where the tree refused. ``controls`` is what may be asked for now, ``nav`` the same for a SCO.
    """

    attempt: Attempt
    launch: Launch | None = None
    ended: bool = False
    suspended: bool = False
    exception: str = ""
    controls: Mapping[str, Any] = field(default_factory=dict)
    nav: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def move(
    *,
    by: User,
    attempt: Attempt,
    kind: str = "",
    target: str = "",
    watch: Watch | None = None,
    open_until: datetime | None = None,
    device: str = "",
    restore: int | None = None,
) -> Moved:
    """Weighs one request and opens what it delivers.

    Raises NotAllowed for another's attempt, ValueError for a package without an activity tree, and what
    ``open_session`` raises.
    """
    if attempt.user_id != by.pk:
        raise NotAllowed("attempt.move")
    locked = Attempt.objects.select_for_update(of=("self",)).select_related("version")
    attempt = locked.get(pk=attempt.pk)
    tree = load(attempt)
    if tree is None:
        raise ValueError("a package without an activity tree")
    sequencer = sequencer_of(tree)
    note_told(tree)
    result = _navigate(tree, sequencer, kind, target)
    launch = None
    if result.deliver:
        launch = open_session(
            by=by,
            attempt=attempt,
            sco=result.deliver,
            watch=watch,
            open_until=open_until,
            device=device,
            restore=restore,
        )
        attempt = launch.attempt or attempt
        _ready(tree, sequencer, launch, restored=restore is not None, resumed=result.resumed)
    ways = _ways(tree, sequencer, kind)
    store(tree)
    announce(attempt, always=result.ended)
    suspended = result.ended and bool(tree.state.suspended)
    return Moved(attempt, launch, result.ended, suspended, result.exception, ways, tree.launched["nav"])


def _ways(tree: Tree, sequencer: Sequencer, kind: str) -> dict[str, Any]:
    """What the page shows as open; what a SCO is told of it is kept with what it was launched with."""
    # What is only looked at is not tracked: the part may still be abandoned.
    said = tracked_now(tree, open_state(tree)) if kind == CONTROLS else None
    controls = sequencer.controls(said)
    tree.launched["nav"] = {
        "continue": controls.continues,
        "previous": controls.goes_back,
        "choice": controls.choices,
        "jump": controls.jumps,
    }
    current = tree.state.current
    open_part = bool(current) and tree.state.activity(current).active
    return shown(controls, tree.definition.root, open_part=open_part)


def _navigate(tree: Tree, sequencer: Sequencer, kind: str, target: str) -> Result:
    """The tree's answer to a request, with what the open part has saved."""
    state = open_state(tree)
    tracked = tracked_now(tree, state)
    if kind == "":
        return _go_on(tree, sequencer, tracked)
    if state is not None and state.exit in _ENDING and kind not in _WHOLE:
        return sequencer.navigate("exitAll", "", tracked)
    if kind == CONTROLS:
        return Result()
    return sequencer.navigate(kind, target, tracked)


def _go_on(tree: Tree, sequencer: Sequencer, tracked: Tracked | None) -> Result:
    """Where the lesson stands: the part that is open, put aside, or was the last when nothing followed it."""
    current = tree.state.current
    if current and not tree.state.activity(current).active:
        again = sequencer.navigate("jump", current)
        if again.deliver:
            return again
    if tree.state.current:  # a window that closed without a word has put the lesson aside
        sequencer.navigate("suspendAll", "", tracked)
    resumed = sequencer.navigate("resumeAll") if tree.state.suspended else None
    # A heading can be put aside, where its part had ended by itself: it is begun, not gone on with.
    return sequencer.navigate("start") if resumed is None or resumed.exception else resumed


def _ready(tree: Tree, sequencer: Sequencer, launch: Launch, *, restored: bool, resumed: bool) -> None:
    """Readies the row of what was opened: a new try begins with nothing, one put aside as it was."""
    identifier = launch.sco.identifier
    state = ScoState.objects.get(attempt=tree.attempt, sco_identifier=identifier)
    tries = tree.state.activity(identifier).attempts
    # Tries of a part that is not tracked are not counted.
    anew = tree.tries.get(identifier) != tries or not (tries or resumed)
    if anew and not restored:
        _keep_document(state)
        state.document, state.location, state.entry = "{}", "", "ab-initio"
        tree.told.pop(identifier, None)
    else:
        state.entry = "resume"
    tree.tries[identifier] = tries
    state.save(update_fields=["document", "location", "entry"])
    tree.launched = launched_with(sequencer.initial(identifier))
    tree.launched |= {"sco": identifier, "told": sum(tree.told.get(identifier, {}).values())}


def _keep_document(state: ScoState) -> None:
    """The last snapshot of the try before goes to its commit in the history."""
    commits = CommitLog.objects.filter(
        attempt=state.attempt_id, sco_identifier=state.sco_identifier, reason=CommitLog.Reason.LAST
    )
    last = commits.order_by("-at", "-pk").first()
    if last is not None and not last.document and state.document != "{}":
        last.document = state.document
        last.save(update_fields=["document"])


def shown(controls: Controls, root: Node, *, open_part: bool) -> dict[str, Any]:
    """What the page shows as open, shut or not at all. The whole lesson stands in its contents where they can
    be used at all, or where no part is open: a choice of it alone would be valid nearly everywhere."""
    parts = {name for name, able in controls.choices.items() if able} - controls.hidden - {root.identifier}
    hidden = controls.hidden if parts or not open_part else controls.hidden | {root.identifier}
    return {
        "continue": controls.continue_,
        "previous": controls.previous,
        "exit": controls.exit,
        "exitAll": controls.exit_all,
        "suspendAll": controls.suspend_all,
        "choices": dict(controls.choices),
        "hidden": sorted(hidden),
    }
