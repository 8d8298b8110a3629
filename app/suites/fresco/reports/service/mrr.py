"""Monthly recurring revenue, from the plans of projects."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from app.core.cashflow.service import Figures
from app.kernel.periods import DateRange
from app.suites.fresco.projects.rules import Subscription
from app.suites.fresco.projects.service import ProjectService
from app.suites.fresco.reports.rules import ZERO, Changes, changes, monthly_fee, rounded_changes


class RecurringRevenue:
    """Computes monthly recurring revenue, converted at one rate, so that exchange rates don't count as growth."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.projects = ProjectService(figures.context)

    def today(self, today: date) -> Decimal:
        """Recurring revenue of all plans that are active today, unrounded."""
        fees = self.projects.active_fees((today,), excluded=())
        return sum((times * self._worth(terms, day, today) for day, terms, times in fees), ZERO)

    def changes(self, span: DateRange, today: date) -> Changes:
        """Changes over the period, by client."""
        first, last = span.before().end, span.end
        brought: dict[date, dict[int, Decimal]] = {first: defaultdict(Decimal), last: defaultdict(Decimal)}
        changed = self.projects.fees_before_change(first)
        for day, terms, times in self.projects.active_fees(tuple(brought), changed):
            self._add(brought[day], terms, day, today, times)
        for terms in self.projects.subscriptions(changed):
            self._add(brought[first], terms._replace(recurring=changed[terms.project_id or 0]), first, today)
            self._add(brought[last], terms, last, today)
        return rounded_changes(changes(brought[first], brought[last]), self.figures.currency)

    def _add(self, brought: dict[int, Decimal], terms: Subscription, day: date, today: date, times: int = 1) -> None:
        worth = self._worth(terms, day, today)
        if worth:
            brought[terms.client_id] += times * worth

    def _worth(self, terms: Subscription, day: date, today: date) -> Decimal:
        """Monthly fee on a day, at today's rate; no rate is needed for none."""
        fee = monthly_fee(terms, day)
        if not fee or terms.recurring is None:
            return ZERO
        return self.figures.worth(fee, terms.recurring.currency, today)
