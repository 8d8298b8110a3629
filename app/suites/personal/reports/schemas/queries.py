"""Queries of reports."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from app.suites.personal.books.schemas import BookListQuery, BookQuery
from app.suites.personal.reports.rules.summary import ReportPeriod
from app.web.fields import AnyCurrency, Day, EnumByValue, Id, Whole
from app.web.months import MonthIn

MOST_IDS = 100
_IDS = re.compile(r"[0-9]{1,19}(,[0-9]{1,19})*", re.ASCII)


class IdList(fields.Field[tuple[int, ...]]):
    """Ids in a query, separated by commas."""

    def __init__(self, description: str) -> None:
        metadata = {"type": "string", "pattern": f"^{_IDS.pattern}$", "maxLength": 2000, "example": "1,2"}
        super().__init__(metadata={**metadata, "description": description})

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> tuple[int, ...]:
        if not isinstance(value, str) or not _IDS.fullmatch(value):
            raise ValidationError("Not ids separated by commas, such as 1,2.")
        of_one = Id()
        ids = dict.fromkeys(of_one.deserialize(one, attr, data) for one in value.split(","))
        if len(ids) > MOST_IDS:
            raise ValidationError(f"Must have at most {MOST_IDS} ids.")
        return tuple(ids)


class MonthlyQuery(BookListQuery):
    """Query of the report by months: one, or those from the first to the last; by default the current one."""

    month = MonthIn(metadata={"description": "The one month; neither `from` nor `to` then"})
    first = MonthIn(data_key="from")
    last = MonthIn(data_key="to")


class RangeQuery(BookQuery):
    """Days of a report."""

    period = EnumByValue(ReportPeriod)
    date_from = Day()
    date_to = Day()


class CategoryQuery(RangeQuery):
    """Query of the report on categories."""

    depth = Whole(1, 4, load_default=1)
    category_id = Id()


class WorthQuery(RangeQuery):
    """Query of the net worth."""

    books = IdList("Books of one's own that are joined")


class FlowQuery(RangeQuery):
    """Query of the cash flow."""

    currency = AnyCurrency()
    accounts = IdList("Accounts; by default those whose money can be spent at once")


class SummaryQuery(RangeQuery):
    """Query of the summary."""

    currency = AnyCurrency()
    accounts = IdList("Accounts; by default all")
    books = IdList("Books of one's own that are joined")


class LinesQuery(BookListQuery):
    """Query of the reports by tag and by payee."""

    period = EnumByValue(ReportPeriod)
    date_from = Day()
    date_to = Day()
    currency = AnyCurrency()
    accounts = IdList("Accounts; by default all")
