"""Forms of the library's pages: they parse and keep what was typed; actions decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.models import OrgUnit
from repository.metadata import TITLE_CHARS, Metadata, gaps
from repository.vocabulary import vocabulary


class LessonForm(forms.Form):
    """What a lesson is said to be."""

    title = forms.CharField(label=_("Title of the lesson"), max_length=TITLE_CHARS)
    subject = forms.ChoiceField(label=_("Subject"), required=False)
    grade = forms.ChoiceField(label=_("Grade"), required=False)
    series = forms.ChoiceField(label=_("Textbook series"), required=False)
    type = forms.ChoiceField(label=_("Type of resource"))
    description = forms.CharField(
        label=_("Introduction"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Two or three sentences: what the lesson teaches, how to use it in class."),
    )
    keywords = forms.CharField(label=_("Keywords"), required=False, max_length=300)
    licence = forms.ChoiceField(label=_("Licence"), widget=forms.RadioSelect)
    unit = forms.ChoiceField(label=_("Unit that owns the lesson"), required=False)
    mine = forms.BooleanField(
        label=_("I am the author; pictures, music and videos have their sources named"), required=False
    )

    def __init__(
        self,
        *args: Any,
        units: Iterable[OrgUnit] = (),
        grades: tuple[str, ...] = (),
        new: bool = False,
        submit: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        words = vocabulary()
        self._submit = submit
        self._offered = words.offered
        nothing = [("", _("Choose"))]
        self._grades = grades
        self._choices("subject", nothing + list(words.subjects))
        self._choices("grade", nothing + list(words.grades))
        self._choices("series", [("", _("None")), *words.series])
        self._choices("type", words.types)
        self._choices(
            "licence",
            [
                (
                    code,
                    format_html('<strong>{}</strong><br><span class="hint">{}</span>', name, summary),
                )
                for code, name, summary in words.licences
            ],
        )
        units = list(units)
        if len(units) > 1:
            self._choices("unit", [(unit.code, str(unit)) for unit in units])
        else:
            del self.fields["unit"]
        if new:
            # Without a title of its own the lesson takes the package's.
            self.fields["title"].required = False

    def _choices(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Where it is to be submitted, all that is missing is said at once, each at its field."""
        data = super().clean() or {}
        if not self._submit:
            return data
        subject, grade = data.get("subject", ""), data.get("grade", "")
        missing = gaps(
            title="said by its field",
            subject=subject,
            grades=[grade] if grade else [],
            offered=subject in self._offered,
        )
        if "subject" in missing and "subject" not in self.errors:
            self.add_error("subject", _("Choose the subject."))
        if "grades" in missing and "grade" not in self.errors:
            self.add_error("grade", _("Choose the grade."))
        if not data.get("mine"):
            self.add_error("mine", _("Confirm that you are the author."))
        return data

    @staticmethod
    def initial_of(metadata: Metadata) -> dict[str, str]:
        """What the form shows of a lesson's description."""
        return {
            "title": metadata.title,
            "subject": metadata.subject,
            "grade": metadata.grades[0] if metadata.grades else "",
            "series": metadata.series,
            "type": metadata.type,
            "description": metadata.description,
            "keywords": metadata.keywords,
            "licence": metadata.licence,
        }

    def metadata(self, title: str = "") -> Metadata:
        """The description that was typed; ``title`` where none was."""
        data = self.cleaned_data
        grades: tuple[str, ...] = (data["grade"],) if data["grade"] else ()
        if grades and self._grades[:1] == grades:
            grades = self._grades  # the list shows the first of several; the others stay
        return Metadata(
            title=data["title"] or title,
            description=data["description"],
            keywords=data["keywords"],
            type=data["type"],
            licence=data["licence"],
            subject=data["subject"],
            series=data["series"],
            grades=grades,
        )


class FileForm(forms.Form):
    """A file: chosen in the form, or sent in pieces before, of which ``upload`` is the uid."""

    file = forms.FileField(label=_("File"), required=False, allow_empty_file=True)
    upload = forms.UUIDField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(label=_("What is new in this version"), required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("file") and not data.get("upload") and not self.errors:
            self.add_error("file", _("Choose a file."))
        return data


#: What a reviewer looks at: code and sentence.
CRITERIA = (
    ("content", _("Right in content and required outcomes")),
    ("self_study", _("Pupils can study it on their own")),
    ("feedback", _("Questions give feedback")),
    ("phone", _("Works on a phone")),
    ("sources", _("Sources of pictures and music; licence")),
    ("privacy", _("Nobody's private data")),
)


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
        self, *args: Any, units: Iterable[OrgUnit] = (), act: str = "", sheet: bool = True, **kwargs: Any
    ) -> None:
        """``act``: "publish" or "return". ``sheet``: whether there is one, as for what waits for review."""
        super().__init__(*args, **kwargs)
        self._act, self._has_sheet = act, sheet
        choices = [(unit.code, str(unit)) for unit in units]
        if not self.initial.get("unit"):
            choices.insert(0, ("", str(_("Choose"))))
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]
        for code, label in CRITERIA:
            self.fields[code] = forms.ChoiceField(
                label=label,
                choices=[("good", _("Good")), ("change", _("To change"))],
                required=False,
                widget=forms.RadioSelect,
            )
            self.fields[f"{code}_why"] = forms.CharField(
                label=label,
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2, "class": "input"}),
            )

    def sheet(self) -> list[dict[str, Any]]:
        """The criteria as rows for the template."""
        for code, _label in CRITERIA:
            for option in self[code].subwidgets:
                option.data["attrs"].pop("aria-invalid", None)  # not allowed on a radio
        return [{"choice": self[code], "why": self[f"{code}_why"]} for code, _label in CRITERIA]

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
        if not any(data.get(code) for code, _label in CRITERIA):
            self.add_error("marks", _("Judge every item first; it can be published when all are “Good”."))
            return
        for code, _label in CRITERIA:
            if data.get(code) == "change":
                self.add_error(code, _("Marked “To change”: return the lesson, or choose “Good”."))
            elif not data.get(code):
                self.add_error(code, _("Not judged yet."))

    def _check_returning(self, data: dict[str, Any]) -> None:
        marked = [code for code, _label in CRITERIA if data.get(code) == "change"]
        if not marked and not data.get("remark", "").strip():
            self.add_error("marks", _("Mark at least one item “To change” and write why."))
        for code in marked:
            if not data.get(f"{code}_why", "").strip():
                self.add_error(f"{code}_why", _("Write what the author should change."))

    def reasons(self) -> str:
        """One line for each criterion that is to be changed, then the remark; "" where there is none."""
        data = self.cleaned_data
        lines = []
        for code, label in CRITERIA:
            if data[code] == "change":
                why = " ".join(data[f"{code}_why"].split())
                lines.append(f"{label}: {why}" if why else str(label))
        remark = data["remark"].strip()
        return "\n".join([*lines, remark] if remark else lines)


class WithdrawForm(forms.Form):
    """Why a publication ends."""

    cause = forms.CharField(label=_("Why"), max_length=300)
    for_cause = forms.BooleanField(
        label=_("The content is wrong, private or unlawful: nobody may open it any more, nowhere"),
        required=False,
    )
