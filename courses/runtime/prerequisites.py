"""SCORM 1.2's prerequisites: the script language of AICC, read and answered. Pure.

Sources: SCORM 1.2 CAM 2.3.2.5.1 (adlcp:prerequisites, type "aicc_script"), AICC CMI001 appendix B.
``A1 & A2`` both; ``A1 | A2`` either; ``~A1`` not; ``A1 = passed`` and ``A1 <> passed`` a status;
``{A1, A2, A3}`` a set, all of it, and ``2*{A1, A2, A3}`` at least two of it; brackets group. A part alone
holds where its status is completed or passed. "not" binds closest, then a comparison, then &, then |.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

#: The words a status may have, also by the one letter that AICC allows
STATUSES = {
    "passed": "passed", "p": "passed",
    "completed": "completed", "complete": "completed", "c": "completed",
    "failed": "failed", "f": "failed",
    "incomplete": "incomplete", "i": "incomplete",
    "browsed": "browsed", "b": "browsed",
    "not attempted": "not attempted", "not_attempted": "not attempted", "n": "not attempted",
}  # fmt: skip
_DONE = frozenset({"passed", "completed"})
_DEEPEST = 50
_LONGEST = 4_000


class ScriptError(ValueError):
    """The script does not say anything that can be answered."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part has been worked through; with ``status``, it has exactly that one."""

    identifier: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class Not:
    what: Condition


@dataclass(frozen=True, slots=True)
class AtLeast:
    """``count`` of ``parts`` hold: all of them for "and" and a set, 1 for "or"."""

    count: int
    parts: tuple[Condition, ...]


Condition = Part | Not | AtLeast


def read_script(script: str, identifiers: Collection[str]) -> Condition | None:
    """The condition a script states; None for an empty one.

    ``identifiers`` are those of the manifest: they may hold signs that are operators elsewhere, so the
    longest that fits wins. Raises ScriptError where it cannot be read or names a part that is not there.
    """
    if not script.strip():
        return None
    if len(script) > _LONGEST:
        raise ScriptError("too long")
    reader = _Reader(list(_tokens(script, identifiers)), frozenset(identifiers))
    condition = reader.either(0)
    if reader.peek():
        raise ScriptError(f"unexpected {reader.peek()!r}")
    return condition


def holds(condition: Condition | None, statuses: Mapping[str, str]) -> bool:
    """Whether it is met. ``statuses``: 1.2's word for each part; a missing one is "not attempted"."""
    if condition is None:
        return True
    if isinstance(condition, Part):
        status = statuses.get(condition.identifier, "not attempted")
        return status == condition.status if condition.status else status in _DONE
    if isinstance(condition, Not):
        return not holds(condition.what, statuses)
    return sum(holds(part, statuses) for part in condition.parts) >= condition.count


def missing(condition: Condition | None, statuses: Mapping[str, str]) -> list[str]:
    """The parts that the learner can still do something about, in the order of the script, each once.

    Empty where the condition is met, and where nothing she does will meet it.
    """
    return list(dict.fromkeys(_missing(condition, statuses)))


def enough(condition: Condition | None, statuses: Mapping[str, str]) -> int:
    """How many of the missing parts meet it: all of them, or fewer where it asks for some of a set."""
    parts = condition.parts if isinstance(condition, AtLeast) else ()
    if parts and isinstance(condition, AtLeast) and all(isinstance(part, Part) for part in parts):
        return max(condition.count - sum(holds(part, statuses) for part in parts), 0)
    return len(missing(condition, statuses))


def _missing(condition: Condition | None, statuses: Mapping[str, str]) -> Iterator[str]:
    if condition is None or holds(condition, statuses):
        return
    if isinstance(condition, Part):
        yield condition.identifier
    elif isinstance(condition, AtLeast):
        for part in condition.parts:
            yield from _missing(part, statuses)


def status12(completion: str, success: str, *, worked: bool) -> str:
    """SCORM 1.2's lesson status of what has been reached; ``worked``: whether anything was ever saved."""
    if success in {"passed", "failed"}:
        return success
    if completion == "completed":
        return "completed"
    return "incomplete" if worked else "not attempted"


_SIGNS = re.compile(r"<>|[&|~=(){},*]")
_QUOTED = re.compile(r'"([^"]*)"')
_WORD = re.compile(r"[^\s&|~=<>(){},*\"]+")


def _tokens(script: str, identifiers: Iterable[str]) -> Iterator[str]:
    """Signs as they are, words with a mark before them, so that neither is taken for the other."""
    named = sorted((name for name in identifiers if name), key=len, reverse=True)
    at = 0
    while at < len(script):
        if script[at].isspace():
            at += 1
            continue
        found = next((name for name in named if _stands(script, at, name)), "")
        if found:
            yield f"'{found}"
            at += len(found)
        elif sign := _SIGNS.match(script, at):
            yield sign.group()
            at = sign.end()
        elif quoted := _QUOTED.match(script, at):
            yield f"'{quoted.group(1).strip()}"
            at = quoted.end()
        elif word := _WORD.match(script, at):
            yield f"'{word.group()}"
            at = word.end()
        else:
            raise ScriptError(f"unexpected {script[at]!r}")


def _stands(script: str, at: int, name: str) -> bool:
    """Whether the identifier stands here whole, not as the beginning of a longer word."""
    if not script.startswith(name, at):
        return False
    return not _WORD.match(script, at + len(name))


@dataclass(slots=True)
class _Reader:
    """Reads by descending: either, both, one, each of which takes what binds closer."""

    tokens: list[str]
    identifiers: frozenset[str]
    at: int = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.peek()
        if not token or (wanted and token != wanted):
            raise ScriptError(f"{wanted or 'a part'} expected")
        self.at += 1
        return token

    def either(self, depth: int) -> Condition:
        return self._chain("|", self.both, depth, all_of=False)

    def both(self, depth: int) -> Condition:
        return self._chain("&", self.one, depth, all_of=True)

    def _chain(self, sign: str, inner: Callable[[int], Condition], depth: int, *, all_of: bool) -> Condition:
        parts = [inner(depth)]
        while self.peek() == sign:
            self.take()
            parts.append(inner(depth))
        if len(parts) == 1:
            return parts[0]
        return AtLeast(len(parts) if all_of else 1, tuple(parts))

    def one(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise ScriptError("too deep")
        sign = self.peek()
        if sign == "~":
            self.take()
            return Not(self.one(depth + 1))
        if sign == "(":
            self.take()
            inner = self.either(depth + 1)
            self.take(")")
            return inner
        if sign == "{":
            parts = self.several(depth)
            return AtLeast(len(parts), parts)
        return self.named(depth)

    def several(self, depth: int) -> tuple[Condition, ...]:
        self.take("{")
        parts = [self.either(depth + 1)]
        while self.peek() == ",":
            self.take()
            parts.append(self.either(depth + 1))
        self.take("}")
        return tuple(parts)

    def named(self, depth: int) -> Condition:
        """A part, with the status asked of it; or ``2*{…}``."""
        word = self.take()
        if not word.startswith("'"):
            raise ScriptError(f"unexpected {word!r}")
        name = word[1:]
        if self.peek() == "*" and name.isdigit():
            self.take()
            parts = self.several(depth)
            return AtLeast(int(name), parts)
        if name not in self.identifiers:
            raise ScriptError(f"there is no part {name!r}")
        if self.peek() not in {"=", "<>"}:
            return Part(name)
        sign = self.take()
        part = Part(name, self.status())
        return Not(part) if sign == "<>" else part

    def status(self) -> str:
        """A status; "not attempted" may be two words."""
        words = [self.take().removeprefix("'").lower()]
        if words[0] == "not" and self.peek().lower() == "'attempted":
            words.append(self.take().removeprefix("'").lower())
        found = STATUSES.get(" ".join(words))
        if found is None:
            raise ScriptError("a status expected")
        return found
