"""Schemas of jobs and their runs."""

from marshmallow import Schema, fields

from app.infra.job_runs import Outcome
from app.web.fields import EnumByValue, Instant
from app.web.query import ListQuery, SortBy


class JobRunSchema(Schema):
    """A run of a job."""

    id = fields.Integer(dump_only=True)
    job = fields.String(dump_only=True)
    slot = Instant(allow_none=True)
    attempt = fields.Integer(dump_only=True)
    started_at = Instant()
    finished_at = Instant()
    outcome = EnumByValue(Outcome, type_name="JobOutcome", dump_only=True)
    counts = fields.Dict(dump_only=True)
    error = fields.String(dump_only=True, allow_none=True)


class JobSchema(Schema):
    """A job with its next and last run."""

    name = fields.String(dump_only=True, metadata={"example": "mark-overdue"})
    description = fields.String(dump_only=True, metadata={"example": "Marks overdue payments"})
    schedule = fields.String(dump_only=True)
    next_run_at = Instant()
    last_run = fields.Nested(JobRunSchema, dump_only=True, allow_none=True)


class JobRunListQuery(ListQuery):
    """Query of a list of runs."""

    sort = SortBy("id", "slot", "started_at", "outcome")
