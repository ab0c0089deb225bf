"""Which kinds of unit stand below which, turn into which, and join which."""

from __future__ import annotations

from accounts.models import UnitKind as K

SCHOOLS = frozenset({K.MAM_NON, K.TIEU_HOC, K.THCS, K.THPT, K.LIEN_CAP, K.CHUYEN_BIET, K.GDTX})
OFFICES = frozenset({K.XA, K.PHUONG, K.DAC_KHU, K.PHONG_GDDT})
TOP = frozenset({K.BO, K.SO})
GROUPS = frozenset({K.TO_CHUYEN_MON})
_WIDE = frozenset({K.LIEN_CAP, K.CHUYEN_BIET})
_JOINS: dict[str, frozenset[K]] = {
    K.MAM_NON: frozenset({K.MAM_NON}) | _WIDE,
    K.TIEU_HOC: frozenset({K.TIEU_HOC, K.THCS}) | _WIDE,
    K.THCS: frozenset({K.TIEU_HOC, K.THCS, K.THPT}) | _WIDE,
    K.THPT: frozenset({K.THCS, K.THPT, K.GDTX}) | _WIDE,
    K.GDTX: frozenset({K.THPT, K.GDTX}) | _WIDE,
}
_BELOW: dict[str, frozenset[K]] = {K.BO: frozenset({K.SO}) | OFFICES | SCHOOLS, K.SO: OFFICES | SCHOOLS}


def turns_into(kind: str) -> frozenset[K]:
    """The kinds that a unit may have after a change: a school stays a school."""
    return next((group for group in (SCHOOLS, OFFICES, TOP, GROUPS) if kind in group), frozenset(K))


def below(kind: str) -> frozenset[K]:
    """The kinds of units that may be opened below one."""
    if kind in OFFICES:
        return SCHOOLS
    return _BELOW.get(kind, GROUPS)


def joins(kind: str) -> frozenset[K]:
    """The kinds of units that may be merged with one, or carry on for it."""
    return _JOINS.get(kind, turns_into(kind))


def choices(kinds: frozenset[K]) -> list[tuple[str, str]]:
    return [(value, label) for value, label in K.choices if value in kinds]
