"""The packages of test cases."""

from __future__ import annotations

import io
import zipfile

from tests.conformance.package import build

MANIFEST = b"""<?xml version="1.0"?>
<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>
<resource identifier="A" href="Test.htm" xml:base="pages/">
<file href="Test.htm"/><file href="a%20b.css"/></resource>
<resource identifier="B" href="LateSingleDoTerminate.htm?x=1"/>
</resources></manifest>"""


def test_a_page_stands_wherever_an_item_is_launched() -> None:
    with zipfile.ZipFile(io.BytesIO(build(MANIFEST))) as archive:
        names = set(archive.namelist())
        page, late = (
            archive.read("pages/Test.htm").decode(),
            archive.read("LateSingleDoTerminate.htm").decode(),
        )
    assert names == {
        "imsmanifest.xml",
        "sco.js",
        "pages/Test.htm",
        "pages/a b.css",
        "LateSingleDoTerminate.htm",
    }
    assert 'src="../sco.js"' in page
    assert 'data-terminate="last"' in page
    assert 'src="sco.js"' in late
    assert 'data-terminate="unload"' in late
