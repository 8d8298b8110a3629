"""Writing the money that postings move: the source of the company's movements."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from app.infra.context import Context
from app.kernel.periods import Month
from app.suites.credito.diario.queries import libro_de
from app.suites.credito.diario.queries.flujo import (
    FlujoRecord,
    NewFlujo,
    borrar_flujo,
    dias_descuadrados,
    flujo_de,
    insertar_flujo,
)
from app.suites.credito.diario.rules import (
    RESUELTO,
    Asiento,
    Montos,
    Rubro,
    deshace,
    dinero_movido,
    opuesto,
    partes,
    revertido,
)

LONGEST = 500
_PENDIENTE = frozenset({Rubro.POR_REVISAR})


class FlujoWriter:
    """Writes what postings move; those of one call by one statement."""

    def __init__(self, context: Context) -> None:
        self.session = context.session
        self.rows: list[NewFlujo] = []

    def anotar(self, asientos: Iterable[tuple[Asiento, date]]) -> None:
        """Write the money of new postings, each with the day of its entry."""
        for asiento, fecha in asientos:
            if deshace(asiento):
                self._deshacer(asiento, fecha)
            else:
                self._agregar(asiento, fecha, dinero_movido(asiento))
        insertar_flujo(self.session, self.rows)
        self.rows = []

    def _deshacer(self, asiento: Asiento, fecha: date) -> None:
        """Write the money of a posting that undoes or decides an earlier one.

        Money that is moved back on its own day never moved. The money of a payment that waited becomes that of the
        loan on its own day, unless that month is closed.
        """
        stored, moved = flujo_de(self.session, asiento.origen, asiento.origen_id), dinero_movido(asiento)
        if (original := revertido(asiento)) is not None:
            stored = [one for one in stored if one.concepto == original]
            moved = opuesto(_montos(stored))
        pending = [one for one in stored if one.rubro is Rubro.POR_REVISAR and one.entra]
        if asiento.concepto == RESUELTO and not moved and pending:
            self._decidir(asiento, fecha, pending)
            return
        same_day = [one for one in stored if one.fecha == fecha]
        if moved and _montos(same_day) == opuesto(moved):
            borrar_flujo(self.session, [one.id for one in same_day])
        else:
            self._agregar(asiento, fecha, moved)

    def _decidir(self, asiento: Asiento, fecha: date, pending: list[FlujoRecord]) -> None:
        paid = partes(asiento, _PENDIENTE)
        closed, day = libro_de(self.session).cerrado, min(one.fecha for one in pending)
        if closed is None or Month.of(day).first_day > closed:
            borrar_flujo(self.session, [one.id for one in pending])
            self._agregar(asiento, day, paid)
        else:
            self._agregar(asiento, fecha, {**paid, **opuesto(_montos(pending))})

    def _agregar(self, asiento: Asiento, fecha: date, montos: Montos) -> None:
        own = (asiento.origen, asiento.origen_id, asiento.concepto, fecha)
        detail = asiento.detalle[:LONGEST] or None
        self.rows += [
            NewFlujo(*own, rubro, monto > 0, abs(monto), detail, asiento.grupo_id) for rubro, monto in montos.items()
        ]


def _montos(stored: Iterable[FlujoRecord]) -> Montos:
    found: dict[Rubro, Decimal] = {}
    for one in stored:
        found[one.rubro] = found.get(one.rubro, Decimal(0)) + one.neto
    return found


def violations(context: Context) -> list[str]:
    """Days whose movements are not the money of the journal, for `flask verify`."""
    return [
        f"the money of {day} in the journal is {difference} more than what moved"
        for day, difference in dias_descuadrados(context.session)
    ]
