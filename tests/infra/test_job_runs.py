"""One row per job and slot."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.infra import job_runs
from app.infra.db import db
from app.infra.job_runs import JobRun, Outcome

SLOT = datetime(2026, 3, 1, 8, 40, tzinfo=UTC)
TIMES = (SLOT, SLOT + timedelta(seconds=2))


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    with app.app_context():
        yield db.session()


def fail(session: Session, slot: datetime | None = SLOT, error: str = "ValueError: no") -> None:
    job_runs.fail(session, "work", slot, TIMES, error)


def only_run(session: Session) -> JobRun:
    session.expire_all()
    return session.scalars(select(JobRun)).one()


def test_a_slot_is_claimed_once(session: Session) -> None:
    assert job_runs.claim(session, "work", SLOT, SLOT) is not None
    assert job_runs.claim(session, "work", SLOT, SLOT) is None


def test_other_slots_and_other_jobs_are_claimed_too(session: Session) -> None:
    claims = [("work", SLOT), ("work", SLOT + timedelta(days=1)), ("other", SLOT)]
    assert len({job_runs.claim(session, job, slot, SLOT) for job, slot in claims} - {None}) == 3


def test_runs_by_hand_have_no_slot_and_are_never_refused(session: Session) -> None:
    assert len({job_runs.claim(session, "work", None, SLOT) for _ in range(3)} - {None}) == 3


def test_a_failed_slot_is_claimed_again_up_to_three_attempts(session: Session) -> None:
    for attempt in (1, 2, 3):
        with session.begin_nested() as work:
            assert job_runs.claim(session, "work", SLOT, SLOT) is not None
            work.rollback()
        fail(session)
        assert only_run(session).attempt == attempt
    assert job_runs.claim(session, "work", SLOT, SLOT) is None


def test_a_repeated_attempt_that_succeeds_forgets_the_error(session: Session) -> None:
    fail(session)
    run_id = job_runs.claim(session, "work", SLOT, SLOT + timedelta(minutes=5))
    assert run_id is not None
    job_runs.finish(session, run_id, SLOT + timedelta(minutes=6), {"rows": 2})
    run = only_run(session)
    assert (run.outcome, run.attempt, run.error, run.counts) == (Outcome.DONE, 2, None, {"rows": 2})
    assert (run.started_at, run.finished_at) == (SLOT + timedelta(minutes=5), SLOT + timedelta(minutes=6))


def test_a_late_failure_does_not_undo_what_is_done(session: Session) -> None:
    job_runs.claim(session, "work", SLOT, SLOT)
    fail(session)
    assert only_run(session).outcome is Outcome.DONE


@pytest.mark.parametrize(
    ("error", "kept"), [("x" * 5000, "x" * 2000), ("a\x00b", "ab"), ("a\ud800b", "a?b"), ("ñandú", "ñandú")]
)
def test_any_error_can_be_recorded(session: Session, error: str, kept: str) -> None:
    fail(session, error=error)
    assert only_run(session).error == kept


def test_the_last_run_is_the_one_that_ended_last(session: Session) -> None:
    fail(session)
    job_runs.claim(session, "work", None, SLOT + timedelta(minutes=1))
    run_id = job_runs.claim(session, "work", SLOT, SLOT + timedelta(minutes=5))
    job_runs.claim(session, "other", SLOT, SLOT)
    latest = job_runs.latest_per_job(session)
    assert set(latest) == {"work", "other"}
    assert latest["work"].id == run_id
