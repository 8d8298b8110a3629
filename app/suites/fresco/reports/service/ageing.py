"""Receivables and payables by age."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import NotRequired, TypedDict

from app.core.cashflow.service import Figures, OwedService
from app.core.movements.rules import Kind
from app.kernel.money import Currency, rounded_parts
from app.suites.fresco.payments.service import CreditService
from app.suites.fresco.reports.rules import ZERO, Ages, Side, due_since, rounded_ages
from app.suites.fresco.reports.service.results import Ageing, AgeingRow, AgeingSums

CREDITING = "fresco"
"""Suite whose clients have credits."""
KINDS = {Side.RECEIVABLE: Kind.INCOME, Side.PAYABLE: Kind.EXPENSE}
NOBODY = {Side.RECEIVABLE: "Sin cliente", Side.PAYABLE: "Sin proveedor"}
"""Line of what is owed by, or to, nobody in particular."""

Party = tuple[int | None, str | None]
"""Id and name of a party; None of what is of nobody."""


class AgeingRequest(TypedDict):
    """Side and currency of what is owed by age."""

    side: Side
    currency: NotRequired[Currency]
    suite: NotRequired[str]


class AgeingService:
    """Sums what is owed by party and by the days since it fell due; credits of clients stand apart."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.owed = OwedService(figures)
        self.credits = CreditService(figures.context)

    def ageing(self, side: Side, today: date) -> Ageing:
        """All parties that owe, or are owed: the largest first, and last the line of nobody."""
        currency = self.figures.currency
        found: dict[Party, dict[str, Decimal]] = defaultdict(dict)
        for one in self.owed.by_age(KINDS[side], due_since(today)):
            found[one.party_id, one.party][Ages._fields[one.age]] = one.total
        credited = self._credits(today) if side is Side.RECEIVABLE else {}
        parties: list[Party] = sorted({*found, *credited}, key=lambda party: (party[0] is None, party))
        rows, sums = rounded_ages([Ages(**found[party]) for party in parties], currency)
        credits_shown = rounded_parts([credited.get(party, ZERO) for party in parties], currency)
        lines = [
            AgeingRow(id=party_id, name=name or NOBODY[side], **ages._asdict(), total=ages.total, credits=credit)
            for (party_id, name), ages, credit in zip(parties, rows, credits_shown, strict=True)
        ]
        totals = AgeingSums(**sums._asdict(), total=sums.total, credits=sum(credits_shown, ZERO))
        lines.sort(key=lambda line: (line.id is None, -line.total, -line.credits, line.name))
        return Ageing(side, today, currency, lines, totals)

    def _credits(self, today: date) -> dict[Party, Decimal]:
        """Credits of clients, at the rates of today."""
        found: dict[Party, Decimal] = defaultdict(Decimal)
        if CREDITING in self.figures.suites:
            for one in self.credits.left():
                found[one.client_id, one.client] += self.figures.worth(one.balance, one.currency, today)
        return found
