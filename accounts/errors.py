"""Refusals: what a person asked for cannot be done, with a stable code and what to do about it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):  # noqa: N818 -- it is a refusal, not a fault of the program
    """Somebody asked for what cannot be done.

    ``code`` never changes once released (docs/codes.md); ``message`` is a translatable sentence,
    filled with ``params`` when it is shown.
    """

    status = 400

    def __init__(self, code: str, message: str | Promise, /, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self._message = message
        self.params = params

    @property
    def message(self) -> str:
        """The sentence in the language that is active now."""
        text = str(self._message)
        return text % self.params if self.params else text

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class NotAllowed(Refusal):
    """The person may not do this here."""

    status = 403

    def __init__(self, verb: str = "", unit: object = None) -> None:
        super().__init__(
            "not_allowed",
            _("You do not have the right to do this here. Ask the administrator of the unit."),
        )
        self.verb = verb
        self.unit = unit
