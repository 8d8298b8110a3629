"""Balances and statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.core.ledger.repository import BalanceRepository, BalanceRow
from app.core.ledger.repository.balances import BalanceAmount, DayAmount, MonthAmount
from app.core.ledger.rules import AccountKind, Result, Total, Worth, result_of, worth_of
from app.infra.context import Context
from app.kernel.periods import DateRange, Month


@dataclass(frozen=True, slots=True)
class TrialBalanceRow:
    """An account of a company's book over a range of days, in the base currency; credits are negative balances."""

    account_id: int
    code: str | None
    name: str
    kind: AccountKind
    opening: Decimal
    debit: Decimal
    credit: Decimal
    closing: Decimal


@dataclass(frozen=True, slots=True)
class IncomeStatement:
    """Changes of income and expense accounts; `result` is in the base currency, of which a personal book has none."""

    totals: Sequence[Total]
    result: Result
    by_currency: dict[str, Result]


@dataclass(frozen=True, slots=True)
class NetWorth:
    """Balances of assets and liabilities; `worth` is in the base currency, of which a personal book has none."""

    totals: Sequence[Total]
    worth: Worth
    by_currency: dict[str, Worth]


class BalanceService:
    """Reads the balances of one book."""

    def __init__(self, context: Context, book_id: int) -> None:
        self.balances_of_book = BalanceRepository(context.session, book_id)

    def balances(self, on: date, account_ids: Collection[int] | None = None) -> list[BalanceAmount]:
        """Balances at the end of a day by account and currency, of these accounts or all; none without lines."""
        return self.balances_of_book.on(on, account_ids)

    def trial_balance(self, days: DateRange) -> list[TrialBalanceRow]:
        """Opening balance, debits, credits and closing balance of every account, by code."""
        rows: dict[int, TrialBalanceRow] = {}
        for row in self.balances_of_book.between(days):
            debit = row.closing_debit - row.opening_debit
            credit = debit - (row.closing_base - row.opening_base)
            before = rows.get(row.account_id)
            rows[row.account_id] = TrialBalanceRow(
                row.account_id,
                row.code,
                row.name,
                row.kind,
                row.opening_base + (before.opening if before else 0),
                debit + (before.debit if before else 0),
                credit + (before.credit if before else 0),
                row.closing_base + (before.closing if before else 0),
            )
        return list(rows.values())

    def income_statement(self, days: DateRange) -> IncomeStatement:
        """Income and expenses of a range of days."""
        totals = [_change(row) for row in self.balances_of_book.between(days) if row.kind.is_result]
        currencies = sorted({total.currency for total in totals})
        return IncomeStatement(totals, result_of(totals), {one: result_of(totals, one) for one in currencies})

    def net_worth(self, on: date) -> NetWorth:
        """Assets and liabilities at the end of a day."""
        owned = (AccountKind.ASSET, AccountKind.LIABILITY)
        totals = [_closing(row) for row in self.balances_of_book.between(DateRange(on, on)) if row.kind in owned]
        currencies = sorted({total.currency for total in totals})
        return NetWorth(totals, worth_of(totals), {one: worth_of(totals, one) for one in currencies})

    def by_month(self, first: Month, last: Month, account_ids: Collection[int]) -> list[MonthAmount]:
        """Sums of these accounts by calendar month and currency."""
        return self.balances_of_book.by_month(first, last, account_ids)

    def by_day(self, days: DateRange, account_ids: Collection[int]) -> list[DayAmount]:
        """Sums of these accounts by day, counterpart, currency and facet."""
        return self.balances_of_book.by_day(days, account_ids)


def _change(row: BalanceRow) -> Total:
    return Total(row.account_id, row.kind, row.currency, row.closing - row.opening, row.closing_base - row.opening_base)


def _closing(row: BalanceRow) -> Total:
    return Total(row.account_id, row.kind, row.currency, row.closing, row.closing_base)
