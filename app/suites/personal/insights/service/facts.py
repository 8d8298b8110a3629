"""Facts of a book that insights are found in: its charges, figures, balances and budgets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from app.infra.books import BookAccess
from app.kernel.errors import Conflict
from app.kernel.money import in_digits
from app.kernel.periods import DateRange
from app.suites.personal.accounts.rules import AccountType
from app.suites.personal.accounts.service import Converter, PersonalAccountRecord
from app.suites.personal.budgets.service import current_periods
from app.suites.personal.categories.rules import CategoryFlag
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.goals.service import GoalReader
from app.suites.personal.insights.queries import ChargeRecord, InsightQueries
from app.suites.personal.insights.rules.balances import IDLE_DAYS, Held, Shortage
from app.suites.personal.insights.rules.charges import Charge
from app.suites.personal.insights.rules.figures import MOST_MONTHS, Figures
from app.suites.personal.insights.rules.planned import BudgetState, GoalState
from app.suites.personal.payees_rules.rules.payees import Payees
from app.suites.personal.payees_rules.rules.words import payee_key
from app.suites.personal.payees_rules.service import PayeeService
from app.suites.personal.reports.rules.figures import by_category
from app.suites.personal.reports.service import ForecastReports

LOOK_BACK = timedelta(days=3 * 366)
"""Time of which charges are read: yearly ones are seen three times."""
LONGEST_PAYEE = 100
AHEAD = 30
"""Days ahead in which accounts may fall short."""
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

    @cached_property
    def reports(self) -> ForecastReports:
        """Reports of the book, which read its accounts once."""
        return ForecastReports(self.access)

    @cached_property
    def _categories(self) -> list[tuple[int, str, list[str]]]:
        return [(one.id, one.name, one.flags) for one in CategoryService(self.access).list_all()]

    @cached_property
    def flags(self) -> dict[int, frozenset[CategoryFlag]]:
        """Flags of the categories."""
        return {id_: frozenset(map(CategoryFlag, flags)) for id_, _, flags in self._categories}

    @cached_property
    def names(self) -> dict[int, str]:
        """Names of the categories, without those above them."""
        return {id_: name for id_, name, _ in self._categories}

    @cached_property
    def first_days(self) -> dict[int, date]:
        """First day on which anything was posted to each of the accounts."""
        return self.queries.first_days([one.id for one in self.reports.records])

    def flagged(self, flag: CategoryFlag) -> frozenset[int]:
        """Categories with a flag."""
        return frozenset(id_ for id_, flags in self.flags.items() if flag in flags)

    def charges(self) -> Charges:
        """Charges of the last three years."""
        today = self.access.today
        found = self.queries.charges(today - LOOK_BACK, today)
        namer = _Namer(PayeeService(self.access).known())
        return Charges([namer.charge(one) for one in found], namer.names)

    def figures(self) -> Figures | None:
        """Income and spending of the last months; None where a rate is missing."""
        reports, access = self.reports, self.access
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
            min(self.first_days.values(), default=None),
            by_category(sums),
            self.names,
            self.flags,
        )

    def held(self) -> list[Held]:
        """Money that can be spent at once, by account; those in a currency without a rate are left out."""
        reports = self.reports
        liquid = reports.liquid()
        own = [one for one in reports.records if one.id in liquid and not one.is_closed]
        if not own:
            return []
        today = self.access.today
        old = today - timedelta(days=IDLE_DAYS)
        now, lowest = self._running([one.id for one in own], old)
        amounts = [(amounts[one.id], one.currency) for amounts in (now, lowest) for one in own]
        worth = Converter(self.access).converted(amounts, today).amounts
        return [
            _held(one, balance, low, is_old=self._is_older(one, old))
            for one, balance, low in zip(own, worth[: len(own)], worth[len(own) :], strict=True)
            if balance is not None and low is not None
        ]

    def budgets(self) -> list[BudgetState]:
        """Current periods of the active budgets."""
        today = self.access.today
        return [
            BudgetState(
                one.id,
                one.name,
                one.currency,
                current.period.start,
                current.period.end,
                current.available,
                current.spent,
                current.pace(today),
            )
            for one, current in current_periods(self.access)
        ]

    def goals(self) -> list[GoalState]:
        """Goals that are followed, and what was reached of them; those of which a rate is missing are left out."""
        zone = self.access.settings.zone
        return [
            GoalState(
                one.record.id,
                one.record.name,
                one.record.currency,
                one.goal.target,
                one.goal.current,
                one.goal.target_date,
                one.required_monthly,
                one.projected_date,
                one.on_track,
                one.goal.reached,
                None if one.reached_at is None else one.reached_at.astimezone(zone).date(),
            )
            for one in GoalReader(self.access).progress()
        ]

    def shortages(self) -> list[Shortage]:
        """Accounts whose balance is expected to fall short in the next days, even if their usual income comes."""
        found = self.reports.forecast(AHEAD)
        return [
            Shortage(
                one.account_id,
                one.name,
                one.currency,
                one.low_balance,
                last.date,
                last.amount,
                last.is_certain,
                shortfalls[0].date,
                has_unplanned=one.unplanned > 0,
            )
            for one in found.accounts
            for shortfalls in (one.shortfalls_with_income(),)
            for last in shortfalls[-1:]
        ]

    def _is_older(self, account: PersonalAccountRecord, day: date) -> bool:
        """Whether the account has been there since a day; a balance that it opened with without a day always was."""
        always = account.opening_date is None and bool(account.opening_balance)
        return always or self.first_days.get(account.id, self.access.today) <= day

    def _running(self, ids: list[int], since: date) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
        """Balances of today, and the lowest at the end of any day from a day on."""
        today = self.access.today
        found = self.reports.accounts.balances(ids, since)
        running = {id_: found.get(id_, Decimal(0)) for id_ in ids}
        lowest = dict(running)
        for one in sorted(self.queries.gained(ids, since, today), key=lambda one: one.date):
            running[one.account_id] += one.amount
            lowest[one.account_id] = min(lowest[one.account_id], running[one.account_id])
        return running, lowest


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


def _held(one: PersonalAccountRecord, balance: Decimal, lowest: Decimal, *, is_old: bool) -> Held:
    return Held(one.id, one.name, one.type is AccountType.CHECKING, balance, lowest, is_old)
