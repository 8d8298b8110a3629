"""Current amounts of goals by whatever they follow, and their changes by month."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.infra.books import BookAccess
from app.kernel.money import Currency, round_money
from app.kernel.periods import LAST_DAY, Month
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import exchange_of, find_price
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.goals.models import GoalRecord
from app.suites.personal.goals.repository import ContributionRepository
from app.suites.personal.goals.rules.progress import (
    PROJECTED_FROM,
    Claim,
    Contributions,
    Tracking,
    paid_off,
    shares_of_account,
)

ZERO = Decimal(0)
OF_ACCOUNTS = frozenset({Tracking.ACCOUNT, Tracking.DEBT})


@dataclass
class Tracked:
    """The current amount of a goal, None where a rate is missing, and what came in by month."""

    current: Decimal | None
    months: Contributions = field(default_factory=lambda: Contributions({}))
    is_converted: bool = False
    """Whether it follows something in another currency, at the rate of today."""


class GoalTracker:
    """Finds the current amounts of the goals of a book."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.accounts = AccountService(access)
        self.categories = CategoryService(access)
        self.contributions = ContributionRepository(access)
        self._prices: dict[tuple[Currency, Currency], Decimal | None] = {}

    def tracked(self, goals: Sequence[GoalRecord], *, with_months: bool = True) -> dict[int, Tracked]:
        """The amounts of these goals, all of the book or of one account, for those of one account share it."""
        by = {tracking: [one for one in goals if one.tracking is tracking] for tracking in Tracking}
        found: dict[int, Tracked] = {}
        if by[Tracking.CONTRIBUTIONS]:
            found |= self._of_contributions(by[Tracking.CONTRIBUTIONS])
        if by[Tracking.CATEGORY]:
            found |= self._of_categories(by[Tracking.CATEGORY], with_months)
        of_accounts = [*by[Tracking.ACCOUNT], *by[Tracking.DEBT]]
        if of_accounts:
            found |= self._of_accounts(of_accounts, with_months)
        return found

    def _of_contributions(self, goals: Sequence[GoalRecord]) -> dict[int, Tracked]:
        months: dict[int, dict[Month, Decimal]] = {one.id: {} for one in goals}
        for part in self.contributions.months(list(months)):
            months[part.goal_id][Month.of(part.first_day)] = part.amount
        return {
            one.id: Tracked(one.start_amount + sum(months[one.id].values(), ZERO), Contributions(months[one.id]))
            for one in goals
        }

    def _of_categories(self, goals: Sequence[GoalRecord], with_months: bool) -> dict[int, Tracked]:
        """Amounts of categories and those below them, since the start of the goals."""
        tree, kinds = self.categories.tree(), self.categories.types()
        months = self._months(with_months)
        sums = self._sums({one.start_date for one in goals} | {month.first_day for month in months})
        found = {}
        for one in goals:
            below = tree.below(one.category_id) if one.category_id in kinds else set()
            sign = -1 if one.category_id is not None and kinds.get(one.category_id) is CategoryType.INCOME else 1
            price = self.price(self.access.currency, one.currency)
            whole = _total(_of_days(sums, one.start_date), below, sign, price, one.currency)
            parts = {
                month: _total(_of_days(sums, month.first_day, month.last_day), below, sign, price, one.currency)
                for month in months
            }
            came_in = {month: part for month, part in parts.items() if part is not None}
            current = None if whole is None else whole + one.start_amount
            found[one.id] = Tracked(current, Contributions(came_in), one.currency is not self.access.currency)
        return found

    def _of_accounts(self, goals: Sequence[GoalRecord], with_months: bool) -> dict[int, Tracked]:
        """Balances of accounts, of which each goal has its share, and how they changed by month."""
        ids = sorted({one.account_id for one in goals if one.account_id is not None})
        currencies = {account_id: currency for account_id, (_, currency) in self.accounts.all_keys().items()}
        today = self._shares(goals, currencies, self.accounts.balances(ids, self.access.today))
        found = {
            one.id: Tracked(today[one.id], is_converted=currencies[one.account_id or 0] is not one.currency)
            for one in goals
        }
        if not with_months:
            return found
        months = self._months(with_months)
        balances = self.accounts.month_ends(ids, months[0].previous, months[-1].previous)
        ends = [self._shares(goals, currencies, balances[month.previous]) for month in months]
        for one in goals:
            values = [*(end[one.id] for end in ends), today[one.id]]
            pairs = zip(months, values, values[1:], strict=False)
            changes = {month: b - a for month, a, b in pairs if a is not None and b is not None}
            found[one.id].months = Contributions(changes)
        return found

    def _shares(
        self,
        goals: Sequence[GoalRecord],
        currencies: Mapping[int, Currency],
        balances: Mapping[int, Decimal],
    ) -> dict[int, Decimal | None]:
        """The current amounts of the goals at these balances, each in its own currency."""
        found: dict[int, Decimal | None] = {}
        for account_id in {one.account_id for one in goals if one.account_id is not None}:
            currency = currencies[account_id]
            of_it = [one for one in goals if one.account_id == account_id]
            shares = self._shares_of(of_it, currency, balances.get(account_id, ZERO))
            for one in of_it:
                price, share = self.price(currency, one.currency), shares.get(one.id)
                found[one.id] = None if price is None or share is None else round_money(share * price, one.currency)
        return found

    def _shares_of(self, goals: Sequence[GoalRecord], currency: Currency, balance: Decimal) -> dict[int, Decimal]:
        """The current amounts of the goals on one account, in its currency; archived ones take nothing from others."""
        shares = {one.id: paid_off(one.start_amount, balance) for one in goals if one.tracking is Tracking.DEBT}
        claims = [(one, self._claim(one, currency)) for one in goals if one.tracking is Tracking.ACCOUNT]
        together = [claim for one, claim in claims if claim is not None and not one.is_archived]
        alone = [[claim] for one, claim in claims if claim is not None and one.is_archived]
        for group in ([together] if together else []) + alone:
            shares |= shares_of_account(balance, group)
        return shares

    def _claim(self, one: GoalRecord, currency: Currency) -> Claim | None:
        """A goal's claim on an account, in the currency of the account; None without a rate."""
        price = self.price(one.currency, currency)
        if price is None:
            return None
        target, start = (round_money(amount * price, currency) for amount in (one.target_amount, one.start_amount))
        return Claim(one.id, one.priority, target, start)

    def _months(self, wanted: bool) -> list[Month]:
        """The current month and the complete ones that a projection goes by, the first first."""
        this = Month.of(self.access.today)
        return [this.plus(-back) for back in range(PROJECTED_FROM, -1, -1)] if wanted else []

    def _sums(self, days: Set[date]) -> dict[date, dict[int, Decimal | None]]:
        """Sums of the categories from each of these days to the next one, the last to today."""
        starts = sorted(days)
        found: dict[date, dict[int, Decimal | None]] = {start: {} for start in starts}
        for one in self.categories.categories.sums_since(starts, self.access.today, exchange_of(self.access)):
            category_id, place = one.key
            found[starts[place - 1]][category_id] = one.total
        return found

    def price(self, currency: Currency, target: Currency) -> Decimal | None:
        """The price of a currency in another today; None without a rate."""
        if currency is target:
            return Decimal(1)
        if (currency, target) not in self._prices:
            found = find_price(self.access, currency, self.access.today, target)
            self._prices[currency, target] = None if found is None else found.worth(Decimal(1))
        return self._prices[currency, target]


def _of_days(
    sums: Mapping[date, dict[int, Decimal | None]], first: date, last: date = LAST_DAY
) -> list[dict[int, Decimal | None]]:
    return [found for start, found in sums.items() if first <= start <= last]


def _total(
    sums: Sequence[Mapping[int, Decimal | None]], below: set[int], sign: int, price: Decimal | None, currency: Currency
) -> Decimal | None:
    """The sum of categories in the currency of a goal; None where a rate is missing."""
    parts = [found[one] for found in sums for one in found.keys() & below]
    if price is None or None in parts:
        return None
    return round_money(sign * price * sum((part for part in parts if part is not None), ZERO), currency)
