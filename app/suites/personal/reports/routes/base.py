"""Namespace of reports, and their response."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from app.suites.personal.books.schemas import BookChoice
from app.suites.personal.reports.rules.summary import ReportPeriod
from app.web.api import Namespace
from app.web.responses import Computed

namespace = Namespace("reports", path="/reports")


@dataclass(frozen=True)
class Figures(Computed):
    """Figures that add up: all statements read the same snapshot."""

    needs_snapshot: ClassVar[bool] = True


class SpanChoice(BookChoice, total=False):
    """Days of a report: a period, or dates."""

    period: ReportPeriod
    date_from: date
    date_to: date
