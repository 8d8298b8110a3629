"""Importing expenses from a file."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import ClassVar

from app.core.imports.service import Importer
from app.infra.context import Context
from app.kernel.rows import EnteredRow, Values, check_taxes, plain_name
from app.suites.fresco.expenses.service.expenses import ExpenseService, ExpenseValues
from app.suites.fresco.projects.service import ProjectService
from app.suites.fresco.suppliers.service import SupplierService


class ExpenseImporter(Importer):
    """Expenses of a file: known by day, amount, description, category, client and project."""

    kind: ClassVar = "expenses"
    permission: ClassVar = "expenses:write"
    day: ClassVar = "date"
    booked: ClassVar = ("date",)

    def __init__(self, context: Context) -> None:
        self.expenses = ExpenseService(context)
        self.projects = ProjectService(context)
        self.suppliers = SupplierService(context)

    def resolve(self, rows: Sequence[EnteredRow]) -> None:
        self.projects.resolve(rows)
        self.suppliers.resolve(rows)

    def check(self, rows: Sequence[EnteredRow]) -> None:
        """Set the client of each project, and use the spelling of categories that exist."""
        check_taxes(rows)
        self.expenses.accounts.check_rows(rows)
        self.projects.set_owners(rows)
        categories = self.expenses.resolver.categories
        known = {given: categories.resolved(given) for given in {row.values["category"] for row in rows}}
        for row in rows:
            row.values |= known[row.values["category"]]

    def key(self, values: Values) -> Hashable:
        texts = [plain_name(values[name]) for name in ("description", "category")]
        whose = values.get("client_id"), values.get("project_id")
        return values["date"], values["amount"], values["currency"], *texts, *whose

    def stored(self, rows: Sequence[EnteredRow]) -> Mapping[Hashable, Sequence[int]]:
        found: dict[Hashable, list[int]] = defaultdict(list)
        days, amounts = ([row.values[name] for row in rows] for name in ("date", "amount"))
        for expense in self.expenses.expenses.like(days, amounts):
            found[self.key(expense._asdict())].append(expense.id)
        return found

    def create(self, rows: Sequence[Values]) -> list[int]:
        return self.expenses.create_many([ExpenseValues(**values) for values in rows])  # type: ignore[typeddict-item]  # loaded by the shape of a POST
