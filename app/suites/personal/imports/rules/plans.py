"""Verdicts on all rows of an account: duplicates first, then what confirms entries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from app.suites.personal.imports.rules.duplicates import find_duplicates
from app.suites.personal.imports.rules.lines import ImportLineState, KnownLine, Line, Verdict
from app.suites.personal.imports.rules.matches import Entry, find_matches


def find_known(
    lines: Sequence[Line], keys: Mapping[int, str], known: Sequence[KnownLine], replaced: Sequence[KnownLine]
) -> list[Verdict]:
    """Verdicts on rows by what earlier files brought.

    `replaced` are pending rows that the bank booked by now: they count for pending rows only, so that an old file adds
    nothing, and a second payment like the first is not taken for it.
    """
    booked = find_duplicates([line for line in lines if not line.is_pending], keys, known)
    met = {verdict.known_id for verdict in booked}
    rest = [one for one in (*known, *replaced) if one.id not in met]
    pending = find_duplicates([line for line in lines if line.is_pending], keys, rest)
    return sorted((*booked, *pending), key=lambda verdict: verdict.number)


def with_matches(lines: Sequence[Line], verdicts: Iterable[Verdict], entries: Iterable[Entry]) -> list[Verdict]:
    """The verdicts, with those of new rows that confirm an entry or may do so."""
    listed = list(verdicts)
    new = {verdict.number for verdict in listed if verdict.state is ImportLineState.NEW}
    found = {one.number: one for one in find_matches([line for line in lines if line.number in new], entries)}
    return [
        replace(found[verdict.number], notes=verdict.notes) if verdict.number in found else verdict
        for verdict in listed
    ]


def is_descending(days: Sequence[object]) -> bool:
    """Whether a statement has its newest rows first."""
    return len(days) > 1 and str(days[0]) > str(days[-1])
