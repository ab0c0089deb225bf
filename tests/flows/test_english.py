"""The site in English: no page shows Vietnamese words of the interface, only data marked as such."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import OrgUnit, Role, User
from cms.message_gaps import is_vietnamese
from repository.models import Grade, LearningResource, Subject
from tests.factories import OrgUnitFactory, person, published_lesson

#: Names in the data of these tests; all else that is Vietnamese would be a word of the interface.
UNIT, LAST, FIRST, TITLE = "Đơn vị thử", "Nguyễn Thị", "Lành", "Phân số thử"
SERIES = ("Kết nối tri thức với cuộc sống", "Chân trời sáng tạo", "Cánh Diều")
EXAMPLES = ("Học liệu", "Tiếng Việt", "Trần Thị Thu Hà", "QĐ-UBND")
DATA = re.compile("|".join((UNIT, LAST, FIRST, TITLE, *SERIES, *EXAMPLES)))


class Shown(HTMLParser):
    """Texts and spoken attributes outside elements that say lang="vi"."""

    SPOKEN = ("alt", "title", "placeholder", "aria-label")
    VOID = frozenset({"input", "br", "img", "meta", "link", "hr", "path", "circle", "rect", "use"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag != "html" and (self._skipped or tag in {"script", "style"} or given.get("lang") == "vi"):
            if tag not in self.VOID:
                self._skipped.append(tag)
            return
        self.texts += [given[name] or "" for name in self.SPOKEN if name in given]

    def handle_endtag(self, tag: str) -> None:
        while self._skipped and tag not in self.VOID:
            if self._skipped.pop() == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.texts.append(data)


def vietnamese_left(page: str) -> list[str]:
    """What an English page says in Vietnamese besides the data of the test."""
    shown = Shown()
    shown.feed(page)
    texts = (DATA.sub("", text) for text in shown.texts)
    return sorted({" ".join(text.split()) for text in texts if is_vietnamese(text)})


@pytest.fixture
def root(db: None) -> OrgUnit:
    return OrgUnitFactory(kind="so", name=UNIT)


@pytest.fixture
def reader(root: OrgUnit) -> User:
    return person(root, *Role, last_name=LAST, first_name=FIRST)


@pytest.fixture
def lesson(root: OrgUnit, reader: User) -> LearningResource:
    resource = published_lesson(root, reader, title=TITLE)
    resource.subject = Subject.objects.get(code="toan")
    resource.save()
    resource.grades.add(Grade.objects.get(code="lop-5"))
    for one in resource.metadata_revisions.all():
        one.data |= {
            "type": {"code": "giao-an", "name": "Giáo án"},
            "subject": {"code": "toan", "name": "Toán", "group": "math", "sign": "toan"},
            "grades": [{"code": "lop-5", "name": "Lớp 5", "number": 5}],
        }
        one.save()
    return resource


@pytest.fixture
def english(client: Client, reader: User) -> Client:
    client.force_login(reader)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


PLACES = [
    "front", "search:search", "courses:list", "courses:learning", "courses:manage", "courses:new",
    "coverage:targets", "coverage:target_new", "repository:upload", "repository:mine", "repository:review",
    "accounts:profile", "accounts:units", "accounts:people", "accounts:person_new", "accounts:roster",
    "account_change_password", "account_logout", "members",
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_a_signed_in_person_reads_english(english: Client, lesson: LearningResource, place: str) -> None:
    answer = english.get(reverse(place), follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert '<html lang="en">' in page
    assert vietnamese_left(page) == []


@pytest.mark.parametrize("place", ["front", "search:search", "account_login", "account_reset_password"])
def test_a_guest_reads_english(client: Client, lesson: LearningResource, place: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert vietnamese_left(client.get(reverse(place)).content.decode()) == []


def test_pages_of_one_thing(english: Client, root: OrgUnit, reader: User, lesson: LearningResource) -> None:
    for name, args in (
        ("repository:resource", [lesson.uid]),
        ("repository:lesson", [lesson.uid]),
        ("accounts:unit", [root.code]),
        ("accounts:unit_act", [root.code, "add"]),
        ("accounts:person", [reader.uid]),
        ("accounts:role_give", [reader.uid]),
        ("accounts:person_edit", [reader.uid]),
    ):
        answer = english.get(reverse(name, args=args))
        assert answer.status_code == 200, name
        assert vietnamese_left(answer.content.decode()) == [], name


def test_names_of_our_data_are_english(english: Client, lesson: LearningResource) -> None:
    page = english.get(reverse("repository:resource", args=[lesson.uid])).content.decode()
    assert "Mathematics" in page
    assert "Grade 5" in page


def test_errors_are_english(english: Client) -> None:
    answer = english.get("/there-is-no-such-page/")
    assert answer.status_code == 404
    assert vietnamese_left(answer.content.decode()) == []


def test_the_walk_sees_vietnamese() -> None:
    page = (
        '<html lang="en"><p>Lưu bài</p><p lang="vi">Xin <b>chào</b></p><input placeholder="Tìm"><p>Save</p>'
    )
    assert vietnamese_left(page) == ["Lưu bài", "Tìm"]
