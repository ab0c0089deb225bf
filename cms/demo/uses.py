"""How often the demo's resources were used, what people report about some of them and how they rate them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta

from accounts.days import today
from accounts.models import User
from cms.demo import clock
from cms.demo.people import People
from cms.demo.units import ROOT
from repository.models import LearningResource, ProblemReport, Publication, Rating, ResourceUse

#: How many days of use are known
DAYS = 120
_REPORTS = (
    (
        "Cộng, trừ hai phân số khác mẫu số",
        "wrong",
        "Câu 4 của phần luyện tập: đơn vị là mét hay đề-xi-mét ạ? Hình vẽ ghi dm.",
        2,
        "",
        "",
    ),
    (
        "Thí nghiệm ảo: định luật Ohm",
        "broken",
        "Trên điện thoại của em thanh trượt không kéo được.",
        1,
        "",
        "",
    ),
    (
        "Hình vẽ: ba đường cao của tam giác",
        "copyright",
        "Hình này giống hình trong sách của nhà xuất bản, thầy cô xem lại nguồn.",
        4,
        "",
        "",
    ),
    (
        "Biện pháp nhân hoá",
        "wrong",
        "Ví dụ thứ hai là so sánh, chưa phải nhân hoá.",
        40,
        "done",
        "Đã thay ví dụ ở bản mới, cảm ơn thầy cô.",
    ),
    (
        "Phố Hiến: thứ nhất Kinh Kì, thứ nhì Phố Hiến",
        "other",
        "Nhờ thầy cô thêm ảnh chùa Chuông.",
        33,
        "declined",
        "Ảnh chưa có giấy phép dùng chung. Khi có sẽ bổ sung.",
    ),
    (
        "Đề kiểm tra giữa học kì 1 môn Toán lớp 9",
        "broken",
        "Trang 2 in ra bị mất dòng cuối.",
        12,
        "done",
        "Đã xuất lại tệp PDF, lề dưới rộng hơn.",
    ),
)


#: What is written with so many stars
_WORDS = {
    5: (
        "Dùng trọn một tiết, học sinh rất thích phần tự chấm.",
        "Mở được trên điện thoại của phụ huynh, chữ to, rõ.",
        "Đúng yêu cầu cần đạt, tôi chỉ đổi ví dụ cho gần địa phương.",
        "Tổ chuyên môn đã dùng chung, tiết kiệm nhiều công soạn.",
        "Hình rõ, thí nghiệm ảo thay được tiết không có phòng bộ môn.",
    ),
    4: (
        "Tốt. Nên tắt nhạc nền ở trang đầu, loa lớp tôi hơi rè.",
        "Câu hỏi vừa sức; thêm hai câu vận dụng thì đủ tiết.",
        "Dùng ở lớp đại trà tốt, lớp chọn thì hơi nhẹ.",
        "Chạy ổn trên máy chiếu; trên điện thoại chữ hơi nhỏ.",
    ),
    3: (
        "Phần mở đầu dài, tôi bỏ bớt hai trang.",
        "Nội dung đúng nhưng ít tương tác, cần thêm phiếu học tập.",
    ),
    2: ("Máy tính cũ của trường chạy chậm, phải tải về trước.",),
    1: (),
}


def load(resources: dict[str, LearningResource], people: People, *, small: bool) -> None:
    """Uses of what is published; reports, in the whole demo, by teachers of other schools."""
    since = dict(
        Publication.objects.in_force()
        .order_by("-published_on")
        .values_list("version__resource_id", "published_on")
    )
    dice = random.Random(365)  # noqa: S311 - the same uses every time
    ids = [resource.pk for resource in resources.values() if resource.pk in since]
    # Those that courses use and that have been there longest are used most; then fewer and fewer.
    ResourceUse.objects.bulk_create(_uses(dice, ids, since), batch_size=1_000)
    if not small:
        _report(resources, people)
        _rate(ids, people)


def _uses(dice: random.Random, ids: list[int], since: dict[int, date]) -> Iterable[ResourceUse]:
    now = today()
    for rank, pk in enumerate(ids):
        often = 0.75 / (1 + rank % 40 / 6)
        for ago in range(min(DAYS, (now - since[pk]).days), -1, -1):
            day = now - timedelta(days=ago)
            quiet = 0.25 if day.weekday() >= 5 else 1.0
            if dice.random() < often * quiet:
                yield ResourceUse(resource_id=pk, day=day, count=1 + int(dice.expovariate(1 / (6 * often))))


def _report(resources: dict[str, LearningResource], people: People) -> None:
    reviewer = people.by_username["duyet"]
    writers: list[User] = people.teaching("thcs-di-su") + people.teaching("th-lam-son")
    rows = []
    for n, (title, what, text, days_ago, state, answer) in enumerate(_REPORTS):
        resource = resources[title]
        at = clock.moment(today() - timedelta(days=days_ago), 20, n * 9)
        rows.append(
            ProblemReport(
                resource=resource,
                version=resource.versions.order_by("number").last(),
                by=writers[n * 3 % len(writers)],
                what=what,
                text=text,
                at=at,
                state=state or ProblemReport.State.OPEN,
                answered_by=reviewer if state else None,
                answered_at=at + timedelta(days=2) if state else None,
                answer=answer,
            )
        )
    with clock.as_dated(ProblemReport):
        ProblemReport.objects.bulk_create(rows)


def _rate(ids: list[int], people: People) -> None:
    """Stars by those who may see a resource: of what is published to all, by teachers of any school."""
    for_all = set(
        Publication.objects.in_force().filter(unit__code=ROOT).values_list("version__resource_id", flat=True)
    )
    authors = dict(LearningResource.objects.filter(pk__in=for_all).values_list("pk", "author_id"))
    teachers = [user for unit in sorted(people.of_unit) for user in people.teaching(unit)]
    dice = random.Random(54)  # noqa: S311 - the same stars every time
    rows = []
    for rank, pk in enumerate(pk for pk in ids if pk in for_all):
        quality = dice.choice((3.6, 4.2, 4.4, 4.6, 4.8, 4.9))
        many = min(int(dice.expovariate(1 / (24 / (1 + rank % 40 / 8)))), 60, len(teachers))
        for user in dice.sample(teachers, many):
            if user.pk == authors[pk]:
                continue
            stars = min(5, max(1, round(dice.gauss(quality, 0.7))))
            words = dice.choice(_WORDS[stars]) if _WORDS[stars] and dice.random() < 0.3 else ""
            at = clock.moment(today() - timedelta(days=dice.randrange(1, DAYS)), 19, dice.randrange(60))
            rows.append(Rating(resource_id=pk, user=user, stars=stars, comment=words, at=at, changed_at=at))
    with clock.as_dated(Rating):
        Rating.objects.bulk_create(rows, batch_size=1_000)
