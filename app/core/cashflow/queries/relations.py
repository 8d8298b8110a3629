"""The relations that all figures about cash are computed from, so that they agree: movements of some suites."""

from functools import lru_cache
from typing import Any, Self

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Numeric,
    Select,
    String,
    cast,
    column,
    literal,
    or_,
    select,
    table,
    union_all,
)

from app.core.movements.models import (
    Movement,
    MovementAccountSum,
    MovementDaySum,
    MovementDueSum,
    MovementMethodSum,
    MovementPartySum,
    OpenItemPartySum,
    OpenItemSum,
)
from app.core.movements.rules import Kind, Nature

PROJECTS = table("movement_projects", column("id", BigInteger), column("name", String))
"""View by which the suites show the names of their projects."""

_CREDIT = "credit"
"""Source of advances and of their refunds, which are owed and not earned."""

_SETTLED = table(
    "movement_settlements",
    *(column(name, String) for name in ("suite", "kind", "source", "nature", "currency", "category")),
    column("amount", Numeric),
    column("due_date", Date),
    column("movements", BigInteger),
)
"""View by which the suites show what was settled without moving cash."""

_ACCRUED = ("kind", "source", "currency", "category", "movements")


class Relations:
    """Movements of these suites, and the sums that are kept of them."""

    def __init__(self, suites: tuple[str, ...]) -> None:
        self.suites = suites
        self.movements = self._counted(Movement.__table__).subquery("moved")
        """Movements of cash, one by one."""
        self.daily = self._counted(MovementDaySum.__table__).subquery("daily")
        """Movements of cash on the days they moved, summed by all columns that figures group by."""
        self.accounts = self._counted(MovementAccountSum.__table__).subquery("of_accounts")
        """Those among them that name a cash account, by account, too."""
        self.methods = self._counted(MovementMethodSum.__table__).subquery("methods")
        """Those among them that name a payment method, by method, day, kind and nature only."""
        self.parties = self._counted(MovementPartySum.__table__).subquery("parties")
        """Movements of clients only."""
        self.open_items = self._counted(OpenItemSum.__table__).subquery("open")
        """Open items by due date."""
        self.open_parties = self._counted(OpenItemPartySum.__table__).subquery("open_parties")
        """Open items by due date and party."""
        self.accruals = self._accruals()
        """Movements on their due dates, paid or not."""

    @classmethod
    @lru_cache
    def of(cls, suites: tuple[str, ...]) -> Self:
        """The relations of these suites; the same object for the same ones, so that statements are cached by it."""
        return cls(suites)

    def branches(self, kind: Kind | None) -> list[FromClause]:
        """Movements by suite and kind, in each of which the newest are found by an index."""
        kinds = Kind if kind is None else (kind,)
        columns = Movement.__table__.c
        return [
            select(*columns).where(columns.suite == suite, columns.kind == one.value).subquery()
            for suite in self.suites
            for one in kinds
        ]

    def _counted(self, table: FromClause) -> Select[Any]:
        return select(*table.c).where(self.counts(table))

    def _accruals(self) -> FromClause:
        """Amounts by due date: what settles nothing on its own day, what was settled, and what is open."""
        moved, settled, owed = MovementDaySum.__table__, MovementDueSum.__table__, OpenItemSum.__table__
        at_once = self._due(moved, moved.c.date).where(moved.c.settles.is_(False), moved.c.source != _CREDIT)
        paid = self._due(settled, settled.c.due_date)
        net = self._due(owed, owed.c.due_date, amount=owed.c.amount - owed.c.tax_amount)
        tax = self._due(owed, owed.c.due_date, amount=owed.c.tax_amount, nature=literal(Nature.TAX.value))
        parts = (at_once, paid, net, tax, self._due(_SETTLED, _SETTLED.c.due_date))
        return union_all(*parts).subquery("accruals")

    def _due(
        self,
        table: FromClause,
        day: ColumnElement[Any],
        amount: ColumnElement[Any] | None = None,
        nature: ColumnElement[Any] | None = None,
    ) -> Select[Any]:
        """Rows of a table by the day, with its own amount and nature, or those that are given."""
        own = [table.c[name] for name in _ACCRUED]
        measured = table.c.amount if amount is None else amount
        told = cast(table.c.nature if nature is None else nature, String)
        columns = (*own, measured.label("amount"), told.label("nature"), day.label("date"))
        return select(*columns).where(self.counts(table))

    def counts(self, table: FromClause) -> ColumnElement[bool]:
        """Condition that a row is of one of the suites."""
        return or_(*(table.c.suite == suite for suite in self.suites))
