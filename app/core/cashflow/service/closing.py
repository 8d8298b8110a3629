"""Check of months that are about to be closed."""

from datetime import date

from app.core.cashflow.queries.closing import ClosingQueries, Unrated
from app.core.cashflow.rules import counted_suites
from app.infra.context import Context


class ClosingChecks:
    """Finds what is undone about the movements of months."""

    def __init__(self, context: Context) -> None:
        company, known = context.company, context.settings.movement_suites
        self.base = company.base_currency
        self.suites = counted_suites(None, company.cashflow_suites, known) or known
        self.queries = ClosingQueries(context.session)

    def without_rate(self, first: date, last: date) -> list[Unrated]:
        """The first days with amounts of the company's suites that no rate up to the last day converts."""
        return self.queries.without_rate(first, last, self.base, self.suites)
