"""Rule of bonuses."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReglaBono:
    """A bonus: its amount, the collection that earns it, and the missed weeks that it bears."""

    id: int
    monto: Decimal
    cobranza_desde: Decimal
    cobranza_hasta: Decimal | None
    """Collection from which it is earned no more; None for any."""
    faltas_maximas: int

    def alcanza(self, cobranza: Decimal) -> bool:
        """Whether a collection is within its range, which is half open."""
        return self.cobranza_desde <= cobranza and (self.cobranza_hasta is None or cobranza < self.cobranza_hasta)


def bono_de(cobranza: Decimal, faltas: int, reglas: Iterable[ReglaBono]) -> ReglaBono | None:
    """The bonus that a group's week earns by the rules that are valid in it, or None."""
    found = next((regla for regla in reglas if regla.alcanza(cobranza)), None)
    return found if found is not None and faltas <= found.faltas_maximas else None
