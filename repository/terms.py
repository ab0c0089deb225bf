"""Names of the taxonomy in the language of the page.

The names are data, in Vietnamese, and administrators edit them. Those that are loaded first have
English in ``locale/en/data.po``, with the Vietnamese as the text to translate; a name that somebody
wrote stays as it was written.
"""

from __future__ import annotations

from django.utils.translation import get_language, gettext


def data_name(name: str) -> str:
    """A name as readers of the page know it."""
    return gettext(name) if name and get_language() != "vi" else name
