"""Bulk statements that insert loans, with people and payments, for benchmarks."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from app.infra.db import require_writable
from app.infra.owner import analyze
from app.suites.credito.caja.queries.demo import olvidar_planes
from app.suites.credito.equipo.rules import lunes

POR_GRUPO = 50
"""Loans of a group."""
SEMANAS = 13
"""Weeks before this one in which the loans were handed over."""
PAGOS = 14
"""Installments of a loan: each is a tenth of its amount."""

_BASE = text("SELECT coalesce(max(id), 0) FROM credito_grupos")
_PERSONAS = text("""
    WITH made AS (
        INSERT INTO users (username, email, password_hash, role)
        SELECT 'carga-' || :puesto || '-' || n, 'carga-' || :puesto || '-' || n || '@credito.example', :clave_secreta,
               :puesto
        FROM generate_series(CAST(:base AS int) + 1, CAST(:base AS int) + CAST(:cuantas AS int)) n ORDER BY n
        RETURNING id, username
    )
    INSERT INTO credito_personal (user_id, nombre, clave, jefe_id)
    SELECT id, initcap(:puesto) || ' de carga ' || split_part(username, '-', 3),
           :letra || lpad(split_part(username, '-', 3), 5, '0'), :jefe_id
    FROM made ORDER BY id
    RETURNING id
""")
_RUTAS = text("""
    WITH made AS (
        INSERT INTO credito_rutas (nombre, gerente_id, supervisor_id)
        SELECT 'Ruta de carga ' || CAST(:base AS int) + n, (CAST(:gerentes AS bigint[]))[1 + (n - 1) / 10],
               (CAST(:supervisores AS bigint[]))[n]
        FROM generate_series(1, CAST(:cuantas AS int)) n ORDER BY n
        RETURNING *
    ), managed AS (
        INSERT INTO credito_mandos_de_ruta (ruta_id, gerente_id, supervisor_id, desde)
        SELECT id, gerente_id, supervisor_id, :desde FROM made
    )
    SELECT id FROM made ORDER BY id
""")
_GRUPOS = text("""
    WITH made AS (
        INSERT INTO credito_grupos (nombre, ultima_ruta_id, dia_reunion, hora_reunion)
        SELECT 'Grupo de carga ' || CAST(:base AS int) + n, (CAST(:rutas AS bigint[]))[1 + (n - 1) / 25],
               1 + n % 6, CAST('10:00' AS time) + (n % 8) * CAST('1 hour' AS interval)
        FROM generate_series(1, CAST(:cuantos AS int)) n ORDER BY n
        RETURNING id, ultima_ruta_id
    ), placed AS (
        SELECT id, ultima_ruta_id, CAST(row_number() OVER (ORDER BY id) AS int) - 1 AS n FROM made
    ), assigned AS (
        INSERT INTO credito_asignaciones (grupo_id, ruta_id, titular_id, cobrador_id, numero, desde)
        SELECT id, ultima_ruta_id, (CAST(:titulares AS bigint[]))[1 + n / 4],
               (CAST(:cobradores AS bigint[]))[1 + n / 2], 1, :desde
        FROM placed
    )
    SELECT id FROM placed ORDER BY id
""")
_CORTES = text("""
    INSERT INTO credito_cortes (personal_id, abierto_en, entregado_en, desde, hasta, estado, semilla)
    SELECT personal_id, least((semana + CAST('07:00' AS time)) AT TIME ZONE :zona, CAST(:ahora AS timestamptz)),
           CASE WHEN semana < :lunes THEN (semana + 6 + CAST('20:00' AS time)) AT TIME ZONE :zona END, semana,
           CASE WHEN semana < :lunes THEN semana + 6 END, CASE WHEN semana < :lunes THEN 'entregado' ELSE 'abierto' END,
           0
    FROM unnest(CAST(:cobradores AS bigint[])) personal_id,
         LATERAL (SELECT CAST(:lunes AS date) - 7 * n FROM generate_series(0, CAST(:semanas AS int)) n) weeks(semana)
    ORDER BY semana, personal_id
""")
_CLIENTES = text("""
    WITH made AS (
        INSERT INTO parties (name, kind)
        SELECT (ARRAY['María', 'Guadalupe', 'Rosa', 'Juana', 'Verónica', 'Leticia', 'Alejandra'])[1 + n % 7] || ' ' ||
               (ARRAY['Hernández', 'García', 'Martínez', 'López', 'González'])[1 + n % 5] || ' ' ||
               (ARRAY['Cruz', 'Flores', 'Gómez', 'Morales', 'Vázquez', 'Reyes', 'Jiménez', 'Torres', 'Díaz', 'Ruiz',
                      'Mendoza'])[1 + n % 11], 'person'
        FROM generate_series(CAST(:desde AS int), CAST(:desde AS int) + CAST(:cuantos AS int) - 1) n ORDER BY n
        RETURNING id, name
    ), placed AS (
        SELECT id, name, CAST(row_number() OVER (ORDER BY id) AS int) - 1 AS n FROM made
    ), clientes AS (
        INSERT INTO credito_clientes (id, nombre, apellido_paterno, apellido_materno, telefono, calle, colonia, cp,
            municipio, lat, lng, estado_civil, num_hijos, propiedad, grupo_id)
        SELECT id, split_part(name, ' ', 1), split_part(name, ' ', 2), split_part(name, ' ', 3),
               '55 ' || lpad(CAST(id % 10000 AS text), 4, '0') || ' ' || lpad(CAST(id * 7919 % 10000 AS text), 4, '0'),
               'Calle ' || 1 + n % 40 || ' número ' || 1 + n * 13 % 300,
               (ARRAY['Centro', 'San Juan', 'La Loma', 'Las Flores'])[1 + n % 4],
               lpad(CAST(6000 + n % 900 AS text), 5, '0'),
               'Ecatepec', 19.4 + n * 17 % 1000 / 10000.0, -99.1 - n * 29 % 1000 / 10000.0,
               (ARRAY['casado', 'soltero', 'union_libre', 'viudo'])[1 + n % 4], n % 5,
               (ARRAY['casa_propia', 'rentada', 'prestada'])[1 + n % 3],
               (CAST(:grupos AS bigint[]))[1 + n / CAST(:por_grupo AS int)]
        FROM placed
    )
    SELECT id FROM placed ORDER BY id
""")
_PRESTAMOS = text("""
    INSERT INTO credito_prestamos (cliente_id, grupo_id, tipo_prestamo_id, estado, fecha_solicitud, fecha_aprobacion,
        fecha_desembolso, primera_fecha, fecha_vencimiento, medio_entrega, monto, condiciones, interes_total,
        total_a_pagar, cuota, numero_pagos, cat, monto_entregado, saldo, saldo_capital, saldo_interes, saldo_cargos,
        pagado, vence_mas_antiguo, faltas)
    SELECT cliente_id, grupo_id, :tipo_id,
           CASE WHEN perdidas > 0 THEN 'atrasado' WHEN pagado > 0 OR entrega + 7 <= :hoy THEN 'activo'
                ELSE 'desembolsado' END,
           entrega - 3, entrega - 1, entrega, entrega + 7, entrega + 7 * CAST(:pagos AS int), 'transferencia', monto,
           CAST(:condiciones AS jsonb), interes, monto + interes, cuota, :pagos, :cat, monto,
           monto + interes - pagado + cargos, monto - (pagado - interes_pagado), interes - interes_pagado, cargos,
           pagado, entrega + 7 * (pagadas + 1), perdidas
    FROM (
        SELECT *, CASE WHEN perdidas > 1 THEN cuota ELSE 0 END AS cargos, cuota * pagadas + media AS pagado,
               round(interes * pagadas / CAST(:pagos AS int), 2) + least(media, interes_siguiente) AS interes_pagado
        FROM (
            SELECT *, CASE WHEN perdidas = 0 AND n % 10 = 3 THEN cuota / 2 ELSE 0 END AS media,
                   round(interes * (pagadas + 1) / CAST(:pagos AS int), 2)
                   - round(interes * pagadas / CAST(:pagos AS int), 2) AS interes_siguiente
            FROM (
                SELECT *, monto * 0.4 AS interes, monto * 0.1 AS cuota,
                       CAST(:lunes AS date) - 7 * semanas + dia AS entrega,
                       semanas - 1 - perdidas
                       + CASE WHEN perdidas = 0 AND n % 25 > 0 AND CAST(:lunes AS date) + dia < :hoy THEN 1
                              ELSE 0 END AS pagadas
                FROM (
                    SELECT cliente.id AS cliente_id, cliente.grupo_id, n, grupo.dia_reunion - 1 AS dia, semanas,
                           least(semanas - 1, CASE WHEN n * 37 % 100 < 88 THEN 0 WHEN n * 37 % 100 < 93 THEN 1
                                                   WHEN n * 37 % 100 < 96 THEN 2 ELSE 3 + n % 6 END) AS perdidas,
                           1000.00 * (2 + n % 4) AS monto
                    FROM unnest(CAST(:clientes AS bigint[])) WITH ORDINALITY given(id, place)
                    JOIN credito_clientes cliente ON cliente.id = given.id
                    JOIN credito_grupos grupo ON grupo.id = cliente.grupo_id,
                    LATERAL (SELECT CAST(:desde AS int) + CAST(place AS int) - 1) numbered(n),
                    LATERAL (SELECT 1 + n * 7 % CAST(:semanas AS int)) aged(semanas)
                ) persona
            ) contrato
        ) avance
    ) prestamo
    ORDER BY cliente_id
    RETURNING id
""")
_AVALES = text("""
    INSERT INTO credito_avales (prestamo_id, cliente_id)
    SELECT id, lead(cliente_id, 1, primera) OVER (PARTITION BY grupo_id ORDER BY cliente_id)
    FROM (
        SELECT id, cliente_id, grupo_id, min(cliente_id) OVER (PARTITION BY grupo_id) AS primera,
               count(*) OVER (PARTITION BY grupo_id) AS juntas
        FROM credito_prestamos WHERE id = ANY(:prestamos)
    ) loans
    WHERE juntas > 1
    ORDER BY id
""")
_CUOTAS = text("""
    INSERT INTO credito_cuotas (prestamo_id, numero, fecha_original, fecha_vencimiento, monto, capital, interes, iva,
                                pagado, a_tiempo, fecha_pagada)
    SELECT id, numero, vence, vence, cuota, cuota - interes, interes, 0,
           abonado, abonado,
           CASE WHEN pagado >= cuota * numero THEN vence END
    FROM credito_prestamos loan, generate_series(1, CAST(:pagos AS int)) numero,
    LATERAL (SELECT fecha_desembolso + 7 * numero,
                    round(interes_total * numero / CAST(:pagos AS int), 2)
                    - round(interes_total * (numero - 1) / CAST(:pagos AS int), 2),
                    least(cuota, greatest(0, pagado - cuota * (numero - 1)))) part(vence, interes, abonado)
    WHERE id = ANY(:prestamos)
    ORDER BY id, numero
""")
# The installments are looked up loan by loan (OFFSET 0 keeps it so): by what the planner knows of rows that this
# transaction inserted, it would read all of them.
_PAGOS = text("""
    INSERT INTO credito_pagos (recibo, prestamo_id, fecha, registrado_en, monto, metodo, origen, cobrador_id, corte_id,
                               capital, interes, saldo_despues)
    SELECT persona.clave || '-' || lpad(CAST(row_number() OVER de_persona AS text), 6, '0'),
           paid.id, paid.fecha, (paid.fecha + CAST('12:00' AS time)) AT TIME ZONE :zona + paid.id % 7200
           * CAST('1 second' AS interval), paid.abonado, 'efectivo', 'campo', persona.id, corte.id,
           paid.abonado - paid.a_interes, paid.a_interes,
           paid.total_a_pagar - paid.cuota * (paid.numero - 1) - paid.abonado
    FROM (
        SELECT loan.id, loan.grupo_id, loan.total_a_pagar, loan.cuota, cuota.numero, cuota.pagado AS abonado,
               least(cuota.pagado, cuota.interes) AS a_interes,
               coalesce(cuota.fecha_pagada, cuota.fecha_vencimiento - 7) AS fecha
        FROM unnest(CAST(:prestamos AS bigint[])) own(id) JOIN credito_prestamos loan ON loan.id = own.id
        CROSS JOIN LATERAL (
            SELECT * FROM credito_cuotas WHERE prestamo_id = loan.id AND pagado > 0 OFFSET 0
        ) cuota
    ) paid
    JOIN credito_asignaciones asignacion ON asignacion.grupo_id = paid.grupo_id
    JOIN credito_personal persona ON persona.id = asignacion.cobrador_id
    JOIN credito_cortes corte ON corte.personal_id = persona.id
        AND corte.desde = CAST(date_trunc('week', paid.fecha) AS date)
    WINDOW de_persona AS (PARTITION BY persona.id ORDER BY paid.fecha, paid.id, paid.numero)
    ORDER BY paid.fecha, paid.id, paid.numero
""")
_BLOQUES = text("""
    INSERT INTO credito_bloques (personal_id, dispositivo, desde, usado_hasta)
    SELECT persona, :dispositivo, 200 * bloque + 1, least(usados, 200 * (bloque + 1))
    FROM (
        SELECT cobrador_id AS persona, count(*) AS usados FROM credito_pagos
        WHERE prestamo_id = ANY(:prestamos) GROUP BY cobrador_id
    ) used, LATERAL (SELECT generate_series(0, (usados - 1) / 200)) blocks(bloque)
    ORDER BY persona, bloque
""")
_FALTAS = text("""
    WITH missed AS (
        INSERT INTO credito_faltas (prestamo_id, semana, cuota_numero, esperado, abonado, faltante, tipo, tolerada)
        SELECT id, CAST(:lunes AS date) - 7 * (faltas - numero + 1),
               CAST(pagado / cuota AS int) + numero, cuota, 0, cuota, 'sin_pago', numero = 1
        FROM credito_prestamos, generate_series(1, faltas) numero
        WHERE id = ANY(:prestamos)
        ORDER BY id, numero
        RETURNING id, prestamo_id, semana, cuota_numero, esperado, tolerada
    ), charged AS (
        SELECT id, prestamo_id, semana, cuota_numero, esperado,
               row_number() OVER (PARTITION BY prestamo_id ORDER BY semana) AS place
        FROM missed WHERE NOT tolerada
    )
    INSERT INTO credito_cargos (prestamo_id, tipo, cuota_numero, falta_id, fecha, monto)
    SELECT prestamo_id, 'pena', cuota_numero, id, semana + 7, esperado FROM charged WHERE place = 1
    ORDER BY prestamo_id
""")
_CONFIRMAR = text("""
    UPDATE credito_cortes corte
    SET estado = 'confirmado', contado_al_entregar = cobrado, contado_al_confirmar = cobrado,
        esperado_al_confirmar = cobrado, confirmado_en = entregado_en, recibe_id = :cajero_id
    FROM (
        SELECT id AS corte_id,
               (SELECT coalesce(sum(monto), 0) FROM credito_pagos pago WHERE pago.corte_id = own.id) AS cobrado
        FROM credito_cortes own WHERE personal_id = ANY(:cobradores) AND estado = 'entregado'
    ) sums
    WHERE corte.id = sums.corte_id
""")
_COBRANZA = text("""
    SELECT persona.clave, pago.corte_id, pago.fecha, corte.estado = 'confirmado', corte.hasta, sum(pago.capital),
           sum(pago.interes)
    FROM credito_pagos pago
    JOIN credito_personal persona ON persona.id = pago.cobrador_id
    JOIN credito_cortes corte ON corte.id = pago.corte_id
    WHERE pago.prestamo_id = ANY(:prestamos)
    GROUP BY persona.clave, pago.corte_id, pago.fecha, corte.estado, corte.hasta
    ORDER BY pago.fecha, pago.corte_id
""")
_ENTREGADO = text("""
    SELECT fecha_desembolso, min(id), sum(monto) FROM credito_prestamos
    WHERE id = ANY(:prestamos) GROUP BY fecha_desembolso ORDER BY fecha_desembolso
""")


class CobranzaDelDia(NamedTuple):
    """Cash that a person collected on a day into a cut."""

    clave: str
    corte_id: int
    fecha: date
    confirmado: bool
    hasta: date | None
    capital: Decimal
    interes: Decimal


class EntregadoDelDia(NamedTuple):
    """Sum of loans that were handed over on a day, with the id of the first one."""

    fecha: date
    prestamo_id: int
    monto: Decimal


class CargaRepository:
    """Inserts rows that PostgreSQL generates itself; ids are returned in their order."""

    def __init__(self, session: Session, ahora: datetime, hoy: date, zona: str) -> None:
        require_writable(session)
        self.session = session
        self.common: Mapping[str, object] = {"ahora": ahora, "hoy": hoy, "lunes": lunes(hoy), "zona": zona}
        self.desde = lunes(hoy) - timedelta(weeks=SEMANAS + 1)
        self.base = int(session.scalars(_BASE).one())

    def actualizar_estadisticas(self) -> None:
        """Let the planner know how many rows there are by now: it would go on with the plans of nearly empty tables."""
        analyze(self.session)
        olvidar_planes(self.session)

    def personas(self, puesto: str, letra: str, cuantas: int, secreto: str, jefe_id: int | None = None) -> list[int]:
        """Insert people of a position with the same password."""
        given = {"puesto": puesto, "letra": letra, "cuantas": cuantas, "clave_secreta": secreto, "jefe_id": jefe_id}
        return self._ids(_PERSONAS, base=self.base, **given)

    def rutas(self, cuantas: int, gerentes: Sequence[int], supervisores: Sequence[int]) -> list[int]:
        """Insert routes, ten for each gerente."""
        given = {"gerentes": list(gerentes), "supervisores": list(supervisores), "desde": self.desde}
        return self._ids(_RUTAS, base=self.base, cuantas=cuantas, **given)

    def grupos(
        self, cuantos: int, rutas: Sequence[int], titulares: Sequence[int], cobradores: Sequence[int]
    ) -> list[int]:
        """Insert groups: 25 of a route, four of a titular, two of a collector."""
        people = {"titulares": list(titulares), "cobradores": list(cobradores)}
        return self._ids(_GRUPOS, base=self.base, cuantos=cuantos, rutas=list(rutas), desde=self.desde, **people)

    def clientes(self, desde: int, cuantos: int, grupos: Sequence[int]) -> list[int]:
        """Insert clients of groups, beginning with number `desde`."""
        return self._ids(_CLIENTES, desde=desde, cuantos=cuantos, grupos=list(grupos), por_grupo=POR_GRUPO)

    def prestamos(
        self, desde: int, clientes: Sequence[int], tipo_id: int, condiciones: str, cat: Decimal | None
    ) -> list[int]:
        """Insert an open loan of each client, with guarantors, installments and missed weeks."""
        terms = {"tipo_id": tipo_id, "condiciones": condiciones, "cat": cat, "semanas": SEMANAS, "pagos": PAGOS}
        ids = self._ids(_PRESTAMOS, desde=desde, clientes=list(clientes), **terms, **self.common)
        for statement in (_AVALES, _CUOTAS, _FALTAS):
            self._run(statement, prestamos=ids)
        return ids

    def pagos(self, prestamos: Sequence[int], cobradores: Sequence[int], cajero_id: int, dispositivo: str) -> None:
        """Insert what was paid of loans, into a cut of each collector and week; past cuts are confirmed."""
        own, people = list(prestamos), list(cobradores)
        self._run(_CORTES, cobradores=people, semanas=SEMANAS)
        self._run(_PAGOS, prestamos=own)
        self._run(_BLOQUES, prestamos=own, dispositivo=dispositivo)
        self._run(_CONFIRMAR, cobradores=people, cajero_id=cajero_id)

    def cobrado(self, prestamos: Sequence[int]) -> list[CobranzaDelDia]:
        """Cash that was collected of loans, by day and cut."""
        return [CobranzaDelDia(*row) for row in self.session.execute(_COBRANZA, {"prestamos": list(prestamos)})]

    def entregado(self, prestamos: Sequence[int]) -> list[EntregadoDelDia]:
        """Sums of loans by the day on which they were handed over."""
        return [EntregadoDelDia(*row) for row in self.session.execute(_ENTREGADO, {"prestamos": list(prestamos)})]

    def _ids(self, statement: TextClause, **values: object) -> list[int]:
        return list(self.session.scalars(statement, values))

    def _run(self, statement: TextClause, **values: object) -> None:
        known = {**self.common, "pagos": PAGOS}
        wanted = statement.compile().params
        self.session.execute(statement, {**{name: known[name] for name in wanted if name in known}, **values})
