"""Schemas of the company's settings."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from app.core.company.rules import LONGEST_WORD, MOST_WORDS, is_language_tag, is_zone, words_problem
from app.kernel.countries import COUNTRIES
from app.web.decimals import ExactDecimal
from app.web.fields import AnyCurrency, Day, Id, Instant, Text
from app.web.schema import ResourceSchema

_BALANCE = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,4})?", re.ASCII)
_SHARE = re.compile(r"(1(\.0{1,6})?|0(\.[0-9]{1,6})?)", re.ASCII)


class Balance(ExactDecimal):
    """An amount in the base currency that may be negative."""

    type_name = "BalanceIn"
    written = _BALANCE
    complaint = "Not an amount with at most as many decimals as its currency has."
    pattern = r"^-?[0-9]{1,15}(\.[0-9]{1,4})?$"
    description = "An amount, possibly negative, with at most 15 digits and as many decimals as the base currency has."

    def __init__(self, **options: Any) -> None:
        limits = {"minimum": -1e15, "maximum": 1e15}
        super().__init__(metadata=limits | options.pop("metadata", {}), **options)


class Share(ExactDecimal):
    """A part of a whole, from 0 to 1 with at most six decimals."""

    type_name = "ShareIn"
    written = _SHARE
    complaint = "Not a number from 0 to 1 with at most six decimals."
    pattern = r"^(1(\.0{1,6})?|0(\.[0-9]{1,6})?)$"
    description = "From 0 to 1, with at most six decimals."

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"minimum": 0, "maximum": 1}, **options)


class Words(fields.List[str]):
    """Distinct words, none blank."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Text(LONGEST_WORD, required=True), validate=validate.Length(max=MOST_WORDS), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        words = [str(word).strip() for word in super()._deserialize(value, attr, data, **kwargs)]
        if problem := words_problem(words):
            raise ValidationError(problem)
        return words


class Currencies(fields.List[str]):
    """Distinct currencies, at least one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(AnyCurrency(), validate=validate.Length(min=1), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        codes = [str(currency) for currency in super()._deserialize(value, attr, data, **kwargs)]
        if problem := words_problem(codes):
            raise ValidationError(problem)
        return codes


def _country(code: str) -> None:
    if code not in COUNTRIES:
        raise ValidationError("Not a country by its two letters of ISO 3166, such as CO.")


def _zone(name: str) -> None:
    if not is_zone(name):
        raise ValidationError("Not a time zone such as America/Bogota.")


def _language(tag: str) -> None:
    if not is_language_tag(tag):
        raise ValidationError("Not a language tag of BCP 47, such as es-CO.")


class TimeZoneName(Text):
    """Name of a time zone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(64, blank=False, checks=(_zone,), **options)


class LanguageTag(Text):
    """A language tag of BCP 47."""

    def __init__(self, **options: Any) -> None:
        super().__init__(35, blank=False, checks=(_language,), **options)


class CompanySchema(ResourceSchema):
    """The company."""

    name = Text(200, required=True)
    legal_name = Text(200, allow_none=True)
    tax_id = Text(50, allow_none=True)
    country = Text(2, required=True, checks=(_country,))
    timezone = TimeZoneName(required=True)
    base_currency = AnyCurrency(required=True)
    billing_currencies = Currencies(required=True)
    locale = LanguageTag(required=True)
    logo = Id(allow_none=True)
    opening_balance = Balance(
        required=True,
        metadata={"description": "Money of the company at the start of `opening_date`", "example": 45800000},
    )
    opening_date = Day(allow_none=True)
    tax_rate = Share(required=True)
    marketing_categories = Words(required=True)
    capital_income_types = Words(required=True)
    capital_expense_categories = Words(required=True)
    cashflow_suites = Words(required=True)
    updated_at = Instant()


class SuiteAddressSchema(Schema):
    """A suite that is switched on."""

    name = fields.String(dump_only=True, metadata={"description": "Its name", "example": "fresco"})
    prefix = fields.String(dump_only=True)


class SignOnSchema(Schema):
    """A provider by which users may sign in."""

    name = fields.String(dump_only=True, metadata={"description": "Its name", "example": "google"})
    client_id = fields.String(dump_only=True)


class MetaSchema(Schema):
    """Facts for frontends, before anybody is logged in."""

    name = fields.String(dump_only=True, metadata={"description": "Name of the company", "example": "Estudio Brisa"})
    version = fields.String(dump_only=True)
    suites = fields.List(fields.Nested(SuiteAddressSchema), dump_only=True)
    currencies = fields.List(fields.String(), dump_only=True)
    timezone = fields.String(dump_only=True)
    registration = fields.String(dump_only=True)
    sso = fields.List(fields.Nested(SignOnSchema), dump_only=True)
