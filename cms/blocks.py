"""What editors put texts, menus and the contact page together from."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

PROSE = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "blockquote"]
MENU_MOST, COLUMNS_MOST, COLUMN_MOST = 4, 2, 6

_is_address = URLValidator(schemes=["https", "http"])


def body_blocks() -> list[tuple[str, blocks.Block]]:
    """What a text may be made of."""
    return [
        ("text", blocks.RichTextBlock(features=PROSE, label=_("Text"))),
        ("image", ImageBlock(label=_("Picture"))),
        ("document", DocumentChooserBlock(label=_("Document"))),
    ]


def local_or_web(value: str) -> None:
    """An address of this site ("/library/") or of another; nothing that a browser would execute."""
    if value.startswith("/") and not value.startswith("//"):
        return
    try:
        _is_address(value)
    except ValidationError:
        raise ValidationError(
            _("Write an address of this site, such as /library/, or one that begins with https://."),
            code="invalid",
        ) from None


class PageLink(blocks.StructBlock):
    """A link to a page of the portal; it goes when the page goes."""

    page = blocks.PageChooserBlock(label=_("Page"))
    title = blocks.CharBlock(
        label=_("Words of the link"),
        max_length=60,
        required=False,
        help_text=_("Left empty, the title of the page."),
    )

    class Meta:
        icon = "doc-empty-inverse"
        label = _("Page of the portal")


class AddressLink(blocks.StructBlock):
    """A link to any address."""

    title = blocks.CharBlock(label=_("Words of the link"), max_length=60)
    address = blocks.CharBlock(label=_("Address"), max_length=500, validators=[local_or_web])

    class Meta:
        icon = "link"
        label = _("Address")


def menu_blocks() -> list[tuple[str, blocks.Block]]:
    """What a menu may be made of."""
    return [("page", PageLink()), ("address", AddressLink())]


class MenuColumn(blocks.StructBlock):
    """A column of the footer."""

    title = blocks.CharBlock(label=_("Heading"), max_length=60)
    links = blocks.StreamBlock(menu_blocks(), label=_("Links"), max_num=COLUMN_MOST)

    class Meta:
        icon = "list-ul"
        label = _("Column")


class Desk(blocks.StructBlock):
    """Who is asked about what."""

    matter = blocks.CharBlock(label=_("Matter"), max_length=120)
    name = blocks.CharBlock(label=_("Person or group"), max_length=120, required=False)
    phone = blocks.CharBlock(label=_("Telephone"), max_length=40, required=False)
    email = blocks.EmailBlock(label=_("E-mail"), required=False)

    class Meta:
        icon = "user"
        label = _("Who helps with what")
