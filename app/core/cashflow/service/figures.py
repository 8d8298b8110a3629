"""Sums of movements in one currency, on which all cash figures are based."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, TypedDict, TypeVar

from sqlalchemy import FromClause, Select

from app.core.cashflow.queries import MONTH, MovementFilter, MovementItem, MovementQueries, Relations, SpanOfKinds
from app.core.cashflow.rules import ALL_SUITES, ZERO, Flow, Source, counted_suites, money_of
from app.core.cashflow.service.results import ClientKey
from app.core.currencies.rules import Price
from app.core.currencies.service import CurrencyService, exchange
from app.core.movements.rules import Kind, Nature
from app.infra.context import Context
from app.infra.queries.amounts import Sum
from app.infra.queries.records import Item
from app.kernel.errors import Invalid
from app.kernel.money import Currency
from app.kernel.paging import PageRequest
from app.kernel.periods import FIRST_DAY, LAST_DAY, DateRange, Month

K = TypeVar("K")


class FiguresRequest(TypedDict, total=False):
    """Requested currency of the amounts, and suite whose movements count."""

    currency: Currency
    suite: str


class _Cell(NamedTuple):
    kind: str
    month: date
    """First day of the month."""
    category: str
    recurring: bool
    nature: str
    total: Decimal


class Balances(NamedTuple):
    """Totals and count of the matching movements, and the company's cash before and after."""

    matching: Flow
    movements: int
    opening: Decimal
    closing: Decimal


class Figures:
    """Unrounded sums in the currency of the answer; a missing rate is a Conflict.

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

    def rows(self, criteria: MovementFilter, request: PageRequest) -> Iterable[Item[MovementItem]]:
        """One page of movements, newest first, with converted amounts if a currency was requested."""
        return self.movements.rows(criteria, request, self.currency if self.converts else None)

    def sums(self, criteria: MovementFilter, *names: str, relation: FromClause | None = None) -> list[Sum]:
        """Sums by the named columns."""
        return self._required(self.movements.sums(criteria, *names, relation=relation))

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
        """Income and expenses of the matching movements."""
        return sum((_flow(one.key[0], one.total or ZERO) for one in self.sums(criteria, "kind")), Flow())

    def balances(self, criteria: MovementFilter) -> Balances:
        """Totals of the matching movements, and the whole company's balance before and after."""
        before = after = ZERO
        flow, count = Flow(), 0
        for one in self._required(self.movements.balance_sums(criteria)):
            kind, is_before, matches = one.key
            moved = _flow(kind, one.total or ZERO)
            after += moved.net
            before += moved.net if is_before else ZERO
            if matches:
                flow, count = flow + moved, count + one.movements
        opening = self.balance_of(before, criteria.date_from or FIRST_DAY)
        return Balances(flow, count, opening, self.balance_of(after, criteria.date_to or LAST_DAY))

    def monthly_balances(self, span: DateRange) -> dict[Month, tuple[Flow, Decimal]]:
        """Flow of all movements, and final balance, of each month of the span."""
        before, cells = ZERO, list[_Cell]()
        for one in self._required(self.movements.sums_from_the_beginning(span)):
            if one.key[1] is None:
                before += _flow(one.key[0], one.total or ZERO).net
            else:
                cells.append(_cell(one))
        self._known[span] = cells
        monthly = self.monthly(span, *Nature)
        nets = accumulate((flow.net for flow in monthly.values()), initial=before)
        next(nets)  # what was before the span
        return {
            month: (flow, self.balance_of(net, month.last_day))
            for (month, flow), net in zip(monthly.items(), nets, strict=True)
        }

    def monthly(self, span: DateRange, *natures: Nature) -> dict[Month, Flow]:
        """Totals of every month of the span, also those without movements; by default of operating movements."""
        found: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
        for cell in self._cells(span):
            if cell.nature in (natures or (Nature.OPERATING,)):
                found[cell.kind, cell.month] += cell.total
        first_days = {month: month.first_day for month in span.months()}
        return {month: Flow(found[Kind.INCOME, day], found[Kind.EXPENSE, day]) for month, day in first_days.items()}

    def by_category(self, span: DateRange, kind: Kind) -> dict[str, Decimal]:
        """Amounts of operating movements by category, largest first."""
        totals: dict[str, Decimal] = defaultdict(Decimal)
        for cell in self._cells(span):
            if cell.kind == kind and cell.nature == Nature.OPERATING:
                totals[cell.category] += cell.total
        return _descending(totals)

    def accrued_by_category(self, span: DateRange) -> dict[Kind, dict[str, Decimal]]:
        """Amounts due in the span, paid or not, by kind and category, largest first."""
        totals: dict[Kind, dict[str, Decimal]] = {kind: {} for kind in Kind}
        for one in self.sums(
            MovementFilter(span.start, span.end), "kind", "category", relation=self.relations.accruals
        ):
            totals[Kind(one.key[0])][one.key[1]] = one.total or ZERO
        return {kind: _descending(amounts) for kind, amounts in totals.items()}

    def expenses_by_origin(self, span: DateRange) -> dict[Month, tuple[Decimal, Decimal]]:
        """Recurring and variable operating expenses by month."""
        found: dict[tuple[bool, date], Decimal] = defaultdict(Decimal)
        for cell in self._cells(span):
            if cell.kind == Kind.EXPENSE and cell.nature == Nature.OPERATING:
                found[cell.recurring, cell.month] += cell.total
        return {month: (found[True, month.first_day], found[False, month.first_day]) for month in span.months()}

    def financial(self, span: DateRange) -> dict[Month, Decimal]:
        """Financial result of every month of the span: exchange differences."""
        return {month: flow.net for month, flow in self.monthly(span, Nature.FINANCIAL).items()}

    def withheld(self, span: DateRange) -> dict[str, Decimal]:
        """Taxes that clients withheld in the span, by type."""
        found = self.sums(MovementFilter(span.start, span.end), "source", "category")
        return _descending({one.key[1]: one.total or ZERO for one in found if one.key[0] == Source.WITHHOLDING})

    def by_client(self, span: DateRange, kind: Kind) -> dict[ClientKey, Decimal]:
        """Revenue by client, largest first; movements without a client are excluded."""
        return self.clients_of([(span, frozenset({kind}))])[0][kind]

    def income_of(self, parties: Select[int], span: DateRange) -> Decimal:
        """Income of the span from parties; `parties` may use the parameters `first` and `last` of the span."""
        return sum((one.total or ZERO for one in self._required(self.movements.income_of(parties, span))), ZERO)

    def flows(self, today: date, span: DateRange) -> tuple[Flow, Flow]:
        """Flow of all movements up to today, and of operating ones in the span."""
        flow = lately = Flow()
        for one in self._required(self.movements.sums_lately(today, span)):
            kind, is_late = one.key
            moved = _flow(kind, one.total or ZERO)
            flow, lately = flow + moved, lately + moved if is_late else lately
        return flow, lately

    def balance(self, day: date) -> Decimal:
        """Balance at the end of the day."""
        return self.balance_of(self.flow(MovementFilter(date_to=day)).net, day)

    def clients_of(self, wanted: Sequence[SpanOfKinds]) -> list[dict[Kind, dict[ClientKey, Decimal]]]:
        """Amounts by kind and client for each span, largest first."""
        found: list[dict[Kind, dict[ClientKey, Decimal]]] = [{kind: {} for kind in Kind} for _ in wanted]
        for one in self._required(self.movements.client_sums(wanted)):
            place, kind, *client = one.key
            found[place][Kind(kind)][ClientKey(*client)] = one.total or ZERO
        return [{kind: _descending(totals) for kind, totals in one.items()} for one in found]

    def _cells(self, span: DateRange) -> list[_Cell]:
        """Sums behind the monthly figures of a span, read once."""
        if span not in self._known:
            found = self.sums(MovementFilter(span.start, span.end), "kind", MONTH, "category", "recurring", "nature")
            self._known[span] = [_cell(one) for one in found]
        return self._known[span]

    def _required(self, found: list[Sum]) -> list[Sum]:
        self.currencies.require_rates(found, self.currency)
        return found


def _cell(found: Sum) -> _Cell:
    kind, month, category, recurring, nature = found.key
    return _Cell(kind, month, category, recurring, nature, found.total or ZERO)


def _flow(kind: str, total: Decimal) -> Flow:
    return Flow(income=total) if kind == Kind.INCOME else Flow(expenses=total)


def _descending(found: dict[K, Decimal]) -> dict[K, Decimal]:
    return dict(sorted(found.items(), key=lambda item: (-item[1], str(item[0]))))
