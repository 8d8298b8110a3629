"""Portfolio at risk: capital of open loans by how late they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from app.suites.credito.prestamos.rules.cierre import ATRASOS
from app.suites.credito.reportes.rules.cifras import ZERO, razon

UMBRALES: Mapping[int, int] = {1: 2, 7: 8, 30: 31, 60: 61, 90: 91}
"""Least days late of the loans that PAR counts, by its number: more than that many."""
EDADES = ((0, 0), (1, 7), (8, 30), (31, 60), (61, 90), (91, None))
"""Days late of the lines of the portfolio by age."""
PROVISIONES = (0, 8, 31, 61, 91)
"""Least days late of the loans of each part that is provided for."""
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Tramo:
    """Open loans that are as late as a bucket says."""

    atraso_desde: int
    """Least days late of the bucket, one of `ATRASOS`."""
    prestamos: int
    capital: Decimal


@dataclass(frozen=True, slots=True)
class Riesgo:
    """Portfolio by buckets of lateness."""

    prestamos: Mapping[int, int]
    capital: Mapping[int, Decimal]

    @classmethod
    def de(cls, tramos: Iterable[Tramo]) -> "Riesgo":
        """The portfolio of these buckets, of which there may be several of one lateness."""
        numbers, amounts = dict.fromkeys(ATRASOS, 0), dict.fromkeys(ATRASOS, ZERO)
        for tramo in tramos:
            numbers[tramo.atraso_desde] += tramo.prestamos
            amounts[tramo.atraso_desde] += tramo.capital
        return cls(numbers, amounts)

    @property
    def numero(self) -> int:
        """Number of loans."""
        return sum(self.prestamos.values())

    @property
    def saldo_capital(self) -> Decimal:
        """Capital of all of them: whole, not only its late installments."""
        return sum(self.capital.values(), ZERO)

    def par(self, dias: int) -> Decimal | None:
        """Part of the capital whose loans are more than that many days late."""
        return razon(_desde(self.capital, UMBRALES[dias]), self.saldo_capital)

    def par_por_numero(self, dias: int) -> Decimal | None:
        """Part of the loans that are more than that many days late."""
        late = sum(number for least, number in self.prestamos.items() if least >= UMBRALES[dias])
        return razon(Decimal(late), Decimal(self.numero))

    def provision(self, partes: Sequence[Decimal]) -> Decimal:
        """Amount that is to be provided for, by the parts for each lateness of `PROVISIONES`."""
        least_first = list(zip(PROVISIONES, partes, strict=True))
        provided = (
            amount * max((since, part) for since, part in least_first if since <= least)[1]
            for least, amount in self.capital.items()
        )
        return sum(provided, ZERO).quantize(_CENT, ROUND_HALF_UP)

    def entre(self, desde: int, hasta: int | None) -> tuple[int, Decimal]:
        """Number and capital of the loans that are from one to another number of days late."""
        own = [least for least in ATRASOS if least >= desde and (hasta is None or least <= hasta)]
        return sum(self.prestamos[one] for one in own), sum((self.capital[one] for one in own), ZERO)


def _desde(capital: Mapping[int, Decimal], least: int) -> Decimal:
    return sum((amount for since, amount in capital.items() if since >= least), ZERO)
