"""Course structures of cmi5: what is read, what the standard has refused, and how a package is judged."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from repository.packages import xml
from repository.packages.check import check_package
from repository.packages.cmi5 import StructureError, parse_structure
from repository.packages.manifest import AddressTooLongError
from repository.packages.report import Report
from tests.repository.packages.builders import PAGE, zipped

NAMESPACE = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
BUNDLE = Path(__file__).resolve().parents[4] / "shared/cases/packages/edge_zip_xml_cmi5_bundle.zip"


def unit(
    name: str = "1", *, url: str = "index.html", attributes: str = "", more: str = "", title: str = "Bài một"
) -> str:
    return (
        f'<au id="https://so.example/au/{name}" {attributes}><title><langstring lang="en-US">One</langstring>'
        f'<langstring lang="vi-VN">{title}</langstring></title><description/><url>{url}</url>{more}</au>'
    )


def structure(body: str = "", course: str = "https://so.example/khoa") -> str:
    title = '<title><langstring lang="vi">Khoá một</langstring></title>'
    return (
        f'<courseStructure xmlns="{NAMESPACE}"><course id="{course}">{title}</course>'
        f"{body or unit()}</courseStructure>"
    )


def judged(body: str = "", **files: str) -> Report:
    made = zipped({"cmi5.xml": structure(body), "index.html": PAGE, **files})
    return check_package(io.BytesIO(made), filename="goi.zip")


def test_blocks_units_and_what_a_launch_needs() -> None:
    parameters = '<launchParameters>{"a":  "b"}</launchParameters><entitlementKey> k 1 </entitlementKey>'
    body = (
        '<objectives><objective id="urn:x:muc-tieu"><title><langstring>Mục tiêu</langstring></title>'
        "</objective></objectives>"
        '<block id="urn:x:khoi"><title><langstring>Khối</langstring></title>'
        + unit(
            attributes='moveOn="CompletedAndPassed" masteryScore="0.8" launchMethod="OwnWindow"',
            more=parameters,
        )
        + "</block>"
        + unit("2", url="<![CDATA[\n  bai2.html?a=1#x \n]]>")
    )
    found = parse_structure(structure(body).encode())
    assert (found.title, found.objectives) == ("Khoá một", {"urn:x:muc-tieu": "Mục tiêu"})
    block, first, second = found.entries
    assert (block.url, block.title, first.parent, first.depth) == ("", "Khối", "urn:x:khoi", 1)
    assert first.title == "Bài một"
    assert first.facts == {
        "id": "https://so.example/au/1",
        "moveOn": "CompletedAndPassed",
        "launchMethod": "OwnWindow",
        "masteryScore": 0.8,
        "launchParameters": '{"a":  "b"}',
        "entitlementKey": "k 1",
    }
    assert second.url == "bai2.html?a=1#x"
    assert second.facts["moveOn"] == "NotApplicable"


@pytest.mark.parametrize(
    "body",
    [
        unit(attributes='moveOn="Sometimes"'),
        unit(attributes='masteryScore="1.5"'),
        unit(attributes='masteryScore="nan"'),
        unit(attributes='launchMethod="Popup"'),
        unit(url="index.html?EndPoint=https://evil.example"),
        unit(url="index.html?x=1&amp;registration=2"),
        unit(url="two words.html"),
        unit(url=""),
        unit() + unit(),
        unit().replace("https://so.example/au/1", "so.example/au/1"),
        unit().replace('id="https://so.example/au/1"', ""),
        "<block>" + unit() + "</block>",
    ],
)
def test_what_breaks_the_standard_is_refused(body: str) -> None:
    with pytest.raises(StructureError):
        parse_structure(structure(body).encode())
    report = judged(body)
    assert report.verdict == "refused"
    assert [(one.code, one.reason) for one in report.findings] == [("structure_invalid", "bad_manifest")]
    assert report.findings[0].message


def test_hostile_structures() -> None:
    blocks = "".join(f'<block id="urn:x:{number}">' for number in range(60))
    with pytest.raises(xml.TooDeepError):
        parse_structure(structure(blocks + unit() + "</block>" * 60).encode())
    with pytest.raises(AddressTooLongError):
        parse_structure(structure(unit(url="x" * 2000)).encode())
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + structure().replace("Khoá", "&b;")
    with pytest.raises(xml.EntitiesDeclaredError):
        parse_structure(bomb.encode())
    for data in (b"", b"<manifest/>", b"\xff\xfe\x00", b"PK"):
        with pytest.raises(ValueError):
            parse_structure(data)
    many = parse_structure(structure("".join(unit(str(n)) for n in range(5_100))).encode())
    assert (len(many.entries), many.cut) == (5_000, True)


def test_a_package_is_taken_with_its_units() -> None:
    report = judged(
        '<block id="urn:x:b">' + unit() + "</block>" + unit("2", url="Bai%202.html?x=1"),
        **{"bai 2.html": PAGE},
    )
    assert (report.verdict, report.kind, report.title, report.launch) == (
        "accepted",
        "cmi5",
        "Khoá một",
        "index.html",
    )
    assert [(item.path, item.query, item.scorm_type) for item in report.items] == [
        ("", "", ""), ("index.html", "", "au"), ("bai 2.html", "?x=1", "au"),
    ]  # fmt: skip
    assert report.tracked_parts == 2
    assert report.items[2].extra["id"] == "https://so.example/au/2"


def test_units_that_are_missing_or_elsewhere() -> None:
    assert [one.code for one in judged(unit(url="weg.html")).findings] == ["launch_missing"]
    away = judged(unit(url="https://other.example/bai"))
    assert [(one.code, one.reason) for one in away.findings] == [("units_elsewhere_only", "unsupported_kind")]
    some = judged(unit() + unit("2", url="weg.html") + unit("3", url="https://other.example/bai"))
    assert some.verdict == "warned"
    assert {one.code for one in some.findings} == {"item_missing", "units_elsewhere"}


def test_a_folder_around_everything_is_opened() -> None:
    made = zipped({"goi/cmi5.xml": structure(), "goi/index.html": PAGE})
    report = check_package(io.BytesIO(made), filename="goi.zip")
    assert (report.verdict, report.base, report.launch) == ("warned", "goi/", "goi/index.html")
    assert "manifest_not_at_root" in report.repaired


@pytest.mark.skipif(not BUNDLE.exists(), reason="the folder ../shared/cases is not there")
def test_structures_of_the_conformance_suite() -> None:
    """Those that name what they violate are refused; the relative ones are fine inside a package."""
    with zipfile.ZipFile(BUNDLE) as bundle:
        names = [name for name in bundle.namelist() if name.startswith("cmi5_lts/") and name.endswith(".xml")]
        structures = {name.removeprefix("cmi5_lts/"): bundle.read(name) for name in names}
    verdicts = {
        name: check_package(
            io.BytesIO(zipped({"cmi5.xml": data, "index.html": PAGE})), filename="goi.zip"
        ).verdict
        for name, data in structures.items()
    }
    assert len(verdicts) > 25
    for name, verdict in verdicts.items():
        broken = name[:3] in {"201", "203", "204", "205", "206", "207"}
        if name[:3] != "202":
            assert verdict == ("refused" if broken else "accepted"), name
