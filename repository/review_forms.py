"""Forms of the reviewers' desk: the sheet of one lesson, the filters of the queue, many at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import OrgUnit
from repository.sheet import CHANGE, CRITERIA, GOOD, NONE, Criterion, remark, row
from repository.vocabulary import vocabulary

#: How many may be decided in one go.
MOST_AT_ONCE = 50


class ReviewForm(forms.Form):
    """A reviewer's sheet: for each criterion good, or to be changed and why; and where to publish."""

    unit = forms.ChoiceField(label=_("Publish for"), required=False)
    open_to_guests = forms.BooleanField(label=_("Open to people who are not signed in"), required=False)
    decision = forms.CharField(
        label=_("Decision"),
        required=False,
        max_length=200,
        help_text=_("Number and date, where a board decided."),
    )
    remark = forms.CharField(
        label=_("Other remarks"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)
    # Nothing is typed here: what is said of the sheet as a whole stands at it.
    marks = forms.CharField(label=_("Review sheet"), required=False)

    def __init__(
        self,
        *args: Any,
        units: Iterable[OrgUnit] = (),
        act: str = "",
        sheet: bool = True,
        criteria: tuple[Criterion, ...] = CRITERIA,
        **kwargs: Any,
    ) -> None:
        """``act``: "publish" or "return". ``sheet``: whether there is one, as for what waits for review;
        ``criteria``: what is looked at in it."""
        super().__init__(*args, **kwargs)
        self._act, self._has_sheet, self._criteria = act, sheet, criteria
        choices = [(unit.code, str(unit)) for unit in units]
        if not self.initial.get("unit"):
            choices.insert(0, ("", str(_("Choose"))))
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]
        for criterion in criteria:
            self._add(criterion)

    def _add(self, criterion: Criterion) -> None:
        code, label = criterion.code, cast(Any, criterion.label)
        marks = [(GOOD, _("Good")), (CHANGE, _("To change"))]
        if criterion.may_lack:
            marks.append((NONE, _("Not applicable")))
        self.fields[code] = forms.ChoiceField(
            label=label,
            choices=marks,
            required=False,
            widget=forms.RadioSelect,
        )
        if criterion.common:
            self.fields[f"{code}_common"] = forms.MultipleChoiceField(
                label=label, choices=criterion.common, required=False, widget=forms.CheckboxSelectMultiple
            )
        self.fields[f"{code}_why"] = forms.CharField(
            label=label,
            required=False,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 2, "class": "input"}),
        )

    def sheet(self) -> list[dict[str, Any]]:
        """The criteria as rows for the template."""
        rows = []
        for criterion in self._criteria:
            code = criterion.code
            common = self[f"{code}_common"] if criterion.common else None
            for option in [*self[code].subwidgets, *(common.subwidgets if common else [])]:
                option.data["attrs"].pop("aria-invalid", None)  # not allowed on a radio
            rows.append({"choice": self[code], "common": common, "why": self[f"{code}_why"]})
        return rows

    def clean(self) -> dict[str, Any]:
        """Publishing needs every item good, returning a reason for each that is to be changed."""
        data = super().clean() or {}
        if self._act == "publish" and not data.get("unit") and "unit" not in self.errors:
            self.add_error("unit", _("Choose the unit that it is published for."))
        if self._has_sheet and self._act == "publish":
            self._check_publishing(data)
        elif self._has_sheet and self._act == "return":
            self._check_returning(data)
        return data

    def _check_publishing(self, data: dict[str, Any]) -> None:
        if not any(data.get(criterion.code) for criterion in self._criteria):
            self.add_error("marks", _("Judge every item first; it can be published when all are “Good”."))
            return
        for criterion in self._criteria:
            code = criterion.code
            if data.get(code) == CHANGE:
                self.add_error(code, _("Marked “To change”: return the lesson, or choose “Good”."))
            elif not data.get(code):
                self.add_error(code, _("Not judged yet."))

    def _check_returning(self, data: dict[str, Any]) -> None:
        marked = [criterion.code for criterion in self._criteria if data.get(criterion.code) == CHANGE]
        if not marked and not data.get("remark", "").strip():
            self.add_error("marks", _("Mark at least one item “To change” and write why."))
        for code in marked:
            if not data.get(f"{code}_why", "").strip() and not data.get(f"{code}_common"):
                self.add_error(f"{code}_why", _("Write what the author should change."))

    def checks(self) -> list[dict[str, Any]]:
        """The filled sheet as it is kept: what was marked, then the remark."""
        data = self.cleaned_data
        rows = []
        for criterion in self._criteria:
            code, mark = criterion.code, data.get(criterion.code, "")
            if mark == CHANGE:
                rows.append(row(code, mark, data.get(f"{code}_common", []), data[f"{code}_why"]))
            elif mark:
                rows.append(row(code, mark))
        said = data["remark"].strip()
        return [*rows, remark(said)] if said else rows


class QueueFilter(forms.Form):
    """What of the queue is shown: a unit, a subject, a type, only what is late."""

    unit = forms.ChoiceField(label=_("Unit"), required=False)
    subject = forms.ChoiceField(label=_("Subject"), required=False)
    type = forms.ChoiceField(label=_("Type of resource"), required=False)
    late = forms.BooleanField(label=_("Only what waits longer than usual"), required=False)

    def __init__(self, *args: Any, units: Iterable[OrgUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = vocabulary()
        self._choose("unit", _("All units"), [(unit.code, str(unit)) for unit in units])
        self._choose("subject", _("All subjects"), words.subjects)
        self._choose("type", _("All types"), words.types)

    def _choose(self, name: str, everything: Any, choices: Any) -> None:
        self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """Filters of versions; a value that is not in its list filters nothing."""
        self.is_valid()
        data = self.cleaned_data
        paths = {"unit": "resource__owner_unit__code", "subject": "resource__subject__code"}
        paths["type"] = "resource__type__code"
        return {path: data[name] for name, path in paths.items() if data.get(name)}

    @property
    def late_only(self) -> bool:
        return bool(self.cleaned_data.get("late"))

    @property
    def any(self) -> bool:
        return bool(self.chosen()) or self.late_only


class BulkReviewForm(forms.Form):
    """Several lessons of the queue and one decision. A chosen one is "uid.revision", as it was read."""

    PUBLISH, RETURN = "publish", "return"

    chosen = forms.CharField(label=_("Lessons"), required=False)
    do = forms.ChoiceField(choices=[(PUBLISH, PUBLISH), (RETURN, RETURN)])
    unit = forms.CharField(required=False, max_length=50)
    confirmed = forms.BooleanField(required=False)
    reasons = forms.CharField(
        label=_("What the authors should change"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_chosen(self) -> list[tuple[str, int]]:
        values = self.data.getlist("chosen") if hasattr(self.data, "getlist") else []
        found = []
        for value in values[: MOST_AT_ONCE + 1]:
            uid, _dot, revision = value.partition(".")
            try:
                found.append((str(UUID(uid)), int(revision)))
            except ValueError:
                raise forms.ValidationError(_("Choose the lessons again.")) from None
        if not found:
            raise forms.ValidationError(_("No lesson is chosen yet. Tick those that are meant."))
        if len(found) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("At most %(n)s lessons can be decided at once."), params={"n": MOST_AT_ONCE}
            )
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("do") == self.RETURN and not data.get("reasons", "").strip():
            self.add_error("reasons", _("Write what the author should change."))
        return data
