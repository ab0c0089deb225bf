"""The activity tree of an attempt that goes on at a newer version of its package."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from courses.runtime.models import Attempt, SequencingState
from courses.runtime.sequencing.carried import carried_state
from courses.runtime.trees import load, note_told, open_state, sequencer_of, store, tracked_now


def carry_tree(former: Attempt, successor: Attempt, parts: Mapping[str, str], whole: Collection[str]) -> bool:
    """Gives the successor the former's tree as far as the newer one knows it; False: it begins anew.

    ``parts``: newer leaf → older; ``whole``: those of them that come with bookmark and data. A part that is
    open counts as put aside, as after a window that closed without a word. The former tree stays as it is.
    """
    SequencingState.objects.filter(attempt=successor).delete()
    after = load(successor)
    before = load(former) if after is not None else None
    if after is None or before is None or before.row.pk is None:
        return False
    if before.state.current:
        sequencer_of(before).navigate("suspendAll", "", tracked_now(before, open_state(before)))
    state = carried_state(before.state, before.definition, after.definition, parts)
    if state is None:
        return False
    after.state = state
    after.tries = {new: before.tries[parts[new]] for new in whole if parts[new] in before.tries}
    note_told(before)
    after.told = {new: before.told[parts[new]] for new in whole if parts[new] in before.told}
    store(after)
    return True
