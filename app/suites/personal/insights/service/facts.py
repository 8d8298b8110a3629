"""Facts of a book that insights are found in: its charges, figures, balances and budgets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property

from app.infra.books import BookAccess
from app.kernel.errors import Conflict
from app.kernel.money import in_digits
from app.kernel.paging import PageRequest
from app.kernel.periods import FIRST_DAY, DateRange
from app.suites.personal.accounts.rules import AccountType
from app.suites.personal.accounts.service import AccountService, Converter, PersonalAccountRecord
from app.suites.personal.budgets.service import BudgetService
from app.suites.personal.budgets.service.shown import CurrentPeriod
from app.suites.personal.categories.rules import CategoryFlag
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.insights.queries import ChargeRecord, InsightQueries
from app.suites.personal.insights.rules.balances import IDLE_DAYS, Held
from app.suites.personal.insights.rules.charges import Charge
from app.suites.personal.insights.rules.figures import MOST_MONTHS, Figures
from app.suites.personal.insights.rules.planned import BudgetState
from app.suites.personal.payees_rules.rules.payees import Payees
from app.suites.personal.payees_rules.rules.words import payee_key
from app.suites.personal.payees_rules.service import PayeeService
from app.suites.personal.reports.rules.figures import by_category
from app.suites.personal.reports.service import WorthReports

LOOK_BACK = timedelta(days=3 * 366)
"""Time of which charges are read: yearly ones are seen three times."""
LONGEST_PAYEE = 100
_DIGITS = str.maketrans("0123456789", "0000000000")


@dataclass(frozen=True, slots=True)
class Charges:
    """The charges of a book, with the names of their payees."""

    charges: list[Charge]
    names: Mapping[str, str]


class Facts:
    """Reads the facts of a book up to a day, which has the rules of today's reports."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.queries = InsightQueries(access.session, access.book_id)
        self.categories = CategoryService(access)
        self.accounts = AccountService(access)

    @cached_property
    def flags(self) -> dict[int, frozenset[CategoryFlag]]:
        """Flags of the categories."""
        return {id_: frozenset(map(CategoryFlag, flags)) for id_, flags in self.categories.flags().items()}

    def flagged(self, flag: CategoryFlag) -> frozenset[int]:
        """Categories with a flag."""
        return frozenset(id_ for id_, flags in self.flags.items() if flag in flags)

    def category_names(self) -> dict[int, str]:
        """Names of the categories, without those above them."""
        return {id_: path[-1] for id_, path in self.categories.names().items()}

    def charges(self) -> Charges:
        """Charges of the last three years."""
        today = self.access.today
        found = self.queries.charges(today - LOOK_BACK, today)
        namer = _Namer(PayeeService(self.access).known())
        return Charges([namer.charge(one) for one in found], namer.names)

    def figures(self) -> Figures | None:
        """Income and spending of the last months; None where a rate is missing."""
        reports, access = WorthReports(self.access), self.access
        month = reports.calendar.month_of(access.today)
        days = DateRange(reports.calendar.days(month.plus(-MOST_MONTHS)).start, access.today)
        try:
            sums = reports.sums(days)
        except Conflict:
            return None
        return Figures(
            access.currency,
            access.today,
            reports.calendar,
            reports.queries.first_day(FIRST_DAY),
            by_category(sums),
            self.category_names(),
            self.flags,
        )

    def held(self) -> list[Held]:
        """Money that can be spent at once, by account; those in a currency without a rate are left out."""
        reports = WorthReports(self.access)
        liquid = reports.liquid()
        own = [one for one in reports.records if one.id in liquid and not one.is_closed]
        if not own:
            return []
        ids, today = [one.id for one in own], self.access.today
        now, lowest = self.accounts.balances(ids, today), self._lowest(ids)
        first_days = self.queries.first_days(ids)
        amounts = [(amounts[one.id], one.currency) for amounts in (_with_zeros(now, ids), lowest) for one in own]
        worth = Converter(self.access).converted(amounts, today).amounts
        old = today - timedelta(days=IDLE_DAYS)
        return [
            _held(one, balance, low, is_old=first_days.get(one.id, today) <= old)
            for one, balance, low in zip(own, worth[: len(own)], worth[len(own) :], strict=True)
            if balance is not None and low is not None
        ]

    def budgets(self) -> list[BudgetState]:
        """Current periods of the active budgets."""
        found = BudgetService(self.access).page(PageRequest().unpaged(), active=True)
        return [
            BudgetState(
                item.record.id,
                item.record.name,
                item.record.currency,
                current.period_start,
                current.period_end,
                current.available,
                current.spent_amount,
                current.pace,
            )
            for item in found.items
            if isinstance(current := item.extra["current"], CurrentPeriod)
        ]

    def _lowest(self, ids: list[int]) -> dict[int, Decimal]:
        """Lowest balances at the end of any of the last ninety days."""
        today = self.access.today
        start = today - timedelta(days=IDLE_DAYS)
        running = _with_zeros(self.accounts.balances(ids, start), ids)
        lowest = dict(running)
        for one in sorted(self.queries.gained(ids, start, today), key=lambda one: one.date):
            running[one.account_id] += one.amount
            lowest[one.account_id] = min(lowest[one.account_id], running[one.account_id])
        return lowest


class _Namer:
    """Normalises the payees of charges; many texts differ in their numbers only, and are looked up once."""

    def __init__(self, known: Payees) -> None:
        self.known = known
        self.names: dict[str, str] = {}
        self._keys: dict[tuple[int | None, str], tuple[str, int | None]] = {}

    def charge(self, one: ChargeRecord) -> Charge:
        """The charge with its normalised payee."""
        text = "" if one.payee_id is not None else (one.description or "").translate(_DIGITS)
        key = self._keys.get((one.payee_id, text))
        if key is None:
            key = self._keys[one.payee_id, text] = self._found(one.payee_id, text)
        payee, payee_id = key
        amount = in_digits(one.amount, one.currency)
        return Charge(
            one.id,
            one.date,
            amount,
            one.currency,
            one.account_id,
            one.category_id,
            payee,
            payee_id,
            one.recurring_id,
        )

    def _found(self, payee_id: int | None, text: str) -> tuple[str, int | None]:
        payee = self.known.by_id.get(payee_id) if payee_id is not None else self.known.find(text)
        name = text if payee is None else payee.name
        key = (payee_key(name) or " ".join(name.casefold().split()))[:LONGEST_PAYEE]
        if payee is not None:
            self.names[key] = payee.name
        elif key:
            self.names.setdefault(key, key.title())
        return key, None if payee is None else payee.id


def _with_zeros(balances: Mapping[int, Decimal], ids: list[int]) -> dict[int, Decimal]:
    return {id_: balances.get(id_, Decimal(0)) for id_ in ids}


def _held(one: PersonalAccountRecord, balance: Decimal, lowest: Decimal, *, is_old: bool) -> Held:
    return Held(one.id, one.name, one.type is AccountType.CHECKING, balance, lowest, is_old)
