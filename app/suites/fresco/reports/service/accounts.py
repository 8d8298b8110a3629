"""Accounts of clients: what they were charged, and how it was settled."""

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from app.core.company.service import CompanyService
from app.core.files.service import Download
from app.infra.context import Context
from app.kernel.errors import Invalid
from app.kernel.money import Currency
from app.kernel.periods import DateRange
from app.suites.fresco.clients.service import ClientService
from app.suites.fresco.reports.queries import AccountQueries
from app.suites.fresco.reports.rules import AccountBalance, Entry, Owed, Sums, account_balance, with_balances

MOST_ENTRIES = 5_000
"""Entries of one statement; more than anybody reads, and few enough to be drawn at once."""


class AccountRequest(TypedDict, total=False):
    """Days of a statement."""

    date_from: date
    date_to: date


@dataclass(frozen=True, slots=True)
class Issuer:
    """Company that sends a statement."""

    name: str
    tax_id: str | None
    logo: Download | None
    """Its PNG or JPEG logo, whose content is read where it is drawn."""


@dataclass(frozen=True, slots=True)
class ClientAccount:
    """Statement of a client's account: balances by currency, and the entries that lead from first to last."""

    client_id: int
    client: str
    tax_id: str | None
    date_from: date
    date_to: date
    balances: list[AccountBalance]
    entries: list[Entry]
    coming: list[Owed]
    issuer: Issuer


class ClientAccountService:
    """Draws up the statement of a client's account."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.clients = ClientService(context)
        self.company = CompanyService(context)

    def statement(self, client_id: int, span: DateRange) -> ClientAccount:
        """The account over these days; Invalid where that is more than fits into a statement."""
        client = self.clients.get(client_id)
        queries = AccountQueries(self.context.session, client_id)
        found = queries.entries(span.start, span.end, MOST_ENTRIES + 1)
        if len(found) > MOST_ENTRIES:
            raise Invalid.field("date_from", f"These days have more than {MOST_ENTRIES} entries: choose fewer.")
        before = {one.currency: one for one in queries.sums_before(span.start)}
        currencies = sorted({*before, *(one.currency for one in found)}) or [self.context.company.base_currency]
        balances = [
            account_balance(before.get(one, Sums(one)), (entry for entry in found if entry.currency is one))
            for one in map(Currency, currencies)
        ]
        return ClientAccount(
            client_id=client.id,
            client=client.name,
            tax_id=client.tax_id,
            date_from=span.start,
            date_to=span.end,
            balances=balances,
            entries=with_balances({one.currency: one.opening_balance for one in balances}, found),
            coming=queries.coming(span.end),
            issuer=self._issuer(),
        )

    def _issuer(self) -> Issuer:
        company = self.company.get()
        logo = None if company.logo is None else self.company.logo()
        return Issuer(company.legal_name or company.name, company.tax_id, logo)
