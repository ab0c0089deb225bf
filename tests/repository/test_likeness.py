"""A new version that is another lesson's file: noticed, asked about, never submitted without an answer."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.errors import NotAllowed, Refusal
from accounts.models import User
from repository import actions
from repository.models import LearningResource, Review, Version
from tests.repository.helpers import arrived, signed_in, small_html5
from tests.repository.packages.builders import manifest, zipped

PAGE = "<!doctype html><title>t</title><h1>{}</h1>"
BATTLE = "Chiến thắng Điện Biên Phủ"


def scorm(title: str, text: str, identifier: str = "item_1") -> bytes:
    items = f'<item identifier="{identifier}" identifierref="r1"><title>{title}</title></item>'
    return zipped({"imsmanifest.xml": manifest(title=title, items=items), "index.html": PAGE.format(text)})


def sent(user: User, resource: LearningResource, data: bytes, filename: str = "bai.zip") -> Version:
    return actions.submit_version(by=user, resource=resource, upload=arrived(user, data, filename))


@pytest.fixture
def first(world, lesson) -> Version:
    return sent(world.teacher, lesson, scorm("Phân số bằng nhau", "một phần hai"))


@pytest.fixture
def other(world, lesson, first) -> Version:
    """Nothing of it is that of the first."""
    return sent(world.teacher, lesson, scorm(BATTLE, "năm 1954"))


def test_the_first_version_is_compared_with_nothing(first) -> None:
    assert first.likeness == ""


@pytest.mark.parametrize(
    "made",
    [
        ("Phân số bằng nhau (sửa)", "khác hẳn"),
        (BATTLE, "một phần hai"),
        ("Bài giảng", "khác hẳn"),
    ],
)
def test_what_shares_anything_is_a_new_version(world, lesson, first, made: tuple[str, str]) -> None:
    newer = sent(world.teacher, lesson, scorm(*made))
    assert newer.likeness == ""
    assert actions.submit_for_review(by=world.teacher, version=newer).review == Review.SUBMITTED


def test_an_identifier_of_its_own_is_enough(world, lesson) -> None:
    sent(world.teacher, lesson, scorm("Phân số bằng nhau", "một", "6hMxWYJ9kpQ"))
    assert sent(world.teacher, lesson, scorm(BATTLE, "hai", "6hMxWYJ9kpQ")).likeness == ""


def test_a_document_is_not_compared(world, lesson, first) -> None:
    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
    assert sent(world.teacher, lesson, pdf, "chien-thang.pdf").likeness == ""


def test_another_lesson_waits_for_an_answer(world, other) -> None:
    assert other.likeness == "unlike"
    with pytest.raises(Refusal, match="version_unlike"):
        actions.submit_for_review(by=world.teacher, version=other)
    page = signed_in(world.teacher).get(reverse("repository:lesson", args=[other.resource.uid]))
    html = page.content.decode()
    for words in ("Đây có phải là bài khác?", BATTLE, "Phân số bằng nhau", "Tách thành bài riêng"):
        assert words in html


def test_a_slip_is_no_measure_for_what_comes_after(world, lesson, first, other) -> None:
    LearningResource.objects.update(title="Bài giảng 5")
    right = sent(world.teacher, lesson, scorm("Phân số bằng nhau", "sửa câu 3"))
    assert right.likeness == ""
    page = signed_in(world.teacher).get(reverse("repository:lesson", args=[lesson.uid])).content.decode()
    assert "Đây có phải là bài khác?" not in page


def test_the_same_lesson_all_the_same(world, other) -> None:
    client = signed_in(world.teacher)
    url = reverse("repository:lesson_act", args=[other.resource.uid])
    html = client.post(url, {"act": "same"}, follow=True).content.decode()
    assert "Đây có phải là bài khác?" not in html
    other.refresh_from_db()
    assert other.likeness == "confirmed"
    actions.submit_for_review(by=world.teacher, version=other)
    review = signed_in(world.xa_reviewer).get(reverse("repository:review_version", args=[other.uid]))
    assert "chưa có gì chung với bản trước" in review.content.decode()


def test_a_lesson_of_its_own(world, lesson, first, other) -> None:
    client = signed_in(world.teacher)
    url = reverse("repository:lesson_act", args=[lesson.uid])
    answer = client.post(url, {"act": "own"})
    other.refresh_from_db()
    made = other.resource
    assert answer["Location"] == reverse("repository:lesson", args=[made.uid])
    assert made != lesson
    assert (made.title, made.author, made.owner_unit, made.subject, made.licence) == (
        BATTLE, world.teacher, world.school, None, lesson.licence,
    )  # fmt: skip
    assert (other.number, other.likeness, other.review) == (1, "", "draft")
    assert list(lesson.versions.all()) == [first]
    assert "Đã tách thành bài riêng" in client.get(answer["Location"]).content.decode()
    # a second press, in another tab, makes nothing
    client.post(url, {"act": "own"})
    assert LearningResource.objects.count() == 2


def test_what_was_decided_is_not_moved(world, first, other) -> None:
    actions.confirm_likeness(by=world.teacher, version=other)
    actions.submit_for_review(by=world.teacher, version=other)
    for version in (first, other):
        with pytest.raises(Refusal, match="version_settled"):
            actions.own_lesson(by=world.teacher, version=version)


@pytest.mark.parametrize("who", ["sister_teacher", "other_teacher", "plain", "manager"])
def test_who_may_not_answer(world, other, who: str) -> None:
    stranger = getattr(world, who)
    for act in (actions.confirm_likeness, actions.own_lesson):
        with pytest.raises(NotAllowed):
            act(by=stranger, version=other)
    url = reverse("repository:lesson_act", args=[other.resource.uid])
    assert signed_in(stranger).post(url, {"act": "own"}).status_code == 404


def test_it_is_said_before_the_file_is_saved(world, lesson, first) -> None:
    def checked(user: User, data: bytes) -> str:
        upload = arrived(user, data, "tep.zip")
        url = reverse("repository:upload_check", args=[upload.uid])
        answer = signed_in(user).post(f"{url}?next={lesson.uid}", headers={"Tus-Resumable": "1.0.0"}).json()
        assert answer["known"] == ("phải chăng là bài khác" in answer["html"])
        return answer["html"]

    assert "chưa có gì chung với bản 1, “Phân số bằng nhau”" in checked(world.teacher, scorm(BATTLE, "1954"))
    assert "phải chăng" not in checked(world.teacher, scorm("Phân số bằng nhau", "sửa"))
    # another's lesson is not looked into
    assert "phải chăng" not in checked(world.other_teacher, scorm(BATTLE, "1954 b"))
    page = signed_in(world.teacher).get(reverse("repository:upload_version", args=[lesson.uid]))
    assert f'data-next="?next={lesson.uid}"' in page.content.decode()


def test_an_unusable_address_asks_about_nothing(world, first) -> None:
    upload = arrived(world.teacher, small_html5("x"))
    url = reverse("repository:upload_check", args=[upload.uid])
    for wrong in ("", "?next=", "?next=x", "?next=00000000-0000-0000-0000-000000000000"):
        answer = signed_in(world.teacher).post(url + wrong, headers={"Tus-Resumable": "1.0.0"})
        assert answer.status_code == 200
        assert "phải chăng" not in answer.json()["html"]
