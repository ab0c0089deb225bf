"""What a question says around its subject: "cho tôi xin tài liệu giúp học sinh … dễ hiểu". Pure.

Such words stand in lessons of every subject, or in none, and say nothing of what is looked for. In a long
question they need not occur and weigh little, as long as something else was asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from accounts.text import fold
from search.analysis import Word, words
from search.asked import Group, Phrase
from search.lexicon import Lexicon
from search.thesaurus import LINKING

#: Shorter queries are names of things: every word of them is meant.
LONG_QUESTION = 7
#: Without marks linking words are told from others only among so many words.
LONG_PLAIN = 9
#: What such a word weighs at most.
WEIGHT = 0.15
#: A word that stands beside its neighbour in this share of the uses of either is a part of a longer word.
BELONGS = 0.3

#: What is asked for, whom it is for, what it should do and how.
_FRAMES = (
    "tài liệu", "học liệu", "tư liệu", "nội dung", "bài học", "bài dạy", "bài mẫu", "bài", "tiết học",
    "tiết dạy", "tiết", "hoạt động", "trò chơi", "ví dụ", "ví dụ thực tế", "thực tế", "hình ảnh",
    "hình ảnh minh họa", "minh họa", "lời giải", "đáp án", "có sẵn", "đồ dùng tự làm", "phiếu", "mẹo", "mẫu",
    "học sinh", "học trò", "học sinh yếu", "học sinh giỏi", "học sinh đại trà", "mất gốc", "giáo viên",
    "thầy cô", "cô giáo", "thầy giáo", "phụ huynh", "người học", "các em", "các bé", "các con", "các cháu",
    "trẻ", "trẻ em", "trẻ nhỏ", "bé", "em", "cháu", "bạn nào", "thầy cô nào", "ai",
    "dạy", "dạy học", "dạy lại", "giảng", "học", "soạn", "giúp", "giúp đỡ", "hướng dẫn", "giải thích",
    "giới thiệu", "tổ chức", "tìm hiểu", "khám phá", "chuẩn bị", "rèn", "luyện", "luyện tập", "chia sẻ",
    "gợi ý", "xin", "cho xin", "nhờ", "nên", "phải", "sao cho", "bắt đầu", "mới bắt đầu", "bắt đầu từ đâu",
    "hiểu", "hiểu bài", "biết", "nắm", "nắm được", "nhớ", "ghi nhớ", "nhớ lâu", "thuộc", "hay", "thích",
    "yêu thích", "hứng thú", "tự tin", "chưa", "hay quên", "quên", "nhầm", "thường", "dễ", "dễ hiểu",
    "dễ nhớ", "dễ dàng", "hấp dẫn", "sinh động", "đơn giản", "trực quan", "hiệu quả", "nhanh", "nhanh hơn",
    "lâu", "lâu hơn", "tốt", "tốt hơn", "đúng", "đúng cách", "hợp lí", "phù hợp", "vui", "thú vị", "lưu ý",
    "thế", "tại", "đâu", "khi nào", "bao nhiêu", "bao giờ", "những gì", "vậy", "với ạ", "ơi", "thao giảng",
    "dự giờ", "trên lớp", "lớp", "ở nhà", "tại nhà",
)  # fmt: skip
#: Linking words that without marks are often another word, and a good one ("lá", "tim", "đo", "bảng").
_OTHERS_TOO = frozenset({"la", "tim", "do", "bang"})

_FRAME_WORDS = frozenset(words(text) for text in _FRAMES)
_PLAIN = frozenset(tuple(Word(w.folded, w.folded) for w in frame) for frame in _FRAME_WORDS)
_LINKING_PLAIN = frozenset(words(fold(text)) for text in LINKING if fold(text) not in _OTHERS_TOO)
_LONGEST = max(map(len, _FRAME_WORDS))


def framed(groups: Sequence[Group], lexicon: Lexicon) -> list[Group]:
    """The groups of a query, those of its frame optional where the query is long and says more than that."""
    typed = [_typed(group) for group in groups]
    # What names a grade or subject is kept as the catalogue writes it.
    plain = not any(w.has_marks for g in groups if not g.kind for w in _typed(g))
    said = sum(map(len, typed))
    if said < LONG_QUESTION:
        return list(groups)
    known = _FRAME_WORDS if not plain else _PLAIN | _LINKING_PLAIN if said >= LONG_PLAIN else _PLAIN
    framing = _framing(groups, typed, lexicon, known)
    rest = [at for at, group in enumerate(groups) if at not in framing and _is_needed(group)]
    if not any(lexicon.names_with(w) for at in rest for w in typed[at]):
        return list(groups)
    return [
        replace(group, optional=True, weight=min(group.weight, WEIGHT), frame=not group.optional)
        if at in framing
        else group
        for at, group in enumerate(groups)
    ]


def _typed(group: Group) -> Phrase:
    return group.phrases[0] if group.phrases else ()


def _is_needed(group: Group) -> bool:
    return not group.kind and not group.optional


def _framing(
    groups: Sequence[Group], typed: Sequence[Phrase], lexicon: Lexicon, known: Collection[Phrase]
) -> set[int]:
    """The numbers of the groups that are a part of the frame, the longest known at each place."""
    sizes = [_longest(groups, typed, at, known) for at in range(len(groups))]
    of_frames = {n for at, size in enumerate(sizes) for n in range(at, at + size)}
    found: set[int] = set()
    at = 0
    while at < len(groups):
        size = sizes[at]
        # "dạy | học sinh" rather than "dạy học | sinh".
        if size > 1 and at + size - 1 < len(sizes) and sizes[at + size - 1] > 1:
            size -= 1
        if size == 1 and _belongs(typed, at, lexicon, of_frames):
            size = 0
        found.update(range(at, at + size))
        at += size or 1
    return found


def _longest(groups: Sequence[Group], typed: Sequence[Phrase], at: int, known: Collection[Phrase]) -> int:
    """How many groups from ``at`` are one frame; an abbreviation is one of its own ("hs")."""
    first = groups[at]
    if first.kind or first.quoted:
        return 0
    if len(first.phrases) > 1:
        return int(any(phrase in _FRAME_WORDS for phrase in first.phrases))
    best, run = 0, typed[at]
    for end in range(at + 1, min(at + _LONGEST, len(groups)) + 1):
        if run in known:
            best = end - at
        if end == len(groups) or groups[end].kind or groups[end].quoted or len(groups[end].phrases) > 1:
            break
        run = (*run, *typed[end])
    return best


def _belongs(typed: Sequence[Phrase], at: int, lexicon: Lexicon, of_frames: Collection[int]) -> bool:
    """Whether a word is part of a longer one of the library here ("có nhớ", "ma sát")."""
    own = typed[at][-1]
    for beside in (at - 1, at + 1):
        if not 0 <= beside < len(typed) or beside in of_frames or not typed[beside]:
            continue
        near = typed[beside][-1 if beside < at else 0]
        first, second = (near, own) if beside < at else (own, near)
        pair = lexicon.folded_pairs.get(f"{first.folded} {second.folded}", 0)
        if pair and pair >= BELONGS * min(lexicon.names_with(own), lexicon.names_with(near)):
            return True
    return False
