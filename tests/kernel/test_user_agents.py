"""Families of user agents."""

import pytest

from app.kernel.user_agents import LONGEST_FAMILY, family_of

_ENGINE = "AppleWebKit/537.36 (KHTML, like Gecko)"
_CHROME = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_ENGINE} Chrome/{{}}.0.0.0 Safari/537.36"
_PHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) {_ENGINE} {{}} Mobile/15E148"
_SAFARI = f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_ENGINE} Version/19.0 Safari/605.1.15"


@pytest.mark.parametrize(
    ("user_agent", "family"),
    [
        (_CHROME.format(126), "Chrome"),
        (_CHROME.format(140), "Chrome"),
        (f"{_CHROME.format(140)} Edg/140.0.0.0", "Edge"),
        (f"{_CHROME.format(140)} OPR/120.0.0.0", "Opera"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox"),
        ("Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox Mobile"),
        (_SAFARI, "Safari"),
        (f"{_PHONE.format('Version/19.0')} Safari/604.1", "Safari Mobile"),
        (f"{_PHONE.format('CriOS/140.0')} Safari/604.1", "Chrome Mobile"),
        ("curl/8.14.1", "curl"),
        ("python-requests/2.34.2", "python-requests"),
        ("", "un programa desconocido"),
        ("(strange)", "un programa desconocido"),
    ],
)
def test_a_family_stays_when_a_program_is_updated(user_agent: str, family: str) -> None:
    assert family_of(user_agent) == family


def test_a_family_is_short_and_of_plain_letters() -> None:
    assert family_of("a" * 1000) == "a" * LONGEST_FAMILY
    assert family_of("x\r\nBcc: y/1") == "x"
