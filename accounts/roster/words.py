"""What fields, problems and groups of a list are called on the screen."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roster.matching import Problem

FIELDS: dict[str, str | Promise] = {
    "full_name": _("Full name"),
    "last_name": _("Family and middle names"),
    "first_name": _("Given name"),
    "name": _("Full name"),
    "staff_code": _("Staff code"),
    "born_on": _("Date of birth"),
    "unit": pgettext_lazy("training", "Unit"),
    "position": pgettext_lazy("training", "Position"),
    "level": pgettext_lazy("training", "Level"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "username": _("Sign-in name"),
}
PROBLEMS: dict[str, str | Promise] = {
    "old_font": _("This cell was typed in an old font (TCVN3); it was read as shown. Is that the name?"),
    "name_short": _("A full name has at least two words. Write it out."),
    "unit_unknown": _("No unit of yours is called “%(text)s”. Choose the one that is meant."),
    "unit_outside": _("“%(text)s” is not below the unit chosen for this list. Choose one that is."),
    "no_name": _("“%(text)s” is no name. Write the full name, or leave the row out."),
    "born_odd": _("“%(text)s” is no plausible date of birth. Write it again, or leave it empty."),
    "email_twice": _("Row %(row)s has the e-mail %(text)s too. Correct it here, or leave it empty."),
    "no_such_day": _("“%(text)s” is no day. Write it again, or leave it empty."),
    "position_unknown": _("“%(text)s” is no position we know. Choose one."),
    "email_odd": _("“%(text)s” is no e-mail address. Write it again, or leave it empty."),
    "several": _("Several people here have this name. Who is it?"),
    "twice": _("Row %(text)s is about the same person. Leave one of the two out."),
    "guarded": _(
        "This person holds a role beyond your units: their administrator changes name, e-mail and unit."
    ),
}
GROUPS: dict[str, str | Promise] = {
    "doubtful": _("To look at"),
    "new": pgettext_lazy("list", "New"),
    "changed": pgettext_lazy("list", "Changed"),
    "moved": pgettext_lazy("list", "Moved"),
    "left": pgettext_lazy("list", "Leaving"),
    "skipped": pgettext_lazy("list", "Left out"),
}


def told(problem: Problem) -> str:
    """What is doubtful about a cell, in one sentence."""
    return str(PROBLEMS[problem.code]) % {"text": problem.text, "row": problem.row}
