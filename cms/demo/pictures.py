"""PNG pictures for the demo library, drawn with Pillow: figures and numerals, no words.

Only Pillow's own font is used, so that the bytes do not depend on the machine's fonts.
"""

from __future__ import annotations

import io
import math

from PIL import Image, ImageDraw, ImageFont

_INK = (29, 35, 39)
_PAPER = (255, 253, 248)


def _new(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (width, height), _PAPER)
    return image, ImageDraw.Draw(image)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def number_line() -> bytes:
    """A number line from −5 to 5 with two points and the jump between them."""
    image, draw = _new(1200, 420)
    draw.line((60, 260, 1140, 260), fill=_INK, width=5)
    draw.polygon([(1165, 260), (1135, 245), (1135, 275)], fill=_INK)
    for n in range(-5, 6):
        x = 600 + n * 100
        draw.line((x, 245, x, 275), fill=_INK, width=4)
        draw.text((x, 312), str(n), font=_font(38), fill=_INK, anchor="mm")
    draw.arc((300, 120, 900, 400), 180, 360, fill=(47, 93, 138), width=6)
    draw.polygon([(900, 252), (884, 218), (914, 220)], fill=(47, 93, 138))
    for x in (300, 900):
        draw.ellipse((x - 13, 247, x + 13, 273), fill=(194, 65, 12))
    draw.text((600, 80), "+6", font=_font(54), fill=(47, 93, 138), anchor="mm")
    return _png(image)


def triangle() -> bytes:
    """A triangle ABC with its three altitudes meeting in H."""
    image, draw = _new(1000, 760)
    a, b, c = (420, 90), (110, 640), (890, 640)

    def foot(p: tuple[int, int], q: tuple[int, int], r: tuple[int, int]) -> tuple[float, float]:
        dx, dy = r[0] - q[0], r[1] - q[1]
        t = ((p[0] - q[0]) * dx + (p[1] - q[1]) * dy) / (dx * dx + dy * dy)
        return q[0] + t * dx, q[1] + t * dy

    for top, left, right in ((a, b, c), (b, a, c), (c, a, b)):
        draw.line((*top, *foot(top, left, right)), fill=(194, 65, 12), width=4)
    draw.line((*a, *b, *c, *a), fill=_INK, width=6, joint="curve")
    for point, name, (dx, dy) in ((a, "A", (0, -42)), (b, "B", (-40, 28)), (c, "C", (40, 28))):
        draw.text((point[0] + dx, point[1] + dy), name, font=_font(52), fill=_INK, anchor="mm")
    height = (a[0] - b[0]) * (c[0] - a[0]) / (b[1] - a[1])
    h = (a[0], b[1] - height)
    draw.ellipse((h[0] - 10, h[1] - 10, h[0] + 10, h[1] + 10), fill=_INK)
    draw.text((h[0] + 42, h[1] - 26), "H", font=_font(52), fill=_INK, anchor="mm")
    return _png(image)


def clock_faces() -> bytes:
    """Four clocks: 3:00, 7:30, 10:15 and 1:50."""
    image, draw = _new(1400, 420)
    for i, (hour, minute) in enumerate(((3, 0), (7, 30), (10, 15), (1, 50))):
        x, y, r = 190 + i * 340, 210, 150
        draw.ellipse((x - r, y - r, x + r, y + r), fill="white", outline=(47, 93, 138), width=10)
        for n in range(1, 13):
            angle = math.radians(n * 30 - 90)
            place = (x + 118 * math.cos(angle), y + 118 * math.sin(angle))
            draw.text(place, str(n), font=_font(30), fill=_INK, anchor="mm")
        for turn, length, width in (((hour % 12 + minute / 60) / 12, 65, 12), (minute / 60, 96, 7)):
            angle = 2 * math.pi * turn - math.pi / 2
            end = (x + length * math.cos(angle), y + length * math.sin(angle))
            draw.line((x, y, *end), fill=_INK, width=width)
        draw.ellipse((x - 11, y - 11, x + 11, y + 11), fill=(194, 65, 12))
    return _png(image)


def times_table() -> bytes:
    """The multiplication table to 10, squares marked."""
    image, draw = _new(1000, 1000)
    cell = 86
    for row in range(11):
        for column in range(11):
            x, y = 27 + column * cell, 27 + row * cell
            head = row == 0 or column == 0
            square = row == column
            fill = (232, 240, 248) if head else (250, 226, 165) if square else (255, 255, 255)
            draw.rectangle((x, y, x + cell, y + cell), fill=fill, outline=(120, 130, 138), width=2)
            value = (row or column) if head else row * column
            if value:
                draw.text((x + cell / 2, y + cell / 2), str(value), font=_font(34), fill=_INK, anchor="mm")
    for x, y in ((-12, -12), (-12, 12)):
        draw.line((70 + x, 70 + y, 70 - x, 70 - y), fill=_INK, width=5)
    return _png(image)


def parabola() -> bytes:
    """The graph of y = x² on squared paper."""
    image, draw = _new(1000, 900)
    for k in range(0, 1001, 50):
        draw.line((k, 0, k, 900), fill=(214, 226, 235), width=2)
        draw.line((0, k, 1000, k), fill=(214, 226, 235), width=2)
    draw.line((20, 800, 980, 800), fill=_INK, width=4)
    draw.line((500, 880, 500, 20), fill=_INK, width=4)
    draw.polygon([(990, 800), (962, 788), (962, 812)], fill=_INK)
    draw.polygon([(500, 10), (488, 38), (512, 38)], fill=_INK)
    points = [(500 + x * 100 / 20, 800 - (x / 20) ** 2 * 80) for x in range(-62, 63)]
    draw.line(points, fill=(194, 65, 12), width=7, joint="curve")
    for n in (-3, -2, -1, 1, 2, 3):
        draw.line((500 + n * 100, 790, 500 + n * 100, 810), fill=_INK, width=4)
        draw.text((500 + n * 100, 838), str(n), font=_font(34), fill=_INK, anchor="mm")
    draw.text((962, 842), "x", font=_font(40), fill=_INK, anchor="mm")
    draw.text((536, 30), "y", font=_font(40), fill=_INK, anchor="mm")
    draw.text((478, 838), "O", font=_font(36), fill=_INK, anchor="mm")
    draw.text((800, 420), "y = x", font=_font(48), fill=(194, 65, 12), anchor="mm")
    draw.text((866, 400), "2", font=_font(28), fill=(194, 65, 12), anchor="mm")
    return _png(image)
