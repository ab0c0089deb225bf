"""A reviewer's sheet: what is looked at, what may be wrong with it, and how a filled one reads. Pure.

A filled sheet is a list of rows ``{"code", "mark", "common", "why"}``: ``mark`` is "good",
"change" or "none" (not applicable), ``common`` the codes of reasons that often occur. A last row
``{"code": "remark", "why"}`` may follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

GOOD, CHANGE, NONE, REMARK = "good", "change", "none", "remark"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to look at, with the reasons that often occur: code and sentence."""

    code: str
    label: str | Promise
    common: tuple[tuple[str, str | Promise], ...] = ()
    #: Only asked of packages, which people work through.
    package: bool = False
    #: May be said not to apply.
    may_lack: bool = False


CRITERIA = (
    Criterion("content", gettext_lazy("Right in content and required outcomes")),
    Criterion("self_study", gettext_lazy("Pupils can study it on their own"), package=True, may_lack=True),
    Criterion("feedback", gettext_lazy("Questions give feedback"), package=True, may_lack=True),
    Criterion(
        "phone",
        gettext_lazy("Works on a phone"),
        (
            ("small_text", gettext_lazy("The text is too small")),
            ("sideways", gettext_lazy("It has to be dragged sideways to be seen")),
            ("small_buttons", gettext_lazy("Buttons are small and hard to touch")),
        ),
        package=True,
        may_lack=True,
    ),
    Criterion(
        "sources",
        gettext_lazy("Sources of pictures and music; licence"),
        (("no_source", gettext_lazy("Pictures, music or videos name no source")),),
        may_lack=True,
    ),
    Criterion(
        "privacy",
        gettext_lazy("Nobody's private data"),
        (("pupils", gettext_lazy("Names or faces of pupils can be seen")),),
    ),
    Criterion(
        "metadata",
        gettext_lazy("Title, subject and grades are right"),
        (
            ("title", gettext_lazy("The title does not say what the lesson teaches")),
            ("place", gettext_lazy("The subject or the grade is wrong")),
            ("keywords", gettext_lazy("Introduction or keywords are missing")),
        ),
    ),
)
_BY_CODE = {criterion.code: criterion for criterion in CRITERIA}
#: Kinds of file that are no packages (``repository.models.Kind``).
_SINGLE_FILES = frozenset({"pdf", "image", "audio", "video"})


def criteria(kind: str, *, described_only: bool = False) -> tuple[Criterion, ...]:
    """What is to be looked at in a file of this kind; of a corrected description only what it says."""
    if described_only:
        return (_BY_CODE["metadata"],)
    return tuple(one for one in CRITERIA if not (one.package and kind in _SINGLE_FILES))


@dataclass(frozen=True, slots=True)
class Said:
    """A row of a filled sheet in the active language; the remark has neither label nor mark."""

    label: str
    mark: str
    reasons: tuple[str, ...]

    @property
    def to_change(self) -> bool:
        return self.mark == CHANGE


def row(code: str, mark: str, common: Iterable[str] = (), why: str = "") -> dict[str, Any]:
    """A row as it is kept: with codes of reasons that the criterion has, and the words on one line."""
    known = {reason for reason, _label in _BY_CODE[code].common}
    return {
        "code": code,
        "mark": mark,
        "common": [reason for reason in common if reason in known],
        "why": " ".join(why.split()),
    }


def remark(text: str) -> dict[str, Any]:
    return {"code": REMARK, "mark": "", "common": [], "why": text.strip()}


def read(rows: Iterable[Mapping[str, Any]]) -> list[Said]:
    """A kept sheet in words. A criterion that is not known any more shows its code."""
    return [_said(kept) for kept in rows]


def _said(kept: Mapping[str, Any]) -> Said:
    code = str(kept.get("code", ""))
    why = str(kept.get("why", ""))
    if code == REMARK:
        return Said("", "", (why,))
    criterion = _BY_CODE.get(code, Criterion(code, code))
    labels = dict(criterion.common)
    reasons = [str(labels[reason]) for reason in kept.get("common", []) if reason in labels]
    return Said(str(criterion.label), str(kept.get("mark", "")), tuple(filter(None, [*reasons, why])))


def as_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """What is to be changed, a line each, then the remark; "" where there is neither."""
    lines = []
    for said in read(rows):
        if said.to_change:
            facts = {"heading": said.label, "text": "; ".join(said.reasons)}
            lines.append(_("%(heading)s: %(text)s") % facts)
        elif not said.label:
            lines.extend(said.reasons)
    return "\n".join(filter(None, lines))


def from_text(text: str) -> list[Said]:
    """Reasons that were written without a sheet: "Criterion: reason", a line each."""
    found = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        heading, colon, reason = line.partition(": ")
        if colon and len(heading) < 80:
            found.append(Said(heading, CHANGE, (reason.strip(),)))
        else:
            found.append(Said("", "", (line,)))
    return found
