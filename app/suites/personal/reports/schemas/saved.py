"""Schemas of saved reports."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate

from app.suites.personal.books.schemas import BookListQuery
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.reports.rules.ahead import MOST_DAYS
from app.suites.personal.reports.rules.saved import LONGEST_NAME, TAKEN, SavedKind, stored_params
from app.suites.personal.reports.rules.summary import ReportPeriod
from app.suites.personal.reports.rules.trends import LEAST_MONTHS, MOST_HORIZON, MOST_MONTHS
from app.suites.personal.reports.schemas.queries import MOST_IDS
from app.web.fields import AnyCurrency, Day, EnumByValue, Id, Instant, Text, Whole
from app.web.months import MonthIn
from app.web.query import SortBy
from app.web.schema import ResourceSchema


class SavedParamsSchema(ResourceSchema):
    """Parameters of a saved report, as its own address has them; a period moves on with the days."""

    period = EnumByValue(ReportPeriod)
    date_from = Day()
    date_to = Day()
    first = MonthIn(data_key="from", attribute="from")
    last = MonthIn(data_key="to", attribute="to")
    currency = AnyCurrency()
    accounts = fields.List(Id(), validate=validate.Length(min=1, max=MOST_IDS))
    depth = Whole(1, 4)
    category_id = Id()
    months = Whole(LEAST_MONTHS, MOST_MONTHS)
    horizon = Whole(1, MOST_HORIZON)
    type = EnumByValue(CategoryType)
    days = Whole(1, MOST_DAYS)


class SavedParams(fields.Dict):
    """Parameters of a saved report, which go out as they came in."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise ValidationError("Not an object.")
        loaded: dict[str, Any] = SavedParamsSchema().load(value)
        return loaded


class SavedReportSchema(ResourceSchema):
    """A report with its parameters, under a name."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    name = Text(LONGEST_NAME, required=True, blank=False)
    report = EnumByValue(SavedKind, required=True)
    params = SavedParams()
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)

    class Meta:
        """An example of a body, in which report and parameters fit."""

        whole_example: ClassVar = {"name": "Este mes", "report": "summary", "params": {"period": "month"}}

    def after_load(self, data: dict[str, Any]) -> dict[str, Any]:
        """The parameters as they are stored; the report must take them."""
        if "params" not in data and "report" not in data:
            return data
        if "report" not in data:
            raise ValidationError({"report": ["Send the report with its parameters."]})
        params = data.get("params", {})
        wrong = {name: ["Unknown field."] for name in params if name not in TAKEN[data["report"]]}
        if wrong:
            raise ValidationError({"params": wrong})
        return {**data, "params": stored_params(params)}


class SavedReportListQuery(BookListQuery):
    """Query of the list of saved reports."""

    sort = SortBy("name", "created_at")
    report = EnumByValue(SavedKind)


class ReportRunSchema(Schema):
    """A saved report with what it says now."""

    id = fields.Integer(dump_only=True)
    name = fields.String(dump_only=True)
    report = EnumByValue(SavedKind, dump_only=True)
    params = fields.Dict(dump_only=True)
    result = fields.Dict(dump_only=True)
