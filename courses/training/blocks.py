"""The blocks of a page of text; ``courses.training.prose`` cleans what is in them before it is kept."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=pgettext_lazy("block", "Words quoted"))
    source = blocks.CharBlock(label=_("Who said or wrote it"), required=False)


class PictureBlock(blocks.StructBlock):
    """A picture of the library, by the public id of its resource."""

    resource = blocks.CharBlock(label=_("Picture of the library"))
    caption = blocks.CharBlock(label=_("What it shows"), required=False)


class LessonBlock(blocks.StructBlock):
    """A link to a resource of the library, by its public id."""

    resource = blocks.CharBlock(label=_("Resource of the library"))
    note = blocks.CharBlock(label=_("Why to open it"), required=False)


class FileBlock(blocks.StructBlock):
    """A file of a cartridge that was taken into the course."""

    file = blocks.CharBlock(label=pgettext_lazy("block", "File"))
    note = blocks.CharBlock(label=pgettext_lazy("block", "What it is"), required=False)


class PageBlocks(blocks.StreamBlock):
    heading = blocks.CharBlock(label=pgettext_lazy("block", "Heading"))
    paragraph = blocks.RichTextBlock(
        label=pgettext_lazy("block", "Paragraph"), features=["bold", "italic", "link"]
    )
    list = blocks.ListBlock(blocks.TextBlock(), label=pgettext_lazy("block", "List"))
    steps = blocks.ListBlock(blocks.TextBlock(), label=pgettext_lazy("block", "Numbered steps"))
    quote = QuoteBlock(label=pgettext_lazy("block", "Quote"))
    picture = PictureBlock(label=pgettext_lazy("block", "Picture"))
    lesson = LessonBlock(label=pgettext_lazy("block", "Link to the library"))
    file = FileBlock(label=pgettext_lazy("block", "File of an import"))
