"""Wagtail's scripts speak Vietnamese where Wagtail itself does not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import wagtail
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.urls import reverse

from cms.admin_scripts import TEXTS
from tests.factories import OrgUnitFactory, person


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "said"), [("vi", "Thu gọn tất cả"), ("en", None)])
def test_scripts_get_our_words_where_wagtail_has_none(
    client: Client, language: str, said: str | None
) -> None:
    client.force_login(person(OrgUnitFactory(), "resource_reviewer"))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    script = client.get(reverse("wagtailadmin_javascript_catalog")).content.decode()
    found = re.search(r"newcatalog = (\{.*?\});", script, re.DOTALL)
    words = json.loads(found[1]) if found else {}  # without a word there is no list
    assert "gettext" in script
    assert words.get("Collapse all") == said
    assert (words.get("Delete") == "Xoá") is (language == "vi")  # Wagtail's own


def test_every_word_is_one_that_the_scripts_ask_for() -> None:
    source = Path(wagtail.__file__).parent / "admin/locale/en/LC_MESSAGES/djangojs.po"
    with source.open("rb") as file:
        asked = {m.id if isinstance(m.id, str) else m.id[0] for m in read_po(file)}
    assert set(TEXTS) <= asked
