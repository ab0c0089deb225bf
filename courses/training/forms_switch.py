"""What a course's manager decides about a newer version of a lesson in use."""

from __future__ import annotations

from django import forms
from django.utils.translation import pgettext_lazy

from courses.training.models import Switch


class SwitchForm(forms.Form):
    """``version`` is the uid of the version that the page showed."""

    version = forms.UUIDField(widget=forms.HiddenInput)
    way = forms.ChoiceField(
        choices=Switch.Way.choices,
        widget=forms.RadioSelect,
        initial=Switch.Way.STAY,
        label=pgettext_lazy("newer version", "Learners in progress"),
    )
    bookmarks = forms.ChoiceField(
        choices=[
            ("same", pgettext_lazy("newer version", "Of parts whose files are the same")),
            ("all", pgettext_lazy("newer version", "Of all parts")),
            ("none", pgettext_lazy("newer version", "Of none: every part opens at its beginning")),
        ],
        widget=forms.RadioSelect,
        initial="same",
        required=False,
        label=pgettext_lazy("newer version", "Bookmark and answers kept by the lesson"),
    )
