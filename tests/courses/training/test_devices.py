"""Browsers by their names."""

from __future__ import annotations

import pytest

from courses.training.devices import device_name

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
PHONE = "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko)"

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"{WINDOWS} Chrome/142.0.0.0 Safari/537.36", "Chrome, Windows"),
        (f"{WINDOWS} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0", "Edge, Windows"),
        (f"{WINDOWS} coc_coc_browser/130.0 Chrome/124.0.0.0 Safari/537.36", "Coc Coc, Windows"),
        (f"{PHONE} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", "Samsung Internet, Android"),
        (f"{IPHONE} Version/18.5 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        ("curl/8.5", "curl/8.5"),
        ("", ""),
    ],
)
def test_a_browser_by_the_name_that_its_user_knows(agent: str, name: str) -> None:
    assert device_name(agent) == name
