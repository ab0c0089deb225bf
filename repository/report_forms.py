"""Forms about problems: reporting one, answering one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from repository.actions.reports import NEEDS_WORDS, TEXT_CHARS
from repository.errors import report_words_missing
from repository.models import ProblemReport

State = ProblemReport.State


class ReportForm(forms.Form):
    """What is wrong, in one of four kinds, and where."""

    what = forms.ChoiceField(
        label=_("What is wrong"),
        # A comment is reported where it stands.
        choices=[(one.value, one.label) for one in ProblemReport.What if one != ProblemReport.What.COMMENT],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    text = forms.CharField(
        label=_("Where, and what it should be"),
        required=False,
        max_length=TEXT_CHARS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A page, a question, a minute; for what does not open: which device and browser."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("what") in NEEDS_WORDS and not str(data.get("text", "")).strip():
            self.add_error("text", report_words_missing().message)
        return data


class AnswerForm(forms.Form):
    """What was done about it, in words that the reporter reads."""

    state = forms.ChoiceField(
        choices=[(State.DONE, State.DONE.label), (State.DECLINED, State.DECLINED.label)]
    )
    answer = forms.CharField(label=_("Answer to who reported it"), required=False, max_length=TEXT_CHARS)
