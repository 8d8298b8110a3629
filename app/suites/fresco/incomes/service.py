"""Services of incomes."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar, TypedDict, Unpack

from app.core.cash_accounts.service import CashAccountService
from app.core.currencies.service import AmountReader
from app.core.files.service import AttachedFiles
from app.core.imports.rules import LeftReason
from app.core.imports.service import Importer, UntouchedRows
from app.infra.context import Context
from app.infra.queries.names import NameRepository, NameUse
from app.infra.queries.records import Item
from app.kernel.errors import Invalid
from app.kernel.files import JudgedFile
from app.kernel.money import Currency
from app.kernel.paging import Page, PageRequest
from app.kernel.periods import require_order
from app.kernel.rows import EnteredRow, Values, check_taxes, plain_name
from app.suites.fresco.incomes.models import Income, IncomeRecord
from app.suites.fresco.incomes.queries import INCOMES, TYPES, IncomeFilter
from app.suites.fresco.incomes.repository import IncomeRepository
from app.suites.fresco.projects.service import BelongingResolver, BelongingValues, ProjectService


class IncomeValues(TypedDict, total=False):
    """The values of an income that a caller may set."""

    description: str
    date: date
    amount: Decimal
    currency: Currency
    tax_amount: Decimal | None
    type: str
    client: str | None
    client_id: int | None
    project_id: int | None
    payment_method: str
    cash_account_id: int | None
    receipt_path: str | None
    notes: str | None
    tags: list[str]


class IncomeFilters(TypedDict, total=False):
    """The criteria of a list of incomes."""

    type: tuple[str, ...]
    client_id: int
    project_id: int
    supplier_id: int
    payment_method: str
    amount_min: Decimal
    amount_max: Decimal
    date_from: date
    date_to: date
    tag: str
    q: str


class TypeService:
    """Finds, counts and merges the types of incomes: free text, of which one spelling is kept."""

    def __init__(self, context: Context) -> None:
        self.names = NameRepository(context.session, *TYPES)

    def resolved(self, given: IncomeValues) -> IncomeValues:
        """The type as it is stored; empty if none is given."""
        return {"type": self.names.reuse(given["type"])} if "type" in given else {}

    def uses(self) -> list[NameUse]:
        """Every type with its use."""
        return self.names.uses()

    def merge(self, types: Collection[str], to: str) -> int:
        """Move the incomes of some types to another one and return their number."""
        return self.names.merge(types, to)


class IncomeService:
    """Creates, changes and deletes incomes."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.incomes = IncomeRepository(context.session)
        self.projects = ProjectService(context)
        self.clients = self.projects.clients
        self.accounts = CashAccountService(context)
        self.files = AttachedFiles(context, "fresco.incomes")
        self.types = TypeService(context)

    def get(self, income_id: int) -> IncomeRecord:
        """One income."""
        return self.incomes.get(income_id)

    def create(self, *, file: JudgedFile | None = None, **values: Unpack[IncomeValues]) -> Income:
        """Create an income; its project sets its client; without one it is the given one, or the one its text names."""
        self.accounts.check(values)
        values = {
            **values,
            **self._belonging(values),
            **self.types.resolved(values),
            **self.files.attached(values, file),
        }
        return self.incomes.add(Income(**values))

    def create_many(self, rows: Sequence[IncomeValues]) -> list[int]:
        """Create incomes without receipts, of clients that exist, in a few statements; returns their ids."""
        return self.incomes.add_all([Income(**values) for values in rows])

    def update(self, income_id: int, *, file: JudgedFile | None = None, **changes: Unpack[IncomeValues]) -> Income:
        """Change the given values; a replaced receipt is released."""
        income = self.incomes.get_for_update(income_id)
        self.accounts.check(changes, income)
        before = income.receipt_path
        receipt = self.files.attached(changes, file, before)
        stored: BelongingValues = {"client_id": income.client_id, "project_id": income.project_id}
        resolved = {**self._belonging(changes, stored), **self.types.resolved(changes)}
        self.incomes.change(income, {**changes, **resolved, **receipt})
        self.files.release_replaced(before, income.receipt_path)
        return income

    def delete(self, income_id: int) -> None:
        """Delete an income and its receipt."""
        income = self.incomes.get_for_update(income_id)
        self.incomes.delete(income)
        self.files.release(income.receipt_path)

    def take_back(self, ids: Collection[int], left: dict[int, LeftReason]) -> None:
        """Delete imported incomes that nobody changed; adds the others to `left`."""
        gone = UntouchedRows(self.context).among(Income, ids, left)
        self.incomes.delete_where(Income.id.in_(gone))

    def _belonging(self, given: IncomeValues, stored: BelongingValues | None = None) -> BelongingValues:
        """Client and project: by their ids, or else the client by a text that exactly one client has as its name."""
        before, text = stored or BelongingValues(), given.get("client")
        found = BelongingResolver(self.projects).resolved(given, before)
        if text is None or given.get("client_id") is not None:
            return found
        named = self.clients.only_one_named(text)
        if {**before, **found}.get("project_id") is None:
            return {**found, "client_id": named}
        if named not in {None, {**before, **found}.get("client_id")}:
            raise Invalid.field("client", "Is not the project's client.")
        return found


class IncomeReader:
    """Lists incomes, with totals in the requested currency or else in the company's."""

    def __init__(self, context: Context) -> None:
        self.amounts = AmountReader(context, INCOMES, IncomeRecord)

    def page(
        self, request: PageRequest, *, currency: Currency | None = None, **filters: Unpack[IncomeFilters]
    ) -> Page[Item[IncomeRecord]]:
        """One page of incomes, with the total of all matching ones."""
        criteria = IncomeFilter(**filters)
        require_order(criteria.date_from, criteria.date_to)
        return self.amounts.page(criteria, request, currency)


class IncomeLoader:
    """Inserts many incomes, for benchmarks."""

    def __init__(self, context: Context) -> None:
        self.incomes = IncomeRepository(context.session)

    def load(self, first: int, count: int, today: date) -> None:
        """Insert `count` incomes, numbered from `first` on."""
        self.incomes.add_many(first, count, today)


class IncomeImporter(Importer):
    """Incomes of a file: known by day, amount, description, type and client; two equal rows are two incomes."""

    kind: ClassVar = "incomes"
    permission: ClassVar = "incomes:write"
    day: ClassVar = "date"
    booked: ClassVar = ("date",)

    def __init__(self, context: Context) -> None:
        self.incomes = IncomeService(context)

    def resolve(self, rows: Sequence[EnteredRow]) -> None:
        """Find the clients, by tax id or by the text if exactly one client has that name, and then the projects."""
        self.incomes.clients.resolve(rows)
        known = self.incomes.clients.named({row.given["client"] for row in rows if "client" in row.given})
        for row in rows:
            found = known.get(row.given.get("client", ""), [])
            if len(found) == 1 and "client_tax_id" not in row.names:
                row.errors.pop("client_id", None)  # an id of another database counts less than the name beside it
                row.given["client_id"] = found[0]
        self.incomes.projects.resolve_projects(rows)

    def check(self, rows: Sequence[EnteredRow]) -> None:
        """Set the client of each project, and use the spelling of types that exist."""
        check_taxes(rows)
        self.incomes.projects.set_owners(rows)
        self.incomes.accounts.check_rows(rows)
        known = {given: self.incomes.types.resolved({"type": given}) for given in {row.values["type"] for row in rows}}
        for row in rows:
            row.values |= known[row.values["type"]]

    def key(self, values: Values) -> Hashable:
        client = values.get("client")
        texts = [plain_name(values[name]) for name in ("description", "type")]
        whose = values.get("client_id") if client is None else plain_name(client)
        return values["date"], values["amount"], values["currency"], *texts, whose

    def stored(self, rows: Sequence[EnteredRow]) -> Mapping[Hashable, Sequence[int]]:
        found: dict[Hashable, list[int]] = defaultdict(list)
        days, amounts = ([row.values[name] for row in rows] for name in ("date", "amount"))
        for income in self.incomes.incomes.like(days, amounts):
            found[self.key(income._asdict())].append(income.id)
        return found

    def create(self, rows: Sequence[Values]) -> list[int]:
        return self.incomes.create_many([IncomeValues(**values) for values in rows])  # type: ignore[typeddict-item]  # loaded by the shape of a POST
