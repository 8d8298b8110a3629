"""Portfolio at risk: capital of open loans by how late they are."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from app.suites.credito.prestamos.rules.cierre import ATRASOS
from app.suites.credito.reportes.rules.cifras import ZERO, razon

UMBRALES: Mapping[int, int] = {1: 2, 7: 8, 30: 31, 60: 61, 90: 91}
"""Least days late of the loans that PAR counts, by its number: more than that many."""
EDADES = ((0, 0), (1, 7), (8, 30), (31, 60), (61, 90), (91, None))
"""Days late of the lines of the portfolio by age."""
PROVISIONES = (0, 8, 31, 61, 91)
"""Least days late of the loans of each part that is provided for."""
_LUGARES = tuple(ATRASOS.index(least) for least in UMBRALES.values())
"""Places of the first buckets that each PAR counts."""
_PROVISION_DE = tuple(max(place for place, least in enumerate(PROVISIONES) if least <= one) for one in ATRASOS)
"""Place of the part that is provided for, of each bucket."""
_CENT = Decimal("0.01")


class Riesgo(NamedTuple):
    """Open loans by buckets of lateness, whose least days late are `ATRASOS`."""

    prestamos: tuple[int, ...] = (0,) * len(ATRASOS)
    capital: tuple[Decimal, ...] = (ZERO,) * len(ATRASOS)

    @classmethod
    def suma(cls, parts: Iterable["Riesgo"]) -> "Riesgo":
        """All of these portfolios together."""
        rows = [cls(), *parts]
        amounts = zip(*(row.capital for row in rows), strict=True)
        numbers = zip(*(row.prestamos for row in rows), strict=True)
        return cls(tuple(sum(column) for column in numbers), tuple(sum(column, ZERO) for column in amounts))

    @property
    def numero(self) -> int:
        """Number of loans."""
        return sum(self.prestamos)

    @property
    def saldo_capital(self) -> Decimal:
        """Capital of all of them: whole, not only its late installments."""
        return sum(self.capital, ZERO)

    def pares(self) -> list[Decimal | None]:
        """Part of the capital whose loans are more than each number of days of `UMBRALES` late."""
        whole = self.saldo_capital
        return [razon(sum(self.capital[place:], ZERO), whole) for place in _LUGARES]

    def pares_por_numero(self) -> list[Decimal | None]:
        """Part of the loans that are more than each number of days of `UMBRALES` late."""
        whole = Decimal(self.numero)
        return [razon(Decimal(sum(self.prestamos[place:])), whole) for place in _LUGARES]

    def provision(self, partes: Sequence[Decimal]) -> Decimal:
        """Amount that is to be provided for, by the parts for each lateness of `PROVISIONES`."""
        provided = (amount * partes[place] for amount, place in zip(self.capital, _PROVISION_DE, strict=True))
        return sum(provided, ZERO).quantize(_CENT, ROUND_HALF_UP)

    def entre(self, desde: int, hasta: int | None) -> tuple[int, Decimal]:
        """Number and capital of the loans that are from one to another number of days late."""
        own = [place for place, least in enumerate(ATRASOS) if least >= desde and (hasta is None or least <= hasta)]
        return sum(self.prestamos[one] for one in own), sum((self.capital[one] for one in own), ZERO)
