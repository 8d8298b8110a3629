"""Rows by the hundred thousand, for benchmarks."""

from datetime import date

from app.domains.payments.repository import LoadRepository
from app.infra.context import Context


class LoadService:
    """Makes clients, projects and payments that look like real ones from afar."""

    def __init__(self, context: Context) -> None:
        self.rows = LoadRepository(context.session)
        self.first_project = 0

    def prepare(self, payments: int, today: date) -> None:
        """The clients and projects that so many payments need."""
        self.first_project = self.rows.add_projects(payments, today)

    def payments(self, first: int, count: int, today: date) -> None:
        """The payments from the first-th on."""
        self.rows.add_payments(self.first_project, first, count, today)
