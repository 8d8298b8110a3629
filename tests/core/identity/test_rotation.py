"""Refresh tokens are replaced at each use, and one that was replaced ends the session when it comes again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import jwt
import pytest
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy import select, text, update

from app.core.identity.models import RefreshToken, RefreshUse, UserSession
from app.core.identity.rules import REFRESH_GRACE
from app.core.identity.service import RotationService
from app.core.identity.service.rotation import MOST_REFRESHES
from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.infra.sealing import Sealer, random_key
from app.kernel.errors import Unauthenticated
from app.kernel.identity import Identity
from tests.factories.auth import PASSWORD, SessionFactory, UserFactory
from tests.support import SECRETS_KEY, Caller, sign_in

LOGIN, REFRESH, ME = "/api/auth/login", "/api/auth/refresh", "/api/auth/me"
INSTANT, SECOND = timedelta(microseconds=1), timedelta(seconds=1)


@pytest.fixture
def start() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def no_sessions(committing: Flask) -> None:
    with committing.app_context(), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM sessions"))


def log_in(caller: Caller) -> str:
    """The refresh token of a new session."""
    made = UserFactory()
    token: str = caller.post(LOGIN, {"username": made.username, "password": PASSWORD}, 200)["refresh_token"]
    return token


def refresh(caller: Caller, token: str, expect: int = 200) -> Any:
    return caller.with_headers(Authorization=f"Bearer {token}").post(REFRESH, expect=expect)


def claims_of(token: str) -> dict[str, Any]:
    read: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return read


def test_each_use_answers_the_next_token_of_the_same_session_and_end(caller: Caller) -> None:
    tokens = [log_in(caller)]
    for _ in range(3):
        answer = refresh(caller, tokens[-1])
        assert caller.with_headers(Authorization=f"Bearer {answer['access_token']}").get(ME)
        tokens.append(answer["refresh_token"])
    claims = [claims_of(token) for token in tokens]
    assert len(set(tokens)) == 4
    assert [one.get("generation") for one in claims] == [None, 1, 2, 3]
    assert {one["sid"] for one in claims} == {claims[0]["sid"]}
    assert all(abs(one["exp"] - claims[0]["exp"]) <= 1 for one in claims)


def test_a_client_that_knows_no_rotation_goes_on_with_the_token_of_its_login(caller: Caller, start: datetime) -> None:
    first = log_in(caller)
    answers = []
    for days in range(0, 30, 3):
        with clock.frozen(start + timedelta(days=days)):
            answers.append(refresh(caller, first))
    assert len({answer["refresh_token"] for answer in answers}) == 1


@pytest.mark.parametrize(("after", "status"), [(REFRESH_GRACE, 200), (REFRESH_GRACE + INSTANT, 401)])
def test_a_replaced_token_is_answered_for_thirty_seconds_after_its_successor_was_used(
    committing: Flask, caller: Caller, start: datetime, after: timedelta, status: int
) -> None:
    first = log_in(caller)
    with clock.frozen(start):
        second = refresh(caller, first)["refresh_token"]
        third = refresh(caller, second)["refresh_token"]
    with clock.frozen(start + after):
        again = refresh(caller, first, status)
    if status == 200:
        assert again["refresh_token"] == second
    else:
        assert (again["code"], again["detail"]) == (
            "refresh_reused",
            "This refresh token was replaced; the session has ended.",
        )
        assert refresh(caller, third, 401)["code"] == "session_over"


def test_the_end_of_a_session_by_a_dead_token_is_recorded(caller: Caller, start: datetime) -> None:
    first = log_in(caller)
    with clock.frozen(start):
        refresh(caller, refresh(caller, first)["refresh_token"])
    with clock.frozen(start + timedelta(minutes=1)):
        refresh(caller, first, 401)
    refusals = sign_in(caller, "admin").get("/api/audit/access")["data"]
    reused = [one for one in refusals if one["code"] == "refresh_reused"]
    assert claims_of(first)["sub"] in {str(one["user_id"]) for one in reused}


def test_tokens_are_stored_sealed_and_dead_ones_are_removed(committing: Flask, caller: Caller, start: datetime) -> None:
    token = log_in(caller)
    for seconds in (0, 10, 20, 60):
        with clock.frozen(start + seconds * SECOND):
            token = refresh(caller, token)["refresh_token"]
    with committing.app_context():
        stored = db.session.scalars(select(RefreshToken).order_by(RefreshToken.generation)).all()
        assert [one.generation for one in stored] == [3, 4]
        assert Sealer([SECRETS_KEY]).unseal(stored[-1].token) == token
        assert not any(part in one.token for one in stored for part in token.split("."))


def test_the_thirty_first_refresh_within_a_minute_has_to_wait(
    committing: Flask, caller: Caller, start: datetime
) -> None:
    first, other = log_in(caller), log_in(caller)
    with clock.frozen(start):
        refresh(caller, first)
    with clock.frozen(start + 40 * SECOND):
        for _ in range(MOST_REFRESHES - 1):
            refresh(caller, first)
        limited = caller.with_headers(Authorization=f"Bearer {first}").send("POST", REFRESH)
        refresh(caller, other)
    assert (MOST_REFRESHES, limited.status_code, limited.headers["Retry-After"]) == (30, 429, "20")
    with clock.frozen(start + 60 * SECOND):
        refresh(caller, first)
        refresh(caller, first, 429)
    with committing.app_context():
        assert db.session.query(RefreshUse).count() == MOST_REFRESHES + 1


@pytest.mark.parametrize("generation", [-1, 2**31 - 1, 2**80, 1.5, True, "1", [1]])
def test_a_generation_of_another_kind_is_401(committing: Flask, caller: Caller, generation: object) -> None:
    claims = claims_of(log_in(caller)) | {"generation": generation}
    forged = jwt.encode(claims, committing.config["SECRET_KEY"], algorithm="HS256")
    assert refresh(caller, forged, 401)["code"] == "token_invalid"


def test_a_token_newer_than_the_restored_database_goes_on(committing: Flask, caller: Caller) -> None:
    token = log_in(caller)
    for _ in range(3):
        token = refresh(caller, token)["refresh_token"]
    with committing.app_context():
        db.session.query(RefreshToken).delete()
        db.session.commit()
    assert claims_of(refresh(caller, token)["refresh_token"])["generation"] == 4


def test_secrets_rotate_seals_tokens_anew(committing: Flask, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    first = log_in(caller)
    second = refresh(caller, first)["refresh_token"]
    new = random_key()
    monkeypatch.setitem(committing.extensions, "sealer", Sealer([new, SECRETS_KEY]))
    said = [committing.test_cli_runner().invoke(args=["secrets", "rotate"]) for _ in range(2)]
    assert [one.exit_code for one in said] == [0, 0]
    assert "refresh_tokens.token: 1 sealed anew." in said[0].output
    assert "refresh_tokens.token: 0 sealed anew." in said[1].output
    monkeypatch.setitem(committing.extensions, "sealer", Sealer([new]))
    assert refresh(caller, first)["refresh_token"] == second


class Plain:
    """The rule of rotation as plain lists: when each token was first used."""

    def __init__(self) -> None:
        self.first_used: list[datetime | None] = [None]
        self.over = False

    def present(self, number: int, now: datetime) -> int | None:
        """Number of the token in the answer; None where the session ends or is over."""
        if self.over:
            return None
        if number == len(self.first_used) - 1:
            self.first_used[number] = now
            self.first_used.append(None)
            return number + 1
        next_used = self.first_used[number + 1]
        if next_used is not None and now > next_used + timedelta(seconds=30):
            self.over = True
            return None
        return number + 1


class Rotation(RuleBasedStateMachine):
    """Tokens of one session are presented in any order, at any time, to the service and to the plain rule."""

    app: Flask

    @initialize()
    def open(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        opened = SessionFactory(created_at=self.now)
        self.identity = Identity(opened.user_id, opened.sid, "user", frozenset())
        self.plain = Plain()
        self.issued: dict[int, str] = {}
        self.made = count()

    def _issue(self, generation: int, _expires_at: datetime) -> str:
        return f"{generation} made as number {next(self.made)}"

    @rule(back=st.integers(0, 3), seconds=st.sampled_from([0, 1, 14, 15, 16, 29, 30, 31, 60]))
    def present(self, back: int, seconds: int) -> None:
        self.now += seconds * SECOND
        number = max(0, len(self.plain.first_used) - 1 - back)
        expected = self.plain.present(number, self.now)
        with clock.frozen(self.now), self.app.app_context():
            service = RotationService(make_context(db.session(), self.identity))
            try:
                answered = service.refresh(self.identity, number, self._issue)
            except Unauthenticated:
                assert expected is None, f"{number} was refused"
                return
        assert expected is not None, f"{number} was answered by {answered}"
        assert self.issued.setdefault(expected, answered) == answered
        assert answered.startswith(f"{expected} ")

    @precondition(lambda self: self.plain.over)
    @rule()
    def begin_anew(self) -> None:
        self.open()


def test_any_order_of_tokens_is_answered_as_by_the_plain_rule(committing: Flask) -> None:
    class OverThisDatabase(Rotation):
        """Machine over the database of this test."""

    OverThisDatabase.app = committing
    run_state_machine_as_test(OverThisDatabase, settings=settings(max_examples=8, stateful_step_count=15))


def opened(committing: Flask) -> str:
    return log_in(Caller(committing.test_client()))


def at_once(committing: Flask, token: str, times: int) -> list[Any]:
    """Responses to refreshes with the same token that are sent at once."""
    headers = {"Authorization": f"Bearer {token}"}

    def send(_number: int) -> Any:
        return committing.test_client().post(REFRESH, headers=headers)

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(send, range(times)))


def test_refreshes_at_once_answer_the_same_token(committing: Flask) -> None:
    token = opened(committing)
    for _ in range(3):
        answers = at_once(committing, token, 6)
        assert {answer.status_code for answer in answers} == {200}
        [token] = {answer.get_json()["refresh_token"] for answer in answers}


def test_refreshes_at_once_do_not_pass_the_limit(committing: Flask) -> None:
    token = opened(committing)
    statuses = [answer.status_code for _ in range(6) for answer in at_once(committing, token, 6)]
    assert (statuses.count(200), statuses.count(429)) == (30, 6)


def test_a_dead_token_ends_the_session_whichever_of_many_comes_first(committing: Flask) -> None:
    first = opened(committing)
    sid = UUID(claims_of(first)["sid"])
    second = at_once(committing, first, 1)[0].get_json()["refresh_token"]
    at_once(committing, second, 1)
    with committing.app_context():
        long_ago = datetime.now(UTC) - timedelta(minutes=1)
        db.session.execute(update(RefreshToken).where(RefreshToken.generation == 1).values(first_used_at=long_ago))
        db.session.commit()
    codes = {answer.get_json()["code"] for answer in at_once(committing, first, 6)}
    with committing.app_context():
        ended = db.session.scalar(select(UserSession.ended_at).where(UserSession.sid == sid)) is not None
        db.session.remove()
    assert ended
    assert codes - {"session_over"} == {"refresh_reused"}


def test_a_refresh_waits_for_another_of_its_session_alone(committing: Flask) -> None:
    mine, other = opened(committing), opened(committing)
    with committing.app_context(), db.engine.connect() as elsewhere:
        held = text("SELECT FROM sessions WHERE sid = :sid FOR UPDATE")
        elsewhere.execute(held, {"sid": claims_of(other)["sid"]})
        [answer] = at_once(committing, mine, 1)
    assert answer.status_code == 200
