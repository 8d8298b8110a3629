"""Schemas of tasks."""

from marshmallow import Schema, fields

from app.core.tasks.rules import TaskState
from app.web.fields import EnumByValue, Instant, Text
from app.web.query import ListQuery


class TaskSchema(Schema):
    """A task; its payload is not shown."""

    id = fields.Integer(dump_only=True)
    name = fields.String(dump_only=True)
    state = EnumByValue(TaskState, dump_only=True)
    tries = fields.Integer(dump_only=True)
    last_error = fields.String(dump_only=True, allow_none=True)
    run_at = Instant()


class TaskListQuery(ListQuery):
    """Filters of tasks."""

    state = EnumByValue(TaskState)
    name = Text(40)
