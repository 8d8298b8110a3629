"""Unpaid amounts, owed to the company and by it, and plans of its suites."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.core.cashflow.events import ForecastBeginning, Planned
from app.core.cashflow.queries import OpenItemQueries
from app.core.cashflow.rules import ZERO
from app.core.cashflow.service.figures import Figures
from app.core.cashflow.service.results import Coming, OverdueItem
from app.core.movements.rules import Kind


@dataclass(slots=True)
class Unpaid:
    """Unpaid amounts of one direction, unrounded, and their numbers."""

    total: Decimal = ZERO
    overdue: Decimal = ZERO
    coming: Decimal = ZERO
    """Due from today through the last requested day."""
    count: int = 0
    overdue_count: int = 0


class OpenItemService:
    """Reads open items, and plans that are none yet, of the counted suites."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.items = OpenItemQueries(figures.context.session, *figures.movements.basis)

    def unpaid(self, today: date, last: date) -> Mapping[Kind, Unpaid]:
        """Open items by direction, each converted at the rate of its due date."""
        found = {kind: Unpaid() for kind in Kind}
        for one in self.figures.required(self.items.sums(today, last)):
            kind, is_overdue, is_coming = one.key
            unpaid, amount = found[Kind(kind)], one.total or ZERO
            unpaid.total += amount
            unpaid.count += one.movements
            if is_overdue:
                unpaid.overdue += amount
                unpaid.overdue_count += one.movements
            if is_coming:
                unpaid.coming += amount
        return found

    def coming(self, unpaid: Mapping[Kind, Unpaid], today: date, last: date) -> Coming:
        """Unpaid amounts that are due from today on, and plans through the last day at today's rate."""
        planned = {
            kind: sum((self.figures.worth(one.amount, one.currency, today) for one in plans), ZERO)
            for kind, plans in self.planned(last).items()
        }
        income, expenses = (map(self.figures.money, (unpaid[kind].coming, planned[kind])) for kind in Kind)
        return Coming(last, *income, *expenses)

    def largest_overdue(self, today: date, number: int) -> list[OverdueItem]:
        """The largest amounts that should have been received before today, largest first."""
        return [
            OverdueItem(
                **{name: value for name, value in row._asdict().items() if name != "worth"},
                days_overdue=(today - row.date).days,
                converted_balance=self.figures.money(row.worth),
            )
            for row in self.items.largest_overdue(today, number)
        ]

    def planned(self, last: date) -> Mapping[Kind, list[Planned]]:
        """Plans through the last day that are no open items yet, by direction."""
        event = ForecastBeginning(last)
        self.figures.context.publish(event)
        counted = [planned for planned in event.planned if planned.suite in self.figures.suites]
        return {kind: [planned for planned in counted if planned.kind is kind] for kind in Kind}
