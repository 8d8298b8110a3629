"""Check of months that are about to be closed."""

from datetime import date

from app.core.cashflow.queries.closing import ClosingQueries, Unrated
from app.infra.context import Context


class ClosingChecks:
    """Finds what is undone about the movements of months."""

    def __init__(self, context: Context) -> None:
        self.base = context.company.base_currency
        self.queries = ClosingQueries(context.session)

    def without_rate(self, first: date, last: date) -> list[Unrated]:
        """The first days with amounts in other currencies that no rate up to the last day converts."""
        return self.queries.without_rate(first, last, self.base)
