"""What else belongs to a unit: the apps at the right say so here, each in its AppConfig.ready.

Asked before a unit is closed or merged, so that the administrator sees what that touches.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from django.utils.functional import Promise

Question = Callable[[Collection[int]], int]
_questions: list[tuple[str | Promise, Question]] = []


def register(label: str | Promise, question: Question) -> None:
    """``question`` gets ids of units and says how many things of one kind are theirs."""
    if (label, question) not in _questions:
        _questions.append((label, question))


def counted(unit_ids: Collection[int]) -> Iterator[tuple[str | Promise, int]]:
    """Every kind of thing that some units have, with its number."""
    for label, question in _questions:
        number = question(unit_ids)
        if number:
            yield label, number
