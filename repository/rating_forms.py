"""The form with the stars; ``templates/repository/_rate_form.html`` draws it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from repository.models.ratings import COMMENT_CHARS, LEAST_STARS, MOST_STARS


class RatingForm(forms.Form):
    """Stars, and words for colleagues if one likes."""

    stars = forms.TypedChoiceField(
        choices=[(n, n) for n in range(LEAST_STARS, MOST_STARS + 1)],
        coerce=int,
        error_messages={
            "required": _("Choose one to five stars."),
            "invalid_choice": _("Choose one to five stars."),
        },
    )
    comment = forms.CharField(required=False, max_length=COMMENT_CHARS)
