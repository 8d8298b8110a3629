"""Saved reports: reports with their parameters, under a name."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, TypedDict, Unpack

from app.infra.books import BookAccess
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.personal.books.service import InBookService
from app.suites.personal.reports.models import SavedReport, SavedReportRecord
from app.suites.personal.reports.repository import SavedReportFilter, SavedReportRepository
from app.suites.personal.reports.rules.saved import SavedKind

BY_NAME = (Sort("name"),)


class SavedReportChanges(TypedDict, total=False):
    """The values of a saved report that may change."""

    name: str
    report: SavedKind
    params: Mapping[str, object]


class SavedReportFilters(TypedDict, total=False):
    """The criteria of a list of saved reports."""

    report: SavedKind


class SavedReportService(InBookService):
    """Stores, changes and deletes the saved reports of a book."""

    model: ClassVar = SavedReport

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.saved = SavedReportRepository(access)

    def page(self, request: PageRequest, **filters: Unpack[SavedReportFilters]) -> Page[SavedReportRecord]:
        """One page of saved reports, by name unless another order is given."""
        return self.saved.page(SavedReportFilter(**filters), replace(request, sort=request.sort or BY_NAME))

    def get(self, saved_id: int) -> SavedReportRecord:
        """One saved report."""
        return self.saved.get(saved_id)

    def create(self, **values: Unpack[SavedReportChanges]) -> SavedReport:
        """Store a report under a name."""
        return self.saved.add(SavedReport(book_id=self.access.book_id, created_by=self.access.user_id, **values))

    def update(self, saved_id: int, **changes: Unpack[SavedReportChanges]) -> SavedReport:
        """Change the given values."""
        return self.saved.change(self.saved.get_for_update(saved_id), changes)

    def delete(self, saved_id: int) -> None:
        """Delete a saved report."""
        self.saved.delete(self.saved.get_for_update(saved_id))
