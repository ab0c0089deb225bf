"""Manifests as they are found: encodings, prefixes, xml:base, parameters, nesting, bombs."""

from __future__ import annotations

import pytest

from repository.packages import xml
from repository.packages.manifest import AddressTooLongError, Manifest, parse_manifest, with_parameters
from repository.packages.xml import EntitiesDeclaredError

from .builders import SCORM12, SCORM2004, manifest


def parsed(**parts: str) -> Manifest:
    return parse_manifest(manifest(**parts).encode())


@pytest.mark.parametrize(
    ("namespaces", "version", "kind", "edition"),
    [
        (SCORM12, "1.2", "scorm12", "1.2"),
        (SCORM12, "2004 4th Edition", "scorm12", "1.2"),  # the namespace decides
        (SCORM2004, "CAM 1.3", "scorm2004", "2nd"),
        (SCORM2004, "2004 3rd Edition", "scorm2004", "3rd"),
        (SCORM2004, "2004 4th Edition", "scorm2004", "4th"),
        (SCORM2004, "1.2", "scorm2004", ""),
        ('xmlns:adlcp="urn:x"', "2004 3rd Edition", "scorm2004", "3rd"),
        (
            'xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1" xmlns:adlcp="urn:x"',
            "1.1.0",
            "imscc",
            "",
        ),
    ],
)
def test_kind_and_edition(namespaces: str, version: str, kind: str, edition: str) -> None:
    found = parsed(namespaces=namespaces, version=version)
    assert (found.kind, found.edition) == (kind, edition)


def test_question_packages() -> None:
    found = parsed(resources='<resource identifier="q" type="imsqti_xmlv1p2" href="q.xml"/>', items="")
    assert found.kind == "qti"


def test_scorm_type_in_both_spellings() -> None:
    for name in ("adlcp:scormtype", "adlcp:scormType"):
        found = parsed(resources=f'<resource identifier="r1" {name}="SCO" href="a.html"/>')
        assert found.items[0].scorm_type == "sco"


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + manifest().encode(),
        manifest(before='<?xml version="1.0" encoding="utf-16"?>').encode("utf-16"),
        manifest(before='<?xml version="1.0" encoding="utf-16"?>').encode(),  # says what it is not
        b"\r\n  " + manifest().encode(),
        manifest(before="").encode(),
        manifest(
            before='<?xml version="1.0" encoding="windows-1258"?>',
            title="Phân s\u00f4\u0301 b\u0103\u0300ng nhau",
        ).encode("cp1258"),
    ],
    ids=["bom", "utf-16", "utf-16 by name only", "blank lines first", "no declaration", "cp1258"],
)
def test_encodings(data: bytes) -> None:
    import unicodedata

    found = parse_manifest(data)
    assert unicodedata.normalize("NFC", found.title) == "Phân số bằng nhau"
    assert found.items[0].href == "index.html"


def test_undeclared_prefix_is_passed_over_and_said() -> None:
    found = parsed(attributes='xsi:schemaLocation="a b"')
    assert found.recovered
    assert found.items[0].href == "index.html"


@pytest.mark.parametrize(
    "dtd",
    [
        '<!DOCTYPE manifest [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE manifest [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE manifest [<!ENTITY % a SYSTEM "http://127.0.0.1/x.dtd"> %a;]>',
    ],
)
def test_entities_are_refused(dtd: str) -> None:
    with pytest.raises(EntitiesDeclaredError):
        parse_manifest(manifest(before=dtd, title="&a;" if "%" not in dtd else "t").encode())


def test_a_plain_doctype_is_harmless() -> None:
    assert parsed(before="<!DOCTYPE manifest>").title == "Phân số bằng nhau"


@pytest.mark.parametrize("data", [b"", b"   ", b"<?xml version='1.0'?>", b"just text", b"\0\1\2"])
def test_no_tree_at_all(data: bytes) -> None:
    with pytest.raises(ValueError, match="no XML document"):
        parse_manifest(data)


def test_xml_base_on_manifest_resources_and_resource() -> None:
    data = (
        f'<manifest xml:base="a/" {SCORM12}><organizations><organization><title>t</title>'
        '<item identifier="i" identifierref="r"><title>x</title></item></organization></organizations>'
        '<resources xml:base="b"><resource identifier="r" xml:base="c/" adlcp:scormtype="sco" href="d.html">'
        '<file href="d.html"/><file href="e.css"/></resource></resources></manifest>'
    )
    found = parse_manifest(data.encode())
    assert found.items[0].href == "a/b/c/d.html"
    assert found.declared_files == ("a/b/c/d.html", "a/b/c/e.css")


@pytest.mark.parametrize(
    ("href", "parameters", "result"),
    [
        ("a.html", "", "a.html"),
        ("a.html", "?x=1", "a.html?x=1"),
        ("a.html", "x=1", "a.html?x=1"),
        ("a.html", "&x=1", "a.html?x=1"),
        ("a.html?y=2", "?x=1", "a.html?y=2&x=1"),
        ("a.html", "#p3", "a.html#p3"),
        ("a.html#p1", "#p3", "a.html#p1"),
        ("a.html#p1", "?x=1", "a.html?x=1#p1"),
    ],
)
def test_parameters(href: str, parameters: str, result: str) -> None:
    assert with_parameters(href, parameters) == result


def test_items_and_their_facts_12() -> None:
    items = """
      <item identifier="f"><title>Chương 1</title>
        <item identifier="a" identifierref="r1" isvisible="false" parameters="?p=1"><title> Bài
          một </title>
          <adlcp:prerequisites type="aicc_script">b</adlcp:prerequisites>
          <adlcp:maxtimeallowed>00:30:00</adlcp:maxtimeallowed>
          <adlcp:timelimitaction>exit,message</adlcp:timelimitaction>
          <adlcp:datafromlms>x=1</adlcp:datafromlms>
          <adlcp:masteryscore>80</adlcp:masteryscore>
        </item>
      </item>
      <item identifier="b" identifierref="gone"><title>Bài hai</title></item>"""
    folder, first, second = parsed(items=items).items
    assert (folder.href, folder.scorm_type, folder.depth, folder.parent) == ("", "", 0, "")
    assert (first.title, first.href, first.depth, first.parent) == ("Bài một", "index.html?p=1", 1, "f")
    assert not first.visible
    assert (first.prerequisites, first.mastery_score, first.data_from_lms) == ("b", "80", "x=1")
    assert (first.max_time_allowed, first.time_limit_action) == ("00:30:00", "exit,message")
    assert (second.resource, second.href) == ("gone", "")


def test_thresholds_of_2004() -> None:
    items = """
      <item identifier="a" identifierref="r1"><title>a</title>
        <adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.8"/>
        <imsss:sequencing><imsss:objectives><imsss:primaryObjective satisfiedByMeasure="true">
          <imsss:minNormalizedMeasure>0.6</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives>
        </imsss:sequencing></item>
      <item identifier="b" identifierref="r1"><title>b</title>
        <adlcp:completionThreshold completedByMeasure="false" minProgressMeasure="0.8"/></item>
      <item identifier="c" identifierref="r1"><title>c</title>
        <adlcp:completionThreshold>0.5</adlcp:completionThreshold></item>
      <item identifier="d" identifierref="r1"><title>d</title>
        <adlcp:completionThreshold completedByMeasure="true"/></item>"""
    found = parsed(items=items, namespaces=SCORM2004, version="2004 4th Edition")
    assert [item.completion_threshold for item in found.items] == ["0.8", "", "0.5", "1.0"]
    assert [item.scaled_passing_score for item in found.items] == ["0.6", "", "", ""]
    assert found.sequenced


def test_limits_and_scores_of_a_sequencing_that_items_share() -> None:
    limits = "<imsss:limitConditions attemptAbsoluteDurationLimit='{}'/>"
    shared = f"""<imsss:sequencingCollection><imsss:sequencing ID="s">{limits.format("PT1H")}
        <imsss:objectives><imsss:primaryObjective satisfiedByMeasure="true">
        <imsss:minNormalizedMeasure>0.7</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives>
        </imsss:sequencing></imsss:sequencingCollection>"""
    items = "".join(
        f'<item identifier="{name}" identifierref="r1"><title>a</title>{sequencing}</item>'
        for name, sequencing in {
            "a": '<imsss:sequencing IDRef="s"/>',
            "b": f'<imsss:sequencing IDRef="s">{limits.format("PT2H")}</imsss:sequencing>',
            "c": '<imsss:sequencing IDRef="unknown"/>',
        }.items()
    )
    data = manifest(items=items, namespaces=SCORM2004, version="2004 4th Edition")
    found = parse_manifest(data.replace("</manifest>", f"{shared}</manifest>").encode())
    assert [item.max_time_allowed for item in found.items] == ["PT1H", "PT2H", ""]
    assert [item.scaled_passing_score for item in found.items] == ["0.7", "0.7", ""]


def test_default_organization() -> None:
    def data(default: str) -> bytes:
        both = "".join(
            f'<organization identifier="{name}"><title>{name}</title>'
            f'<item identifier="i-{name}" identifierref="r"><title>x</title></item></organization>'
            for name in ("o1", "o2")
        )
        return (
            f"<manifest {SCORM12}><organizations {default}>{both}</organizations>"
            '<resources><resource identifier="r" href="a.html"/></resources></manifest>'
        ).encode()

    assert parse_manifest(data('default="o2"')).title == "o2"
    assert parse_manifest(data('default="o2"')).notes == ()
    for default in ('default="none"', ""):
        assert parse_manifest(data(default)).title == "o1"
        assert parse_manifest(data(default)).notes == ("organization_default",)


def nested(levels: int) -> str:
    return '<item identifier="x" identifierref="r1"><title>t</title>' * levels + "</item>" * levels


def test_deep_nesting_is_read_endless_nesting_is_not() -> None:
    assert len(parsed(items=nested(41)).items) == 41
    for levels in (42, 200, 1000):
        with pytest.raises(xml.TooDeepError):
            parsed(items=nested(levels))


def test_addresses_that_nobody_can_keep() -> None:
    for resource in ('href="{}"', 'href="a.html" xml:base="{}"'):
        long = f'<resource identifier="r1" {resource.format("a" * 1001)}/>'
        with pytest.raises(AddressTooLongError):
            parsed(resources=long)


def test_of_too_many_items_the_first_are_kept() -> None:
    found = parsed(items='<item identifierref="r1"><title>t</title></item>' * 5_001)
    assert (len(found.items), found.notes) == (5_000, ("items_too_many",))


def test_utf16_without_a_mark() -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        found = parse_manifest(manifest(before="", title="Phân số").encode(encoding))
        assert (found.title, len(found.items)) == ("Phân số", 1)
