"""The viewer of PDFs in a browser: sheets as they are looked at, jumps, zoom, no script of the document."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from repository.content.links import view_url
from repository.models import Version
from tests.browser import Browsers

PAGES = 9


def scripted_pdf() -> bytes:
    """Nine pages that say their number, a script that runs on opening."""
    pages = " ".join(f"{10 + 2 * n} 0 R" for n in range(PAGES))
    script = "app.alert('x'); document.title = 'taken'; this.submitForm('http://127.0.0.1:9/')"
    objects = {
        1: f"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS({script})>>>>",
        2: f"<</Type/Pages/Kids[{pages}]/Count {PAGES}>>",
        3: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    for n in range(PAGES):
        said = f"BT /F 40 Tf 80 700 Td (Trang so {n + 1}) Tj ET"
        objects[10 + 2 * n] = (
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>"
            f"/Contents {11 + 2 * n} 0 R>>"
        )
        objects[11 + 2 * n] = f"<</Length {len(said)}>>stream\n{said}\nendstream"
    out, places = "%PDF-1.4\n", {}
    for number, text in objects.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n{text}\nendobj\n"
    rows = "".join(f"{number} 1\n{places[number]:010} 00000 n \n" for number in sorted(places))
    tail = f"trailer<</Root 1 0 R/Size {max(places) + 1}>>\nstartxref\n{len(out)}\n%%EOF\n"
    return (out + "xref\n0 1\n0000000000 65535 f \n" + rows + tail).encode("ascii")


@pytest.fixture
def page(browsers: Browsers) -> Iterator[Page]:
    with browsers.page(width=390, height=700) as page:
        yield page


@pytest.mark.django_db(transaction=True)
def test_a_pdf_is_read_sheet_by_sheet(
    page: Page, live_server, settings, make_version: Callable[..., Version]
) -> None:
    settings.CONTENT_URL = settings.SITE_URL = live_server.url
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append("dialog"), dialog.dismiss()))
    page.goto(view_url(make_version(scripted_pdf(), "Sách.pdf")))

    expect(page.locator(".sheet canvas").first).to_be_visible()
    expect(page.locator(".sheet")).to_have_count(PAGES)
    assert page.locator(".sheet canvas").count() < PAGES  # only what is near
    expect(page.locator(".textLayer").first).to_contain_text("Trang so 1")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    width = page.locator(".sheet").first.evaluate("sheet => sheet.offsetWidth")
    assert width <= 390  # fits a phone

    field = page.get_by_label("Đến trang")
    field.fill(str(PAGES))
    field.press("Enter")
    expect(page.locator(".sheet").last).to_contain_text(f"Trang so {PAGES}")
    field.blur()
    page.keyboard.press("+")
    assert page.locator(".sheet").first.evaluate("sheet => sheet.offsetWidth") > width * 1.2
    page.keyboard.press("Home")
    expect(field).to_have_value("1")

    # No dialog, no error, nothing that the policy of the page had to stop
    assert [text for text in said if "sandbox attribute" not in text] == []
    assert page.title() != "taken"
