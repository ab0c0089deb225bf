"""What a player page asks for when it opens a part of a lesson."""

from __future__ import annotations

from django import forms


class LaunchForm(forms.Form):
    """``sco``: the identifier of the part, empty for where to go on; ``restore``: a kept snapshot."""

    sco = forms.CharField(max_length=400, required=False, strip=False)
    restore = forms.IntegerField(min_value=1, required=False)
