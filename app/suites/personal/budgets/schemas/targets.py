"""Schemas of targets."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from app.suites.personal.books.schemas import BookListQuery
from app.suites.personal.budgets.rules.kinds import Frequency, TargetType
from app.suites.personal.budgets.rules.targets import CapPeriod, PercentOf
from app.web.decimals import AnyMoneyAmount, ExactDecimal, SignedMoneyAmount
from app.web.fields import Day, EnumByValue, Flag, Id, Instant, Whole
from app.web.months import MonthIn, MonthOut
from app.web.query import SortBy
from app.web.schema import ResourceSchema, StrictSchema

_ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


class SumName(fields.String):
    """A sum that a percentage is of: a word, or the id of a category of incomes."""

    def __init__(self, **options: Any) -> None:
        words = "|".join(PercentOf)
        super().__init__(metadata={"pattern": f"^({words}|{_ID.pattern})$", "maxLength": 18}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
        if text in set(PercentOf):
            return PercentOf(text)
        if _ID.fullmatch(text):
            return int(text)
        raise ValidationError(f"Must be one of: {', '.join(PercentOf)}; or the id of a category.")


class TargetPercent(ExactDecimal):
    """A percentage above 0 with at most two decimals."""

    type_name = "TargetPercentIn"
    pattern = r"^(?=.*[1-9])[0-9]{1,5}(\.[0-9]{1,2})?$"
    written = re.compile(r"[0-9]{1,5}(\.[0-9]{1,2})?", re.ASCII)
    complaint = "Not a percentage above 0 with at most two decimals."
    description = "A percentage above 0, at most 10,000, with at most two decimals."

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=validate.Range(min=0, min_inclusive=False, max=10_000), **options)


class SignedPercent(ExactDecimal):
    """A percentage to add or take off."""

    type_name = "SignedPercentIn"
    pattern = r"^-?[0-9]{1,5}(\.[0-9]{1,2})?$"
    written = re.compile(r"-?[0-9]{1,5}(\.[0-9]{1,2})?", re.ASCII)
    complaint = "Not a percentage with at most two decimals."
    description = "A percentage from -100 to 10,000 with at most two decimals."

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=validate.Range(min=-100, max=10_000), **options)


class Weight(ExactDecimal):
    """A weight above 0."""

    type_name = "WeightIn"
    pattern = r"^(?=.*[1-9])[0-9]{1,6}(\.[0-9]{1,3})?$"
    written = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?", re.ASCII)
    complaint = "Not a number above 0 with at most three decimals."
    description = "A number above 0, at most 100,000, with at most three decimals."

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=validate.Range(min=0, min_inclusive=False, max=100_000), **options)


class TurnsSchema(StrictSchema):
    """A frequency, and how many of its dates lie between two."""

    frequency = EnumByValue(Frequency, type_name="RecurringFrequency", required=True)
    interval = Whole(1, 1000, load_default=1)


class TargetMonth(MonthIn, MonthOut):
    """A month as YYYY-MM, in and out."""


class TargetSchema(ResourceSchema):
    """A rule by which money is assigned to a category; the type decides which of the other fields it has."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    category_id = Id(required=True)
    type = EnumByValue(TargetType, required=True)
    priority = Whole(0, 99)
    amount = AnyMoneyAmount(allow_none=True)
    cap = AnyMoneyAmount(allow_none=True)
    cap_period = EnumByValue(CapPeriod, allow_none=True)
    hold = Flag()
    starting = Day(allow_none=True)
    by = TargetMonth(allow_none=True)
    repeat = Whole(1, 1200, allow_none=True)
    spend_from = TargetMonth(allow_none=True)
    every = fields.Nested(TurnsSchema, allow_none=True)
    percent = TargetPercent(allow_none=True)
    of = SumName(allow_none=True)
    recurring_id = Id(allow_none=True)
    full = Flag()
    adjust_percent = SignedPercent()
    adjust_amount = SignedMoneyAmount()
    months = Whole(1, 120, allow_none=True)
    weight = Weight(allow_none=True)
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class TargetListQuery(BookListQuery):
    """Query of the list of targets."""

    sort = SortBy("created_at", "type")
    category_id = Id()
