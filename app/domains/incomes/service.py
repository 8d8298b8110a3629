"""The verbs of incomes."""

from datetime import date
from typing import Any

from app.domains.clients.service import ClientService
from app.domains.currencies.service import AmountReader
from app.domains.files.service import FileService
from app.domains.incomes.models import Income, IncomeRecord
from app.domains.incomes.queries import INCOMES, IncomeFilter
from app.domains.incomes.repository import IncomeRepository
from app.infra.context import Context
from app.infra.queries.records import Item
from app.kernel.files import GivenFile
from app.kernel.money import Currency
from app.kernel.paging import Page, PageRequest
from app.kernel.periods import require_order


class IncomeService:
    """Keeps money that came in outside the payment plans."""

    def __init__(self, context: Context) -> None:
        self.incomes = IncomeRepository(context.session)
        self.clients = ClientService(context)
        self.files = FileService(context)

    def get(self, income_id: int) -> IncomeRecord:
        """One income."""
        return self.incomes.get(income_id)

    def create(self, *, file: GivenFile | None = None, **values: Any) -> Income:
        """A new income; its client, if it names one, must exist."""
        self._check_client(values)
        return self.incomes.add(Income(**self.files.attached(values, file)))

    def update(self, income_id: int, *, file: GivenFile | None = None, **changes: Any) -> Income:
        """Change what is given; a receipt that is replaced goes."""
        income = self.incomes.get_for_update(income_id)
        self._check_client(changes)
        before = income.receipt_path
        self.incomes.change(income, self.files.attached(changes, file))
        if income.receipt_path != before:
            self.files.release(before)
        return income

    def delete(self, income_id: int) -> None:
        """Remove an income and its receipt."""
        income = self.incomes.get_for_update(income_id)
        self.incomes.delete(income)
        self.files.release(income.receipt_path)

    def _check_client(self, given: dict[str, Any]) -> None:
        if given.get("client_id") is not None:
            self.clients.get(given["client_id"])


class IncomeReader:
    """Answers in the currency asked for, or else in the company's."""

    def __init__(self, context: Context) -> None:
        self.amounts = AmountReader(context, INCOMES, IncomeRecord)

    def page(
        self, request: PageRequest, *, currency: Currency | None = None, **filters: Any
    ) -> Page[Item[IncomeRecord]]:
        """Incomes that match, with what all of them come to."""
        asked = IncomeFilter(**filters)
        require_order(asked.date_from, asked.date_to)
        return self.amounts.page(asked, request, currency)


class IncomeLoader:
    """Incomes by the hundred thousand, for benchmarks."""

    def __init__(self, context: Context) -> None:
        self.incomes = IncomeRepository(context.session)

    def load(self, first: int, count: int, today: date) -> None:
        """So many from the first-th on."""
        self.incomes.add_many(first, count, today)
