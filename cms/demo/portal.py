"""The demo's front page: who runs the portal, news, and two pages of help."""

# ruff: noqa: E501, ISC004 - prose, not code
from __future__ import annotations

import re
from datetime import timedelta

from wagtail.models import Page, Site

from accounts.days import today
from accounts.text import fold
from cms.demo import clock, contacts
from cms.models import HomePage, InfoPage, NewsIndexPage, NewsPage, Portal

# Title, number of the document ("" for news), days ago, summary, paragraphs.
NEWS = (
    (
        "Mở lớp bồi dưỡng thiết kế bài giảng e‑Learning theo chuẩn SCORM",
        "",
        20,
        "Học trực tuyến theo nhịp của từng người trong tám tuần, học được trên điện thoại.",
        (
            "Lớp gồm ba phần: thiết kế bài giảng, yêu cầu kĩ thuật, đóng gói và tự kiểm tra. "
            "Học viên học lúc nào cũng được, hệ thống nhớ trang đang học và kết quả từng câu hỏi.",
            "Thầy cô đã có tên trong danh sách đăng nhập, mở mục Học tập và bắt đầu từ bài đầu tiên.",
        ),
    ),
    (
        "Kết quả lớp bồi dưỡng trước về bài giảng e‑Learning",
        "",
        95,
        "Hơn một phần tư cán bộ, giáo viên của các đơn vị đã hoàn thành khóa học.",
        (
            "Các trường THPT có tỉ lệ hoàn thành cao nhất; bậc mầm non sẽ được ưu tiên chỗ trong lớp tiếp theo.",
            "Danh sách hoàn thành của từng đơn vị có trong mục Chỉ tiêu, quản trị đơn vị xem được của đơn vị mình.",
        ),
    ),
    (
        "Hướng dẫn đóng góp học liệu vào kho dùng chung năm học mới",
        "Công văn số 15/SGDĐT-GDPT",
        72,
        "Mỗi tổ chuyên môn đóng góp ít nhất hai học liệu mỗi học kì; trường duyệt trước khi gửi Sở.",
        (
            "Học liệu nhận ở các dạng: gói SCORM, gói HTML5, tệp PDF và hình ảnh.",
            "Người gửi ghi rõ môn, lớp, bộ sách và giấy phép sử dụng. Bài dùng tư liệu của người khác phải ghi nguồn.",
        ),
    ),
    (
        "Từ ngày 1/7/2025 các trường mầm non, tiểu học, THCS thuộc xã, phường",
        "",
        9,
        "Cây đơn vị trên hệ thống đã theo mô hình mới; số liệu các năm trước vẫn xem được theo mô hình cũ.",
        (
            "Học liệu, lớp học và kết quả bồi dưỡng của các trường được giữ nguyên, chỉ thay đổi đơn vị quản lí.",
            "Quản trị xã, phường kiểm tra danh sách trường và cán bộ của mình trong mục Đơn vị.",
        ),
    ),
)
HELP = (
    (
        "Cách tải bài giảng lên kho",
        InfoPage.HELP,
        (
            "Đăng nhập, mở mục Bài của tôi và bấm nút Tải lên bài giảng. Chọn tệp .zip của gói SCORM hoặc HTML5, tệp PDF hay hình ảnh.",
            "Trong lúc tệp tải lên, điền tên bài, môn, lớp và giấy phép sử dụng. Nếu mất mạng, chọn lại đúng tệp ấy, phần đã tải không phải tải lại.",
            "Tải xong, hệ thống kiểm tra gói và ghi rõ chỗ cần sửa, nếu có. Xem thử bài như học viên sẽ thấy trước khi gửi đi.",
            "Khi bài đã ổn, bấm Gửi duyệt. Tổ chuyên môn hoặc Sở duyệt bài rồi đăng lên kho; bài cần sửa sẽ được trả lại kèm lí do, tại mục Bài của tôi.",
        ),
    ),
    (
        "Quy định về bản quyền học liệu",
        InfoPage.RULES,
        (
            "Người gửi chịu trách nhiệm về nội dung và nguồn tư liệu trong bài.",
            "Mỗi học liệu có một giấy phép; người dùng lại phải làm theo giấy phép đó.",
        ),
    ),
)


def load() -> None:
    """Fills the pages that the migrations made; pages that are there already stay."""
    home = HomePage.objects.live().first()
    index = NewsIndexPage.objects.live().first()
    site = Site.objects.filter(is_default_site=True).first()
    if home is None or index is None or site is None:
        raise RuntimeError("the front page or the list of news is missing")
    Portal.objects.update_or_create(
        site=site,
        defaults={
            "name": "Học liệu Hưng Yên",
            "unit_name": "Sở GD&ĐT Hưng Yên",
            "about": "Kho học liệu số dùng chung và bồi dưỡng giáo viên của ngành giáo dục Hưng Yên.",
            "contact": "Tổ hỗ trợ kho học liệu, Sở GD&ĐT",
            "phone": contacts.PHONE,
            "email": contacts.EMAIL,
            "hours": contacts.HOURS,
            "address": contacts.OFFICE,
        },
    )
    for title, number, days_ago, summary, paragraphs in sorted(NEWS, key=lambda entry: -entry[2]):
        day = today() - timedelta(days=days_ago)
        with clock.on(day):
            _add(
                index,
                NewsPage(title=title, day=day, number=number, summary=summary, body=_body(paragraphs)),
            )
    for title, column, paragraphs in HELP:
        _add(home, InfoPage(title=title, footer=column, body=_body(paragraphs)))
    contacts.load()


def _body(paragraphs: tuple[str, ...]) -> list[tuple[str, str]]:
    return [("text", "".join(f"<p>{text}</p>" for text in paragraphs))]


def _add(parent: Page, page: Page) -> None:
    page.slug = re.sub(r"[^a-z0-9]+", "-", fold(page.title)).strip("-")[:80]
    parent.refresh_from_db()
    parent.add_child(instance=page)
    page.save_revision().publish()
