"""Envelopes: money assigned to categories and set aside for cards, month after month, in the budget's currency.

One fold serves both styles of cards. Under `payment`, money for a purchase on a card moves to the card's payment, and
this holds in every month, to the cent:

    cash balances = available + payments + to_assign + held + credit_over

Under `plain` cards are accounts like any other, and the sum of all balances has neither payments nor credit_over.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from app.kernel.periods import Month

ZERO = Decimal(0)

Key = int | None
"""A category of expenses; None is the envelope of lines without one."""


class CardAmount(NamedTuple):
    """An amount on a card."""

    card: int
    amount: Decimal


@dataclass(slots=True)
class MonthFlows:
    """Money that moved in a month."""

    income: Decimal = ZERO
    """Income on all accounts, those on cards included."""
    fx_effect: Decimal = ZERO
    cash: dict[Key, Decimal] = field(default_factory=dict)
    """Activity on cash accounts by category, below 0 if spent."""
    cards: dict[Key, list[CardAmount]] = field(default_factory=dict)
    """Activity on cards by category, below 0 if spent, in the order of its days."""
    card_income: dict[int, Decimal] = field(default_factory=dict)
    paid: dict[int, Decimal] = field(default_factory=dict)
    """Transfers from cash accounts to a card, less those back."""


@dataclass(frozen=True, slots=True)
class MonthPlan:
    """Money that a person assigned in a month, and what is held for the next."""

    envelopes: Mapping[Key, Decimal] = field(default_factory=dict)
    cards: Mapping[int, Decimal] = field(default_factory=dict)
    held: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """The sum of all assignments."""
        return sum(self.envelopes.values(), ZERO) + sum(self.cards.values(), ZERO)


class Envelope(NamedTuple):
    """A category in a month."""

    carry: Decimal = ZERO
    assigned: Decimal = ZERO
    activity: Decimal = ZERO
    available: Decimal = ZERO
    credit_over: Decimal = ZERO
    """Overspending that became debt of cards."""

    @property
    def overspent(self) -> Decimal:
        """Amount that is missing, and covers the overspending."""
        return max(ZERO, -self.available)

    @property
    def cash_over(self) -> Decimal:
        """Overspending that was paid with money of other envelopes."""
        return self.overspent - self.credit_over


class CardPayment(NamedTuple):
    """Money set aside to pay a card, in a month."""

    carry: Decimal = ZERO
    assigned: Decimal = ZERO
    funded: Decimal = ZERO
    """Purchases on the card for which their categories had the money, which moved here."""
    paid: Decimal = ZERO
    income: Decimal = ZERO
    available: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class EnvelopeMonth:
    """Figures of a month."""

    month: Month
    to_assign: Decimal = ZERO
    free: Decimal = ZERO
    """The least `to_assign` of this and all later months: so much can be assigned without taking it from them."""
    held: Decimal = ZERO
    income: Decimal = ZERO
    assigned: Decimal = ZERO
    deducted: Decimal = ZERO
    fx_effect: Decimal = ZERO
    categories: Mapping[Key, Envelope] = field(default_factory=dict)
    cards: Mapping[int, CardPayment] = field(default_factory=dict)

    @property
    def overassigned(self) -> bool:
        """Whether more was assigned than there is."""
        return self.free < 0


_NO_FLOWS, _NO_PLAN = MonthFlows(), MonthPlan()


@dataclass(slots=True)
class _State:
    """Money in the envelopes at the end of a month."""

    to_assign: Decimal = ZERO
    available: dict[Key, Decimal] = field(default_factory=dict)
    debts: dict[Key, dict[int, Decimal]] = field(default_factory=dict)
    """Overspending of the month that cards lent, by category and card."""
    payments: dict[int, Decimal] = field(default_factory=dict)
    deducted: Decimal = ZERO
    funded: dict[int, Decimal] = field(default_factory=dict)
    overspent: dict[Key, Decimal] = field(default_factory=dict)
    """Overspending that is taken from the next month, by category."""

    def at_next_start(self) -> "_State":
        """The start of the next month: categories that overspent are at zero, and what they took is deducted."""
        available = {**self.available, **dict.fromkeys(self.overspent, ZERO)}
        debts = {key: debts for key, debts in self.debts.items() if key not in self.overspent}
        deducted = sum(self.overspent.values(), ZERO)
        return _State(self.to_assign - deducted, available, debts, dict(self.payments), deducted)


class Envelopes:
    """Envelopes of all months."""

    def __init__(
        self, flows: Mapping[Month, MonthFlows], plans: Mapping[Month, MonthPlan], carrying: Set[Key] = frozenset()
    ) -> None:
        """Fold the months; `carrying` are the categories whose overspending is `carry`."""
        self._flows, self._plans, self._carrying = flows, plans, carrying
        self.months = sorted({one for month in (*flows, *plans) for one in (month, month.next)})
        """Months in which something happens, and the one after each; in others, all stays as it is."""
        self._states: list[_State] = []
        state = _State()
        for month in self.months:
            state = self._end_of(month, state)
            self._states.append(state)
        self._free = list(accumulate((one.to_assign for one in reversed(self._states)), min))[::-1]

    def at(self, month: Month) -> EnvelopeMonth:
        """The figures of any month."""
        place = bisect_right(self.months, month) - 1
        if place < 0:
            return EnvelopeMonth(month, free=min([ZERO, *self._free[:1]]))
        state = self._states[place]
        if self.months[place] == month:
            before = self._states[place - 1] if place else _State()
        else:
            before, state = state, self._end_of(month, state)
        flows, plan = self._flows.get(month, _NO_FLOWS), self._plans.get(month, _NO_PLAN)
        start = before.at_next_start()
        return EnvelopeMonth(
            month,
            to_assign=state.to_assign,
            free=self._free[place],
            held=plan.held,
            income=flows.income,
            assigned=plan.total,
            deducted=state.deducted,
            fx_effect=flows.fx_effect,
            categories={key: _envelope(key, start, state, plan) for key in state.available},
            cards={card: _payment(card, start, state, flows, plan) for card in state.payments},
        )

    def changed_months(self, other: "Envelopes") -> list[Month]:
        """Months of either whose figures differ."""
        return [month for month in sorted({*self.months, *other.months}) if self.at(month) != other.at(month)]

    def several_cards_lent(self) -> list[tuple[Month, Key]]:
        """Months and categories that were overspent on several cards: there the order of purchases decides."""
        return [
            (month, key)
            for month, state in zip(self.months, self._states, strict=True)
            for key, lines in self._flows.get(month, _NO_FLOWS).cards.items()
            if len(lines) > 1 and state.debts.get(key) and len({line.card for line in lines}) > 1
        ]

    def _end_of(self, month: Month, before: _State) -> _State:
        flows, plan = self._flows.get(month, _NO_FLOWS), self._plans.get(month, _NO_PLAN)
        returned = self._plans.get(month.previous, _NO_PLAN).held
        state = before.at_next_start()
        state.to_assign += returned + flows.income + flows.fx_effect - plan.total - plan.held
        assigned, cash, cards = plan.envelopes, flows.cash, flows.cards
        for key in {**assigned, **cash, **cards}:
            available = state.available.get(key, ZERO) + assigned.get(key, ZERO) + cash.get(key, ZERO)
            if key in cards or key in state.debts:
                available = _settle_cards(state, key, available, cards.get(key, ()))
            state.available[key] = available
            if available < 0 and key not in self._carrying:
                state.overspent[key] = -available - sum(state.debts.get(key, {}).values(), ZERO)
        for changes, sign in ((plan.cards, 1), (state.funded, 1), (flows.paid, -1), (flows.card_income, -1)):
            for card, amount in changes.items():
                state.payments[card] = state.payments.get(card, ZERO) + sign * amount
        return state


def _settle_cards(state: _State, key: Key, available: Decimal, lines: Sequence[CardAmount]) -> Decimal:
    """Move money for the purchases to the cards' payments, and return the money left; some may be lent by the cards."""
    funded = state.funded
    for card, amount in lines:
        available += amount
        funded[card] = funded.get(card, ZERO) - amount
    old = state.debts.pop(key, {})
    for card, amount in old.items():
        funded[card] = funded.get(card, ZERO) + amount
    if available < 0:
        lent = state.debts[key] = _lent(-available, old, lines)
        for card, amount in lent.items():
            funded[card] = funded.get(card, ZERO) - amount
    return available


def _lent(over: Decimal, old: Mapping[int, Decimal], lines: Sequence[CardAmount]) -> dict[int, Decimal]:
    """Overspending by the card that lent it: the last purchases lack the money, older debt only after all of them.

    Cash is spent first: only as much is lent as was spent on cards. A refund cancels purchases on its own card, the
    first ones first.
    """
    spent: dict[int, Decimal] = {}
    for card, amount in lines:
        spent[card] = spent.get(card, ZERO) - amount
    rest = min(over, sum(old.values(), ZERO) + max(ZERO, sum(spent.values(), ZERO)))
    lent: dict[int, Decimal] = {}
    for card, amount in reversed(lines):
        part = min(rest, -amount, spent[card])
        if part > 0:
            lent[card] = lent.get(card, ZERO) + part
            spent[card] -= part
            rest -= part
    for card, amount in reversed(list(old.items())):
        part = min(rest, amount)
        lent[card] = lent.get(card, ZERO) + part
        rest -= part
    return lent


def _envelope(key: Key, start: _State, end: _State, plan: MonthPlan) -> Envelope:
    carry, available, assigned = start.available.get(key, ZERO), end.available[key], plan.envelopes.get(key, ZERO)
    lent = sum(end.debts.get(key, {}).values(), ZERO)
    return Envelope(carry, assigned, available - carry - assigned, available, lent)


def _payment(card: int, start: _State, end: _State, flows: MonthFlows, plan: MonthPlan) -> CardPayment:
    return CardPayment(
        start.payments.get(card, ZERO),
        plan.cards.get(card, ZERO),
        end.funded.get(card, ZERO),
        flows.paid.get(card, ZERO),
        flows.card_income.get(card, ZERO),
        end.payments[card],
    )
