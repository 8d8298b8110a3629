"""Entries that statements brought before they were planned as recurring transactions."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from app.infra.books import BookAccess
from app.suites.personal.imports.queries import BroughtRecord, CandidateQueries
from app.suites.personal.imports.repository import ImportLineRepository
from app.suites.personal.imports.rules.lines import Line
from app.suites.personal.imports.rules.matches import DAYS_SCHEDULED, Entry, find_matches
from app.suites.personal.recurring.rules import ExpectedMovement, Key
from app.suites.personal.recurring.service import OccurrenceClaiming


class BroughtOccurrences:
    """Lets entries of one book that rows of statements made be occurrences."""

    def __init__(self, access: BookAccess) -> None:
        self.candidates = CandidateQueries(access.session, access.book_id)
        self.lines = ImportLineRepository(access)
        self.occurrences = OccurrenceClaiming(access)

    def take(self, movements: Sequence[ExpectedMovement]) -> None:
        """Let each of these occurrences be the entry that fits it best, if there is one."""
        taken: dict[Key, tuple[date, int]] = {}
        for account_id in dict.fromkeys(one.account_id for one in movements):
            coming = [one for one in movements if one.account_id == account_id and one.key not in taken]
            used = {row_id for _, row_id in taken.values()}
            found = [one for one in self._brought(coming) if one.id not in used]
            taken |= {one.key: (one.date, row_id) for one, row_id in _pairs(coming, found)}
        versions = self.occurrences.take(taken)
        if versions:
            self.lines.renumber(versions)

    def _brought(self, coming: Sequence[ExpectedMovement]) -> list[BroughtRecord]:
        if not coming:
            return []
        around = timedelta(DAYS_SCHEDULED)
        found = self.candidates.brought(
            coming[0].account_id,
            min(one.date for one in coming) - around,
            max(one.date for one in coming) + around,
            min(one.least for one in coming),
            max(one.most for one in coming),
        )
        return [one for one in found if one.type is coming[0].type and not one.is_refund]


def _pairs(
    coming: Sequence[ExpectedMovement], found: Sequence[BroughtRecord]
) -> Iterator[tuple[ExpectedMovement, int]]:
    """Each occurrence with the id of the entry that is it."""
    lines = [Line(one.id, one.date, one.amount, "", one.description or "", one.payee or "") for one in found]
    entries = [
        Entry(place, one.date, one.least, one.most, "", text=one.text, is_scheduled=True)
        for place, one in enumerate(coming)
    ]
    for verdict in find_matches(lines, entries):
        if verdict.entry_id is not None:
            yield coming[verdict.entry_id], verdict.number
