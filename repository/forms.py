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


class WithdrawForm(forms.Form):
    """Why a publication ends."""

    cause = forms.CharField(label=_("Why"), max_length=300)
    for_cause = forms.BooleanField(
        label=_("The content is wrong, private or unlawful: nobody may open it any more, nowhere"),
        required=False,
    )
