"""Runs of scheduled jobs: one row per job and slot, so that each slot is done exactly once, with its outcome."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    exists,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, distinct_on, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.infra.db import Base, Keyed
from app.infra.db.columns import one_of
from app.infra.locks import lock_key

MAX_ATTEMPTS = 3


class Outcome(StrEnum):
    """Outcome of a run."""

    DONE = "done"
    FAILED = "failed"


class JobRun(Keyed, Base):
    """A run of a job. `slot` is its planned time; a run by hand has none."""

    __tablename__ = "job_runs"

    job: Mapped[str] = mapped_column(String(60))
    slot: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    attempt: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    outcome: Mapped[Outcome] = mapped_column(one_of(Outcome, "outcome"))
    counts: Mapped[dict[str, object]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    error: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("job", "slot", name="uq_job_runs_slot"),
        CheckConstraint("(outcome = 'failed') = (error IS NOT NULL)", name="error_when_failed"),
        Index("ix_job_runs_job", job, "id"),
    )


class JobRunRecord(NamedTuple):
    """A run of a scheduled job."""

    id: int
    job: str
    slot: datetime | None
    attempt: int
    started_at: datetime
    finished_at: datetime
    outcome: Outcome
    counts: dict[str, object]
    error: str | None


def lock_job(session: Session, job: str) -> bool:
    """Try to lock the job until the end of the transaction; returns False if it runs elsewhere."""
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(lock_key(f"job:{job}")))))


def is_open(session: Session, job: str, slot: datetime | None) -> bool:
    """Whether the slot seems to be open; only `claim` decides it."""
    over = (JobRun.outcome == Outcome.DONE) | (JobRun.attempt >= MAX_ATTEMPTS)
    found = select(exists().where(JobRun.job == job, JobRun.slot == slot, over))
    return slot is None or not session.scalar(found)


def claim(session: Session, job: str, slot: datetime | None, now: datetime) -> int | None:
    """Insert the run in the job's transaction; returns its id, or None if the slot is done or failed too often."""
    values = {"job": job, "slot": slot, "started_at": now, "finished_at": now, "outcome": Outcome.DONE}
    statement = insert(JobRun).values(values)
    statement = statement.on_conflict_do_update(
        constraint="uq_job_runs_slot",
        set_={**values, "attempt": JobRun.attempt + 1, "error": None},
        where=(JobRun.outcome == Outcome.FAILED) & (JobRun.attempt < MAX_ATTEMPTS),
    )
    return session.scalar(statement.returning(JobRun.id))


def finish(session: Session, run_id: int, now: datetime, counts: Mapping[str, object]) -> None:
    """Record the end and the counts of a successful run."""
    session.execute(update(JobRun).where(JobRun.id == run_id).values(finished_at=now, counts=dict(counts)))


def fail(session: Session, job: str, slot: datetime | None, times: tuple[datetime, datetime], error: str) -> None:
    """Record a failed run, after the rollback of its work."""
    values = {
        "job": job,
        "slot": slot,
        "started_at": times[0],
        "finished_at": times[1],
        "outcome": Outcome.FAILED,
        "error": _storable(error),
    }
    statement = insert(JobRun).values(values)
    session.execute(
        statement.on_conflict_do_update(
            constraint="uq_job_runs_slot",
            set_={**values, "attempt": JobRun.attempt + 1},
            where=JobRun.outcome == Outcome.FAILED,
        )
    )


def _storable(error: str) -> str:
    """The first 2,000 characters, without those that PostgreSQL refuses in a text (NUL, lone surrogates)."""
    return error[:2000].replace("\0", "").encode(errors="replace").decode()


def latest_per_job(session: Session) -> dict[str, JobRun]:
    """The last run of each job, by the end of its last attempt."""
    newest_first = select(JobRun).order_by(JobRun.job, JobRun.finished_at.desc(), JobRun.id.desc())
    return {run.job: run for run in session.scalars(newest_first.ext(distinct_on(JobRun.job)))}


def last_success_per_job(session: Session) -> dict[str, datetime]:
    """Time of the last success of each job that ever succeeded."""
    found = select(JobRun.job, func.max(JobRun.finished_at)).where(JobRun.outcome == Outcome.DONE).group_by(JobRun.job)
    return dict(session.execute(found).all())
