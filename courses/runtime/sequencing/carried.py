"""What a newer version of a package goes on with of the older one's activity tree. Pure.

The specification knows no such thing: an activity is itself while its identifier, or the part that was named
as its own, is in both trees.
"""

from __future__ import annotations

from collections.abc import Mapping

from .definition import Definition, Node
from .state import ActivityState, ObjectiveState, State


def carried_state(
    state: State, before: Definition, after: Definition, parts: Mapping[str, str]
) -> State | None:
    """The state of the newer tree; ``parts`` are its leaves that go on from one of the older.

    Headings go by their identifier. Where the way to the part that was put aside is not the same any more,
    or nothing but the root is common to both trees, the sequence begins anew: None. ``state`` is put aside or
    not begun: no part of it is open.
    """
    sources = _sources(before, after, parts)
    if not any(after.nodes[name].is_leaf for name in sources):
        return None
    fresh = State()
    for name, source in sources.items():
        known = state.activities.get(source)
        if known is not None:
            fresh.activities[name] = _activity(known, after.nodes[name], before.nodes[source], sources)
    targets = {
        mapped.target
        for node in after.nodes.values()
        for objective in node.all_objectives
        for mapped in objective.maps
    }
    stores = {mapped.target for node in after.nodes.values() for mapped in node.data}
    fresh.shared = {name: kept for name, kept in state.shared.items() if name in targets}
    fresh.data = {name: kept for name, kept in state.data.items() if name in stores}
    if state.suspended:
        by_source = {source: name for name, source in sources.items()}
        leaf = by_source.get(state.suspended, "")
        if not leaf or not _same_way(leaf, after, before, sources):
            return None
        fresh.suspended = leaf
    return fresh


def _sources(before: Definition, after: Definition, parts: Mapping[str, str]) -> dict[str, str]:
    """Activity of the newer tree → the older one it goes on from."""
    found = {}
    for name, node in after.nodes.items():
        source = parts.get(name, "") if node.is_leaf else name
        if node is after.root:
            source = before.root.identifier
        if source in before.nodes and before.nodes[source].is_leaf == node.is_leaf:
            found[name] = source
    return found


def _activity(known: ActivityState, node: Node, source: Node, sources: Mapping[str, str]) -> ActivityState:
    """One activity's tracking under the newer tree's names; objectives that it knows no more are left out."""
    primary, before = node.primary.identifier, source.primary.identifier
    names = {objective.identifier for objective in node.all_objectives}
    objectives: dict[str, ObjectiveState] = {}
    for name, kept in known.objectives.items():
        here = primary if name == before else name
        if here in names or here == primary:
            objectives[here] = ObjectiveState.from_dict(kept.known())
    back = {old: new for new, old in sources.items()}
    order = None
    if known.order is not None:
        there = [back[name] for name in known.order if name in back]
        children = {child.identifier for child in node.children}
        # A choice that was drawn from other children is drawn again.
        order = there if len(there) == len(known.order) and set(there) <= children else None
    return ActivityState(
        known.progress_known,
        known.attempts,
        False,
        known.suspended,
        known.completion_said,
        known.success_said,
        order,
        objectives,
    )


def _same_way(leaf: str, after: Definition, before: Definition, sources: Mapping[str, str]) -> bool:
    """Whether the headings above the part are those that were above it before."""
    here = [sources.get(name) for name in _above(after, leaf)]
    return here == list(_above(before, sources[leaf]))


def _above(definition: Definition, name: str) -> list[str]:
    """The identifiers of the headings above an activity, the nearest first."""
    parents = {
        child.identifier: node.identifier for node in definition.nodes.values() for child in node.children
    }
    found = []
    while name in parents:
        name = parents[name]
        found.append(name)
    return found
