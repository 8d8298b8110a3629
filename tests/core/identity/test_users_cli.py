"""`flask users create`."""

import pytest
from flask import Flask

from tests.support import Caller

GOOD = "a long enough one"


def create(app: Flask, *arguments: str, said: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["users", "create", *arguments], input=said)
    return result.exit_code, result.output


def test_a_user_made_at_the_command_line_logs_in(app: Flask, anonymous: Caller) -> None:
    code, output = create(app, "root", "root@example.com", "--role", "admin", "--password-stdin", said=f"{GOOD}\n")
    assert (code, GOOD in output) == (0, False)
    answer = anonymous.post("/api/auth/login", {"username": "root", "password": GOOD}, 200)
    assert answer["user"]["role"] == "admin"


def test_the_password_is_prompted_twice_and_never_shown(app: Flask, anonymous: Caller) -> None:
    code, output = create(app, "ana", "ana@example.com", said=f"{GOOD}\n{GOOD}\n")
    assert (code, GOOD in output) == (0, False)
    assert anonymous.post("/api/auth/login", {"username": "ana", "password": GOOD}, 200)["user"]["role"] == "user"


@pytest.mark.parametrize(
    ("arguments", "password", "why"),
    [
        (("ana", "ana@example.com"), "short", "password: Must have at least 10 bytes."),
        (("ana", "ana@example.com"), "ñ" * 37, "password: Must have at most 72 bytes"),
        (("ana", "ana@example.com"), "1234567890", "password: Must not be a common password"),
        (("ana", "ana@example.com"), "", "password:"),
        (("ana", "nobody"), GOOD, "email:"),
        (("a b", "ana@example.com"), GOOD, "username:"),
    ],
)
def test_an_error_is_one_line(
    app: Flask, anonymous: Caller, arguments: tuple[str, str], password: str, why: str
) -> None:
    code, output = create(app, *arguments, "--password-stdin", said=f"{password}\n")
    assert (code, output.startswith(f"Error: {why}")) == (1, True), output
    assert output.count("\n") == 1


def test_a_taken_name_is_said(app: Flask, anonymous: Caller) -> None:
    create(app, "ana", "ana@example.com", "--password-stdin", said=f"{GOOD}\n")
    code, output = create(app, "ANA", "other@example.com", "--password-stdin", said=f"{GOOD}\n")
    assert (code, output) == (1, "Error: username: This user name is taken.\n")
