"""Services of the company's settings."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypedDict, Unpack

from sqlalchemy.orm import Session

from app.core.company.events import BaseCurrencyChanging
from app.core.company.models import THE_COMPANY, Company, CompanyRecord
from app.core.company.repository import CompanyRepository
from app.core.company.rules import LOGO_TYPES, billing_problem, opening_problem
from app.core.currencies.service import CurrencyService
from app.core.files.service import AttachedFiles, Download
from app.infra.context import Context
from app.kernel.company import CompanySettings
from app.kernel.errors import Invalid, NotFound
from app.kernel.money import Currency

log = logging.getLogger(__name__)


class CompanyChanges(TypedDict, total=False):
    """The values of the company that a caller may change."""

    name: str
    legal_name: str | None
    tax_id: str | None
    country: str
    timezone: str
    base_currency: Currency
    billing_currencies: list[str]
    locale: str
    logo: int | None
    opening_balance: Decimal
    opening_date: date | None
    tax_rate: Decimal
    marketing_categories: list[str]
    capital_income_types: list[str]
    capital_expense_categories: list[str]
    cashflow_suites: list[str]


@dataclass(frozen=True, slots=True)
class FirstValues:
    """Values of the environment, which the row gets when it is made."""

    name: str
    timezone: str
    base_currency: Currency
    opening_balance: Decimal
    tax_rate: Decimal
    marketing_categories: list[str]

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "FirstValues":
        """The values in an application's configuration."""
        return cls(
            name=config["COMPANY_NAME"],
            timezone=config["TIMEZONE"].key,
            base_currency=Currency(config["BASE_CURRENCY"]),
            opening_balance=config["OPENING_BALANCE"],
            tax_rate=config["TAX_RATE"],
            marketing_categories=list(config["MARKETING_CATEGORIES"]),
        )


class SettingsReader:
    """Reads the company's settings, and remembers them until the row's revision changes."""

    def __init__(self, first: FirstValues, environment: Collection[str]) -> None:
        self.first = first
        self.environment = environment
        """Names of the values that the environment sets."""
        self._known: CompanySettings | None = None

    def read(self, session: Session, revision: str | None) -> CompanySettings:
        """The settings of this revision, which the caller may know from the request's first statement."""
        known = self._known
        if known is None or known.revision != revision:
            read = CompanyRepository(session).settings()
            if known is None:
                self._compare(read)
            self._known = known = read
        return known

    def _compare(self, stored: CompanySettings) -> None:
        """Log which values of the environment are no longer the company's."""
        for one in fields(self.first):
            differs = getattr(self.first, one.name) != getattr(stored, one.name)
            if differs and one.name in self.environment:
                log.warning("the environment's %s is not used: the company's settings have another value", one.name)


class SuiteAddress(NamedTuple):
    """A suite that is switched on, and the start of its addresses."""

    name: str
    prefix: str


class SignOn(NamedTuple):
    """A provider by which users may sign in."""

    name: str
    client_id: str


class Meta(NamedTuple):
    """Facts about this installation that anybody may know."""

    name: str
    version: str
    suites: list[SuiteAddress]
    currencies: list[str]
    timezone: str
    registration: str
    sso: list[SignOn]


class CompanyService:
    """Shows and changes the company's settings."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.companies = CompanyRepository(context.session)
        self.files = AttachedFiles(context, "core.company")

    def get(self) -> CompanyRecord:
        """The company."""
        return self.companies.get(THE_COMPANY)

    def update(self, **changes: Unpack[CompanyChanges]) -> Company:
        """Change the given values and leave the others."""
        company = self.companies.get_for_update(THE_COMPANY)
        base = changes.get("base_currency", company.base_currency)
        if problem := billing_problem(base, changes.get("billing_currencies", company.billing_currencies)):
            raise Invalid.field("billing_currencies", problem)
        if unknown := set(changes.get("cashflow_suites", ())) - set(self.context.settings.movement_suites):
            raise Invalid.field("cashflow_suites", f"Unknown: {', '.join(sorted(unknown))}.")
        if problem := opening_problem(changes.get("opening_balance", company.opening_balance), base):
            raise Invalid.field("opening_balance", problem)
        if base is not company.base_currency:
            self.context.publish(BaseCurrencyChanging())
        before, after = company.logo, changes.get("logo", company.logo)
        if after is not None and after != before:
            self._attach_logo(after)
        self.companies.change(company, changes)
        if before is not None and after != before:
            self.files.release_by_id(before)
        return company

    def meta(self, version: str) -> Meta:
        """Facts that a frontend needs before anybody is logged in; `version` is that of the API."""
        company, client_id = self.get(), self.context.settings.google_client_id
        return Meta(
            name=company.name,
            version=version,
            suites=[SuiteAddress(*found) for found in self.context.settings.suite_prefixes.items()],
            currencies=list(dict.fromkeys((*company.billing_currencies, *CurrencyService(self.context).known()))),
            timezone=company.timezone,
            registration=self.context.settings.registration,
            sso=[SignOn("google", client_id)] if client_id else [],
        )

    def logo(self) -> Download:
        """The logo; NotFound without one."""
        logo = self.get().logo
        if logo is None:
            raise NotFound("The company has no logo.")
        return self.files.download_attached(logo)

    def _attach_logo(self, file_id: int) -> None:
        file = self.files.attach_by_id(file_id, "logo")
        if file.content_type not in LOGO_TYPES:
            raise Invalid.field("logo", "Must be a PNG or JPEG file.")
