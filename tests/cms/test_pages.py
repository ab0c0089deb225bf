"""The front page, navigation, signing in, and pages for what went wrong."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from accounts.days import today
from accounts.models import OrgUnit, UnitKind, User
from cms.blocks import local_or_web
from cms.context import PORTAL_KEY
from cms.models import ContactPage, HomePage, InfoPage, NewsIndexPage, NewsPage, Portal
from courses.runtime.models import Attempt
from courses.training.models import (
    Activity,
    ActivityCompletion,
    ClassSession,
    Course,
    CourseRun,
    Enrolment,
    Instructor,
    RunPin,
    Section,
)
from repository import actions
from repository.metadata import Metadata
from repository.models import LearningResource, Publication, ResourceUse, Subject, Version
from repository.signals import resource_changed
from search.engines import forget_engines
from tests.factories import PASSWORD, CourseFactory, OrgUnitFactory, UserFactory, person, published_lesson

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> OrgUnit:
    return OrgUnitFactory(code="so", name="Sở GD&ĐT Hưng Yên", kind=UnitKind.SO, parent=None)


@pytest.fixture
def school(root: OrgUnit) -> OrgUnit:
    return OrgUnitFactory(code="nh", name="Tiểu học Nguyễn Huệ", parent=root)


@pytest.fixture
def teacher(school: OrgUnit) -> User:
    return person(school, "teacher", last_name="Nguyễn Thị", first_name="Hạnh")


@pytest.fixture
def lesson(root: OrgUnit, teacher: User) -> LearningResource:
    found = published_lesson(root, teacher, title="Cộng hai phân số")
    found.subject = Subject.objects.get(code="toan")
    found.save()
    found.grades.set([found.subject.offers.get(grade__code="lop-5").grade])
    Publication.objects.update(open_to_guests=True)
    return found


def body(client: Client, path: str = "/", **more: object) -> str:
    return client.get(path, **more).content.decode()  # type: ignore[arg-type]


# The front page


def test_front_page_counts_what_guests_may_see(
    client: Client, lesson: LearningResource, root: OrgUnit, teacher: User
) -> None:
    published_lesson(root, teacher, title="Chỉ trong ngành")
    shown = body(client)
    assert "Cộng hai phân số" in shown
    assert "Chỉ trong ngành" not in shown
    assert 'subject=toan&amp;grade=lop-5" aria-label="Toán, Lớp 5: 1 học liệu"' in shown
    assert "1 học liệu đã duyệt của 1 đơn vị" in shown


@pytest.fixture
def own_index(settings: object, tmp_path: Path) -> Iterator[None]:
    settings.SEARCH_INDEX = tmp_path / "search.sqlite3"  # type: ignore[attr-defined]
    forget_engines()
    yield
    forget_engines()


def test_every_link_of_the_front_page_leads_where_it_says(
    client: Client, root: OrgUnit, school: OrgUnit, teacher: User, own_index: None
) -> None:
    shared = {"subject": "toan", "grades": ("lop-5",), "licence": "cc-by"}
    publish_described(root, teacher, Metadata(title="Cộng hai phân số", **shared))
    main = re.search(r"<main.*?</main>", body(client), re.DOTALL)
    assert main
    links = [html.unescape(link) for link in re.findall(r'href="(/[^"]*|\?[^"]*)"', main.group())]
    cell = "/library/?subject=toan&grade=lop-5"
    assert cell in links
    assert "Cộng hai phân số" in body(client, cell)
    assert "/library/?subject=toan" in links
    assert "/library/?sort=new" in links
    assert [
        link for link in links if client.get(link if link[0] == "/" else f"/{link}").status_code != 200
    ] == []
    assert [link for link in links if "subject=" in link and not link.startswith("/library/?")] == []


def test_example_searches_find_something(
    client: Client, root: OrgUnit, teacher: User, own_index: None
) -> None:
    HomePage.objects.update(searches="phân số\nquang hợp")
    publish_described(
        root, teacher, Metadata(title="Cộng hai phân số", subject="toan", grades=("lop-5",), licence="cc-by")
    )
    shown = re.search(r'<section class="hero.*?</section>', body(client), re.DOTALL)
    assert shown
    offered = re.findall(r'<a class="chip" href="(/library/[^"]*)">([^<]*)</a>', shown.group())
    assert [words for _link, words in offered] == ["phân số", "Toán lớp 5"]
    for link, _words in offered:
        assert "Cộng hai" in body(client, link)


def publish_described(root: OrgUnit, teacher: User, metadata: Metadata) -> None:
    """A lesson with its described metadata, published at the root and open to guests."""
    resource = actions.create_resource(
        by=teacher, owner_unit=teacher.memberships.get(primary=True).unit, metadata=metadata
    )
    version = Version.objects.create(
        resource=resource,
        number=1,
        filename="a.zip",
        by=teacher,
        ingest="ready",
        review="submitted",
        kind="scorm12",
    )
    actions.publish(by=None, version=version, unit=root, open_to_guests=True)


def test_front_page_shows_members_what_the_sector_shares(
    client: Client, lesson: LearningResource, root: OrgUnit, school: OrgUnit, teacher: User
) -> None:
    published_lesson(root, teacher, title="Chỉ trong ngành")
    published_lesson(school, teacher, title="Chỉ trong trường")
    client.force_login(teacher)
    shown = body(client)
    assert "Chỉ trong ngành" in shown
    assert "Chỉ trong trường" not in shown
    assert "2 học liệu đã duyệt" in shown


def test_front_page_for_guests_comes_whole_from_the_cache(
    client: Client, lesson: LearningResource, django_assert_num_queries: object
) -> None:
    first = client.get("/")
    with django_assert_num_queries(0):  # type: ignore[operator]
        second = client.get("/")
    assert second.content == first.content
    assert "Set-Cookie" not in second.headers
    assert "Cookie" in second.headers["Vary"]


def test_stored_front_page_goes_when_a_resource_changes(
    client: Client, lesson: LearningResource, django_capture_on_commit_callbacks: object
) -> None:
    body(client)
    Publication.objects.update(withdrawn_on=date(2026, 1, 1))
    assert "Cộng hai phân số" in body(client)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        resource_changed.send(sender=LearningResource, resource_ids=[lesson.pk])
    assert "Cộng hai phân số" not in body(client)


def test_stored_front_page_goes_when_news_is_published(
    client: Client, root: OrgUnit, django_capture_on_commit_callbacks: object
) -> None:
    body(client)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        item = NewsIndexPage.objects.get().add_child(
            instance=NewsPage(title="Bảo trì tối thứ Bảy", day=date(2026, 11, 16))
        )
        item.save_revision().publish()
    assert "Bảo trì tối thứ Bảy" in body(client)


def test_stored_front_page_is_kept_for_each_language(client: Client, root: OrgUnit) -> None:
    vietnamese = body(client)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = body(client)
    assert 'lang="vi"' in vietnamese
    assert 'lang="en"' in english


def test_levels_are_tabs_and_unknown_ones_take_no_place(client: Client, root: OrgUnit) -> None:
    assert "Lớp 9" in body(client, "/?level=thcs")
    assert "Mẫu giáo 5–6 tuổi" in body(client, "/?level=mn")
    assert "Tiếng Việt" in body(client, "/?level=nonsense")
    stored = [key for key in cache._cache if ":nonsense" in key and "cms:page" in key]  # type: ignore[attr-defined]
    assert stored == []


def test_a_signed_in_front_page_asks_few_questions(
    client: Client, lesson: LearningResource, teacher: User, django_assert_max_num_queries: object
) -> None:
    client.force_login(teacher)
    body(client)
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        body(client)


def test_classes_that_begin_soon(client: Client, root: OrgUnit, teacher: User) -> None:
    course = Course.objects.create(unit=root, owner=teacher, title="Đánh giá bằng công cụ số", state="open")
    draft = Course.objects.create(unit=root, owner=teacher, title="Khóa đang soạn")
    for each in (course, draft):
        CourseRun.objects.create(
            course=each,
            unit=root,
            name="Lớp 1",
            opens_on=date(2099, 12, 7),
            closes_on=date(2099, 12, 30),
            school_year=2099,
            created_by=teacher,
        )
    shown = body(client)
    assert "Đánh giá bằng công cụ số" in shown
    assert "tháng 12" in shown
    assert "Khóa đang soạn" not in shown


def test_the_welcome_page_of_wagtail_is_gone_and_the_move_can_be_undone() -> None:
    assert HomePage.objects.get().depth == 2
    assert NewsIndexPage.objects.get().url == "/news/"
    assert ContactPage.objects.get().url == "/contact/"
    editor = SimpleNamespace(connection=connection)
    later = import_module("cms.migrations.0005_contact_page")
    apps = MigrationExecutor(connection).loader.project_state(("cms", "0005_contact_page")).apps
    for _twice in range(2):
        later.backwards(apps, editor)
        assert HomePage.objects.get().get_children().count() == 1
        later.forwards(apps, editor)
        assert ContactPage.objects.get().get_parent().specific == HomePage.objects.get()
    later.backwards(apps, editor)
    migration = import_module("cms.migrations.0002_front_page")
    apps = MigrationExecutor(connection).loader.project_state(("cms", "0003_editors")).apps
    migration.backwards(apps, editor)
    assert (HomePage.objects.count(), NewsIndexPage.objects.count()) == (0, 0)
    assert Page.objects.get(depth=2).specific_class is Page
    for _twice in range(2):
        migration.forwards(apps, editor)
    assert HomePage.objects.get().get_children().get().specific == NewsIndexPage.objects.get()


def test_news_and_information_pages(client: Client, root: OrgUnit) -> None:
    index = NewsIndexPage.objects.get()
    index.add_child(
        instance=NewsPage(
            title="Hướng dẫn rà soát",
            slug="ra-soat",
            day=date(2026, 11, 18),
            number="Công văn 1487/SGDĐT",
            body=[("text", "<p>Nội dung <b>đậm</b></p>")],
        )
    )
    HomePage.objects.get().add_child(instance=InfoPage(title="Bản quyền", slug="quyen", footer="rules"))
    assert "Hướng dẫn rà soát" in body(client, "/news/")
    shown = body(client, "/news/ra-soat/")
    assert "Công văn 1487/SGDĐT" in shown
    assert "<b>đậm</b>" in shown
    assert '<a href="/quyen/">Bản quyền</a>' in shown  # the footer


def test_news_are_told_apart_from_documents_and_lead_to_each_other(client: Client, root: OrgUnit) -> None:
    index = NewsIndexPage.objects.get()
    for day, title, number in ((1, "Tin một", ""), (2, "Công văn hai", "15/SGDĐT"), (3, "Tin ba", "")):
        index.add_child(
            instance=NewsPage(title=title, slug=f"tin-{day}", day=date(2026, 11, day), number=number)
        )
    assert re.findall(r'<h2><a href="([^"]+)"', body(client, "/news/")) == [
        f"/news/tin-{day}/" for day in (3, 2, 1)
    ]
    assert "Công văn hai" not in body(client, "/news/?kind=news")
    documents = body(client, "/news/?kind=documents")
    assert "Công văn hai" in documents
    assert "Tin một" not in documents
    middle = body(client, "/news/tin-2/")
    assert '<a href="/news/tin-1/" rel="prev">' in middle
    assert '<a href="/news/tin-3/" rel="next">' in middle


def test_information_pages_show_their_place(client: Client, root: OrgUnit) -> None:
    home = HomePage.objects.get()
    first = home.add_child(instance=InfoPage(title="Trợ giúp tải lên", slug="tai-len", footer="help"))
    home.add_child(instance=InfoPage(title="Trợ giúp tìm", slug="tim", footer="help"))
    home.add_child(instance=InfoPage(title="Bản quyền", slug="quyen", footer="rules"))
    first.add_child(instance=InfoPage(title="Đóng gói SCORM", slug="dong-goi"))
    main = re.search(r"<main.*?</main>", body(client, "/tai-len/"), re.DOTALL)
    assert main
    assert re.findall(r'href="([^"]+)"', main.group()) == ["/tai-len/dong-goi/", "/tim/"]
    below = body(client, "/tai-len/dong-goi/")
    assert '<ol><li><a href="/tai-len/">Trợ giúp tải lên</a></li></ol>' in below


def test_the_contact_page_says_who_helps_with_what(client: Client, root: OrgUnit) -> None:
    page = ContactPage.objects.get()
    assert "Sở chưa ghi địa chỉ" in body(client, "/contact/")
    Portal.objects.create(site=HomePage.objects.get().get_site(), address="307 Nguyễn Văn Linh")
    page.desks = [
        ("desk", {"matter": "Gói SCORM", "name": "Tổ CNTT", "phone": "0221 386 3000", "email": "cntt@so.vn"})
    ]
    page.save_revision().publish()
    cache.clear()
    shown = body(client, "/contact/")
    assert "307 Nguyễn Văn Linh" in shown
    assert 'href="tel:02213863000"' in shown
    assert 'href="mailto:cntt@so.vn"' in shown


def test_editors_put_menus_together(client: Client, root: OrgUnit) -> None:
    page = HomePage.objects.get().add_child(instance=InfoPage(title="Quy chế", slug="quy-che"))
    draft = HomePage.objects.get().add_child(instance=InfoPage(title="Chưa đăng", slug="nhap", live=False))
    links = [
        ("page", {"page": page, "title": ""}),
        ("page", {"page": draft, "title": "Nháp"}),
        ("address", {"title": "Cổng Bộ", "address": "https://moet.gov.vn"}),
    ]
    Portal.objects.create(
        site=page.get_site(), menu=links, footer=[("column", {"title": "Liên kết", "links": links})]
    )
    shown = body(client, "/news/")
    nav = re.search(r'<nav class="site-nav".*?</nav>', shown, re.DOTALL)
    footer = re.search(r"<footer.*?</footer>", shown, re.DOTALL)
    menu = re.search(r'<nav class="menu.*?</nav>', shown, re.DOTALL)
    assert nav
    assert menu
    assert footer
    for place in (nav.group(), menu.group(), footer.group()):
        assert '<a href="https://moet.gov.vn">' in place
        assert "Quy chế" in place
        assert "Nháp" not in place
    assert "<h2>Liên kết</h2>" in footer.group()
    assert 'aria-current="page"' in body(client, "/quy-che/").split('<nav class="site-nav"')[1]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//elsewhere.vn/", "data:text/html,x", "so.vn"])
def test_a_menu_takes_no_address_that_is_none(address: str) -> None:
    with pytest.raises(ValidationError):
        local_or_web(address)
    for good in ("/library/?q=a", "https://moet.gov.vn/tin", "http://so.vn"):
        local_or_web(good)


# What is next


def enrolled(user: User) -> Enrolment:
    """Somebody in a running class of one lesson."""
    course = CourseFactory(title="Đánh giá bằng công cụ số")
    section = Section.objects.create(course=course, title="Phần 1", position=1)
    activity = Activity.objects.create(
        section=section,
        position=1,
        kind="package",
        title="Sáu bước",
        resource=published_lesson(course.unit, user),
        rule={"when": "completed"},
    )
    run = CourseRun.objects.create(
        course=course,
        unit=course.unit,
        name="Lớp 1",
        opens_on=date(2020, 1, 1),
        closes_on=date(2099, 12, 30),
        school_year=2026,
        state="open",
        created_by=user,
    )
    RunPin.objects.create(run=run, activity=activity, version=activity.resource.versions.get())
    return Enrolment.objects.create(run=run, user=user)


def test_the_front_page_leads_a_learner_back_to_where_she_stopped(
    client: Client, root: OrgUnit, teacher: User
) -> None:
    enrolment = enrolled(teacher)
    client.force_login(teacher)
    shown = body(client)
    assert f"?class={enrolment.run.uid}" in shown
    assert "Bắt đầu từ hoạt động đầu tiên" in shown
    activity = enrolment.run.pins.first().activity
    Attempt.objects.create(
        user=teacher,
        enrolment=enrolment,
        activity=activity,
        version=activity.resource.versions.get(),
        progress=0.4,
    )
    shown = body(client)
    assert f'href="/learn/{enrolment.uid}/{activity.uid}/"' in shown
    assert '<progress value="0.4"' in shown
    ActivityCompletion.objects.create(enrolment=enrolment, activity=activity, at=timezone.now(), rule={})
    assert f"/learn/{enrolment.uid}/" not in body(client)


def test_the_front_page_says_what_waits_for_a_reviewer_and_an_instructor(
    client: Client, root: OrgUnit, school: OrgUnit, teacher: User
) -> None:
    waiting = published_lesson(school, teacher, title="Bài chờ")
    Version.objects.filter(resource=waiting).update(review="submitted", ingest="ready")
    reviewer = person(school, "resource_reviewer")
    run = enrolled(teacher).run
    Instructor.objects.create(run=run, user=reviewer)
    began = timezone.now() - timedelta(hours=3)
    session = ClassSession.objects.create(
        run=run, title="Buổi 1", starts_at=began, ends_at=began + timedelta(hours=2), created_by=reviewer
    )
    client.force_login(reviewer)
    shown = body(client)
    assert "1 bài chờ duyệt" in shown
    assert f"/classes/{run.uid}/sessions/{session.uid}/" in shown
    client.force_login(person(root, "teacher"))
    assert "Việc tiếp theo" not in body(client)


def test_what_is_used_most_is_ranked_and_only_what_one_may_see(
    client: Client, root: OrgUnit, teacher: User
) -> None:
    inside, rare, often = (
        published_lesson(root, teacher, title=title) for title in ("Trong ngành", "Ít dùng", "Hay dùng")
    )
    Publication.objects.exclude(version__resource=inside).update(open_to_guests=True)
    for lesson, times in ((inside, 5), (rare, 1), (often, 3)):
        ResourceUse.objects.create(resource=lesson, day=today(), count=times)
    ranked = re.search(r'<ol class="rank.*?</ol>', body(client), re.DOTALL)
    assert ranked
    assert re.findall(r">([^<>]+)</a>", ranked.group()) == ["Hay dùng", "Ít dùng"]
    assert "3 lượt dùng" in ranked.group()
    client.force_login(teacher)
    ranked = re.search(r'<ol class="rank.*?</ol>', body(client), re.DOTALL)
    assert ranked
    assert re.findall(r">([^<>]+)</a>", ranked.group())[0] == "Trong ngành"


# Navigation


def labels(client: Client) -> list[str]:
    nav = re.search(r'<nav class="site-nav".*?</nav>', body(client, "/news/"), re.DOTALL)
    assert nav
    return re.findall(r">([^<>\n]+)</a>", nav.group())


def expected(*names: str) -> list[str]:
    """Only the entries whose pages are installed."""
    from cms.context import link_to

    installed = {
        "Kho học liệu": "search:search",
        "Bồi dưỡng": "courses:list",
        "Học tập của tôi": "courses:learning",
        "Bài của tôi": "repository:mine",
        "Duyệt bài": "repository:review",
        "Quản lí": "coverage:targets",
        "Tin tức": "front",
    }
    return [name for name in names if link_to(installed[name])]


def test_navigation_of_each_kind_of_user(
    client: Client, root: OrgUnit, school: OrgUnit, teacher: User
) -> None:
    assert labels(client) == expected("Kho học liệu", "Bồi dưỡng", "Tin tức")
    client.force_login(teacher)
    assert labels(client) == expected(
        "Kho học liệu", "Bồi dưỡng", "Học tập của tôi", "Bài của tôi", "Tin tức"
    )
    client.force_login(person(school, "resource_reviewer"))
    assert labels(client) == expected("Kho học liệu", "Bồi dưỡng", "Học tập của tôi", "Duyệt bài", "Tin tức")
    client.force_login(person(root, "unit_administrator"))
    assert labels(client) == expected("Kho học liệu", "Bồi dưỡng", "Học tập của tôi", "Quản lí", "Tin tức")


def test_header_names_the_root_unit_and_forgets_it_when_renamed(
    client: Client, root: OrgUnit, django_capture_on_commit_callbacks: object
) -> None:
    assert "Sở GD&amp;ĐT Hưng Yên" in body(client, "/news/")
    assert cache.get(PORTAL_KEY) is not None
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        site = HomePage.objects.get().get_site()
        Portal.objects.create(site=site, unit_name="Sở Hưng Yên", phone="0221 3863 000")
    shown = body(client, "/news/")
    assert "<small>Sở Hưng Yên</small>" in shown
    assert "0221\u00a03863\u00a0000" in shown


def test_pages_hold_no_inline_script_or_style(
    client: Client, lesson: LearningResource, teacher: User
) -> None:
    client.force_login(teacher)
    for path in ("/", "/news/", "/nothing-here/", "/account/password/change/"):
        shown = body(client, path)
        assert not re.search(r"<script(?![^>]*\bsrc=)", shown), path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", shown), path


def test_policy_is_strict(client: Client, root: OrgUnit) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert f"frame-src {settings.CONTENT_URL}" in policy


# Signing in


def test_a_wrong_password_is_said_in_vietnamese_and_keeps_the_name(client: Client, teacher: User) -> None:
    response = client.post("/account/login/", {"login": "nguoi <x>", "password": "sai"})
    shown = response.content.decode()
    assert "Tên đăng nhập hoặc mật khẩu chưa khớp" in shown
    assert 'value="nguoi &lt;x&gt;"' in shown
    assert 'role="alert"' in shown
    assert "sai" not in re.findall(r'value="([^"]*)"', shown)


@pytest.mark.parametrize("remember", [True, False])
def test_staying_signed_in_is_asked_for(client: Client, teacher: User, remember: bool) -> None:
    data = {"login": teacher.username, "password": PASSWORD} | ({"remember": "on"} if remember else {})
    response = client.post("/account/login/?next=/news/", {**data, "next": "/news/"})
    assert (response.status_code, response["Location"]) == (302, "/news/")
    assert client.session.get_expire_at_browser_close() is not remember


def test_signing_in_with_the_mail_address_and_out_again(client: Client, teacher: User) -> None:
    client.post("/account/login/", {"login": teacher.email, "password": PASSWORD})
    assert "_auth_user_id" in client.session
    assert "Đăng xuất khỏi máy này?" in body(client, "/account/logout/")
    assert client.post("/account/logout/")["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_too_many_attempts_rest(client: Client, teacher: User) -> None:
    for _ in range(6):
        response = client.post("/account/login/", {"login": teacher.username, "password": "sai"})
    shown = response.content.decode()
    assert "Đã thử quá nhiều lần" in shown


def test_a_new_password_by_mail(client: Client, teacher: User) -> None:
    response = client.post("/account/password/reset/", {"email": teacher.email})
    assert response["Location"] == "/account/password/reset/done/"
    assert "thư có đường dẫn đang được gửi" in body(client, response["Location"])
    (letter,) = mail.outbox
    assert letter.subject == "Đặt lại mật khẩu"
    link = re.search(r"http://\S+(/account/password/reset/key/\S+)", letter.body)
    assert link
    assert f"tài khoản {teacher.username}" in letter.body
    form = client.get(link.group(1), follow=True)
    assert "Đặt lại mật khẩu" in form.content.decode()
    address = form.redirect_chain[-1][0]
    short = client.post(address, {"password1": "abc", "password2": "abc"})
    summary = re.search(r'role="alert".*?</ul>', short.content.decode(), re.DOTALL)
    assert summary
    assert "Mật khẩu cần ít nhất 8 kí tự." in summary.group()
    assert summary.group().count(">Mật khẩu mới</a>:") == 1
    done = client.post(address, {"password1": "ba-con-meo-den", "password2": "ba-con-meo-den"}, follow=True)
    assert "Đã đổi mật khẩu" in done.content.decode()
    teacher.refresh_from_db()
    assert teacher.check_password("ba-con-meo-den")
    again = client.get(link.group(1), follow=True)
    assert "Đường dẫn đã hết hiệu lực" in again.content.decode()


def test_an_unknown_address_learns_nothing_on_the_page(client: Client, teacher: User) -> None:
    known = client.post("/account/password/reset/", {"email": teacher.email})
    unknown = client.post("/account/password/reset/", {"email": "ai-do@truong.test"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert "chưa có tài khoản nào" in mail.outbox[-1].body


def test_changing_the_password(client: Client, teacher: User) -> None:
    client.force_login(teacher)
    wrong = client.post(
        "/account/password/change/",
        {"oldpassword": "sai", "password1": "ba-con-meo-den", "password2": "ba-con-meo"},
    )
    shown = wrong.content.decode()
    assert "Gõ mật khẩu hiện nay." in shown
    assert "chưa giống nhau" in shown
    right = {"oldpassword": PASSWORD, "password1": "ba-con-meo-den", "password2": "ba-con-meo-den"}
    client.post("/account/password/change/", right)
    teacher.refresh_from_db()
    assert teacher.check_password("ba-con-meo-den")


def test_nobody_signs_up_alone(client: Client, root: OrgUnit) -> None:
    before = User.objects.count()
    UserFactory.build()
    client.post("/account/signup/", {"username": "moi", "password1": "ba-con-meo-den"})
    assert User.objects.count() == before


def test_our_own_pages_have_english_names(client, db, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Good lessons by teachers" in client.get("/").content.decode()
    page = client.get("/news/").content.decode()
    assert "<title>News and documents – " in " ".join(page.split())
    assert '<span lang="en">News and documents</span></h1>' in page
