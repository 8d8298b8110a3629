"""Events that cash flow publishes."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.core.movements.rules import Kind
from app.kernel.events import Event
from app.kernel.money import Currency


@dataclass(frozen=True, slots=True)
class Planned:
    """An amount that a suite will ask for or owe, and that is no open item yet."""

    suite: str
    kind: Kind
    day: date
    amount: Decimal
    currency: Currency


@dataclass(frozen=True, slots=True)
class ForecastBeginning(Event):
    """A forecast through the last day is about to be made; a handler appends what its suite plans until then."""

    last: date
    planned: list[Planned] = field(default_factory=list)
