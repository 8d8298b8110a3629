"""Many open loans for tests of the close, and what the rules say of them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.prestamos.models import Cargo, Foto, Prestamo
from app.suites.credito.prestamos.rules.asignacion import asignar
from app.suites.credito.prestamos.rules.atraso import atraso_de
from app.suites.credito.prestamos.rules.cierre import tramo_de_atraso
from app.suites.credito.prestamos.rules.estados import EstadoPrestamo, Hechos, estado_computado
from app.suites.credito.prestamos.rules.mora import ReglaDeMora, moras_al
from app.suites.credito.prestamos.rules.pagos import MetodoPago, OrigenPago
from app.suites.credito.prestamos.service import CierreService, SaldoService
from app.suites.credito.productos.rules.condiciones import Condiciones, Frecuencia, Metodo, MoraTipo
from tests.factories.credito import ClienteFactory, GrupoFactory
from tests.factories.credito_productos import TipoPrestamoFactory

D = Decimal
PRIMERA = date(2026, 3, 9)
"""First due date, a Monday, of loans of 2,800 in 14 payments of 300."""
_PRESTAMOS = text("""
    INSERT INTO credito_prestamos (cliente_id, grupo_id, tipo_prestamo_id, estado, fecha_solicitud, fecha_desembolso,
        primera_fecha, fecha_vencimiento, monto, condiciones, numero_pagos, interes_total, total_a_pagar, cuota, saldo,
        saldo_capital, saldo_interes, vence_mas_antiguo, reabierto)
    SELECT :cliente, :grupo, :tipo, 'desembolsado', date '2026-03-02', '2026-03-03', :primera,
           CAST(:primera AS date) + 13 * 7, 2800, CAST(:terms AS jsonb), 14, 1400, 4200, 300, 4200, 2800, 1400,
           :primera, true
    FROM generate_series(1, :cuantos) RETURNING id
""")
_CUOTAS = text("""
    INSERT INTO credito_cuotas (prestamo_id, numero, fecha_original, fecha_vencimiento, monto, capital, interes, iva)
    SELECT id, k, CAST(:primera AS date) + (k - 1) * 7, CAST(:primera AS date) + (k - 1) * 7, 300, 200, 100, 0
    FROM unnest(CAST(:ids AS bigint[])) loan (id), generate_series(1, 14) k
""")


def terms(tipo: MoraTipo = MoraTipo.NINGUNA, valor: Any = 0, **values: Any) -> Condiciones:
    """Terms of 14 weeks with this penalty."""
    return Condiciones(
        metodo=Metodo.CUOTA_FIJA,
        frecuencia=values.pop("frecuencia", Frecuencia.SEMANAL),
        numero_pagos=14,
        interes=D("0.5"),
        mora_tipo=tipo,
        mora_valor=D(valor),
        **values,
    )


TERMINOS = (
    terms(),
    terms(gracia_mora=3),
    terms(MoraTipo.FIJA, "25", iva=D("0.16")),
    terms(MoraTipo.FIJA, "25", gracia_mora=0),
    terms(MoraTipo.PORCENTAJE, "0.05", gracia_mora=2, iva=D("0.16")),
    terms(MoraTipo.DIARIA, "0.6", gracia_mora=1),
)


def prestar(cuantos: int, condiciones: Condiciones, primera: date = PRIMERA) -> list[int]:
    """Open loans of one client with these terms; returns their ids."""
    grupo = GrupoFactory(dia_reunion=1).id
    values = {"cliente": ClienteFactory(grupo_id=grupo).id, "grupo": grupo, "tipo": TipoPrestamoFactory().id}
    own = {**values, "primera": primera, "terms": json.dumps(condiciones.to_json()), "cuantos": cuantos}
    ids = list(db.session.scalars(_PRESTAMOS, own))
    db.session.execute(_CUOTAS, {"ids": ids, "primera": primera})
    db.session.commit()
    return ids


@contextmanager
def en(dia: date, hora: int = 18) -> Iterator[None]:
    """Freeze the clock at an hour, by UTC, of a day."""
    with clock.frozen(datetime(dia.year, dia.month, dia.day, hora, 30, tzinfo=UTC)):
        yield


def pagar(
    prestamo_id: int,
    fecha: date,
    monto: Any,
    entered: date | None = None,
    metodo: MetodoPago = MetodoPago.EFECTIVO,
) -> None:
    """Enter a payment on its day, or on a later one."""
    with en(entered or fecha):
        entrar_pago(prestamo_id, fecha, monto, entered or fecha, metodo)


def entrar_pago(
    prestamo_id: int, fecha: date, monto: Any, today: date, metodo: MetodoPago = MetodoPago.EFECTIVO
) -> None:
    """Enter a payment now."""
    row = db.session.get_one(Prestamo, prestamo_id, with_for_update=True, populate_existing=True)
    pago = {
        "recibo": f"T-{prestamo_id}-{fecha}-{today}",
        "fecha": fecha,
        "registrado_en": clock.now(),
        "monto": D(monto),
        "metodo": metodo,
        "origen": OrigenPago.CAMPO,
    }
    SaldoService(make_context(db.session())).recalcular(row, today, nuevo=pago)
    db.session.commit()


def cerrar(hasta: date) -> int:
    """Close all days up to one, in the night after it."""
    with en(hasta + timedelta(days=1), 6):
        return cerrar_ahora(hasta)


def cerrar_ahora(hasta: date) -> int:
    """Close all days up to one."""
    try:
        return CierreService(make_context(db.session())).cerrar_hasta(hasta)
    finally:
        db.session.commit()


def guardado() -> dict[str, Any]:
    """Loans, charges and snapshots as they are stored."""
    loans = select(
        *(Prestamo.id, Prestamo.estado, Prestamo.saldo, Prestamo.saldo_cargos, Prestamo.pagado),
        Prestamo.vence_mas_antiguo,
    )
    cargos = select(
        *(Cargo.prestamo_id, Cargo.cuota_numero, Cargo.fecha, Cargo.monto, Cargo.iva, Cargo.pagado, Cargo.condonado)
    )
    fotos = select(*(Foto.dia, Foto.grupo_id, Foto.atraso_desde, Foto.prestamos, Foto.capital, Foto.vencido))
    return {
        "prestamos": sorted(map(tuple, db.session.execute(loans))),
        "cargos": sorted(map(tuple, db.session.execute(cargos))),
        "fotos": sorted(map(tuple, db.session.execute(fotos))),
    }


def por_reglas(ids: list[int], dia: date) -> dict[str, Any]:
    """The rows that the rules give for loans after the close of a day, from their installments and payments."""
    context = make_context(db.session())
    siguiente = dia + timedelta(days=1)
    estados, moras, fotos = {}, set(), {}
    for prestamo in (db.session.get_one(Prestamo, one, populate_existing=True) for one in ids):
        libro = SaldoService(context).libro(prestamo)
        payments = [pago.asignable for pago in libro.pagos]
        found = asignar(libro.vigentes, libro.cargos_vigentes, payments, libro.condiciones.orden_aplicacion)
        own = [replace(cuota, pagado=found.pagado[cuota.numero]) for cuota in libro.vigentes]
        late = atraso_de(own, libro.gracia, siguiente)
        hechos = Hechos(prestamo.saldo, late.dias_atraso, bool(payments), prestamo.primera_fecha or dia)
        estados[prestamo.id] = estado_computado(EstadoPrestamo.ACTIVO, hechos, siguiente)
        condiciones = libro.condiciones
        regla = ReglaDeMora(condiciones.mora_tipo, condiciones.mora_valor, libro.gracia, condiciones.iva)
        for mora in moras_al(libro.vigentes, found.abonos, regla, siguiente):
            moras.add((prestamo.id, mora.cuota_numero, mora.fecha, mora.monto, mora.iva))
        _fotografiar(fotos, prestamo, libro, dia)
    return {"estados": estados, "moras": moras, "fotos": fotos}


def _fotografiar(fotos: dict[Any, Any], prestamo: Prestamo, libro: Any, dia: date) -> None:
    before = [pago.asignable for pago in libro.pagos if pago.fecha <= dia]
    then = asignar(libro.vigentes, libro.cargos_vigentes, before, libro.condiciones.orden_aplicacion)
    cuotas = [replace(cuota, pagado=then.pagado[cuota.numero]) for cuota in libro.vigentes]
    late = atraso_de(cuotas, libro.gracia, dia)
    key = (dia, prestamo.grupo_id, tramo_de_atraso(late.dias_atraso))
    count, capital, vencido = fotos.get(key, (0, D(0), D(0)))
    left = sum((cuota.pendientes.capital for cuota in cuotas), D(0))
    fotos[key] = (count + 1, capital + left, vencido + late.vencido)
