"""Repository of saved reports."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import ColumnElement

from app.infra.queries.in_book import InBookRepository
from app.infra.queries.repository import Filter, equal
from app.kernel.errors import Conflict
from app.suites.personal.reports.models import SavedReport, SavedReportRecord
from app.suites.personal.reports.rules.saved import SavedKind


@dataclass(frozen=True, slots=True)
class SavedReportFilter(Filter):
    """Criteria of saved reports."""

    report: SavedKind | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        return equal((SavedReport.report, self.report))


class SavedReportRepository(InBookRepository[SavedReport, SavedReportRecord]):
    """Saved reports of one book."""

    model = SavedReport
    record = SavedReportRecord
    conflicts: ClassVar = {
        "uq_saved_reports_name": Conflict("There is a saved report with this name.", code="name_taken")
    }
