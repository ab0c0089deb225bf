"""A page of results with its facets from the embedded engine, at 20,000 and 100,000 documents.

Run as `python -m benchmarks.search [--documents 20000 100000] [--rounds 3] [--together 8]`. The documents
are made up from a fixed seed, as are the questions; the index lies in a folder of its own.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import machine, yardstick

if TYPE_CHECKING:
    from search.documents import Document
    from search.engines.base import Engine, SearchRequest

GOALS = "goals at 100,000: p95 ≤ 80 ms alone, ≤ 300 ms 8 at once; suggest ≤ 5 ms"
SUBJECTS = (
    "Toán", "Tiếng Việt", "Ngữ văn", "Ngoại ngữ 1", "Khoa học", "Khoa học tự nhiên", "Vật lí", "Hóa học",
    "Sinh học", "Lịch sử", "Địa lí", "Lịch sử và Địa lí", "Giáo dục công dân", "Tin học", "Công nghệ",
    "Âm nhạc", "Mĩ thuật", "Giáo dục thể chất", "Hoạt động trải nghiệm", "Đạo đức",
)  # fmt: skip
TYPES = (
    "Bài giảng e-Learning",
    "Video bài giảng",
    "Giáo án",
    "Đề thi",
    "Phần mềm mô phỏng",
    "Câu hỏi, bài tập",
)
KNOWN = """
phân số hỗn thập tỉ lệ phần trăm diện tích hình tam giác tròn vuông chu vi thể đo lường khối lượng thời
gian vận tốc quãng đường câu ghép từ đồng nghĩa tả cảnh người văn miêu kể chuyện đọc hiểu chính âm vần
luyện tập ôn kiểm tra học kì đề cương bài giảng hướng dẫn thí nghiệm thực hành nước không khí ánh sáng
thanh nhiệt điện trường năng lượng mặt trời cây xanh hoa quả hạt giống động vật sinh sản tế bào di truyền
lịch sử địa lí bản đồ sông núi biển đảo dân cư kinh tế nông nghiệp công cách mạng kháng chiến triều đại
vua quyền trẻ em bổn phận đạo đức trung hiếu bạn bè gia đình quê hương đất con bò gà mèo chó cá chim
"""
QUERIES = (
    "toan lop 5", "Toán lớp 5", "phân số", "phan so", "hình tam giác lớp 5", "GDCD 8", "khtn7", "bò",
    "luyện tập", "ôn tập học kì", "vật lý 10", "năng lượng mặt trời", "lịch sử địa lý 4", "bản đồ",
    "tiếng việt lớp 1", "", "quê hương đất nước", "thí nghiệm hóa học", "đề kiểm tra toán 6",
    "nguyễn thị lan",
)  # fmt: skip
PREFIXES = ("p", "ph", "pha", "phan s", "to", "t", "luyen t", "vat li", "q", "nang luong m")


def _syllables() -> tuple[list[str], list[float]]:
    """About 2,500 syllables and how often each is used: by Zipf, those of school among the first 350."""
    known = list(dict.fromkeys(KNOWN.split()))
    onsets = "b c ch d đ g gi h kh l m n ng nh p ph qu r s t th tr v x".split()  # noqa: SIM905
    rimes = "a ác ài ạn áng àm ả ậu ẽo êt ì iên ín o oi ông ố ột ung ữ ước ương áy ấp ê anh".split()  # noqa: SIM905
    rare = [onset + rime for onset in onsets for rime in rimes]
    tones = [each + end for each in rare[::4] for end in "mntp"]
    random.shuffle(rare)
    every = known + rare[:200]
    random.shuffle(every)
    every += rare[200:] + tones
    return every, [1 / (rank + 20) for rank in range(len(every))]


def documents(count: int) -> Iterator[Document]:
    """Lessons of 600 units in 40 communes, as long and as mixed as a province's."""
    from search.documents import Document

    random.seed(20261122)
    every, weights = _syllables()
    text = random.choices(every, weights, k=200_000)
    for number in range(1, count + 1):
        subject = random.choices(range(len(SUBJECTS)), weights=range(len(SUBJECTS), 0, -1))[0]
        grade = random.randint(1, 12)
        unit = random.randint(41, 640)
        words = _piece(text, random.randint(4, 10))
        head = f"{SUBJECTS[subject]} {grade}: " if number % 4 == 0 else ""
        yield Document(
            resource=number,
            uid=f"00000000-0000-4000-8000-{number:012d}",
            version=number,
            revision=number,
            title=head + " ".join(words),
            description=" ".join(_piece(text, random.randint(20, 60))),
            keywords=" ".join(_piece(text, 6)),
            author=f"Nguyễn Thị {random.choice(every).title()}",
            unit=f"Trường Tiểu học số {unit}",
            unit_path=(f"don-vi-{unit}", f"xa-{unit % 40}", "so"),
            subject=f"mon-{subject}",
            subject_name=SUBJECTS[subject],
            grades=(f"lop-{grade}",),
            grade_names=(f"Lớp {grade}",),
            grade_numbers=(grade,),
            type=f"loai-{number % len(TYPES)}",
            type_name=TYPES[number % len(TYPES)],
            series=f"bo-{number % 3}",
            licence=f"cc-{number % 4}",
            kind="scorm12",
            year=2016 + number % 11,
            published=1_500_000_000 + number * 600,
            units=(1,) if number % 3 else (1, 2 + unit % 40, unit),
        )


def _piece(text: list[str], size: int) -> list[str]:
    at = random.randrange(len(text) - size)
    return text[at : at + size]


class _Made:
    """The source of the index: documents made as they are asked for."""

    def __init__(self, count: int) -> None:
        self.size = count

    def documents(self, resource_ids: Iterable[int] | None = None) -> Iterable[Document]:
        return documents(self.size) if resource_ids is None else []

    def count(self) -> int:
        return self.size


def _requests() -> list[SearchRequest]:
    """Every query bare and with filters, as a teacher of one school asks."""
    from search.engines.base import SearchRequest
    from search.queries import Vocabulary, parse
    from search.scope import Scope

    words = Vocabulary(SUBJECTS, {n: f"Lớp {n}" for n in range(1, 13)})
    scope = Scope(frozenset({1, 15, 53}))
    made = []
    for text in QUERIES:
        query = parse(text, words)
        made.append(SearchRequest(query, scope))
        made.append(SearchRequest(query, scope, {"grade": ("lop-5", "lop-6"), "unit": ("xa-13",)}))
        made.append(SearchRequest(query, scope, {"subject": ("mon-0",)}, page=2))
    return made


def _figures(times: list[float]) -> str:
    ordered = sorted(times)
    p95 = ordered[int(len(ordered) * 0.95)]
    return f"p50 {statistics.median(ordered):.1f} ms, p95 {p95:.1f} ms, most {ordered[-1]:.1f} ms"


def _timed(ask: object, items: list[object], clock: Callable[[], float] = time.perf_counter) -> list[float]:
    times = []
    for item in items:
        started = clock()
        ask(item)  # type: ignore[operator]
        times.append((clock() - started) * 1000)
    return times


def _together(engine: Engine, requests: list[SearchRequest], threads: int) -> list[float]:
    times: list[float] = []

    def work(seed: int) -> None:
        mine = random.Random(seed).sample(requests, len(requests))
        times.extend(_timed(engine.search, list(mine)))

    started = [threading.Thread(target=work, args=(seed,)) for seed in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    return times


def measure(count: int, rounds: int, threads: int) -> None:
    """Prints the figures for an index of ``count`` documents."""
    from search.engines.embedded import EmbeddedEngine
    from search.queries import parse
    from search.scope import Scope

    with tempfile.TemporaryDirectory(prefix="hoclieu-search-") as folder:
        path = Path(folder) / "search.sqlite3"
        started = time.perf_counter()
        EmbeddedEngine(_Made(count), path).rebuild()
        built = time.perf_counter() - started
        engine = EmbeddedEngine(_Made(count), path)
        requests = _requests()
        first = _timed(engine.search, [requests[0]])[0]
        _timed(engine.search, list(requests))
        alone = [t for _ in range(rounds) for t in _timed(engine.search, list(requests))]
        processor = _timed(engine.search, list(requests), time.thread_time)
        crowd = _together(engine, requests, threads)
        scope = Scope(frozenset({1, 15, 53}))
        typed = [parse(text, exact=True) for text in PREFIXES * 5]
        beginnings = _timed(lambda query: engine.suggest(query, scope), list(typed))
        one = _timed(lambda d: engine.index([d]), list(documents(20)))
        size = path.stat().st_size / 1_000_000
    print(
        f"{count:,} documents: built in {built:.1f} s, {size:.0f} MB; first page of a process {first:.0f} ms"
    )
    print(f"  a page alone: {_figures(alone)}")
    print(f"  its processor time: {_figures(processor)}")
    print(f"  {threads} threads of one process: {_figures(crowd)}")
    print(f"  suggest: {_figures(beginnings)}; one document changed: {_figures(one)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--together", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hoclieu-search-") as var:
        os.environ.update(DJANGO_SETTINGS_MODULE="cms.settings", HOCLIEU_VAR=var, HOCLIEU_PROCESS="command")
        import django

        django.setup()
        print(f"{machine()}; yardstick {yardstick():.0f} ms. {GOALS}")
        for count in options.documents:
            measure(count, options.rounds, options.together)
        print(f"yardstick {yardstick():.0f} ms")


if __name__ == "__main__":
    main()
