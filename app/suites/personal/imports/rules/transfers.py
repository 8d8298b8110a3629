"""Transfers between accounts of a book, of which each account's statement has one leg."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from app.suites.personal.payees_rules.rules.words import names_transfer

MOST_DAYS = 5
SURE = 70
_MOST_OF_A_DAY = 40
"""Legs of a day that are compared with another leg."""
_TOLERANCE = Decimal("0.1")
"""Largest deviation from the day's rate."""
_CLOSE = ((Decimal("0.01"), 20), (Decimal("0.03"), 10))
_MOST_PROPOSALS = 5
"""Proposals for a leg."""

Rate = Callable[[str, str, date], Decimal | None]
"""Rate from one currency to another on a day; None if it is not known."""
Named = Callable[[str], Collection[int]]
"""Ids of the accounts whose numbers stand in a text."""


@dataclass(frozen=True, slots=True)
class Leg:
    """An entry that may be one half of a transfer."""

    id: int
    account_id: int
    day: date
    amount: Decimal
    """Signed: what left the account is negative."""
    currency: str
    text: str = ""
    source: str = ""
    """The file that confirmed it; empty if none did."""


class TransferPair(NamedTuple):
    """Two legs of what is or may be one transfer."""

    sent_id: int
    received_id: int
    score: int
    is_sure: bool
    """Whether they may be merged without a question."""


class _Pair(NamedTuple):
    sent: Leg
    received: Leg
    days: int
    closeness: int
    is_exact: bool
    """Whether both have the same currency, and so the same amount."""


def find_transfers(
    legs: Sequence[Leg],
    rate: Rate,
    named: Named = lambda _text: (),
    rejected: Collection[tuple[int, int]] = (),
) -> list[TransferPair]:
    """Pairs of legs, the best first; a leg of a sure pair is in no other.

    `rejected` are pairs of ids that somebody parted, the sent one first.
    """
    pairs = [pair for pair in _pairs(legs, rate) if (pair.sent.id, pair.received.id) not in rejected]
    times = Counter((leg.id, pair.is_exact) for pair in pairs for leg in (pair.sent, pair.received))
    scored = []
    for pair in pairs:
        unique = all(_rivals(leg, times, is_exact=pair.is_exact) == 1 for leg in (pair.sent, pair.received))
        score = _score(pair, named, unique=unique)
        scored.append((score, unique and score >= SURE, pair))
    scored.sort(key=lambda one: (not one[1], -one[0], one[2].days, one[2].sent.id, one[2].received.id))
    return list(_chosen(scored))


def _rivals(leg: Leg, times: Counter[tuple[int, bool]], *, is_exact: bool) -> int:
    """Pairs that the leg could be in; those over a rate do not compete with those of equal amounts."""
    return times[leg.id, True] + (0 if is_exact else times[leg.id, False])


def _chosen(scored: list[tuple[int, bool, _Pair]]) -> Iterator[TransferPair]:
    merged: set[int] = set()
    proposed: Counter[int] = Counter()
    for score, is_sure, pair in scored:
        ids = {pair.sent.id, pair.received.id}
        if ids & merged or any(proposed[leg] >= _MOST_PROPOSALS for leg in ids):
            continue
        if is_sure:
            merged |= ids
        else:
            proposed.update(ids)
        yield TransferPair(pair.sent.id, pair.received.id, score, is_sure)


def _score(pair: _Pair, named: Named, *, unique: bool) -> int:
    score = 20 - 4 * pair.days + pair.closeness
    if any(other.account_id in named(leg.text) for leg, other in _both_ways(pair)):
        score += 60
    if names_transfer(pair.sent.text) or names_transfer(pair.received.text):
        score += 15
    return score + (25 if unique else 0)


def _both_ways(pair: _Pair) -> tuple[tuple[Leg, Leg], tuple[Leg, Leg]]:
    return (pair.sent, pair.received), (pair.received, pair.sent)


def _pairs(legs: Sequence[Leg], rate: Rate) -> Iterator[_Pair]:
    received = _by_day([leg for leg in legs if leg.amount > 0])
    currencies = sorted({currency for _, currency in received})
    for sent in legs:
        if sent.amount >= 0:
            continue
        for currency in currencies:
            for days in range(-MOST_DAYS, MOST_DAYS + 1):
                found = received.get((sent.day + timedelta(days), currency))
                if found:
                    yield from _pairs_of(sent, found, abs(days), rate)


def _pairs_of(sent: Leg, found: list[Leg], days: int, rate: Rate) -> Iterator[_Pair]:
    """Pairs of a leg with those of a day that received about as much."""
    currency = found[0].currency
    is_exact = currency == sent.currency
    expected: Decimal | None = -sent.amount
    if not is_exact:
        known = rate(sent.currency, currency, sent.day)
        expected = None if known is None else -sent.amount * known
    if not expected:
        return
    margin = Decimal(0) if is_exact else abs(expected) * _TOLERANCE
    first = bisect_left(found, expected - margin, key=lambda leg: leg.amount)
    last = bisect_right(found, expected + margin, key=lambda leg: leg.amount)
    for leg in found[first : min(last, first + _MOST_OF_A_DAY)]:
        if leg.account_id != sent.account_id and (not leg.source or leg.source != sent.source):
            closeness = 20 if is_exact else _closeness(leg.amount, expected)
            yield _Pair(sent, leg, days, closeness, is_exact)


def _closeness(received: Decimal, expected: Decimal) -> int:
    deviation = abs(received / expected - 1)
    return next((points for most, points in _CLOSE if deviation <= most), 0)


def _by_day(legs: list[Leg]) -> dict[tuple[date, str], list[Leg]]:
    """The legs by day and currency, ordered by amount."""
    by_day = defaultdict(list)
    for leg in legs:
        by_day[leg.day, leg.currency].append(leg)
    for found in by_day.values():
        found.sort(key=lambda leg: (leg.amount, leg.id))
    return by_day
