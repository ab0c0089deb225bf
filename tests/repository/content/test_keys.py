"""Keys in addresses: which open, for how long, and what ends them."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

from repository.content.keys import KEY_LENGTH, keys_in_force, make_key, month_number
from repository.content.links import file_url, launch_url, view_url

UID = UUID("5f0f2b66-3a3c-4c0e-9d58-5a0f1f6f0a11")
VERSION = SimpleNamespace(uid=UID, access_key="a" * 32)


def test_months_follow_each_other_over_the_year() -> None:
    december = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    assert month_number(datetime(2027, 1, 1, tzinfo=UTC)) == month_number(december) + 1


def test_this_month_and_the_last_are_in_force() -> None:
    month = month_number(datetime(2026, 11, 22, tzinfo=UTC))
    now, before = keys_in_force("s", str(UID), "a", month)
    assert now == make_key("s", str(UID), "a", month)
    assert before == make_key("s", str(UID), "a", month - 1)
    assert len(now) == KEY_LENGTH


def test_everything_counts_in_a_key() -> None:
    keys = {
        make_key("s", "v", "a", 1),
        make_key("t", "v", "a", 1),
        make_key("s", "w", "a", 1),
        make_key("s", "v", "b", 1),
        make_key("s", "v", "a", 2),
    }
    assert len(keys) == 5


def test_addresses(settings) -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    start = f"{settings.CONTENT_URL}/f/{UID}/"
    address = file_url(VERSION, "Ảnh/Hình 1?.png", at=at)
    assert address.startswith(start)
    assert address.endswith("/%E1%BA%A2nh/H%C3%ACnh%201%3F.png")
    assert file_url(VERSION, "a.html", "?x=1&y=é#p", at=at).endswith("/a.html?x=1&y=%C3%A9#p")
    assert launch_url(VERSION, "a b.html?content=playing", at=at).endswith("/a%20b.html?content=playing")
    assert view_url(VERSION, at=at).startswith(f"{settings.CONTENT_URL}/v/{UID}/")
    assert file_url(VERSION, "x", at=datetime(2026, 12, 1, tzinfo=UTC)) != file_url(VERSION, "x", at=at)
