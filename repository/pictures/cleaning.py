"""What a browser drew, written anew: one small picture of known size and kind, or nothing worth showing."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

#: As wide as a page of ours shows it on a dense screen; the shape of the covers (16:10)
WIDTH, HEIGHT = 960, 600
MEDIA_TYPE = "image/webp"
_QUALITY = 78
_MOST_PIXELS = 4_000_000
#: Of one colour but for so much of the page: blank, or nothing but a spinner
_BLANK_SHARE = 0.995


@dataclass(frozen=True, slots=True)
class Picture:
    data: bytes
    blank: bool


def written_anew(data: bytes) -> Picture:
    """Raises ValueError where it is no picture."""
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as drawn:
            if drawn.width * drawn.height > _MOST_PIXELS:
                raise ValueError("larger than the window")
            page = drawn.convert("RGB")
    except (OSError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError("no picture") from error
    small = page.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "WEBP", quality=_QUALITY, method=4)
    return Picture(buffer.getvalue(), _is_blank(page))


def _is_blank(page: Image.Image) -> bool:
    """Whether one colour fills nearly all of it."""
    tiny = page.resize((320, 200), Image.Resampling.BOX).convert(
        "P", palette=Image.Palette.ADAPTIVE, colors=64
    )
    most = max(count for count, _colour in tiny.getcolors() or [(0, 0)])
    return most >= _BLANK_SHARE * tiny.width * tiny.height
