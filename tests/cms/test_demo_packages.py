"""The generated packages: the same bytes every time, judged as intended."""

import io
import unicodedata
import zipfile

import pytest

from cms.demo import packages
from cms.demo.big import big
from repository.packages.check import check_upload

SOUND = {
    "fractions_scorm12": ("scorm12", "1.2", 1),
    "packaging_scorm12_multi": ("scorm12", "1.2", 3),
    "water_scorm2004_4th": ("scorm2004", "4th", 1),
    "design_scorm2004_3rd": ("scorm2004", "3rd", 1),
    "personification_scorm12": ("scorm12", "1.2", 1),
    "pho_hien_scorm12": ("scorm12", "1.2", 1),
    "office_scorm12": ("scorm12", "1.2", 1),
    "spreadsheet_scorm2004_4th": ("scorm2004", "4th", 1),
    "safety_scorm12": ("scorm12", "1.2", 1),
    "leaf_scorm2004_3rd": ("scorm2004", "3rd", 1),
    "pythagoras_scorm2004_4th": ("scorm2004", "4th", 1),
    "probe_scorm12": ("scorm12", "1.2", 1),
}
FILES = sorted(name for name in packages.PACKAGES if name.endswith(("_pdf", "_png", "_wav")))


def judged(name):
    return check_upload(io.BytesIO(packages.build(name)), filename=packages.file_name(name))


@pytest.mark.parametrize("name", packages.PACKAGES)
def test_the_same_bytes_every_time(name):
    assert packages.build(name) == packages.build(name)


@pytest.mark.parametrize(("name", "facts"), SOUND.items())
def test_scorm_packages_are_accepted_without_a_finding(name, facts):
    report = judged(name)
    assert (report.kind, report.edition, len(report.items)) == facts
    assert report.findings == []


@pytest.mark.parametrize("name", FILES)
def test_documents_and_pictures_are_accepted(name):
    report = judged(name)
    assert report.kind == {"pdf": "pdf", "png": "image", "wav": "audio"}[name[-3:]]
    assert report.findings == []


@pytest.mark.parametrize(
    ("name", "verdict", "reasons"),
    [
        ("ohm_html5", "accepted", set()),
        ("capitals_h5p", "accepted", set()),
        ("on_the_phone_html5", "accepted", set()),
        ("broken_missing_launch", "refused", {"missing_files"}),
        ("broken_flash_only", "refused", {"flash"}),
        ("broken_truncated", "refused", {"broken_archive"}),
        ("odd_litter", "warned", {"litter", "bad_manifest"}),
    ],
)
def test_faults_are_judged_as_they_were_made(name, verdict, reasons):
    report = judged(name)
    assert report.verdict == verdict
    assert {finding.reason for finding in report.findings} == reasons


def test_names_in_the_old_code_page_are_read():
    names = zipfile.ZipFile(io.BytesIO(packages.build("odd_cp1258_names"))).namelist()
    read = [unicodedata.normalize("NFC", n.encode("cp437").decode("cp1258")) for n in names[1:]]
    assert read == ["hình/Bài tập về nhà.svg", "Bài giảng số một.html"]
    report = judged("odd_cp1258_names")
    assert report.verdict == "warned"
    assert report.items[0].path == "Bài giảng số một.html"


def test_every_lesson_with_questions_tells_its_answers():
    for name, answers in packages.ANSWERS.items():
        archive = zipfile.ZipFile(io.BytesIO(packages.build(name)))
        pages = "".join(archive.read(n).decode() for n in archive.namelist() if n.endswith("index.html"))
        assert len(answers) >= 4
        for answer in answers:
            assert f'id="{answer}"' in pages


def test_a_large_package_has_the_size_that_was_asked_for():
    archive = zipfile.ZipFile(io.BytesIO(big(n_files=60, megabytes=2)))
    sizes = [info.file_size for info in archive.infolist()]
    assert len(sizes) == 60
    assert sum(sizes) == pytest.approx(2_000_000, rel=0.02)
    stored = sum(info.compress_type == zipfile.ZIP_STORED for info in archive.infolist())
    assert 30 < stored < 45


def test_an_unknown_name_names_the_known_ones():
    with pytest.raises(KeyError, match="fractions_scorm12"):
        packages.build("phan-so")


def test_the_command_writes_files(tmp_path):
    from django.core.management import call_command

    call_command("demo_packages", str(tmp_path), "--only", "fractions_scorm12", "--only", "worksheet_pdf")
    assert {path.name for path in tmp_path.iterdir()} == {"fractions_scorm12.zip", "worksheet.pdf"}
    assert (tmp_path / "worksheet.pdf").read_bytes().startswith(b"%PDF-1.4")
