"""How often the demo's resources were used, and what people report about some of them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta

from accounts.days import today
from accounts.models import User
from cms.demo import clock
from cms.demo.people import People
from repository.models import LearningResource, ProblemReport, Publication, ResourceUse

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
