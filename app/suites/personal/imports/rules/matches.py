"""Rows of statements that confirm entries which people, schedules or transfers made."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from app.suites.personal.imports.rules.lines import ImportLineState, Line, Verdict
from app.suites.personal.payees_rules.rules.words import payee_key, similarity

DAYS_BEFORE, DAYS_AFTER = 5, 3
"""Days that an entry may lie before and after its row."""
DAYS_SCHEDULED = 5
"""Days that an occurrence may lie before or after its row, whatever the row says."""
SURE, POSSIBLE = 60, 35
_MOST_OF_A_DAY = 8
"""Different rows of a day that are compared with an entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the account that no statement has confirmed, or an occurrence that is still to come."""

    id: int
    day: date
    least: Decimal
    most: Decimal
    """Signed amounts of a scheduled occurrence; equal for others."""
    currency: str
    text: str = ""
    payee: str = ""
    is_scheduled: bool = False


class _Twins(NamedTuple):
    """Rows with the same amount and text on a day: it does not matter which of them an entry gets."""

    amount: Decimal
    numbers: list[int]
    line: Line


class _Pair(NamedTuple):
    score: int
    days: int
    entry: Entry
    twins: _Twins


def find_matches(lines: Sequence[Line], entries: Iterable[Entry]) -> list[Verdict]:
    """Verdicts on the rows that confirm an entry or may do so: the best pairs first, each side once."""
    listed = list(entries)
    by_day = _twins_by_day(lines)
    candidates = {entry.id: list(_candidates(entry, by_day)) for entry in listed}
    rows_of = {key: sum(len(twins.numbers) for _, twins in found) for key, found in candidates.items()}
    entries_of = Counter(id(twins.line) for found in candidates.values() for _, twins in found)
    pairs = []
    for entry in listed:
        for days, twins in candidates[entry.id]:
            unique = rows_of[entry.id] == 1 and entries_of[id(twins.line)] == 1
            pairs.append(_Pair(_score(entry, twins.line, days, unique=unique), days, entry, twins))
    pairs.sort(key=lambda pair: (-pair.score, pair.days, pair.entry.id, pair.twins.numbers[0]))
    return sorted(_assigned(pairs), key=lambda verdict: verdict.number)


def _assigned(pairs: list[_Pair]) -> Iterator[Verdict]:
    used: set[int] = set()
    taken: Counter[int] = Counter()
    for pair in pairs:
        place = taken[id(pair.twins.line)]
        if pair.score < POSSIBLE or pair.entry.id in used or place >= len(pair.twins.numbers):
            continue
        used.add(pair.entry.id)
        taken[id(pair.twins.line)] += 1
        state = ImportLineState.MATCH if pair.score >= SURE else ImportLineState.POSSIBLE
        yield Verdict(pair.twins.numbers[place], state, entry_id=pair.entry.id, score=pair.score)


def _score(entry: Entry, line: Line, days: int, *, unique: bool) -> int:
    score = 50 - 8 * days + round(40 * _likeness(entry, line)) + (20 if entry.is_scheduled else 0)
    if entry.is_scheduled:
        return max(score, SURE)  # the day and the limits of its amount tell enough
    is_exact = line.amount == entry.least == entry.most
    says_nothing = not (entry.text or entry.payee)
    if unique and is_exact and (days == 0 or says_nothing):
        return max(score, SURE)  # nothing else can be meant
    return score


def _likeness(entry: Entry, line: Line) -> float:
    if entry.payee and line.payee and payee_key(entry.payee) == payee_key(line.payee) != "":
        return 1.0
    return similarity(f"{entry.payee} {entry.text}".strip(), f"{line.payee} {line.text}".strip())


def _twins_by_day(lines: Sequence[Line]) -> dict[tuple[date, str], list[_Twins]]:
    """The rows by day and currency, ordered by amount."""
    groups: dict[tuple[date, str, Decimal, str, str], _Twins] = {}
    for line in lines:
        key = (line.day, line.currency, line.amount, line.payee, line.text)
        groups.setdefault(key, _Twins(line.amount, [], line)).numbers.append(line.number)
    by_day = defaultdict(list)
    for (day, currency, *_), twins in groups.items():
        by_day[day, currency].append(twins)
    for found in by_day.values():
        found.sort(key=lambda twins: (twins.amount, twins.numbers[0]))
    return by_day


def _candidates(entry: Entry, by_day: dict[tuple[date, str], list[_Twins]]) -> Iterator[tuple[int, _Twins]]:
    """The rows that may confirm the entry, with the days between them."""
    for days in range(-(DAYS_SCHEDULED if entry.is_scheduled else DAYS_AFTER), DAYS_BEFORE + 1):
        found = by_day.get((entry.day + timedelta(days), entry.currency), [])
        first = bisect_left(found, entry.least, key=lambda twins: twins.amount)
        last = bisect_right(found, entry.most, key=lambda twins: twins.amount)
        for twins in found[first : min(last, first + _MOST_OF_A_DAY)]:
            yield abs(days), twins
