"""Idempotency keys, without HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.infra.db import db
from app.infra.idempotency import IdempotencyKey, Recorded, Use, claim, purge, record

NOW = datetime(2026, 3, 31, 8, 40, tzinfo=UTC)
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)
USE = Use(7, "POST", "/api/clients", "k", b"fingerprint")


def test_versions_of_the_program_that_run_beside_each_other_hold_the_same_lock() -> None:
    assert [Use(user, "POST", "/", "k", b"").lock_id() for user in (1, 5)] == [
        -7092694588586156953,
        2276885777492499693,
    ]


@pytest.mark.parametrize(
    ("use", "same"),
    [
        (USE, True),
        (Use(8, "POST", "/api/clients", "l", b"fingerprint"), True),
        (Use(7, "PUT", "/api/clients", "k", b"fingerprint"), False),
        (Use(7, "POST", "/api/incomes", "k", b"fingerprint"), False),
        (Use(7, "POST", "/api/clients", "k", b"another"), False),
    ],
)
def test_an_answer_is_of_one_method_path_and_fingerprint(use: Use, same: bool) -> None:
    assert Recorded("POST", "/api/clients", b"fingerprint", 201, {}, b"").answers(use) is same


@pytest.mark.parametrize(("age", "forgotten"), [(DAY - INSTANT, 0), (DAY, 0), (DAY + INSTANT, 1)])
def test_a_key_is_kept_for_a_day_to_the_last_instant(
    app: Flask, database: None, age: timedelta, forgotten: int
) -> None:
    with app.app_context():
        row_id = claim(db.session(), USE, NOW - age)
        assert isinstance(row_id, int)
        record(db.session(), row_id, status=201, headers={"ETag": '"1-1"'}, body=b"sealed")
        found = claim(db.session(), USE, NOW)
        assert isinstance(found, int if forgotten else Recorded)


@pytest.mark.parametrize(("age", "forgotten"), [(DAY - INSTANT, 0), (DAY, 0), (DAY + INSTANT, 1)])
def test_expired_keys_are_purged_and_counted(app: Flask, database: None, age: timedelta, forgotten: int) -> None:
    with app.app_context():
        claim(db.session(), USE, NOW - age)
        assert purge(db.session(), NOW) == forgotten
        assert len(db.session.scalars(select(IdempotencyKey.id)).all()) == 1 - forgotten


def test_an_answer_is_kept_with_its_own_key_alone(app: Flask, database: None) -> None:
    other = Use(7, "POST", "/api/clients", "l", b"fingerprint")
    with app.app_context():
        first, second = (claim(db.session(), use, NOW) for use in (USE, other))
        assert isinstance(first, int)
        record(db.session(), first, status=201, headers={"ETag": '"1-1"'}, body=b"sealed")
        kept = claim(db.session(), USE, NOW)
        assert kept == Recorded("POST", "/api/clients", b"fingerprint", 201, {"ETag": '"1-1"'}, b"sealed")
        assert second != first
        assert db.session.get_one(IdempotencyKey, second).body is None
