"""Names of the taxonomy in the language of the page.

The names are data, in Vietnamese, and administrators edit them. Those that are loaded first have
English in ``locale/en/data.po``, with the Vietnamese as the text to translate; a name that somebody
wrote stays as it was written.
"""

from __future__ import annotations

from django.utils.translation import get_language, gettext


def data_name(name: str) -> str:
    """A name as readers of the page know it; "Toán (GDTX)" by its parts."""
    if not name or get_language() == "vi":
        return name
    shown = gettext(name)
    head, opening, tail = name.removesuffix(")").rpartition(" (")
    if shown == name and opening and head and tail and name.endswith(")"):
        return f"{gettext(head)} ({gettext(tail)})"
    return shown
