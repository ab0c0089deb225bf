"""Sorting names of people follow the order of Vietnamese letters and tones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import migrations

from accounts.text import fold, nfc, sort_key

BATCH = 1000


def _rewrite(apps: Any, key: Callable[[str, str], str]) -> None:
    User = apps.get_model("accounts", "User")
    last = 0
    while True:
        people = list(
            User.objects.filter(pk__gt=last)
            .order_by("pk")
            .only("first_name", "last_name", "sort_name")[:BATCH]
        )
        if not people:
            return
        last = people[-1].pk
        for person in people:
            person.sort_name = key(person.first_name, person.last_name)
        User.objects.bulk_update(people, ["sort_name"])


def _folded_before_marks(first_name: str, last_name: str) -> str:
    plain = f"{fold(first_name)} {fold(last_name)}"
    return f"{plain} {nfc(first_name)} {nfc(last_name)}".strip()


def forwards(apps: Any, schema_editor: Any) -> None:
    _rewrite(apps, sort_key)


def backwards(apps: Any, schema_editor: Any) -> None:
    _rewrite(apps, _folded_before_marks)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_changes_and_rosters")]

    operations = [migrations.RunPython(forwards, backwards, elidable=False)]
