"""Data for benchmarks, by the hundred thousand rows."""

from datetime import date

from app.infra.context import Context
from app.suites.fresco.payments.repository import LoadRepository


class LoadService:
    """Inserts clients, projects and payments whose distribution resembles real ones."""

    def __init__(self, context: Context) -> None:
        self.rows = LoadRepository(context.session)
        self.first_project = 0

    def prepare(self, payments: int, today: date) -> None:
        """Insert the clients and projects that this number of payments needs."""
        self.first_project = self.rows.add_projects(payments, today)

    def payments(self, first: int, count: int, today: date) -> None:
        """Insert `count` payments, beginning with number `first`."""
        self.rows.add_payments(self.first_project, first, count, today)
