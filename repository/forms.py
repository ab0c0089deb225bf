"""Forms of the library's pages: they parse and keep what was typed; actions decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.days import today
from accounts.models import OrgUnit
from repository.metadata import FIRST_YEAR, TITLE_CHARS, Metadata, gaps
from repository.vocabulary import vocabulary


class LessonForm(forms.Form):
    """What a lesson is said to be."""

    title = forms.CharField(label=_("Title of the lesson"), max_length=TITLE_CHARS)
    subject = forms.ChoiceField(label=_("Subject"), required=False)
    grades = forms.MultipleChoiceField(label=_("Grades"), required=False, widget=forms.CheckboxSelectMultiple)
    series = forms.ChoiceField(label=_("Textbook series"), required=False)
    type = forms.ChoiceField(label=_("Type of resource"))
    description = forms.CharField(
        label=_("Introduction"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Two or three sentences: what the lesson teaches, how to use it in class."),
    )
    keywords = forms.CharField(
        label=_("Keywords"), required=False, max_length=300, help_text=_("Separated by commas.")
    )
    year = forms.IntegerField(label=_("Year it was made"), required=False, min_value=FIRST_YEAR)
    licence = forms.ChoiceField(label=_("Licence"), widget=forms.RadioSelect)
    unit = forms.ChoiceField(label=_("Unit that owns the lesson"), required=False)
    mine = forms.BooleanField(
        label=_("I am the author; pictures, music and videos have their sources named"), required=False
    )

    def __init__(
        self,
        *args: Any,
        units: Iterable[OrgUnit] = (),
        open_level: str = "",
        new: bool = False,
        submit: bool = False,
        confirmed: bool = False,
        **kwargs: Any,
    ) -> None:
        """``confirmed``: the author has said of this very file that it is hers, and is not asked again."""
        super().__init__(*args, **kwargs)
        words = vocabulary()
        self._submit = submit
        self._offered = words.offered
        nothing = [("", _("Choose"))]
        self._open_level = open_level
        self._choices("subject", nothing + list(words.subjects))
        self._choices("grades", words.grades)
        self._choices("series", [("", _("None")), *words.series])
        self._choices("type", [("", _("By each file")), *words.types] if new else words.types)
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
        if confirmed:
            del self.fields["mine"]
        if new:
            # Without a title of its own the lesson takes the package's.
            self.fields["title"].required = False
            self.fields["type"].required = False
            self.fields["type"].help_text = _("A package, a document, a video …; it can be changed later.")
        self.fields["year"].max_value = today().year + 1  # type: ignore[attr-defined]
        self.fields["year"].widget.attrs.update(max=today().year + 1, inputmode="numeric")
        self.fields["year"].validators.append(MaxValueValidator(today().year + 1))

    def _choices(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def grade_groups(self) -> list[dict[str, Any]]:
        """The grades by level for the template; open are those with a chosen one, else her school's."""
        bound = self["grades"]
        chosen = set(bound.value() or ())
        options = iter(bound.subwidgets)
        groups = []
        for level, choices in self.fields["grades"].choices:  # type: ignore[attr-defined]
            mine = [next(options) for _choice in choices]
            for option in mine:
                option.data["attrs"].pop("aria-invalid", None)
            ticked = sum(code in chosen for code, _name in choices)
            is_open = bool(ticked) or (not chosen and level == self._open_level)
            groups.append({"level": level, "options": mine, "ticked": ticked, "open": is_open})
        return groups

    def clean(self) -> dict[str, Any]:
        """Where it is to be submitted, all that is missing is said at once, each at its field."""
        data = super().clean() or {}
        if not self._submit:
            return data
        subject, grades = data.get("subject", ""), data.get("grades", [])
        missing = gaps(
            title="said by its field",
            subject=subject,
            grades=grades,
            offered=subject in self._offered,
        )
        if "subject" in missing and "subject" not in self.errors:
            self.add_error("subject", _("Choose the subject."))
        if "grades" in missing and "grades" not in self.errors:
            self.add_error("grades", _("Choose at least one grade."))
        if "mine" in self.fields and not data.get("mine"):
            self.add_error("mine", _("Confirm that you are the author."))
        return data

    @property
    def not_done(self) -> str:
        """The heading over what is to be corrected, where it was to be submitted."""
        n = sum(bool(bound.errors) for bound in self) + len(self.non_field_errors())
        if not self._submit or not n:
            return ""
        return ngettext(
            "Not submitted yet: %(n)s place to correct", "Not submitted yet: %(n)s places to correct", n
        ) % {"n": n}

    @staticmethod
    def initial_of(metadata: Metadata) -> dict[str, Any]:
        """What the form shows of a lesson's description."""
        return {
            "title": metadata.title,
            "subject": metadata.subject,
            "grades": list(metadata.grades),
            "year": metadata.year,
            "series": metadata.series,
            "type": metadata.type,
            "description": metadata.description,
            "keywords": metadata.keywords,
            "licence": metadata.licence,
        }

    def metadata(self, title: str = "", kind: str = "") -> Metadata:
        """The description that was typed; ``title`` and ``kind``, a type, where none was."""
        data = self.cleaned_data
        return Metadata(
            title=data["title"] or title,
            description=data["description"],
            keywords=data["keywords"],
            type=data["type"] or kind,
            licence=data["licence"],
            subject=data["subject"],
            series=data["series"],
            grades=tuple(data["grades"]),
            year=data["year"],
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
