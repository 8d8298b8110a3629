"""Sums of movements in one currency, on which all cash figures are based."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple, TypedDict, TypeVar

from sqlalchemy import FromClause, Select

from app.core.cashflow.queries import (
    MONTH,
    AccountQueries,
    MovementFilter,
    MovementItem,
    MovementQueries,
    Relations,
    SpanOfKinds,
)
from app.core.cashflow.queries import Part as AccountPart
from app.core.cashflow.rules import ALL_SUITES, ZERO, Flow, counted_suites, money_of
from app.core.cashflow.service.results import NO_CLIENT, ClientKey
from app.core.currencies.rules import Price
from app.core.currencies.service import CurrencyService, MissingRate, exchange, missing_rates
from app.core.movements.rules import Kind, Nature
from app.infra.context import Context
from app.infra.queries.amounts import Sum
from app.infra.queries.records import Item
from app.kernel.errors import Invalid
from app.kernel.money import Currency
from app.kernel.paging import PageRequest
from app.kernel.periods import FIRST_DAY, LAST_DAY, DateRange, Month

K = TypeVar("K")
CELL = ("kind", "nature", MONTH, "category", "recurring")


class FiguresRequest(TypedDict, total=False):
    """Requested currency of the amounts, and suite whose movements count."""

    currency: Currency
    suite: str


class _Cell(NamedTuple):
    kind: str
    nature: str
    month: date
    """First day of the month."""
    category: str
    recurring: bool
    total: Decimal


class Balances(NamedTuple):
    """Totals and numbers of the matching movements, and cash before and after: the company's, or an account's."""

    matching: Flow
    numbers: Mapping[Kind, int]
    opening: Decimal
    closing: Decimal
    moved: Flow
    """All movements of the days, matching or not, which lead from the one to the other."""
    by_currency: Mapping[str, Decimal] = MappingProxyType({})
    """Net of the matching movements in each currency, where rates are missing; the other figures are unknown then."""
    warnings: Sequence[MissingRate] = ()
    transfers: Decimal | None = None
    """Net of the transfers to and from the account meanwhile; None for the company."""


class MonthFigures(NamedTuple):
    """A month's results, all that moved, and the balance at its end, or on the last day of the span."""

    earned: Flow
    moved: Flow
    balance: Decimal


class Part(NamedTuple):
    """Amount of the movements of one nature, direction, source and category."""

    nature: Nature
    kind: Kind
    source: str
    category: str
    total: Decimal


class Figures:
    """Unrounded sums in the currency of the answer; a missing rate is a Conflict.

    Revenue, costs and averages are of operating movements, the financial result is of financial ones; balances, and
    what is said to have moved, are of all.

    They count the movements of the suites that the company's settings name, or else those of `suite`, which may be
    `all`; the opening balance belongs to no single suite.
    """

    def __init__(self, context: Context, currency: Currency | None, suite: str | None = None) -> None:
        suites = counted_suites(suite, context.company.cashflow_suites, context.settings.movement_suites)
        if suites is None:
            raise Invalid.field("suite", f"Must be all or one of: {', '.join(context.settings.movement_suites)}.")
        self.context = context
        self.suites = suites
        self.has_opening = suite is None or suite == ALL_SUITES
        self.relations = Relations.of(suites)
        self.base = context.company.base_currency
        self.currency = currency or self.base
        self.currencies = CurrencyService(context)
        self.currencies.require_known(currency)
        self.movements = MovementQueries(context.session, self.relations, exchange(self.base), self.currency)
        self.converts = currency is not None
        self.money = money_of(self.currency)
        self._known: dict[DateRange, list[_Cell]] = {}
        self._prices: dict[tuple[Currency, date], Price] = {}

    def rows(
        self, criteria: MovementFilter, request: PageRequest, numbers: Mapping[Kind, int]
    ) -> Iterable[Item[MovementItem]]:
        """One page of the matching movements, newest first, with converted amounts if a currency was requested."""
        return self.movements.rows(criteria, request, self.currency if self.converts else None, numbers)

    def sums(self, criteria: MovementFilter, *names: str, relation: FromClause | None = None) -> list[Sum]:
        """Sums by the named columns."""
        return self.required(self.movements.sums(criteria, *names, relation=relation))

    def balance_of(self, net: Decimal, day: date) -> Decimal:
        """The company's balance on a day, given the net of all movements before it.

        The opening balance counts from the opening date on, and movements before that date are in no balance.
        """
        opens = self.context.company.opening_date
        if opens is None:
            return self._opening + net
        return ZERO if day < opens else self._opening + net - self._net_before_opening

    @cached_property
    def _opening(self) -> Decimal:
        company = self.context.company
        if company.opening_balance == 0 or not self.has_opening:
            return ZERO
        return self.worth(company.opening_balance, self.base, company.opening_date or FIRST_DAY)

    @cached_property
    def _net_before_opening(self) -> Decimal:
        opens = self.context.company.opening_date
        return ZERO if opens is None else self.flow(MovementFilter(date_to=opens - timedelta(days=1))).net

    def worth(self, amount: Decimal, currency: Currency, day: date) -> Decimal:
        """Convert at the rate of a day, unrounded; each rate is read once, and only if needed."""
        if currency is self.currency:
            return amount
        if (currency, day) not in self._prices:
            self._prices[currency, day] = self.currencies.price(currency, self.currency, day)
        return self._prices[currency, day].worth(amount)

    def flow(self, criteria: MovementFilter) -> Flow:
        """Income and expenses of every nature among the matching movements."""
        return sum((_flow(one.key[0], one.total or ZERO) for one in self.sums(criteria, "kind")), Flow())

    def balances(self, criteria: MovementFilter) -> Balances:
        """Totals of the matching movements; balance before and after of the company, or of the named cash account."""
        before = ZERO
        matching, inside, numbers = Flow(), Flow(), dict.fromkeys(Kind, 0)
        sums = self.movements.balance_sums(criteria if criteria.is_summed else criteria.days)
        details = [] if criteria.is_summed else self.movements.sums(criteria, "kind")
        first, last = criteria.date_from or FIRST_DAY, criteria.date_to or LAST_DAY
        own = None if criteria.cash_account_id is None else self._account_sums(criteria.cash_account_id, first, last)
        warnings = missing_rates([*sums, *details, *(own or ())], self.currency)
        for one in sums:
            kind, is_before, matches = one.key
            moved = _flow(kind, one.total or ZERO)
            if is_before:
                before += moved.net
            else:
                inside += moved
            if matches and criteria.is_summed:
                matching += moved
                numbers[Kind(kind)] += one.movements
        for one in details:
            matching += _flow(one.key[0], one.total or ZERO)
            numbers[Kind(one.key[0])] += one.movements
        if warnings:
            return Balances(Flow(), numbers, ZERO, ZERO, Flow(), self._net_by_currency(criteria), warnings)
        if own is not None:
            return Balances(matching, numbers, *_around(own), inside, transfers=_carried(own))
        opening, closing = self.balance_of(before, first), self.balance_of(before + inside.net, last)
        return Balances(matching, numbers, opening, closing, inside)

    def _account_sums(self, account_id: int, first: date, last: date) -> list[Sum]:
        """Sums of a cash account by whether before the first day, and by part of the balance."""
        queries = AccountQueries(self.context.session, exchange(self.base), self.currency)
        return queries.sums(account_id, first, last)

    def _net_by_currency(self, criteria: MovementFilter) -> dict[str, Decimal]:
        """Net of the matching movements in each currency, unconverted."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for one in self.movements.sums(criteria, "kind", "currency"):
            kind, currency = one.key
            found[currency] += one.amount if kind == Kind.INCOME else -one.amount
        return found

    def monthly_balances(self, span: DateRange) -> tuple[Decimal, dict[Month, MonthFigures]]:
        """Balance before the span; results, movements and final balance of each month of it."""
        before, cells = ZERO, list[_Cell]()
        for one in self.required(self.movements.sums_from_the_beginning(span)):
            if one.key[2] is None:
                before += _flow(one.key[0], one.total or ZERO).net
            else:
                cells.append(_cell(one))
        self._known[span] = cells
        monthly, moved = self.monthly(span), self.monthly_moved(span)
        nets = accumulate((flow.net for flow in moved.values()), initial=before)
        next(nets)  # what was before the span
        return self.balance_of(before, span.start), {
            month: MonthFigures(flow, moved[month], self.balance_of(net, min(month.last_day, span.end)))
            for (month, flow), net in zip(monthly.items(), nets, strict=True)
        }

    def monthly(self, span: DateRange) -> dict[Month, Flow]:
        """Results of every month of the span, also those without movements."""
        return self._by_month(span, lambda cell: _result(cell.kind, cell.nature, cell.total))

    def monthly_moved(self, span: DateRange) -> dict[Month, Flow]:
        """Movements of every nature, by month of the span."""
        return self._by_month(span, lambda cell: _flow(cell.kind, cell.total))

    def by_category(self, span: DateRange, kind: Kind) -> dict[str, Decimal]:
        """Operating amounts by category, largest first."""
        totals: dict[str, Decimal] = defaultdict(Decimal)
        for cell in self._cells(span):
            if cell.kind == kind and cell.nature == Nature.OPERATING:
                totals[cell.category] += cell.total
        return descending(totals)

    def parts(self, span: DateRange, *, accrued: bool = False) -> list[Part]:
        """Amounts that moved in the span, or that were due in it, paid or not, by all that statements tell apart."""
        relation = self.relations.accruals if accrued else None
        found = self.sums(
            MovementFilter(span.start, span.end), "nature", "kind", "source", "category", relation=relation
        )
        return [
            Part(Nature(nature), Kind(kind), source, category, one.total or ZERO)
            for one in found
            for nature, kind, source, category in (one.key,)
        ]

    def expenses_by_origin(self, span: DateRange) -> dict[Month, tuple[Decimal, Decimal]]:
        """Recurring and variable operating expenses by month."""
        found: dict[tuple[bool, date], Decimal] = defaultdict(Decimal)
        for cell in self._cells(span):
            if cell.kind == Kind.EXPENSE and cell.nature == Nature.OPERATING:
                found[cell.recurring, cell.month] += cell.total
        return {month: (found[True, month.first_day], found[False, month.first_day]) for month in span.months()}

    def by_client(self, span: DateRange, kind: Kind) -> dict[ClientKey, Decimal]:
        """Operating amounts by client, largest first; last, in one line, the income that is of no client."""
        return self.clients_of([(span, frozenset({kind}))])[0][kind]

    def income_of(self, parties: Select[int], span: DateRange) -> Decimal:
        """Income of the span from parties; `parties` may use the parameters `first` and `last` of the span."""
        return sum((one.total or ZERO for one in self.required(self.movements.income_of(parties, span))), ZERO)

    def flows(self, today: date, span: DateRange) -> tuple[Flow, Flow, Flow]:
        """Results up to today, those in the span, and all that moved up to today."""
        earned = lately = moved = Flow()
        for one in self.required(self.movements.sums_lately(today, span)):
            kind, nature, is_late = one.key
            result = _result(kind, nature, one.total or ZERO)
            earned, lately = earned + result, lately + result if is_late else lately
            moved += _flow(kind, one.total or ZERO)
        return earned, lately, moved

    def balance(self, day: date) -> Decimal:
        """Balance at the end of the day."""
        return self.balance_of(self.flow(MovementFilter(date_to=day)).net, day)

    def clients_of(self, wanted: Sequence[SpanOfKinds]) -> list[dict[Kind, dict[ClientKey, Decimal]]]:
        """Operating amounts by kind and client for each span, largest first; last what is of no client."""
        found: list[dict[Kind, dict[ClientKey, Decimal]]] = [{kind: {} for kind in Kind} for _ in wanted]
        for one in self.required(self.movements.client_sums(wanted)):
            place, kind, party_id, name = one.key
            key = NO_CLIENT if party_id is None else ClientKey(party_id, name)
            found[place][Kind(kind)][key] = one.total or ZERO
        return [{kind: _clients_first(totals) for kind, totals in one.items()} for one in found]

    def _by_month(self, span: DateRange, flow_of: Callable[[_Cell], Flow]) -> dict[Month, Flow]:
        found: dict[date, Flow] = defaultdict(Flow)
        for cell in self._cells(span):
            found[cell.month] += flow_of(cell)
        return {month: found[month.first_day] for month in span.months()}

    def _cells(self, span: DateRange) -> list[_Cell]:
        """Sums behind the monthly figures of a span, read once."""
        if span not in self._known:
            found = self.sums(MovementFilter(span.start, span.end), *CELL)
            self._known[span] = [_cell(one) for one in found]
        return self._known[span]

    def required(self, found: list[Sum]) -> list[Sum]:
        """These sums; Conflict if a rate is missing."""
        self.currencies.require_rates(found, self.currency)
        return found


def _cell(found: Sum) -> _Cell:
    kind, nature, month, category, recurring = found.key
    return _Cell(kind, nature, month, category, recurring, found.total or ZERO)


def _flow(kind: str, total: Decimal) -> Flow:
    return Flow(income=total) if kind == Kind.INCOME else Flow(expenses=total)


def _result(kind: str, nature: str, total: Decimal) -> Flow:
    """Part of the results that a movement is: none, if it is capital or tax."""
    if nature == Nature.OPERATING:
        return _flow(kind, total)
    if nature == Nature.FINANCIAL:
        return Flow(financial=total if kind == Kind.INCOME else -total)
    return Flow()


def _around(found: list[Sum]) -> tuple[Decimal, Decimal]:
    """Balances of a cash account before and after the days of its sums."""
    opening = sum((one.total or ZERO for one in found if one.key[0]), ZERO)
    return opening, sum((one.total or ZERO for one in found), ZERO)


def _carried(found: list[Sum]) -> Decimal:
    """Net of the transfers to and from a cash account on the days of its sums."""
    inside = (one for one in found if not one.key[0])
    return sum((one.total or ZERO for one in inside if one.key[1] == AccountPart.TRANSFERRED), ZERO)


def _clients_first(found: dict[ClientKey, Decimal]) -> dict[ClientKey, Decimal]:
    last = {NO_CLIENT: found.pop(NO_CLIENT)} if NO_CLIENT in found else {}
    return descending(found) | last


def descending(found: Mapping[K, Decimal]) -> dict[K, Decimal]:
    """The amounts, largest first."""
    return dict(sorted(found.items(), key=lambda item: (-item[1], str(item[0]))))
