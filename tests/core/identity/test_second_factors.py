"""Second factors: set up by a code, required at logins, counted, used once, and removed."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from xml.etree import ElementTree

import pyotp
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app.core.identity.rules import matching_step
from app.core.identity.service.codes import CodeChecker
from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db, transaction
from app.kernel.errors import TooManyAttempts
from tests.factories.auth import PASSWORD, UserFactory
from tests.support import Caller, sign_in, until

LOGIN, SECOND, ME = "/api/auth/login", "/api/auth/login/2fa", "/api/auth/me"
SETUP, CONFIRM, DISABLE = "/api/auth/2fa/setup", "/api/auth/2fa/confirm", "/api/auth/2fa/disable"
RECOVERY = "/api/auth/2fa/recovery-codes"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STEP, MINUTE = timedelta(seconds=30), timedelta(minutes=1)
WRONG = "000000"


@dataclass
class Somebody:
    """A user with two factors, and the authenticator."""

    caller: Caller
    username: str
    user_id: int
    secret: str
    recovery_codes: list[str]
    signed_in: Caller

    def code(self, at: datetime) -> str:
        """The code that the authenticator shows."""
        return pyotp.TOTP(self.secret).at(at)

    def challenge(self, expect: int = 200, **more: str) -> Any:
        body = {"username": self.username, "password": PASSWORD, **more}
        return self.caller.post(LOGIN, body, expect)

    def second(self, token: str, code: str, expect: int = 200) -> Any:
        return self.caller.post(SECOND, {"two_factor_token": token, "code": code}, expect)

    def log_in(self, code: str, expect: int = 200) -> Any:
        return self.second(self.challenge()["two_factor_token"], code, expect)


@pytest.fixture
def at() -> Iterator[datetime]:
    """The present, at which the clock stands: half a minute begins."""
    now = datetime.now(UTC)
    begun = datetime.fromtimestamp(now.timestamp() // 30 * 30, UTC)
    with clock.frozen(begun):
        yield begun


def set_up(caller: Caller, at: datetime) -> Somebody:
    """A new user, who switched two factors on half an hour before."""
    made = UserFactory()
    before = at - timedelta(minutes=30)
    with clock.frozen(before):
        tokens = caller.post(LOGIN, {"username": made.username, "password": PASSWORD}, 200)
        signed_in = caller.with_headers(Authorization=f"Bearer {tokens['access_token']}")
        secret = signed_in.post(SETUP, expect=200)["secret"]
        codes = signed_in.post(CONFIRM, {"code": pyotp.TOTP(secret).at(before)}, 200)["recovery_codes"]
    return Somebody(caller, made.username, made.id, secret, codes, signed_in)


@pytest.fixture
def somebody(caller: Caller, at: datetime) -> Somebody:
    return set_up(caller, at)


@pytest.fixture(autouse=True)
def no_attempts(committing: Flask) -> None:
    with committing.app_context(), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM code_attempts"))
        connection.execute(text("DELETE FROM login_attempts"))


def test_set_up_gives_a_secret_as_text_as_address_and_as_picture(caller: Caller, at: datetime) -> None:
    signed_in = sign_in(caller, "user", username="lucia")
    made = signed_in.post(SETUP, expect=200)
    assert set(made) == {"secret", "otpauth_uri", "qr_svg"}
    read = pyotp.parse_uri(made["otpauth_uri"])
    assert (read.secret, read.name, read.issuer) == (made["secret"], "lucia", "Control Fresco")
    assert len(made["secret"]) == 32
    picture = ElementTree.fromstring(made["qr_svg"])  # noqa: S314 - our own answer
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"


def test_until_it_is_confirmed_a_second_factor_is_not_asked_for_and_may_be_made_anew(
    caller: Caller, at: datetime
) -> None:
    made = UserFactory()
    signed_in = caller.with_headers(Authorization=f"Bearer {_tokens(caller, made.username)['access_token']}")
    assert signed_in.post(CONFIRM, {"code": WRONG}, 409)["code"] == "two_factor_not_set_up"
    first, second = (signed_in.post(SETUP, expect=200)["secret"] for _ in range(2))
    assert "access_token" in _tokens(caller, made.username)
    refused = signed_in.post(CONFIRM, {"code": pyotp.TOTP(first).at(at)}, 400)
    assert refused["errors"] == {"code": ["Wrong code."]}
    assert len(signed_in.post(CONFIRM, {"code": pyotp.TOTP(second).at(at)}, 200)["recovery_codes"]) == 10
    for path, body in ((SETUP, None), (CONFIRM, {"code": pyotp.TOTP(second).at(at + STEP)})):
        assert signed_in.post(path, body, 409)["code"] == "two_factor_on"


def _tokens(caller: Caller, username: str) -> Any:
    return caller.post(LOGIN, {"username": username, "password": PASSWORD}, 200)


def test_a_login_with_two_factors_gives_tokens_in_its_second_step_only(somebody: Somebody, at: datetime) -> None:
    first = somebody.challenge()
    assert set(first) == {"two_factor_required", "two_factor_token", "expires_in"}
    assert (first["two_factor_required"], first["expires_in"]) == (True, 300)
    answer = somebody.second(first["two_factor_token"], somebody.code(at))
    assert set(answer) == {"access_token", "refresh_token", "device_token", "user", "financial_summary"}
    assert answer["user"]["username"] == somebody.username
    somebody.caller.with_headers(Authorization=f"Bearer {answer['access_token']}").get(ME)


def test_the_token_of_the_first_step_is_no_access_token(somebody: Somebody) -> None:
    token = somebody.challenge()["two_factor_token"]
    for path in (ME, "/api/clients"):
        somebody.caller.with_headers(Authorization=f"Bearer {token}").get(path, 401)


def test_a_device_stays_known_through_both_steps(committing: Flask, somebody: Somebody, at: datetime) -> None:
    device = somebody.log_in(somebody.code(at))["device_token"]
    challenge = somebody.challenge(device_token=device)
    with clock.frozen(at + STEP):
        again = somebody.second(challenge["two_factor_token"], somebody.code(at + STEP))["device_token"]
    assert again.split(".")[0] == device.split(".")[0]


@pytest.mark.parametrize(("off", "status"), [(-2, 401), (-1, 200), (0, 200), (1, 200), (2, 401)])
def test_a_code_counts_one_step_early_and_late(somebody: Somebody, at: datetime, off: int, status: int) -> None:
    refused = somebody.log_in(somebody.code(at + off * STEP), status)
    assert status == 200 or refused["code"] == "two_factor_code_invalid"


@given(st.integers(1_600_000_000, 7_000_000_000), st.integers(-3, 3))
def test_the_step_of_a_code_is_the_one_it_was_made_for(seconds: int, off: int) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    step = seconds // 30 + off
    found = matching_step(secret, pyotp.TOTP(secret).generate_otp(step), datetime.fromtimestamp(seconds, UTC))
    assert found == step if abs(off) <= 1 else found != step


@pytest.mark.parametrize("code", ["", " ", "12345", "1234567", "٠٠٠٠٠٠", "ñ", "\u2028", "0" * 40])
def test_a_code_of_another_form_is_wrong_and_no_error(somebody: Somebody, code: str) -> None:
    token = somebody.challenge()["two_factor_token"]
    somebody.second(token, code, 401 if code.strip() else 400)


def test_a_code_may_have_spaces(somebody: Somebody, at: datetime) -> None:
    code = somebody.code(at)
    somebody.log_in(f" {code[:3]} {code[3:]} ")


def test_a_code_counts_once_and_earlier_ones_no_more(somebody: Somebody, at: datetime) -> None:
    somebody.log_in(somebody.code(at))
    somebody.log_in(somebody.code(at), 401)
    somebody.log_in(somebody.code(at - STEP), 401)
    somebody.log_in(somebody.code(at + STEP))


def test_the_code_of_the_set_up_counts_as_used(caller: Caller, at: datetime) -> None:
    made = UserFactory()
    signed_in = caller.with_headers(Authorization=f"Bearer {_tokens(caller, made.username)['access_token']}")
    secret = signed_in.post(SETUP, expect=200)["secret"]
    code = pyotp.TOTP(secret).at(at)
    signed_in.post(CONFIRM, {"code": code}, 200)
    token = _tokens(caller, made.username)["two_factor_token"]
    caller.post(SECOND, {"two_factor_token": token, "code": code}, 401)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Results of acts that begin at the same moment."""
    barrier = Barrier(len(acts))

    def begin(act: Callable[[], Any]) -> Any:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(begin, acts))


def test_of_logins_at_once_with_the_same_code_one_passes(committing: Flask, somebody: Somebody, at: datetime) -> None:
    for off in range(3):
        with clock.frozen(at + off * timedelta(hours=1)):
            tokens = [somebody.challenge()["two_factor_token"] for _ in range(4)]
            code = somebody.code(clock.now())
            bodies = [{"two_factor_token": token, "code": code} for token in tokens]
            acts = [lambda body=body: committing.test_client().post(SECOND, json=body).status_code for body in bodies]
            assert sorted(at_once(*acts)) == [200, 401, 401, 401]


def test_the_token_of_a_login_counts_once_even_for_two_at_once(
    committing: Flask, somebody: Somebody, at: datetime
) -> None:
    token = somebody.challenge()["two_factor_token"]
    codes = [somebody.recovery_codes[0], somebody.recovery_codes[1], somebody.code(at)]
    bodies = [{"two_factor_token": token, "code": code} for code in codes]
    acts = [lambda body=body: committing.test_client().post(SECOND, json=body) for body in bodies]
    answers = at_once(*acts)
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401]
    refused = {answer.get_json()["code"] for answer in answers if answer.status_code == 401}
    assert refused == {"two_factor_token_invalid"}
    assert somebody.second(token, somebody.recovery_codes[2], 401)["code"] == "two_factor_token_invalid"


def test_the_token_of_a_login_expires_after_five_minutes(somebody: Somebody, at: datetime) -> None:
    early, late = (somebody.challenge()["two_factor_token"] for _ in range(2))
    almost = at + 5 * MINUTE - timedelta(microseconds=1)
    with clock.frozen(almost):
        somebody.second(early, somebody.code(almost))
    with clock.frozen(at + 5 * MINUTE):
        refused = somebody.second(late, somebody.code(at + 5 * MINUTE + STEP), 401)
    assert refused["code"] == "two_factor_token_invalid"


def test_five_wrong_codes_end_a_token_and_within_a_quarter_of_an_hour_the_user_has_to_wait(
    somebody: Somebody, at: datetime
) -> None:
    token = somebody.challenge()["two_factor_token"]
    other = somebody.challenge()["two_factor_token"]
    for minute in range(5):
        with clock.frozen(at + minute * timedelta(seconds=50)):
            assert somebody.second(token, WRONG, 401)["code"] == "two_factor_code_invalid"
    with clock.frozen(at + 250 * timedelta(seconds=1)):
        assert somebody.second(token, WRONG, 401)["code"] == "two_factor_token_invalid"
        limited = somebody.caller.send("POST", SECOND, json={"two_factor_token": other, "code": WRONG})
        assert (limited.status_code, limited.headers["Retry-After"]) == (429, str(15 * 60 - 250))
    free = at + 15 * MINUTE
    with clock.frozen(free):
        somebody.log_in(somebody.code(free))


def test_five_codes_a_minute_are_tried_and_others_users_are_not_held_up(
    caller: Caller, somebody: Somebody, at: datetime
) -> None:
    other = set_up(caller, at)
    for number in range(5):
        somebody.log_in(somebody.recovery_codes[number])
    somebody.log_in(somebody.code(at), 429)
    other.log_in(other.code(at))
    with clock.frozen(at + MINUTE):
        somebody.log_in(somebody.code(at + MINUTE))


def test_sixty_codes_a_minute_are_tried_from_an_address(committing: Flask, somebody: Somebody, at: datetime) -> None:
    many = text(
        "INSERT INTO code_attempts (user_id, address, succeeded, attempted_at)"
        " SELECT :user_id, '127.0.0.1', true, :at FROM generate_series(1, :many)"
    )
    values = {"user_id": UserFactory().id, "at": at}
    for count, status in ((59, 200), (1, 429)):
        with committing.app_context(), db.engine.begin() as connection:
            connection.execute(text("DELETE FROM code_attempts WHERE user_id = :id"), {"id": somebody.user_id})
            connection.execute(many, values | {"many": count})
        somebody.log_in(somebody.recovery_codes[count == 1], status)


def test_wrong_codes_that_come_at_once_are_all_counted(committing: Flask, somebody: Somebody) -> None:
    tokens = [somebody.challenge()["two_factor_token"] for _ in range(8)]
    bodies = [{"two_factor_token": token, "code": WRONG} for token in tokens]
    acts = [lambda body=body: committing.test_client().post(SECOND, json=body).status_code for body in bodies]
    assert at_once(*acts).count(401) <= 5
    somebody.log_in(WRONG, 429)


def test_codes_that_were_all_let_in_before_one_was_counted_are_refused_after_it(
    committing: Flask, somebody: Somebody
) -> None:
    """Several processes look at the limit at once, before a code of the others is counted."""

    def count() -> bool:
        with committing.app_context(), transaction(request_id="code") as session:
            try:
                CodeChecker(make_context(session)).count_try(somebody.user_id)
            except TooManyAttempts:
                return False
            return True

    with committing.app_context(), db.engine.connect() as lock, ThreadPoolExecutor(7) as threads:
        lock.execute(text("LOCK TABLE code_attempts IN SHARE MODE"))  # which lets read, but not write
        counted = [threads.submit(count) for _ in range(7)]
        waiting = text("SELECT count(*) FROM pg_locks WHERE relation = 'code_attempts'::regclass AND NOT granted")
        until(lambda: lock.scalar(waiting) == 7)
        lock.rollback()
    assert sum(one.result() for one in counted) <= 5


def test_a_recovery_code_counts_once(somebody: Somebody) -> None:
    codes = somebody.recovery_codes
    assert len(set(codes)) == 10
    assert all(re.fullmatch("([a-z2-7]{4}-){3}[a-z2-7]{4}", code) for code in codes)
    somebody.log_in(codes[0])
    somebody.log_in(codes[0], 401)
    somebody.log_in(codes[1].replace("-", "").upper())


def test_new_recovery_codes_replace_the_old_ones(somebody: Somebody) -> None:
    new = somebody.signed_in.post(RECOVERY, expect=200)["recovery_codes"]
    assert not set(new) & set(somebody.recovery_codes)
    somebody.log_in(somebody.recovery_codes[0], 401)
    somebody.log_in(new[0])


def test_switching_off_takes_the_password_and_a_code(somebody: Somebody, at: datetime) -> None:
    off = somebody.signed_in
    wrong_password = off.post(DISABLE, {"password": "not the one", "code": somebody.code(at)}, 400)
    wrong_code = off.post(DISABLE, {"password": PASSWORD, "code": WRONG}, 400)
    assert wrong_password["errors"] == {"password": ["Wrong password."]}
    assert wrong_code["errors"] == {"code": ["Wrong code."]}
    assert off.post(DISABLE, {"password": PASSWORD, "code": somebody.code(at)}, 200)
    assert "access_token" in _tokens(somebody.caller, somebody.username)
    for path, body in ((DISABLE, {"password": PASSWORD, "code": somebody.code(at)}), (RECOVERY, None)):
        assert off.post(path, body, 409)["code"] == "two_factor_off"


def test_an_admin_takes_a_lost_factor_away(caller: Caller, somebody: Somebody) -> None:
    path = f"/api/users/{somebody.user_id}/2fa"
    somebody.signed_in.delete(path, expect=403)
    admin = sign_in(caller, "admin")
    for _ in range(2):
        assert admin.delete(path) == {"message": "Second factor removed"}
    assert "access_token" in _tokens(somebody.caller, somebody.username)
    admin.delete("/api/users/987654321/2fa", expect=404)


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "another good long password"}])
def test_a_login_that_waits_ends_with_the_password_and_the_deactivation(
    caller: Caller, somebody: Somebody, at: datetime, change: dict[str, Any]
) -> None:
    token = somebody.challenge()["two_factor_token"]
    sign_in(caller, "admin").put(f"/api/users/{somebody.user_id}", change)
    assert somebody.second(token, somebody.code(at), 401)["code"] == "two_factor_token_invalid"


def test_a_wrong_code_is_recorded_as_a_failed_login(caller: Caller, somebody: Somebody) -> None:
    somebody.log_in(WRONG, 401)
    [latest, *_] = sign_in(caller, "admin").get("/api/audit/access", sort="-id")["data"]
    assert (latest["kind"], latest["username"], latest["code"]) == (
        "login_failed",
        somebody.username,
        "two_factor_code_invalid",
    )


def test_no_secret_and_no_code_is_stored_in_the_clear_or_in_the_audit_log(
    committing: Flask, somebody: Somebody
) -> None:
    somebody.log_in(somebody.recovery_codes[0])
    with committing.app_context(), db.engine.begin() as connection:
        tables = ("second_factors", "recovery_codes", "login_challenges", "audit_log", "idempotency_keys")
        stored = "\n".join(str(connection.execute(text(f"TABLE {name}")).all()) for name in tables)
        audited = connection.execute(
            text("SELECT DISTINCT k FROM audit_log, json_object_keys(after) k WHERE table_name = 'second_factors'")
        ).scalars()
        assert set(audited) == {"id", "user_id", "confirmed_at"}
    assert somebody.secret not in stored
    assert not any(code in stored or code.replace("-", "") in stored for code in somebody.recovery_codes)
