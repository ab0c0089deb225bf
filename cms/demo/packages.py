"""Every package and file the demo and the tests are made of, by name. The same bytes on every machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cms.demo import broken, documents, exercises, manifests, pictures, sounds
from cms.demo.archive import pack
from cms.demo.lesson import Lesson, asset, common, files, right_answers
from cms.demo.lessons import (
    design,
    fractions,
    leaf,
    office,
    packaging,
    personification,
    pho_hien,
    pythagoras,
    safety,
    water,
)
from cms.demo.texts import TEXTS

__all__ = ["ANSWERS", "PACKAGES", "build"]


def _single(identifier: str, lesson: Lesson, edition: str = "1.2") -> dict[str, bytes]:
    tracking = "tracking12.js" if edition == "1.2" else "tracking2004.js"
    members = {**files(lesson, tracking), **common(tracking)}
    sco = manifests.Sco(lesson.title, "index.html", list(members))
    if edition == "1.2":
        manifest = manifests.scorm12(identifier, lesson.title, [sco])
    else:
        manifest = manifests.scorm2004(identifier, lesson.title, [sco], edition)
    return {"imsmanifest.xml": manifest, **members}


def fractions_scorm12() -> bytes:
    """Toán 5, one SCO, seven pages, the last with five questions."""
    return pack(_single("TOAN5-PHAN-SO", fractions.LESSON))


def packaging_scorm12_multi() -> bytes:
    """Training for teachers in three SCOs; the third is a quiz with a mastery score."""
    parts = {"p1": packaging.WHAT, "p2": packaging.EXPORT, "p3": packaging.QUIZ}
    shared = common("tracking12.js", prefix="chung/")
    members: dict[str, bytes] = {}
    scos = []
    for folder, lesson in parts.items():
        made = files(lesson, "tracking12.js", prefix=f"{folder}/", shared="../chung/")
        members.update(made)
        mastery = lesson.pass_mark if lesson.must_pass else None
        scos.append(manifests.Sco(lesson.title, f"{folder}/index.html", list(made), mastery, list(shared)))
    manifest = manifests.scorm12("BD-DONG-GOI-SCORM", "Đóng gói bài giảng theo chuẩn SCORM", scos)
    return pack({"imsmanifest.xml": manifest, **members, **shared})


def water_scorm2004_4th() -> bytes:
    """Khoa học 4, SCORM 2004 4th edition."""
    return pack(_single("KHOA-HOC4-NUOC", water.LESSON, "2004 4th Edition"))


def design_scorm2004_3rd() -> bytes:
    """Training for teachers, SCORM 2004 3rd edition."""
    return pack(_single("BD-SAU-BUOC", design.LESSON, "2004 3rd Edition"))


def personification_scorm12() -> bytes:
    """Tiếng Việt 4."""
    return pack(_single("TV4-NHAN-HOA", personification.LESSON))


def pho_hien_scorm12() -> bytes:
    """Local history, grade 7."""
    return pack(_single("GDDP7-PHO-HIEN", pho_hien.LESSON))


def office_scorm12() -> bytes:
    """Training for teachers: documents."""
    return pack(_single("BD-SOAN-THAO", office.TEXT))


def spreadsheet_scorm2004_4th() -> bytes:
    """Training for teachers: a form teacher's spreadsheet."""
    return pack(_single("BD-BANG-TINH", office.SPREADSHEET, "2004 4th Edition"))


def safety_scorm12() -> bytes:
    """Training for teachers: passwords, strange letters, personal data."""
    return pack(_single("BD-AN-TOAN", safety.LESSON))


def leaf_scorm2004_3rd() -> bytes:
    """Khoa học tự nhiên 7."""
    return pack(_single("KHTN7-QUANG-HOP", leaf.LESSON, "2004 3rd Edition"))


def pythagoras_scorm2004_4th() -> bytes:
    """Toán 8."""
    return pack(_single("TOAN8-PYTHAGORE", pythagoras.LESSON, "2004 4th Edition"))


def ohm_html5() -> bytes:
    """A virtual experiment without a manifest: an HTML5 package."""
    return pack({"index.html": asset("ohm.html"), "ohm.css": asset("ohm.css"), "ohm.js": asset("ohm.js")})


PACKAGES: dict[str, Callable[[], bytes]] = {
    "fractions_scorm12": fractions_scorm12,
    "packaging_scorm12_multi": packaging_scorm12_multi,
    "water_scorm2004_4th": water_scorm2004_4th,
    "design_scorm2004_3rd": design_scorm2004_3rd,
    "personification_scorm12": personification_scorm12,
    "pho_hien_scorm12": pho_hien_scorm12,
    "office_scorm12": office_scorm12,
    "spreadsheet_scorm2004_4th": spreadsheet_scorm2004_4th,
    "safety_scorm12": safety_scorm12,
    "leaf_scorm2004_3rd": leaf_scorm2004_3rd,
    "pythagoras_scorm2004_4th": pythagoras_scorm2004_4th,
    "ohm_html5": ohm_html5,
    "capitals_h5p": exercises.capitals,
    "on_the_phone_html5": partial(documents.reading, "on_the_phone"),
    **{f"{name}_pdf": partial(documents.pdf, name) for name in TEXTS},
    "number_line_png": pictures.number_line,
    "triangle_png": pictures.triangle,
    "clock_faces_png": pictures.clock_faces,
    "times_table_png": pictures.times_table,
    "parabola_png": pictures.parabola,
    "scale_wav": sounds.scale,
    "metres_wav": sounds.metres,
    "high_and_low_wav": sounds.high_and_low,
    "broken_missing_launch": broken.missing_launch,
    "broken_flash_only": broken.flash_only,
    "broken_truncated": lambda: broken.truncated(fractions_scorm12()),
    "odd_cp1258_names": broken.cp1258_names,
    "odd_litter": lambda: broken.litter(_single("TOAN5-PHAN-SO", fractions.LESSON)),
    "probe_scorm12": broken.probe_sco,
}

# What a test clicks for full marks in a lesson that has questions.
ANSWERS: dict[str, list[str]] = {
    "fractions_scorm12": right_answers(fractions.LESSON),
    "packaging_scorm12_multi": right_answers(packaging.QUIZ),
    "water_scorm2004_4th": right_answers(water.LESSON),
    "design_scorm2004_3rd": right_answers(design.LESSON),
    "personification_scorm12": right_answers(personification.LESSON),
    "pho_hien_scorm12": right_answers(pho_hien.LESSON),
    "office_scorm12": right_answers(office.TEXT),
    "spreadsheet_scorm2004_4th": right_answers(office.SPREADSHEET),
    "safety_scorm12": right_answers(safety.LESSON),
    "leaf_scorm2004_3rd": right_answers(leaf.LESSON),
    "pythagoras_scorm2004_4th": right_answers(pythagoras.LESSON),
}
_ENDINGS = {"pdf": "pdf", "png": "png", "wav": "wav", "h5p": "h5p"}


def build(name: str) -> bytes:
    """The bytes of one package. Raises KeyError with the known names for one that is not there."""
    if name not in PACKAGES:
        raise KeyError(f"{name}; known: {', '.join(PACKAGES)}")
    return PACKAGES[name]()


def file_name(name: str) -> str:
    """The name a file of this package is saved under."""
    stem, _, last = name.rpartition("_")
    ending = _ENDINGS.get(last)
    return f"{stem}.{ending}" if ending else f"{name}.zip"
