"""What would come of each request, without processing it: how the ways and the contents are shown.

The end of the current activity's attempt, which all ways out of it have in common, is processed once on
a copy; where each request would lead from there is asked without changing anything.
"""

from __future__ import annotations

from functools import cached_property
from random import Random

from courses.runtime.sequencing.attempts import begin_session
from courses.runtime.sequencing.definition import Node
from courses.runtime.sequencing.delivery import delivery_request
from courses.runtime.sequencing.navigation import Asked, navigation_request
from courses.runtime.sequencing.requests import sequencing_request
from courses.runtime.sequencing.termination import termination_request
from courses.runtime.sequencing.tree import SequencingError, Tree

#: These end the session wherever they are valid.
_ENDING = frozenset({"exitAll", "suspendAll", "abandon", "abandonAll"})


class Outlook:
    """The tree as it is (`here`, not to be changed from now on), and as it is once the current activity
    has been left (`left`)."""

    def __init__(self, here: Tree) -> None:
        self.here = here
        here.answers = {}

    def valid(self, kind: str, target: str = "") -> bool:
        """Whether a request would deliver an activity or end the session.

        Where a rule puts another request in its place, both have to be possible: what the learner asks for,
        seen from where she is, and what she then gets.
        """
        try:
            asked = navigation_request(self.here, kind, target)
        except SequencingError:
            return False
        if kind in _ENDING:
            return kind != "suspendAll" or not self._nothing_to_suspend()
        if not asked.termination:
            return _leads(
                self._fresh if self.here.current is None else self.here, asked.sequencing, asked.target
            )
        if self._refused:
            return False
        if not self._instead:
            return _leads(self.left, asked.sequencing, asked.target)
        return self._instead_leads and (kind in {"exit", "continue"} or self._from_here(asked))

    def _nothing_to_suspend(self) -> bool:
        """TB.2.3, 5.2."""
        current = self.here.current
        state = self.here.of(current or self.here.root)
        return current is self.here.root and not (state.active or state.suspended)

    def _from_here(self, asked: Asked) -> bool:
        return _leads(self.here, asked.sequencing, asked.target)

    def _copied(self) -> Tree:
        rng = Random()  # noqa: S311 -- the order of questions is no secret
        rng.setstate(self.here.rng.getstate())
        return Tree(self.here.definition, self.here.state.copy(), self.here.now, rng)

    @cached_property
    def _fresh(self) -> Tree:
        """The tree as a session begins on it."""
        tree = self._copied()
        begin_session(tree)
        tree.answers = {}
        return tree

    @cached_property
    def _exit(self) -> tuple[Tree, str, bool]:
        tree, instead, refused = self._copied(), "", False
        try:
            instead = termination_request(tree, "exit")
        except SequencingError:
            refused = True
        tree.answers = {}
        return tree, instead, refused

    @property
    def left(self) -> Tree:
        return self._exit[0]

    @property
    def _instead(self) -> str:
        """The sequencing request that a rule puts in the place of any other, "" = none does."""
        return self._exit[1]

    @property
    def _refused(self) -> bool:
        return self._exit[2]

    @cached_property
    def _instead_leads(self) -> bool:
        return _leads(self.left, self._instead, None)


def _leads(tree: Tree, request: str, target: Node | None) -> bool:
    try:
        found = sequencing_request(tree, request, target)
        if found.node is not None:
            delivery_request(tree, found.node)
    except SequencingError:
        return False
    return True
