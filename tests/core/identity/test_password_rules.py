"""Rules of passwords."""

import pytest

from app.core.identity.rules import password_problem


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("ninebytes", "Must have at least 10 bytes."),
        ("ñandú1", "Must have at least 10 bytes."),
        ("tenbytes: y", None),
        ("ñandú12ñ", None),
        ("0123456xyz", None),
        ("x" * 71 + "y", None),
        ("x" * 72 + "y", "Must have at most 72 bytes in UTF-8."),
        ("ñ" * 35 + "xy", None),
        ("ñ" * 36 + "x", "Must have at most 72 bytes in UTF-8."),
        ("  Ana.Maria.Gomez ", "Must not be the user name."),
        ("ANA.GOMEZ@example.com", "Must not be the user name."),
        ("ana.maria.gomez.", None),
        ("PassWord123 ", "Must not be a common password."),
        ("yyyyyyyyyyyyy", "Must not be a common password."),
        (" YyyyyYYYYyyy", "Must not be a common password."),
        ("yyyyyyyyyyyyz", None),
    ],
)
def test_a_new_password_has_10_to_72_bytes_and_is_hard_to_guess(password: str, problem: str | None) -> None:
    assert password_problem(password, username="Ana.Maria.Gomez", email="Ana.Gomez@Example.com") == problem


def test_a_login_without_an_address_is_limited_too() -> None:
    assert password_problem("a good long one", username="ana") is None
    assert password_problem("          ", username="ana") is not None
