"""What ingestion found, read back for people: sentences in the active language, in groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from repository import howto
from repository.packages.codes import CODES, SEVERITIES
from repository.packages.report import Report

#: What is whole and yet shows nothing
OPENS_NOTHING = "cartridge_bare"
#: Codes of ingestion itself, beside those of ``repository.packages``.
OWN = {
    "check_failed": gettext_lazy(
        "The file could not be checked: the fault is ours. It was not kept; upload it again tomorrow, or "
        "send it to the administrator."
    )
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. ``paths`` are the files that it is about, without the one in the sentence; ``detail``
    says more, ``steps`` (called ``how``) how to put it right."""

    code: str
    severity: str
    message: str
    path: str
    paths: list[str]
    detail: str = ""
    how: str = ""
    steps: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one severity: "block", "look", "auto" or "tip"."""

    severity: str
    title: str
    icon: str
    findings: list[Finding]


def as_rows(report: Report) -> list[dict[str, Any]]:
    """What was found, as it is kept in ``Version.findings``."""
    return [
        {
            "code": finding.code,
            "params": {
                **({"tool": report.tool} if finding.code in howto.EXPORT_CODES and report.tool else {}),
                **{name: _plain(value) for name, value in finding.params.items()},
            },
            "path": finding.path,
            "paths": list(finding.paths[:200]),
        }
        for finding in report.findings
    ]


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | str) else str(value)


def as_finding(row: Mapping[str, Any]) -> Finding:
    """A row of ``Version.findings``. A code that is not known any more is shown as it is."""
    code, path = str(row["code"]), str(row.get("path", ""))
    known = CODES.get(code)
    message = str(known.message) if known else str(OWN.get(code, code))
    severity = known.severity if known else "block"
    try:
        message %= {"path": path, **row.get("params", {})}
    except (KeyError, ValueError):
        message = code  # written by an older release with other parameters
    others = [other for other in row.get("paths", []) if other != path]
    return Finding(code, severity, message, path, others, howto.detail(code, row.get("params", {})))


def groups(rows: Iterable[Mapping[str, Any]]) -> list[Group]:
    """The groups that are not empty, in the order in which they are to be dealt with."""
    rows = list(rows)
    found = _with_steps([as_finding(row) for row in rows], rows)
    titles = {
        "block": (_("Blocks (%(n)s)"), "stop"),
        "look": (_("Look again (%(n)s)"), "eye"),
        "auto": (_("Put right automatically (%(n)s)"), "wrench"),
        "tip": (_("Good to know (%(n)s)"), "info"),
    }
    result = []
    for severity in SEVERITIES:
        mine = [one for one in found if one.severity == severity]
        if mine:
            title, icon = titles[severity]
            result.append(Group(severity, title % {"n": len(mine)}, icon, mine))
    return result


def _with_steps(found: list[Finding], rows: list[Mapping[str, Any]]) -> list[Finding]:
    """The steps of exporting again stand once, with the first finding that asks for it."""
    for place, (one, row) in enumerate(zip(found, rows, strict=True)):
        if one.code in howto.EXPORT_CODES:
            tool = str(row.get("params", {}).get("tool", ""))
            told = replace(one, how=howto.title(tool), steps=howto.steps(tool))
            return [*found[:place], told, *found[place + 1 :]]
    return found


def to_look_at(rows: Iterable[Mapping[str, Any]]) -> int:
    """How many places somebody should look at again."""
    return sum(as_finding(row).severity == "look" for row in rows)


def summary(rows: Iterable[Mapping[str, Any]]) -> str:
    """One sentence over all: what must be solved, else what to look at."""
    rows = list(rows)
    counts: dict[str, int] = dict.fromkeys(SEVERITIES, 0)
    for row in rows:
        counts[as_finding(row).severity] += 1
    if counts["block"]:
        return ngettext(
            "%(n)s fault must be solved before the lesson can be used.",
            "%(n)s faults must be solved before the lesson can be used.",
            counts["block"],
        ) % {"n": counts["block"]}
    if any(row["code"] == OPENS_NOTHING for row in rows):
        return _("The file is whole, but nothing of it can be opened here. Read below what to do.")
    if counts["look"]:
        return ngettext(
            "The lesson can be opened; %(n)s place should be looked at.",
            "The lesson can be opened; %(n)s places should be looked at.",
            counts["look"],
        ) % {"n": counts["look"]}
    if counts["tip"]:
        return ngettext(
            "The lesson can be opened; %(n)s thing is good to know.",
            "The lesson can be opened; %(n)s things are good to know.",
            counts["tip"],
        ) % {"n": counts["tip"]}
    return _("The lesson can be opened; nothing needs to be looked at.")
