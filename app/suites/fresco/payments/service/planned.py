"""Charges of plans that have no payment yet."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from app.infra.context import Context
from app.kernel.money import Currency
from app.suites.fresco.payments.queries import projects_to_generate
from app.suites.fresco.payments.rules import charges, installments
from app.suites.fresco.projects.service import ProjectService

_A_DAY = timedelta(days=1)


class PlannedService:
    """Reads what plans will charge, storing nothing."""

    def __init__(self, context: Context) -> None:
        self.session = context.session
        self.projects = ProjectService(context)

    def charges_through(self, last: date) -> Iterator[tuple[date, Currency, Decimal]]:
        """Amounts of active plans after their last generated payment, by day and currency."""
        unfinished = {one.project_id: one for one in projects_to_generate(self.session, last)}
        totals: dict[tuple[date, Currency], Decimal] = defaultdict(Decimal)
        for terms in self.projects.active_terms(list(unfinished)):
            reached = unfinished[terms.project_id]
            charged = reached.charged_through or max(terms.start, terms.entered) - _A_DAY
            future = [*installments(terms, after=reached.fee_through)]
            future += charges(terms, charged + _A_DAY, last)
            for planned in future:
                totals[planned.date, planned.currency] += planned.amount
        return ((day, currency, amount) for (day, currency), amount in totals.items())
