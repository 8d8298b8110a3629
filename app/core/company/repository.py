"""Repository of the company's row."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select

from app.core.company.models import Company, CompanyRecord
from app.infra.db.columns import revision
from app.infra.queries.cached import cached_query
from app.infra.queries.records import columns_of
from app.infra.queries.repository import Filter, Repository
from app.kernel.money import Currency


@dataclass(frozen=True, slots=True)
class CompanyFilter(Filter):
    """The only row."""

    def conditions(self) -> list[ColumnElement[bool]]:
        return []


class StoredSettings(NamedTuple):
    """Values for calculations, as they are stored."""

    name: str
    timezone: str
    base_currency: Currency
    opening_balance: Decimal
    opening_date: date | None
    tax_rate: Decimal
    marketing_categories: list[str]
    capital_income_types: list[str]
    capital_expense_categories: list[str]
    cashflow_suites: list[str]
    revision: str


class CompanyRepository(Repository[Company, CompanyRecord]):
    """The company's row."""

    model = Company
    record = CompanyRecord

    def settings(self) -> StoredSettings:
        """Values for calculations, and the row's revision."""
        return _settings().all(self.session, StoredSettings)[0]


@cached_query
def _settings() -> Select[Any]:
    return select(*columns_of(StoredSettings, Company.__table__), revision(Company.__tablename__))
