"""Exports of a book: its tables, its registers, its ledger, and a statement."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.core.ledger.rules import AccountKind
from app.infra import clock
from app.infra.books import BookAccess
from app.kernel.money import Currency, in_digits, without_zeros
from app.kernel.periods import FIRST_DAY, DateRange, require_order
from app.suites.personal.accounts.rules import SystemAccount
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import BookLedger, InBookService, find_price
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.exports.queries.lines import ExportQueries, LedgerAccount
from app.suites.personal.exports.rules.formats import ExportTable
from app.suites.personal.exports.rules.ledger import Balance, Journal, NamedAccount, PostedLine, Price
from app.suites.personal.exports.rules.statements import Register, RegisterLine, RegisterPart, SplitPart
from app.suites.personal.reports.service import CategoryFigure, CategoryReports, MonthFigures, Summary, SummaryReports
from app.suites.personal.transactions.rules import TransactionStatus, TransactionType
from app.suites.personal.transactions.service import TransactionItem, TransactionReader

MOST_MONTHS = 24
"""Months that a statement shows; of a longer range the last ones."""
_OWN = (AccountKind.ASSET, AccountKind.LIABILITY)

ExportRow = dict[str, object]
"""Values of a row by the names of its columns."""


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """An account with its balance on the last day of a statement, in its own currency and in the book's."""

    name: str
    currency: Currency
    balance: Decimal
    converted: Decimal | None


@dataclass(frozen=True, slots=True)
class BookStatement:
    """Statement of a book over a range of days."""

    book: str
    locale: str
    summary: Summary
    months: list[MonthFigures]
    expenses: list[CategoryFigure]
    """Spending by category."""
    accounts: list[AccountBalance]


class ExportService(InBookService):
    """Reads all of a book for its exports, streamed where it may be long."""

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.queries = ExportQueries(access.session, access.book_id)
        self.reader = TransactionReader(access)
        self.accounts = AccountService(access).list_all()
        self.account_names = {one.id: one.name for one in self.accounts}
        self.paths = CategoryService(access).names()
        self.category_names = {row_id: " > ".join(path) for row_id, path in self.paths.items()}
        self.payees = self.queries.payees()
        self.payee_names = {one.id: one.name for one in self.payees}

    def days(self, date_from: date | None, date_to: date | None) -> DateRange:
        """The days between two, by default all until today or the last day on which anything was posted."""
        require_order(date_from, date_to)
        end = date_to or max(self.queries.last_day() or self.access.today, self.access.today, date_from or FIRST_DAY)
        return DateRange(date_from or FIRST_DAY, end)

    def rows(self, table: ExportTable, days: DateRange) -> Iterator[ExportRow]:
        """The rows of a table, by the names of its columns; transactions and their splits of these days."""
        match table:
            case ExportTable.ACCOUNTS:
                return self._account_rows(days.end)
            case ExportTable.CATEGORIES:
                return self._category_rows()
            case ExportTable.PAYEES:
                return self._payee_rows()
            case ExportTable.TRANSACTIONS:
                return (self._transaction_row(one) for one in self.reader.stream(days))
            case ExportTable.SPLITS:
                return (row for one in self.reader.stream(days) for row in self._split_rows(one))
            case _:
                raise ValueError(f"{table} is a table of the document")

    def exported_at(self) -> str:
        """The time of an export."""
        return clock.now().isoformat()

    def journal(self, days: DateRange) -> tuple[Journal, Iterator[PostedLine]]:
        """The ledger over a range of days: its accounts and balances, and its lines, streamed."""
        accounts = self.queries.accounts()
        own = [one.id for one in accounts if one.kind in _OWN]
        opening = next(one.id for one in accounts if one.code == SystemAccount.OPENING.value)
        before = days.start - timedelta(days=1) if days.start > FIRST_DAY else None
        journal = Journal(
            currency=self.access.currency,
            accounts=_named(accounts),
            opening_id=opening,
            openings=[] if before is None else self._balances(before, own, zeros=False),
            prices=self._prices(days),
            closings=self._balances(days.end, own, zeros=True),
            first=days.start,
            last=days.end,
        )
        return journal, self.queries.lines(days)

    def registers(self, days: DateRange) -> Iterator[Register]:
        """The accounts with their lines, those of each streamed."""
        balances = AccountService(self.access).balances([one.id for one in self.accounts], days.end)
        for one in self.accounts:
            balance = in_digits(balances.get(one.id, Decimal(0)), one.currency)
            lines = self._register_lines(one.id, one.currency, days)
            yield Register(one.id, one.name, one.type, one.currency, balance, lines)

    def _register_lines(self, account_id: int, currency: Currency, days: DateRange) -> Iterator[RegisterLine]:
        for item in self.reader.stream(days, account_id=account_id):
            yield self._register_line(item, account_id, currency)

    def statement(self, days: DateRange, locale: str | None) -> BookStatement:
        """Figures of a statement, by default in the language of the book."""
        first = self.queries.first_day() or self.access.today
        reports = CategoryReports(self.access)
        latest = reports.calendar.month_of(days.end)
        shown = max(reports.calendar.month_of(max(days.start, min(first, days.end))), latest.plus(1 - MOST_MONTHS))
        days = DateRange(max(days.start, reports.calendar.days(shown).start), days.end)
        items = AccountService(self.access).shown(self.accounts, days.end)
        balances = [(one.record, Decimal(str(one.extra["balance"])), one.extra["converted_balance"]) for one in items]
        return BookStatement(
            book=self.access.settings.name,
            locale=(locale or self.access.settings.locale or "es")[:2],
            summary=SummaryReports([self.access], None, None).summary(None, days.start, days.end),
            months=reports.monthly(shown, latest),
            expenses=[one for one in reports.by_category(days, depth=4).items if one.type is CategoryType.EXPENSE],
            accounts=[
                AccountBalance(one.name, one.currency, balance, worth if isinstance(worth, Decimal) else None)
                for one, balance, worth in balances
                if balance or not one.is_closed
            ],
        )

    def _account_rows(self, day: date) -> Iterator[ExportRow]:
        """The accounts with their balances on a day."""
        balances = AccountService(self.access).balances([one.id for one in self.accounts], day)
        for number, one in enumerate(self.accounts, start=1):
            shown = {name: getattr(one, name) for name in _ACCOUNT}
            money = {name: _money(shown[name], one.currency) for name in _ACCOUNT_MONEY}
            balance = _money(balances.get(one.id, Decimal(0)), one.currency)
            yield {"number": number, **shown, **money, "balance": balance}

    def _category_rows(self) -> Iterator[ExportRow]:
        numbers = self._category_numbers()
        for one in CategoryService(self.access).list_all():
            path = self.paths[one.id]
            own = {name: getattr(one, name) for name in _CATEGORY}
            parent = None if one.parent_id is None else numbers[one.parent_id]
            limit = _money(one.budget_limit, self.access.currency)
            yield {
                "number": numbers[one.id],
                "parent": parent,
                "path": " > ".join(path),
                **own,
                "budget_limit": limit,
            }

    def _payee_rows(self) -> Iterator[ExportRow]:
        numbers = self._category_numbers()
        for number, one in enumerate(self.payees, start=1):
            category = None if one.default_category_id is None else numbers.get(one.default_category_id)
            yield {
                "number": number,
                "name": one.name,
                "aliases": one.aliases,
                "default_category": category,
                "is_hidden": one.is_hidden,
            }

    def _category_numbers(self) -> dict[int, int]:
        """Running numbers of the categories in the order of the tree, parents first."""
        ordered = sorted(self.paths, key=lambda one: (len(self.paths[one]), self.paths[one], one))
        return {category_id: number for number, category_id in enumerate(ordered, start=1)}

    def _transaction_row(self, item: TransactionItem) -> ExportRow:
        one = item.record
        to_amount = one.to_amount
        if one.type is TransactionType.TRANSFER and to_amount is None:
            to_amount = one.amount - sum((part.amount for part in splits_of(item)), Decimal(0))
        return {
            "id": one.id,
            "date": one.date,
            "type": one.type,
            "amount": one.amount,
            "currency": one.currency,
            "signed_amount": in_digits(Decimal(str(item.extra["signed_amount"])), one.currency),
            "account": self.account_names[one.account_id],
            "to_account": self._account(one.to_account_id),
            "to_amount": to_amount,
            "to_date": one.to_date,
            "category": self._path(one.category_id),
            "payee": self._payee(one.payee_id),
            "description": one.description,
            "payment_method": one.payment_method,
            "location": one.location,
            "notes": one.notes,
            "tags": one.tags,
            "is_refund": one.is_refund,
            "exclude_from_reports": one.exclude_from_reports,
            "external_id": one.external_id,
            "position": one.position,
            "category_source": one.category_source,
            "confidence": one.confidence,
            "status": item.extra["status"],
            "refund_of": one.refund_of_id,
            "is_split": one.is_split,
        }

    def _split_rows(self, item: TransactionItem) -> Iterator[ExportRow]:
        for place, part in enumerate(splits_of(item), start=1):
            yield {
                "transaction": item.record.id,
                "place": place,
                "amount": part.amount,
                "currency": item.record.currency,
                "category": self._path(part.category_id),
                "account": self._account(part.account_id),
                "notes": part.notes,
                "tags": part.tags,
            }

    def _register_line(self, item: TransactionItem, account_id: int, currency: Currency) -> RegisterLine:
        one, parts = item.record, splits_of(item)
        arrives = one.to_account_id == account_id
        amount = in_digits(Decimal(str(item.extra["signed_amount"])), currency)
        day = one.to_date if arrives and one.to_date is not None else one.date
        other = one.account_id if arrives else one.to_account_id
        category = f"[{self._account(other)}]" if other is not None else self._joined(one.category_id)
        whole = one.account_id == account_id and one.type is not TransactionType.TRANSFER
        shown = [self._register_part(part, amount > 0) for part in parts] if whole else []
        return RegisterLine(
            one.id,
            day,
            amount,
            self._payee(one.payee_id) or one.description or "",
            one.description or "",
            "" if shown else category,
            item.extra["status"] is not TransactionStatus.PENDING,
            shown,
        )

    def _register_part(self, part: SplitPart, comes_in: bool) -> RegisterPart:
        other = self._account(part.account_id)
        name = self._joined(part.category_id) if other is None else f"[{other}]"
        return RegisterPart(part.amount if comes_in else -part.amount, name, part.notes or "")

    def _balances(self, day: date, accounts: Sequence[int], *, zeros: bool) -> list[Balance]:
        found = BookLedger(self.access).balances.balances(day, accounts)
        return [Balance(one.account_id, Currency(one.currency), one.amount) for one in found if one.amount or zeros]

    def _prices(self, days: DateRange) -> list[Price]:
        """Prices of other currencies on the days on which anything was posted in them, where there is a rate."""
        found: list[Price] = []
        for currency, day in self.queries.days_of_currencies(days):
            if currency is not self.access.currency:
                price = find_price(self.access, currency, day)
                found += [] if price is None else [Price(day, currency, without_zeros(price.rate))]
        return found

    def _account(self, account_id: int | None) -> str | None:
        return None if account_id is None else self.account_names[account_id]

    def _payee(self, payee_id: int | None) -> str | None:
        return None if payee_id is None else self.payee_names.get(payee_id)

    def _path(self, category_id: int | None) -> str | None:
        return None if category_id is None else self.category_names[category_id]

    def _joined(self, category_id: int | None) -> str:
        """The names of a category as QIF has them."""
        if category_id is None:
            return ""
        return ":".join(name.replace(":", "-").replace("/", "-") for name in self.paths[category_id])


_ACCOUNT = (
    "name",
    "type",
    "currency",
    "on_budget",
    "opening_balance",
    "opening_date",
    "credit_limit",
    "statement_day",
    "due_day",
    "apr",
    "minimum_amount",
    "minimum_percent",
    "institution",
    "low_balance",
    "original_amount",
    "term_months",
    "color",
    "position",
    "is_closed",
)
_ACCOUNT_MONEY = ("opening_balance", "credit_limit", "minimum_amount", "low_balance", "original_amount")
_CATEGORY = ("name", "type", "color", "icon", "position", "is_archived", "overspending", "flags")
_TRANSACTION = (
    "id",
    "date",
    "type",
    "amount",
    "currency",
    "signed_amount",
    "account",
    "to_account",
    "to_amount",
    "to_date",
    "category",
    "payee",
    "description",
    "payment_method",
    "location",
    "notes",
    "tags",
    "is_refund",
    "exclude_from_reports",
    "external_id",
    "position",
    "category_source",
    "confidence",
    "status",
    "refund_of",
    "is_split",
)
COLUMNS: Mapping[ExportTable, tuple[str, ...]] = {
    ExportTable.ACCOUNTS: ("number", *_ACCOUNT, "balance"),
    ExportTable.CATEGORIES: ("number", "parent", "path", *_CATEGORY, "budget_limit"),
    ExportTable.PAYEES: ("number", "name", "aliases", "default_category", "is_hidden"),
    ExportTable.TRANSACTIONS: _TRANSACTION,
    ExportTable.SPLITS: ("transaction", "place", "amount", "currency", "category", "account", "notes", "tags"),
}
"""Columns of the tables whose rows are put together here."""


def splits_of(item: TransactionItem) -> list[SplitPart]:
    """The splits of a transaction."""
    found = item.extra["splits"]
    if not isinstance(found, list):
        raise TypeError("a transaction has a list of splits")
    return found


def _money(amount: Decimal | None, currency: Currency) -> Decimal | None:
    return None if amount is None else in_digits(amount, currency)


def _named(accounts: Sequence[LedgerAccount]) -> list[NamedAccount]:
    """The accounts with their names from the top; those of what has no category by one word."""
    known = {one.id: one for one in accounts}

    def path(one: LedgerAccount) -> tuple[str, ...]:
        above = () if one.parent_id is None else path(known[one.parent_id])
        return (*above, "Uncategorised" if (one.code or "").startswith("uncategorised-") else one.name)

    return [NamedAccount(one.id, one.kind, path(one)) for one in accounts]
