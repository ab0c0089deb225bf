"""What a player page asks for when it opens a part of a lesson."""

from __future__ import annotations

from django import forms

from courses.runtime.requests import REQUESTS


class LaunchForm(forms.Form):
    """``sco``: the identifier of the part, empty for where to go on; ``restore``: a kept snapshot.

    A sequenced lesson is asked with ``request`` and ``target`` instead (``requests.REQUESTS``).
    """

    sco = forms.CharField(max_length=400, required=False, strip=False)
    restore = forms.IntegerField(min_value=1, required=False)
    request = forms.ChoiceField(choices=[(word, word) for word in REQUESTS], required=False)
    target = forms.CharField(max_length=400, required=False, strip=False)
