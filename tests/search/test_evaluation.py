"""Judging an engine: reading sets of any make, nDCG, and our own set by the embedded engine."""

from __future__ import annotations

import json
from io import StringIO
from math import log2
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from benchmarks import relevance_set
from search import evaluation
from search.asked import Vocabulary
from search.engines.scratch import scratch_engine


def test_ndcg():
    grades = {"a": 3, "b": 1}
    best = 7 + 1 / log2(3)
    assert evaluation.ndcg(["a", "b"], grades, 10) == pytest.approx(1)
    assert evaluation.ndcg(["x", "a"], grades, 10) == pytest.approx(7 / log2(3) / best)
    assert evaluation.ndcg(["x", "a"], grades, 1) == 0
    assert evaluation.ndcg([], {}, 10) == 1


@pytest.mark.parametrize(
    ("given", "names", "numbers"),
    [
        ("Lớp 4", ("Lớp 4",), (4,)),
        (4, ("Lớp 4",), (4,)),
        (["lop-4", "5"], ("Lớp 4", "Lớp 5"), (4, 5)),
        ("mg-5-6", ("Mẫu giáo 5–6 tuổi",), ()),
        (None, (), ()),
        ([], (), ()),
    ],
)
def test_grades_of_any_make(given, names, numbers):
    made = evaluation.document(1, {"id": 7, "title": "Bài", "grades": given, "text": None})
    assert (made.uid, made.grade_names, made.grade_numbers) == ("7", names, numbers)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    docs = [
        {"id": "a", "title": "Phân số", "subject": "toan", "grades": ["lop-4"], "keywords": None, "text": ""},
        {"id": "b", "title": "Con bò", "text": "Phần đầu có một số hình"},
        {"id": 3, "title": "Quang hợp", "description": None, "year": None},
    ]
    lines = [json.dumps(doc, ensure_ascii=False) for doc in docs]
    (tmp_path / "d.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "q.tsv").write_text("qid\tquery\tnote\n1\tphan so lop 4\tx\n2\tquag hợp\n", encoding="utf-8")
    (tmp_path / "j.tsv").write_text("qid\tid\tgrade\n1\ta\t3\n2\t3\t2\n", encoding="utf-8")
    named = {"--docs": "d.jsonl", "--queries": "q.tsv", "--judgements": "j.tsv"}
    return [part for option, name in named.items() for part in (option, str(tmp_path / name))]


@pytest.mark.django_db
def test_the_command_answers_as_the_architecture_says(files):
    out = StringIO()
    call_command("search_eval", *files, "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert (said["schema"], said["documents"], said["empty"]) == (1, 3, 0)
    assert [row["top"][0] for row in said["per_query"]] == ["a", "3"]
    assert said["ndcg"] == 1.0
    assert said["p50_ms"] <= said["p95_ms"]


@pytest.mark.django_db
@pytest.mark.parametrize("line", ['{"id": 1}', "{", '{"title": "x"}', "[]"])
def test_a_bad_line_is_named(files, line):
    Path(files[1]).write_text(f'{{"id": 1, "title": "x"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(CommandError, match="line 2") as error:
        call_command("search_eval", *files)
    assert error.value.returncode == 2


def test_the_set_is_always_the_same_and_large_enough():
    assert len(relevance_set.documents()) >= 2_000
    assert len(relevance_set.queries()) >= 120
    assert {q.held_out for q in relevance_set.queries()} == {False, True}
    again = relevance_set.documents.__wrapped__()
    assert again == relevance_set.documents()


def test_our_set_is_answered_well_enough():
    """A part of the set, so that a change of ranking that spoils it is noticed; benchmarks measure all."""
    documents = [evaluation.document(at, row) for at, row in enumerate(relevance_set.documents(), 1)][:900]
    known = {document.uid for document in documents}
    asked = [q for q in relevance_set.queries() if set(q.judgements) <= known][:40]
    judged = evaluation.Judged({q.qid: q.query for q in asked}, {q.qid: q.judgements for q in asked})
    vocabulary = evaluation.vocabulary_of(documents, Vocabulary(grades={n: f"Lớp {n}" for n in range(1, 13)}))
    with scratch_engine("embedded", evaluation.Made(documents)) as engine:
        report = evaluation.evaluate(engine, judged, vocabulary)
    assert len(asked) >= 20
    assert report.ndcg >= 0.88
