"""How bytes are changed: pieces of the seeds replaced, left out, repeated, and pure noise."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

_PIECES = [
    b"\0",
    b"\xff" * 4,
    b"PK\1\2",
    b"PK\3\4",
    b"PK\5\6",
    b"../",
    b"\\",
    b"<item>",
    b"<",
    b"&#x0;",
    b"]]>",
]


@st.composite
def changed(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """Some seed with a few changes at any place; now and then noise alone."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=300))
    data = draw(st.sampled_from(list(seeds)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        cut = draw(st.sampled_from([0, 0, 1, 2, 4, 30]))
        piece = draw(st.one_of(st.binary(max_size=8), st.sampled_from(_PIECES)))
        data = data[:at] + piece * draw(st.sampled_from([1, 1, 1, 2, 50])) + data[at + cut :]
    return data
