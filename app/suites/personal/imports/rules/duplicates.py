"""Rows of a file that earlier files brought already: each of those is met once, so twins stay two."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

from app.suites.personal.imports.rules.lines import FITID_REUSED, ImportLineState, KnownLine, Line, Verdict

_LineKey = Callable[[Line], Hashable]
_KnownKey = Callable[[KnownLine], Hashable]


def find_duplicates(lines: Sequence[Line], keys: Mapping[int, str], known: Iterable[KnownLine]) -> list[Verdict]:
    """Verdicts on the rows of one account, in their order; `keys` are their content keys by number.

    The bank's id counts first, together with amount and day, since banks use ids twice. Then the content: the k-th of
    equal rows is the k-th of those that are known.
    """
    stored = sorted(known, key=lambda one: one.id)
    found: dict[int, KnownLine] = {}
    for line_key, known_key in _passes(keys):
        _pair(lines, stored, found, line_key, known_key)
    reused = _reused(lines, stored)
    return [
        Verdict(line.number, ImportLineState.NEW, notes=(FITID_REUSED,) if line.number in reused else ())
        if line.number not in found
        else Verdict(line.number, _state(line, found[line.number]), known_id=found[line.number].id)
        for line in lines
    ]


def _passes(keys: Mapping[int, str]) -> tuple[tuple[_LineKey, _KnownKey], ...]:
    """Keys of rows of the file and of known ones, those first that say most; None is no key."""
    return (
        (
            lambda line: (line.fitid, line.amount, line.day, keys[line.number]) if line.fitid else None,
            lambda one: (one.fitid, one.amount, one.day, one.content_key) if one.fitid else None,
        ),
        (
            lambda line: (line.fitid, line.amount, line.day) if line.fitid else None,
            lambda one: (one.fitid, one.amount, one.day) if one.fitid else None,
        ),
        (  # a bank may book on another day, or with a tip
            lambda line: (line.fitid, line.is_pending) if line.fitid else None,
            lambda one: (one.fitid, not one.is_pending) if one.fitid else None,
        ),
        (lambda line: keys[line.number], lambda one: one.content_key),
    )


def _pair(
    lines: Sequence[Line],
    stored: list[KnownLine],
    found: dict[int, KnownLine],
    line_key: _LineKey,
    known_key: _KnownKey,
) -> None:
    """Pair the rows that are left with the known ones that are left, in order, where their keys are equal."""
    met = {one.id for one in found.values()}
    waiting: dict[Hashable, deque[KnownLine]] = defaultdict(deque)
    for one in stored:
        if one.id not in met and (key := known_key(one)) is not None:
            waiting[key].append(one)
    for line in lines:
        key = line_key(line)
        if line.number not in found and key is not None and waiting.get(key):
            found[line.number] = waiting[key].popleft()


def _state(line: Line, known: KnownLine) -> ImportLineState:
    return ImportLineState.REPLACES if known.is_pending and not line.is_pending else ImportLineState.DUPLICATE


def _reused(lines: Sequence[Line], stored: Iterable[KnownLine]) -> set[int]:
    """Numbers of the rows whose id an earlier row has."""
    seen = Counter(one.fitid for one in stored)
    reused = set()
    for line in lines:
        if line.fitid and seen[line.fitid]:
            reused.add(line.number)
        seen[line.fitid] += 1
    return reused
