"""Why a lesson's statement or document is not taken: an HTTP status, a stable code, a reason for programs.

The reasons are read by the lesson's program and its author, never by a learner; they are in English.
"""

from __future__ import annotations


class StatementRefused(Exception):  # noqa: N818 -- it is a refusal, not a fault of the program
    """Nothing of the request is kept. 400: not xAPI; 403: against cmi5; 409: another of the same id."""

    def __init__(self, status: int, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.status, self.code, self.reason = status, code, reason


def malformed(reason: str) -> StatementRefused:
    return StatementRefused(400, "xapi_malformed", reason)


def forbidden(code: str, reason: str) -> StatementRefused:
    return StatementRefused(403, code, reason)
