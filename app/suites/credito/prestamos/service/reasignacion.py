"""Allocating the payments of loans anew, with the journal of what they pay otherwise."""

from collections.abc import Callable, Sequence
from datetime import date

from app.infra.context import Context
from app.suites.credito.diario.rules import Asiento
from app.suites.credito.diario.service import Diario
from app.suites.credito.prestamos.models import Prestamo
from app.suites.credito.prestamos.queries.fechas import cargar_prestamos
from app.suites.credito.prestamos.service.saldos import SaldoService


def reasignar(
    context: Context,
    ids: Sequence[int],
    dia: date,
    origen: str,
    concepto: Callable[[Prestamo], str],
    al: date | None = None,
) -> None:
    """Allocate the payments of locked loans anew; entries are of a day, and states those of `al`, or of that day."""
    if not ids:
        return
    prestamos = cargar_prestamos(context.session, ids)
    effects = SaldoService(context).recalcular_varios(prestamos, al or dia)
    context.session.flush()
    Diario(context).asentar_varios(
        [
            Asiento(
                fecha=dia,
                concepto=concepto(prestamo),
                origen=origen,
                origen_id=prestamo.id,
                lineas=tuple(effect.haber),
            )
            for prestamo, effect in zip(prestamos, effects, strict=True)
        ]
    )
