"""What administrators send to import a list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.days import today
from accounts.errors import Refusal
from accounts.forms.fields import UnitField, day_field, with_empty
from accounts.roster.columns import HEADINGS
from accounts.roster.words import FIELDS


class RosterForm(forms.Form):
    """A file, whose people it lists, and the day from which it holds."""

    file = forms.FileField(
        label=_("The file"),
        help_text=_("Excel (.xlsx, .xls) or CSV, up to 2.5 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv", "class": "input"}),
    )
    unit = UnitField(
        label=_("Whose people it lists"), help_text=_("Rows may name units below it; others go to it.")
    )
    on = day_field(_("The list holds from"), initial=today)

    teaches = forms.BooleanField(
        label=_("New people and those who move may upload lessons there"),
        required=False,
        initial=True,
        help_text=_("They get the role Teacher at their unit from that day."),
    )

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = with_empty(units)  # type: ignore[attr-defined]


class ColumnsForm(forms.Form):
    """Which column holds what; ``leavers`` says whether who is missing has left."""

    leavers = forms.BooleanField(
        label=_("Whoever is not in the list has left"),
        required=False,
        help_text=_("Their place of work ends; the account closes; results are kept."),
    )

    def __init__(self, *args: Any, headers: list[str], columns: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_column = {int(column): field for field, column in columns.items()}
        offered = [("", _("Do not write")), *((name, FIELDS[name]) for name in HEADINGS)]
        for n, header in enumerate(headers):
            self.fields[f"column{n}"] = forms.ChoiceField(
                label=header or "–", choices=offered, required=False, initial=by_column.get(n, "")
            )

    def chosen(self) -> tuple[dict[str, int], bool]:
        """Field → number of its column, and whether who is missing has left.

        Raises Refusal: ``roster_columns_unknown``, ``roster_column_twice``.
        """
        if not self.is_valid():
            raise Refusal(
                "roster_columns_unknown",
                _("The choice of columns was not understood; nothing was changed. Choose again."),
            )
        found: dict[str, int] = {}
        for name, value in self.cleaned_data.items():
            if not name.startswith("column") or not value:
                continue
            column = int(name.removeprefix("column"))
            if value in found:
                raise Refusal(
                    "roster_column_twice",
                    _("“%(first)s” and “%(second)s” cannot both be written as “%(field)s”. Keep one."),
                    first=self.fields[f"column{found[value]}"].label,
                    second=self.fields[name].label,
                    field=FIELDS[value],
                )
            found[value] = column
        return found, self.cleaned_data["leavers"]
