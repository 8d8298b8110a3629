"""Base of the services of reports: ranges of days, and sums of categories."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.infra.books import BookAccess
from app.infra.queries.amounts import Sum
from app.kernel.errors import Invalid
from app.kernel.money import Currency, rounded_parts
from app.kernel.periods import FIRST_DAY, DateRange, Month, MonthCalendar, Period, require_order
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import InBookService, currencies_of, exchange_of
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.reports.queries.sums import Accounts, ReportQueries
from app.suites.personal.reports.rules.figures import CategorySum, Result, by_category, share_of
from app.suites.personal.reports.rules.summary import LedgerSum, ReportPeriod, Span

MOST_MONTHS = 120
UNCATEGORISED = "Uncategorised"


@dataclass(frozen=True, slots=True)
class CategoryFigure:
    """Figure of a category: income and spending are positive, a refund lowers spending."""

    category_id: int | None
    name: str
    path: list[str]
    type: CategoryType
    amount: Decimal
    share: Decimal | None


class ReportBase(InBookService):
    """Reads sums of a book; a rate that is missing is a Conflict."""

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.queries = ReportQueries(access.session, access.book_id, access.settings.month_start_day)
        self.calendar = MonthCalendar(access.settings.month_start_day)
        self.currencies = currencies_of(access)
        self.categories = CategoryService(access)
        self.exchange = exchange_of(access)

    def days(self, date_from: date | None, date_to: date | None) -> DateRange:
        """The days between two; by default the current month of the book."""
        require_order(date_from, date_to)
        month = self.calendar.days(self.calendar.month_of(date_to or date_from or self.access.today))
        start, end = date_from or month.start, date_to or month.end
        return DateRange(min(start, end), end)

    def span(self, period: ReportPeriod | None, date_from: date | None, date_to: date | None) -> Span:
        """The days of a period or between two, with those before; of all time there are none before."""
        if period is not None and (date_from or date_to):
            raise Invalid.field("period", "Send a period or dates, not both.")
        if period is ReportPeriod.ALL:
            return Span(self._all_days(), None)
        if date_from or date_to:
            return Span.of_days(self.days(date_from, date_to), self.calendar)
        return Span.of_period(Period((period or ReportPeriod.MONTH).value), self.calendar, self.access.today)

    def _all_days(self) -> DateRange:
        """Days from the first on which anything was posted until today; openings without a day count as before."""
        today = self.access.today
        first = self.queries.first_day(FIRST_DAY)
        return DateRange(min(first or today, today), today)

    def require_accounts(self, accounts: Accounts) -> None:
        """NotFound for an account that is not in the book."""
        if accounts is None:
            return
        for one in sorted(accounts):
            AccountService(self.access).key(one)

    def sums(self, days: DateRange, accounts: Accounts = None) -> list[CategorySum]:
        """Sums of categories by month, converted; what has no category has None."""
        found = self.queries.categories(days, self.exchange, self.access.currency, accounts)
        self.currencies.require_rates(found, self.access.currency)
        return [
            CategorySum(category_id, kind, self.month(month), amount)
            for one in found
            for *category, month in (one.key,)
            for category_id, kind, amount in (category_amount(one, *category),)
        ]

    def flows(self, days: DateRange, accounts: Accounts = None) -> list[tuple[Month, LedgerSum]]:
        """Sums of the ledger by month, converted."""
        found = self.queries.flows(days, self.exchange, self.access.currency, accounts)
        self.currencies.require_rates(found, self.access.currency)
        return [
            (self.month(month), LedgerSum.of(kind, code, excluded, one.total or Decimal(0)))
            for one in found
            for kind, code, excluded, month in (one.key,)
        ]

    def figures(self, sums: Sequence[CategorySum], result: Result) -> list[CategoryFigure]:
        """Figures of the categories of these sums, the largest first; those of a type add up to its total."""
        found, names = by_category(sums), self.categories.names()
        figures: list[CategoryFigure] = []
        for kind, total in ((CategoryType.EXPENSE, result.expenses), (CategoryType.INCOME, result.income)):
            of_kind = {key: sum(months.values(), Decimal(0)) for key, months in found.items() if key[0] is kind}
            shown = rounded_parts(list(of_kind.values()), self.access.currency, total)
            for (_, category_id), amount in zip(of_kind, shown, strict=True):
                path = [UNCATEGORISED] if category_id is None else names[category_id]
                figures.append(CategoryFigure(category_id, path[-1], path, kind, amount, share_of(amount, total)))
        return sorted(figures, key=lambda one: (one.type is CategoryType.INCOME, -one.amount, one.path))

    def month(self, shifted: date) -> Month:
        """The book's month of a calendar month of shifted days."""
        return Month.of(shifted).plus(1 if self.access.settings.month_start_day > 1 else 0)


def category_amount(
    found: Sum, account_id: int, kind: str, code: str | None
) -> tuple[int | None, CategoryType, Decimal]:
    """Category, its type and the amount of a sum of an account of income or spending; what has no category has None."""
    amount = (found.total or Decimal(0)) * (-1 if kind == CategoryType.INCOME.value else 1)
    return None if code is not None else account_id, CategoryType(kind), amount


def in_currency(access: BookAccess, currency: Currency | None) -> BookAccess:
    """The access with reports in another currency than that of the book; Invalid if none of it has a rate."""
    if currency is None or currency is access.currency:
        return access
    currencies_of(access).require_known(currency)
    return replace(access, settings=access.settings._replace(currency=currency))


def aligned(access: BookAccess, first: BookAccess) -> BookAccess:
    """The access to a book with the currency, the months and the day of another, with which it is joined."""
    own = first.settings
    settings = access.settings._replace(currency=own.currency, month_start_day=own.month_start_day)
    return replace(access, settings=settings, today=first.today)


def in_months(sums: Iterable[tuple[Month, LedgerSum]]) -> dict[Month, list[LedgerSum]]:
    """The sums by month."""
    found: dict[Month, list[LedgerSum]] = {}
    for month, one in sums:
        found.setdefault(month, []).append(one)
    return found


def require_few(first: Month, last: Month) -> None:
    """Raise Invalid for a range of too many months."""
    if not 0 <= last - first < MOST_MONTHS:
        raise Invalid.field("to", f"Must not be before the first month, nor {MOST_MONTHS} months after it.")
