"""Reporting a problem, answering it, taking either back, and who may see what."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.errors import NotAllowed, Refusal
from repository.actions import reports
from repository.models import ProblemReport, Publication
from tests.repository.helpers import signed_in

DESK = reverse("repository:reports")


@pytest.fixture
def sent(world, shown) -> ProblemReport:
    """Reported by a teacher of the other school."""
    return reports.report_problem(
        by=world.sister_teacher, version=shown.versions.get(), what="wrong", text="Trang 3 sai dấu"
    )


def form(lesson) -> str:
    return reverse("repository:report", args=[lesson.uid])


def act(report) -> str:
    return reverse("repository:report_act", args=[report.uid])


# Reporting


def test_the_form_sends_and_the_reporter_sees_her_report(world, shown):
    client = signed_in(world.sister_teacher)
    page = client.get(form(shown)).content.decode()
    for label in ("Không mở được", "Sai kiến thức", "Vi phạm bản quyền", "Vấn đề khác"):
        assert label in page
    response = client.post(form(shown), {"what": "wrong", "text": "Câu 7 sai đáp án"}, follow=True)
    page = response.content.decode()
    assert "Đã gửi báo cáo" in page
    assert "Câu 7 sai đáp án" in page
    assert "Chưa trả lời" in page
    assert (
        "Câu 7 sai đáp án" not in signed_in(world.teacher).get(response.redirect_chain[0][0]).content.decode()
    )


@pytest.mark.parametrize("what", ["wrong", "copyright", "other"])
def test_words_are_needed_but_for_what_does_not_open(world, shown, what):
    client = signed_in(world.sister_teacher)
    page = client.post(form(shown), {"what": what, "text": "  "})
    assert page.status_code == 400
    assert "Ghi rõ sai gì, ở đâu" in page.content.decode()
    assert client.post(form(shown), {"what": "broken"}).status_code == 302
    assert client.post(form(shown), {"what": "nonsense"}).status_code == 400
    assert ProblemReport.objects.get().what == "broken"


def test_the_same_again_is_one_report(world, shown, sent):
    again = reports.report_problem(
        by=world.sister_teacher, version=shown.versions.get(), what="wrong", text="Trang 5 cũng vậy"
    )
    assert again.pk == sent.pk
    assert again.text == "Trang 3 sai dấu\nTrang 5 cũng vậy"


def test_too_many_in_a_day(world, shown, monkeypatch):
    monkeypatch.setattr(reports, "MOST_A_DAY", 2)
    version = shown.versions.get()
    for what in ("broken", "wrong"):
        reports.report_problem(by=world.sister_teacher, version=version, what=what, text="x")
    client = signed_in(world.sister_teacher)
    page = client.post(form(shown), {"what": "other", "text": "Nữa"})
    assert page.status_code == 400
    assert "quá 2 báo cáo" in page.content.decode()
    assert "Nữa" in page.content.decode()  # what was typed is kept


def test_who_does_not_see_the_lesson_cannot_report_it(world, shown):
    assert signed_in(world.other_teacher).get(form(shown)).status_code == 404
    with pytest.raises(NotAllowed):
        reports.report_problem(by=world.other_teacher, version=shown.versions.get(), what="broken")


# Answering


def test_who_answers(world, sent):
    """The author, and reviewers of the units that own or published it; nobody else."""
    answering = {"teacher", "reviewer", "xa_reviewer", "so_reviewer"}
    for name, user in world.people.items():
        may = ProblemReport.objects.answerable_by(user).filter(pk=sent.pk).exists()
        assert may is (name in answering), name
        page = signed_in(user).get(DESK + "?show=waiting").content.decode()
        assert ("Trang 3 sai dấu" in page) is (name in answering), name


@pytest.mark.parametrize("user", ["sister_reviewer", "other_teacher", "manager", "plain"])
def test_others_do_not_learn_that_it_exists(world, sent, user):
    client = signed_in(world.people[user])
    assert client.post(act(sent), {"act": "answer", "state": "done"}).status_code == 404
    assert client.post(act(sent), {"act": "take_back"}).status_code == 404
    sent.refresh_from_db()
    assert sent.state == "open"


def test_an_answer_reaches_the_reporter_and_can_be_undone(world, shown, sent):
    client = signed_in(world.teacher)
    page = client.get(reverse("repository:resource", args=[shown.uid])).content.decode()
    assert "1 báo cáo cần trả lời" in page
    client.post(act(sent), {"act": "answer", "state": "done", "answer": "Đã sửa ở bản 2"})
    reporter = signed_in(world.sister_teacher)
    for url in (reverse("repository:resource", args=[shown.uid]), DESK):
        page = reporter.get(url).content.decode()
        assert "Đã sửa ở bản 2" in page
        assert "Đã sửa" in page
    client.post(act(sent), {"act": "reopen"})
    sent.refresh_from_db()
    assert (sent.state, sent.answered_by, sent.answer) == ("open", None, "Đã sửa ở bản 2")


def test_declining_needs_a_reason(world, sent):
    with pytest.raises(Refusal) as refused:
        reports.answer_report(by=world.teacher, report=sent, state="declined", answer=" ")
    assert refused.value.code == "answer_missing"
    page = signed_in(world.teacher).post(act(sent), {"act": "answer", "state": "declined"}, follow=True)
    assert "Ghi lí do chưa cần sửa" in page.content.decode()
    assert signed_in(world.teacher).post(act(sent), {"act": "answer", "state": "maybe"}).status_code == 404


def test_answered_once(world, sent):
    reports.answer_report(by=world.teacher, report=sent, state="done")
    with pytest.raises(Refusal) as refused:
        reports.answer_report(by=world.xa_reviewer, report=sent, state="declined", answer="x")
    assert refused.value.code == "report_answered"


# Taking back


def test_a_report_is_taken_back_while_nobody_has_answered(world, shown, sent):
    client = signed_in(world.sister_teacher)
    home = reverse("repository:resource", args=[shown.uid])
    response = client.post(act(sent), {"act": "take_back", "back": home})
    assert response["Location"] == home
    assert not ProblemReport.objects.exists()


def test_an_answered_report_stays(world, sent):
    reports.answer_report(by=world.teacher, report=sent, state="done")
    with pytest.raises(Refusal) as refused:
        reports.take_back_report(by=world.sister_teacher, report=sent)
    assert refused.value.code == "report_answered"
    with pytest.raises(NotAllowed):
        reports.take_back_report(by=world.teacher, report=sent)


def test_only_addresses_of_this_site_lead_back(world, sent):
    response = signed_in(world.sister_teacher).post(
        act(sent), {"act": "take_back", "back": "https://elsewhere.example/"}
    )
    assert response["Location"] == reverse("repository:resource", args=[sent.resource.uid])


# The desk


def test_the_desk_has_an_empty_state_and_needs_a_person(world, client):
    assert client.get(DESK).status_code == 302
    page = signed_in(world.plain).get(DESK).content.decode()
    assert "Chưa có báo cáo nào chờ trả lời" in page
    assert "sẽ hiện ở đây" in page


def test_the_desk_of_one_lesson(world, shown, sent):
    client = signed_in(world.teacher)
    assert "Trang 3 sai dấu" in client.get(f"{DESK}?resource={shown.uid}").content.decode()
    other = "00000000-0000-4000-8000-000000000000"
    assert "Trang 3 sai dấu" not in client.get(f"{DESK}?resource={other}").content.decode()
    assert client.get(f"{DESK}?resource=x").status_code == 404


def test_a_report_outlives_the_publication(world, shown, sent):
    Publication.objects.update(withdrawn_on="2026-11-20")
    assert ProblemReport.objects.answerable_by(world.teacher).count() == 1
    assert ProblemReport.objects.answerable_by(world.xa_reviewer).count() == 1  # the owner lies below


def test_queries_do_not_grow_with_reports(world, shown, sent, django_assert_max_num_queries):
    client = signed_in(world.teacher)
    client.get(DESK)
    for name in ("plain", "reviewer", "manager"):
        for what in ("broken", "wrong", "copyright", "other"):
            reports.report_problem(
                by=world.people[name], version=shown.versions.get(), what=what, text=f"{name} {what}"
            )
    with django_assert_max_num_queries(8):
        assert "manager other" in client.get(DESK).content.decode()
