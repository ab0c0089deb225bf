"""The calendar file of sessions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from courses.training.ics import Event, calendar

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


def test_moments_are_utc_text_is_escaped_and_lines_are_folded_at_characters() -> None:
    here = timezone(timedelta(hours=7))
    event = Event(
        uid="u1",
        title="Buổi 2: Thực hành đóng gói, chữa bài của từng người trong lớp; hỏi và đáp",
        starts_at=datetime(2026, 11, 28, 8, tzinfo=here),
        ends_at=datetime(2026, 11, 28, 11, 30, tzinfo=here),
        place="Phòng máy 2",
        about="dòng 1\ndòng 2",
    )
    text = calendar([event], now=NOW, host="hoclieu.example")
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    whole = text.replace("\r\n ", "")
    assert "DTSTART:20261128T010000Z\r\nDTEND:20261128T043000Z" in whole
    assert "SUMMARY:Buổi 2: Thực hành đóng gói\\, chữa bài của từng người trong lớp\\; hỏi và đáp" in whole
    assert "DESCRIPTION:dòng 1\\ndòng 2" in whole
    assert "UID:u1@hoclieu.example" in whole
    assert (lines[0], lines[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")


def test_a_cancelled_session_says_so_and_what_is_empty_is_left_out() -> None:
    event = Event(uid="u", title="T", starts_at=NOW, ends_at=NOW + timedelta(hours=1), cancelled=True)
    text = calendar([event], now=NOW, host="h")
    assert "STATUS:CANCELLED" in text
    assert "LOCATION" not in text
