"""How numbers, sizes and dates are written. Pure: the language is an argument, Vietnamese by default."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

NBSP = "\u00a0"
VIETNAMESE = "vi"
_UNITS = ("B", "kB", "MB", "GB", "TB")
_TURNED = str.maketrans(",.", ".,")


def number(value: object, places: int | None = None, *, language: str = VIETNAMESE) -> str:
    """``1234.5`` → ``1.234,5``, in any other language ``1,234.5``.

    At most ``places`` decimals (default 2), trailing zeros dropped.
    What is not a number comes back as it is; None becomes a dash.
    """
    if value is None or value == "":
        return "–"
    try:
        exact = Decimal(str(value))
        if not exact.is_finite():
            return str(value)
    except InvalidOperation:
        return str(value)
    step = Decimal(1).scaleb(-(2 if places is None else places))
    text = f"{exact.quantize(step, ROUND_HALF_UP):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text == "-0":
        text = "0"
    return text.translate(_TURNED) if language.startswith(VIETNAMESE) else text


def percent(value: object, places: int | None = None, *, language: str = VIETNAMESE) -> str:
    """A percentage from 0 to 100, not a share from 0 to 1: ``46.96`` → ``46,96 %``."""
    text = number(value, places, language=language)
    return text if text == "–" else f"{text}{NBSP}%"


def size(value: object, *, language: str = VIETNAMESE) -> str:
    """Bytes in steps of 1,024, one decimal: ``19293798`` → ``18,4 MB``."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return "–"
    for unit in _UNITS[:-1]:
        if abs(amount) < 1024:
            return f"{number(amount, 0 if unit in {'B', 'kB'} else 1, language=language)}{NBSP}{unit}"
        amount /= 1024
    return f"{number(amount, 1, language=language)}{NBSP}{_UNITS[-1]}"


def initial(name: object) -> str:
    """The letter of an avatar: of the given name, which stands last in Vietnamese."""
    words = str(name or "").split()
    return words[-1][0].upper() if words else "?"
