"""The blocks of a page while they are being written: from a form, changed by its buttons, to be kept.

Nothing is stored by adding, moving or removing a block; saving the page does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import pgettext_lazy

from courses.training.prose import FIELDS, LINKED, LISTS, MOST_BLOCKS, to_html, to_marked

LABELS = {
    "heading": pgettext_lazy("block", "Heading"),
    "paragraph": pgettext_lazy("block", "Paragraph"),
    "list": pgettext_lazy("block", "List"),
    "steps": pgettext_lazy("block", "Numbered steps"),
    "quote": pgettext_lazy("block", "Quote"),
    "picture": pgettext_lazy("block", "Picture"),
    "lesson": pgettext_lazy("block", "Link to the library"),
    "file": pgettext_lazy("block", "File of an import"),
}
ICONS = {"heading": "pencil", "paragraph": "file", "list": "list", "steps": "list", "quote": "chat"}
ICONS |= {"picture": "image", "lesson": "book", "file": "file"}
#: Come by an import alone: nobody adds one by hand.
NOT_ADDED = frozenset({"file"})


@dataclass(slots=True)
class Draft:
    """A block as its form shows it. ``note`` is a quote's source, a picture's caption, a link's reason."""

    kind: str
    text: str = ""
    note: str = ""
    resource: str = ""
    id: str = ""
    fresh: bool = False
    resource_title: str = ""

    @property
    def label(self) -> Any:
        return LABELS[self.kind]

    @property
    def linked(self) -> bool:
        return self.kind in LINKED

    @property
    def filename(self) -> str:
        """Of a file block, what people call the file."""
        return self.text.rpartition("/")[2]

    @property
    def listed(self) -> bool:
        return self.kind in LISTS

    def as_block(self) -> dict[str, Any]:
        """The block as ``write_page`` takes it."""
        value: Any = self.text
        if self.listed:
            value = self.text.splitlines()
        elif self.kind == "paragraph":
            value = to_html(self.text)
        elif self.kind == "quote":
            value = {"text": self.text, "source": self.note}
        elif self.linked:
            value = {"resource": self.resource, FIELDS[self.kind][1]: self.note}
        elif self.kind == "file":
            value = {"file": self.text, "note": self.note}
        return {"type": self.kind, "value": value, **({"id": self.id} if self.id else {})}


def items_of(value: Any) -> list[str]:
    """The lines of a kept list; each is text, or text with an id of its own."""
    return [str(item.get("value", "")) if isinstance(item, dict) else str(item) for item in value or []]


def drafts_of(raw: Iterable[Any]) -> list[Draft]:
    """The kept blocks of a page, for the form."""
    drafts = []
    for block in raw:
        kind, value = block["type"], block["value"]
        draft = Draft(kind=kind, id=str(block.get("id") or ""))
        if draft.listed:
            draft.text = "\n".join(items_of(value))
        elif kind == "paragraph":
            draft.text = to_marked(value)
        elif not FIELDS[kind]:
            draft.text = value
        else:
            first, second = FIELDS[kind]
            setattr(draft, "resource" if draft.linked else "text", value.get(first) or "")
            draft.note = value.get(second) or ""
        drafts.append(draft)
    return drafts


def drafts_in(data: QueryDict) -> list[Draft]:
    """The blocks as a form sent them, in the order in which it shows them."""
    drafts = []
    for number in data.getlist("block")[: MOST_BLOCKS + 1]:
        kind = data.get(f"b-{number}-type", "")
        if kind not in FIELDS:
            continue
        # The address pasted and the resource chosen in the list below it have one name: the last counts.
        chosen = [text for text in data.getlist(f"b-{number}-resource") if text.strip()]
        drafts.append(
            Draft(
                kind=kind,
                text=data.get(f"b-{number}-text", "").replace("\r\n", "\n"),
                note=data.get(f"b-{number}-note", ""),
                resource=chosen[-1].strip() if chosen else "",
                id=data.get(f"b-{number}-id", "")[:36],
            )
        )
    return drafts


def changed_by(drafts: list[Draft], act: str) -> list[Draft] | None:
    """The blocks after a button was pressed (``add:quote``, ``up:2``); None for any other button."""
    verb, _colon, of = act.partition(":")
    drafts = list(drafts)
    if verb == "add" and of in FIELDS and of not in NOT_ADDED:
        return [*drafts, Draft(kind=of, fresh=True)]
    if verb not in {"up", "down", "remove"} or not of.isdigit() or int(of) >= len(drafts):
        return None
    at = int(of)
    moved = drafts.pop(at)
    if verb != "remove":
        drafts.insert(max(at - 1, 0) if verb == "up" else at + 1, moved)
    return drafts
