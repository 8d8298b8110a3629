"""A payment of a loan of credito, in cash, by the collector of its group: allocated by the program's own rules."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, abort, current_app, request

from app.infra import clock
from app.suites.credito.diario.rules import RUBROS, Rubro
from app.suites.credito.prestamos.rules.asientos import asiento_de_aplicacion
from app.suites.credito.prestamos.rules.asignacion import Aplicado, PagoAsignable, asignar
from app.suites.credito.prestamos.rules.atraso import Gracia, atraso_de
from app.suites.credito.prestamos.rules.cuotas import CargoVigente, CuotaVigente, suma
from app.suites.credito.prestamos.rules.estados import EstadoPrestamo, Hechos, estado_computado
from app.suites.credito.prestamos.rules.faltas import PagoCobrado, cubierto_a_tiempo
from app.suites.credito.productos.rules.condiciones import Condiciones
from bench.floor import database
from bench.floor.answers import answer
from bench.floor.gate import ACTOR, actor, admit

routes = Blueprint("pagos", __name__, url_prefix="/api/credito/pagos")

PERMISSION = "credito.pagos:registrar"
_PARTS = ("capital", "interes", "iva", "cargos", "a_favor")
KEYS = (
    *("id", "recibo", "prestamo_id", "prestamo_enviado_id", "fecha", "registrado_en", "monto", "metodo", "origen"),
    *("pagador", "pagador_id", "cobrador_id", "local_id", "dispositivo", "lat", "lng", "precision", "estado", "duda"),
    *("senales", "lejos", "corte_id", "aplicado", "recuperacion", "saldo_despues", "reversado_en", "reversado_por_id"),
    *("reverso_corte_id", "resuelto_en", "resuelto_por_id", "motivo", "notas", "created_at", "updated_at"),
)
_COLUMNS = ", ".join({"lejos": "false", "aplicado": "NULL"}.get(key, key) for key in (*KEYS, *_PARTS))
_PERSONA = f"""
    {ACTOR}
    SELECT id, clave FROM credito_personal WHERE user_id = %(user_id)s AND activo FOR UPDATE
"""
_CORTE = "SELECT id FROM credito_cortes WHERE personal_id = %(cobrador_id)s AND estado = 'abierto' FOR UPDATE"
_RECIBO = """
    UPDATE credito_bloques SET usado_hasta = usado_hasta + 1, version = version + 1, updated_at = %(now)s
    WHERE id = (
        SELECT id FROM credito_bloques
        WHERE personal_id = %(cobrador_id)s AND dispositivo = 'en linea' AND usado_hasta < desde + 199
        ORDER BY desde LIMIT 1
    )
    RETURNING usado_hasta, nextval('credito_pagos_id_seq')
"""
_PRESTAMO = """
    SELECT folio, grupo_id, condiciones, estado, primera_fecha, a_favor_usado
    FROM credito_prestamos
    WHERE id = %(prestamo_id)s AND estado IN ('desembolsado', 'activo', 'atrasado') AND grupo_id IN (
        SELECT grupo_id FROM credito_asignaciones
        WHERE desde <= %(fecha)s AND (hasta IS NULL OR hasta >= %(fecha)s) AND cobrador_id = %(cobrador_id)s
    ) AND NOT EXISTS (
        SELECT FROM credito_pagos p
        WHERE p.prestamo_id = %(prestamo_id)s AND p.fecha = %(fecha)s AND p.monto = %(monto)s
          AND p.estado <> 'reversado'
    )
    FOR UPDATE
"""
_CUOTAS = """
    SELECT numero, fecha_vencimiento, capital, interes, iva, pagado, condonado, fecha_pagada, a_tiempo
    FROM credito_cuotas WHERE prestamo_id = %(prestamo_id)s ORDER BY numero
"""
_CARGOS = """
    SELECT id, fecha, monto, iva, pagado, condonado FROM credito_cargos
    WHERE prestamo_id = %(prestamo_id)s ORDER BY fecha, id
"""
_PAGOS = """
    SELECT id, fecha, registrado_en, monto FROM credito_pagos
    WHERE prestamo_id = %(prestamo_id)s AND estado = 'valido' ORDER BY fecha, registrado_en, id
"""
_CUOTA = """
    UPDATE credito_cuotas SET pagado = %(pagado)s, fecha_pagada = %(fecha_pagada)s, a_tiempo = %(a_tiempo)s
    WHERE prestamo_id = %(prestamo_id)s AND numero = %(numero)s
    RETURNING numero
"""
_CARGO = """
    UPDATE credito_cargos SET pagado = %(pagado)s, version = version + 1, updated_at = %(now)s WHERE id = %(id)s
    RETURNING id
"""
_ENTER = f"""
    UPDATE credito_prestamos SET saldo = %(saldo_capital)s + %(saldo_interes)s + %(saldo_cargos)s,
        saldo_capital = %(saldo_capital)s, saldo_interes = %(saldo_interes)s, saldo_cargos = %(saldo_cargos)s,
        pagado = %(pagado)s, saldo_a_favor = %(saldo_a_favor)s, vence_mas_antiguo = %(vence_mas_antiguo)s,
        estado = %(estado)s, fecha_cierre = %(fecha_cierre)s, version = version + 1, updated_at = %(now)s
    WHERE id = %(prestamo_id)s;
    WITH entry AS (
        INSERT INTO entries (book_id, date, source, source_key, memo, created_by, line_count)
        SELECT id, %(fecha)s, 'pagos', %(id)s || ':pago', 'pago', %(user_id)s, cardinality(%(cuentas)s)
        FROM books WHERE code = 'credito' RETURNING id, book_id
    )
    INSERT INTO lines (book_id, entry_id, position, account_id, counterpart_id, date, amount, currency, base_amount,
        status, facet)
    SELECT entry.book_id, entry.id, line.position, own.id, other.id, %(fecha)s, line.amount, 'MXN', line.amount,
        'cleared', ''
    FROM entry, unnest(%(cuentas)s, %(contra)s, %(montos)s) WITH ORDINALITY AS line(code, other, amount, position)
    JOIN accounts own USING (code) LEFT JOIN accounts other ON other.code = line.other AND other.book_id = own.book_id
    WHERE own.book_id = entry.book_id;
    INSERT INTO credito_flujo (origen, origen_id, concepto, fecha, rubro, entra, monto, detalle, ruta)
    SELECT 'pagos', %(id)s, 'pago', %(fecha)s, money.rubro, true, money.monto, %(folio)s, (
        SELECT r.nombre FROM credito_asignaciones a JOIN credito_rutas r ON r.id = a.ruta_id
        WHERE a.grupo_id = %(grupo_id)s AND a.desde <= %(fecha)s AND (a.hasta IS NULL OR a.hasta >= %(fecha)s)
    )
    FROM unnest(%(rubros)s, %(haberes)s) AS money(rubro, monto);
    INSERT INTO credito_pagos (id, recibo, prestamo_id, fecha, registrado_en, monto, metodo, origen, pagador,
        cobrador_id, corte_id, estado, capital, interes, iva, cargos, iva_cargos, a_favor, saldo_despues)
    VALUES (%(id)s, %(recibo)s, %(prestamo_id)s, %(fecha)s, %(now)s, %(monto)s, 'efectivo', 'campo', 'titular',
        %(cobrador_id)s, %(corte_id)s, 'valido', %(capital)s, %(interes)s, %(iva)s, %(cargos)s, %(iva_cargos)s,
        %(a_favor)s, %(saldo_despues)s)
    RETURNING {_COLUMNS}
"""


@routes.post("")
def enter() -> Response:
    """Enter a payment of today."""
    given: dict[str, Any] = json.loads(request.get_data(), parse_float=Decimal)
    today = clock.today(current_app.config["CREDITO_TIMEZONE"])
    with database.transaction():
        caller = admit(PERMISSION)
        values = actor(caller, PERMISSION, "credito", "cobranza") | {
            "now": clock.now(),
            "fecha": today,
            "user_id": caller.user_id,
            "prestamo_id": given["prestamo_id"],
            "monto": Decimal(given["monto"]),
        }
        values["cobrador_id"], clave = _one(_PERSONA, values)
        [values["corte_id"]] = _one(_CORTE, values)
        number, values["id"] = _one(_RECIBO, values)
        values["recibo"] = f"{clave}-{number:06}"
        row = _one(_ENTER, values | _allocated(values, f"efectivo:{clave}"))
    shown = dict(zip(KEYS, row, strict=False)) | {"aplicado": dict(zip(_PARTS, row[len(KEYS) :], strict=True))}
    return answer({"data": shown, "avisos": []}, 201)


def _one(statement: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    found = database.rows(statement, values)
    if not found:
        abort(409)
    return found[0]


def _allocated(values: Mapping[str, Any], cuenta: str) -> dict[str, Any]:
    """Allocate the payment, write its installments and charges, and return what is to be written besides."""
    folio, group, terms, state, first, used = _one(_PRESTAMO, values)
    condiciones, today = Condiciones.from_json(terms), values["fecha"]
    rows, charges = database.rows(_CUOTAS, values), [CargoVigente(*row) for row in database.rows(_CARGOS, values)]
    cuotas = [CuotaVigente(*row[:7]) for row in rows]
    pagos = [PagoAsignable(*row) for row in database.rows(_PAGOS, values)]
    pagos.append(PagoAsignable(values["id"], today, values["now"], values["monto"]))
    found = asignar(cuotas, charges, pagos, condiciones.orden_aplicacion)
    taken = [PagoCobrado(pago.fecha, pago.monto, found.pagos[pago.id].aplicado.a_cuotas) for pago in pagos]
    on_time = cubierto_a_tiempo(cuotas, taken)
    for number, *_, before, _, paid_on, covered in rows:
        now = {"pagado": found.pagado[number], "fecha_pagada": found.fechas.get(number), "a_tiempo": on_time[number]}
        if [*now.values()] != [before, paid_on, covered]:
            database.rows(_CUOTA, {**values, "numero": number, **now})
    for cargo in charges:
        if found.cargos[cargo.id] != cargo.pagado:
            database.rows(_CARGO, {"id": cargo.id, "pagado": found.cargos[cargo.id], "now": values["now"]})
    paid = [replace(cuota, pagado=found.pagado[cuota.numero]) for cuota in cuotas]
    left, late = suma(cuota.pendientes for cuota in paid), atraso_de(paid, _grace(condiciones), today)
    owed = sum((replace(one, pagado=found.cargos[one.id]).saldo for one in charges), Decimal(0))
    total, own = found.aplicado, found.pagos[values["id"]]
    facts = Hechos(left.total + owed, late.dias_atraso, total.total_pagado > 0, first)
    after = estado_computado(EstadoPrestamo(state), facts, today)
    balances = {
        "estado": after,
        "vence_mas_antiguo": late.vence_mas_antiguo,
        "fecha_cierre": today if after is EstadoPrestamo.LIQUIDADO else None,
        "saldo_capital": left.capital,
        "saldo_interes": left.interes + left.iva,
        "saldo_cargos": owed,
        "pagado": total.total_pagado,
        "saldo_a_favor": total.a_favor - used,
    }
    about = {"folio": folio, "grupo_id": group, "saldo_despues": own.saldo_despues, **asdict(own.aplicado)}
    return {**balances, **about, **_journal(cuenta, values["monto"], own.aplicado)}


def _grace(condiciones: Condiciones) -> Gracia:
    return Gracia(condiciones.gracia_mora, condiciones.frecuencia)


def _journal(cuenta: str, monto: Decimal, aplicado: Aplicado) -> dict[str, Any]:
    """Lines of the entry, and the money that they move by category."""
    lines = [line for line in asiento_de_aplicacion(aplicado) if line.monto]
    return {
        "cuentas": [cuenta, *(str(line.cuenta) for line in lines)],
        "contra": [str(lines[0].cuenta) if len(lines) == 1 else None, *[cuenta] * len(lines)],
        "montos": [monto, *(line.monto for line in lines)],
        "rubros": [RUBROS.get(line.cuenta, Rubro.CAPITAL).value for line in lines],
        "haberes": [-line.monto for line in lines],
    }
