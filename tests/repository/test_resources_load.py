"""Loading what another catalogue tells: names and codes understood, unknown ones said, twice is once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.errors import NotAllowed
from repository.actions.records import Catalogue, load_records
from repository.models import ExternalRecord, InnerText, LearningResource, Publication, Version
from repository.records import Problem, Record, key, read_records
from tests.repository.helpers import signed_in

LINES = [
    {
        "id": "a-1",
        "title": "Phân số bằng nhau",
        "subject": "Toán",
        "grades": [4, "Lớp 5"],
        "type": "Đề thi",
        "year": 2024,
        "author": "Trần Thị Hoa",
        "unit": "Tiểu học An Tảo",
        "keywords": "phân số, rút gọn",
        "text": "Rút gọn phân số sáu phần mười hai.",
    },
    {"id": "a-2", "title": "Từ đồng nghĩa", "subject": "tieng-viet", "grades": "lop-5", "description": None},
    {
        "id": "a-3",
        "title": "Trò chơi",
        "subject": "Chơi cờ",
        "grades": ["13"],
        "year": "xưa",
        "unit": "đâu đó",
    },
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path, LINES)


def written(folder: Path, lines: list[dict[str, object]]) -> Path:
    path = folder / "records.jsonl"
    path.write_text(
        "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n\n", encoding="utf-8"
    )
    return path


def load(path: Path, capsys, *options: str, by: str = "tuan", unit: str = "so") -> dict:
    call_command("resources_load", str(path), "--by", by, "--unit", unit, "--json", *options)
    return json.loads(capsys.readouterr().out)


def test_records_become_published_resources(world, file, capsys):
    answer = load(file, capsys)
    assert (answer["schema"], answer["records"], answer["created"], answer["problems"]) == (1, 3, 3, 4)
    first = ExternalRecord.objects.get(external_id="a-1").resource
    assert (first.subject.code, first.type.code, first.year) == ("toan", "de-thi", 2024)
    assert sorted(first.grades.values_list("code", flat=True)) == ["lop-4", "lop-5"]
    assert first.owner_unit == world.sister
    assert first.level.code == "th"
    publication = Publication.objects.in_force().get(version__resource=first)
    assert publication.unit == world.so
    data = publication.metadata.data
    assert (data["title"], data["author"]["name"]) == ("Phân số bằng nhau", "Trần Thị Hoa")
    assert (data["keywords"], data["subject"]["name"]) == (["phân số", "rút gọn"], "Toán")
    version = publication.version
    assert (version.kind, version.ingest, version.review, version.blob) == (
        "record",
        "ready",
        "approved",
        None,
    )
    assert version.inner_texts.get().text == "Rút gọn phân số sáu phần mười hai."


def test_unknown_terms_are_told_with_their_line_and_left_empty(world, file, capsys):
    answer = load(file, capsys)
    assert {(one["line"], one["field"], one["code"], one["value"]) for one in answer["told"]} == {
        (3, "subject", "unknown", "Chơi cờ"),
        (3, "grades", "unknown", "13"),
        (3, "year", "unlikely", "xưa"),
        (3, "unit", "unknown", "đâu đó"),
    }
    third = ExternalRecord.objects.get(external_id="a-3").resource
    assert (third.subject, third.year, third.owner_unit) == (None, None, world.so)
    assert not third.grades.exists()


def test_loading_again_changes_only_what_has_changed(world, file, tmp_path, capsys):
    load(file, capsys)
    kept = set(Publication.objects.values_list("pk", flat=True))
    answer = load(file, capsys)
    assert (answer["created"], answer["changed"], answer["unchanged"]) == (0, 0, 3)
    assert set(Publication.objects.values_list("pk", flat=True)) == kept
    again = written(tmp_path, [{**LINES[0], "title": "Phân số tối giản", "grades": [], "text": "Chữ mới"}])
    answer = load(again, capsys)
    assert (answer["created"], answer["changed"]) == (0, 1)
    first = ExternalRecord.objects.get(external_id="a-1").resource
    assert (first.title, first.revision, first.grades.count()) == ("Phân số tối giản", 2, 0)
    shown = Publication.objects.in_force().get(version__resource=first)
    assert shown.metadata.data["title"] == "Phân số tối giản"
    assert [text.text for text in InnerText.objects.filter(version__resource=first)] == ["Chữ mới"]
    assert LearningResource.objects.count() == 3
    assert Version.objects.count() == 3


def test_what_was_withdrawn_stays_withdrawn(world, file, tmp_path, capsys):
    load(file, capsys)
    first = ExternalRecord.objects.get(external_id="a-1").resource
    Publication.objects.filter(version__resource=first).update(withdrawn_on="2026-09-01")
    load(written(tmp_path, [{**LINES[0], "title": "Tên khác"}]), capsys)
    assert not Publication.objects.in_force().filter(version__resource=first).exists()


def test_a_trial_run_writes_nothing(world, file, capsys):
    answer = load(file, capsys, "--dry-run")
    assert (answer["dry_run"], answer["created"], answer["problems"]) == (True, 3, 4)
    assert not LearningResource.objects.exists()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{no json", "not_json"),
        ("[1, 2]", "not_json"),
        ('{"id": "b"}', "missing"),
        ('{"title": "Không có mã"}', "missing"),
        ('{"id": "a-1", "title": "Hai lần"}', "twice"),
    ],
)
def test_a_file_with_a_broken_line_is_refused_whole(world, file, capsys, line, code):
    file.write_text(file.read_text(encoding="utf-8") + line, encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        load(file, capsys)
    assert left.value.code == 1
    answer = json.loads(capsys.readouterr().out)
    assert [(one["line"], one["code"]) for one in answer["told"]] == [(5, code)]
    assert not LearningResource.objects.exists()


@pytest.mark.parametrize(
    ("by", "unit"), [("hanh", "so"), ("hong", "so"), ("ai-do", "so"), ("tuan", "khong-co")]
)
def test_only_a_reviewer_of_the_unit_may(world, file, capsys, by, unit):
    with pytest.raises(SystemExit) as left:
        load(file, capsys, by=by, unit=unit)
    assert left.value.code == 2
    assert not LearningResource.objects.exists()


def test_the_action_checks_the_right_itself(world):
    with pytest.raises(NotAllowed):
        load_records(by=world.teacher, unit=world.so, batch=[], catalogue=Catalogue(world.so))


def test_the_page_of_a_record_says_that_the_file_is_elsewhere(world, file, capsys):
    load(file, capsys)
    first = ExternalRecord.objects.get(external_id="a-1").resource
    client = signed_in(world.teacher)
    page = client.get(f"/library/{first.uid}/", follow=True).content.decode()
    assert "Trần Thị Hoa" in page
    assert "chưa được giữ ở đây" in page
    version = first.versions.get()
    assert f"/{version.uid}/" not in page.split("<table")[0]
    assert Client().get(f"/library/{first.uid}/").status_code == 404


def test_a_thousand_are_loaded_in_few_queries(world, django_assert_max_num_queries):
    batch = [
        found
        for found in read_records(
            json.dumps(
                {"id": f"x{n}", "title": f"Bài {n}", "subject": "Toán", "grades": 5, "text": f"chữ {n}"}
            )
            for n in range(300)
        )
        if isinstance(found, Record)
    ]
    catalogue = Catalogue(world.so)
    with django_assert_max_num_queries(40):
        assert (
            load_records(by=world.so_reviewer, unit=world.so, batch=batch, catalogue=catalogue).created == 300
        )


def test_terms_are_compared_without_marks_and_case():
    assert key("Vật lý") == key("vật LÍ") == key("vat-li")


def test_empty_lines_are_passed_over():
    found = list(read_records(["", '{"id": 1, "title": " A\\u0000 ", "grades": null}', "  "]))
    assert [(one.id, one.title, one.line) for one in found if isinstance(one, Record)] == [("1", "A", 2)]
    assert not any(isinstance(one, Problem) for one in found)
