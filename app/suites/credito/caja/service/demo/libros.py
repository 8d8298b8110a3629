"""The rows of the demo's closed weeks: written many at once, then allocated and posted as the services do it."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain

from app.infra.context import Context
from app.kernel.batches import batched
from app.kernel.identity import ALL
from app.suites.credito.caja.queries.demo import (
    Aval,
    BloqueRecibos,
    BonoGanado,
    Cargo,
    Corte,
    Cuota,
    Falta,
    Faltante,
    Pago,
    Prestamo,
    guardar,
    olvidar_planes,
    reservar,
)
from app.suites.credito.caja.rules.cortes import EstadoBono, asiento_de_bono, asiento_de_corte
from app.suites.credito.caja.service.bonos import BONO, BONOS, BonoService
from app.suites.credito.caja.service.cierres import CORTES
from app.suites.credito.caja.service.demo.bonos import BonoDemo, bonos_de
from app.suites.credito.caja.service.demo.gente import Gente
from app.suites.credito.caja.service.demo.historia import AbonoDemo, Contrato
from app.suites.credito.cobranza.rules.faltas import EstadoFalta
from app.suites.credito.cobranza.rules.recibos import EN_LINEA, TAMANO_BLOQUE, recibo_de
from app.suites.credito.cobranza.service.registro import ORIGEN, PAGO
from app.suites.credito.diario.rules import DESEMBOLSO, Asiento, Cuenta, EstadoCorte, Linea, debe, efectivo
from app.suites.credito.diario.service import Diario
from app.suites.credito.equipo.rules import lunes
from app.suites.credito.equipo.service import PersonalRecord, hoy
from app.suites.credito.prestamos.rules.asientos import Desembolso, asiento_de_aplicacion, asiento_de_desembolso
from app.suites.credito.prestamos.rules.asignacion import Aplicado
from app.suites.credito.prestamos.rules.cuotas import TipoCargo
from app.suites.credito.prestamos.rules.estados import ABIERTOS
from app.suites.credito.prestamos.rules.pagos import EstadoPago, MetodoPago, OrigenPago
from app.suites.credito.prestamos.rules.renovacion import MedioEntrega
from app.suites.credito.prestamos.service import (
    TODOS,
    CierreDeDia,
    PrestamoRepository,
    SaldoService,
    TipoCierre,
    registrar_cierre,
    renglones_de,
)
from app.suites.credito.prestamos.service.desembolsos import ORIGEN as DE_PRESTAMOS
from app.suites.credito.productos.rules.condiciones import ZERO, ComisionModo

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_FALTANTE, _CADA = Decimal(50), 17
"""Cash that is missing in every so many-th cut."""
_ASIENTOS = 500
"""Entries that are posted at once."""
_DIAS_CON_FOTO = 14
"""Last days of which each has a snapshot, besides the Sundays."""


class Libros:
    """Writes loans with their payments, cuts and entries."""

    def __init__(self, context: Context, gente: Gente) -> None:
        self.context, self.gente = context, gente
        self.session, self.zone = context.session, context.settings.credito_timezone
        self.today = hoy(context)
        self.ids: dict[int, int] = {}
        """Ids of loans by the identity of their contracts."""
        self.folios: dict[int, str] = {}
        self.pagos: dict[int, tuple[Contrato, AbonoDemo]] = {}
        self.cortes: dict[tuple[int, date], int] = {}
        self.esperado: dict[tuple[int, date], Decimal] = {}
        """Cash that each cut hands over, if none is missing."""
        self.bonos: dict[int, BonoDemo] = {}

    def guardar(self, contratos: Sequence[Contrato]) -> None:
        """Write all, allocate the payments, post the entries, and close the days."""
        keys = reservar(self.session, Prestamo, len(contratos))
        self.ids = {id(one): key for one, key in zip(contratos, keys, strict=True)}
        guardar(self.session, Prestamo, [self._prestamo(one) for one in contratos])
        guardar(self.session, Aval, [{"prestamo_id": self._id(one), "cliente_id": one.aval_id} for one in contratos])
        guardar(
            self.session,
            Cuota,
            [{"prestamo_id": self._id(one), **cuota._asdict()} for one in contratos for cuota in one.cuotas],
        )
        self._faltas(contratos)
        self._cortes(contratos)
        self._pagos(contratos)
        found = PrestamoRepository(self.session, ALL, self.today).lock_all(keys)
        self.folios = {one.id: one.folio for one in found}
        SaldoService(self.context).recalcular_varios(found, self.today)
        self.session.flush()
        diario, entries = Diario(self.context), sorted(self._asientos(contratos), key=lambda one: one.fecha)
        for part in batched(entries, _ASIENTOS):
            olvidar_planes(self.session)
            diario.asentar_varios(part)
        self._cerrar()

    def _id(self, contrato: Contrato) -> int:
        return self.ids[id(contrato)]

    def _prestamo(self, one: Contrato) -> Mapping[str, object]:
        quote, plan, open_now = one.cotizacion, one.cotizacion.calendario, one.estado in ABIERTOS
        left = plan.total_a_pagar if open_now else ZERO
        return {
            "id": self._id(one),
            "cliente_id": one.cliente_id,
            "grupo_id": one.grupo.id,
            "tipo_prestamo_id": one.tipo.id,
            "prestamo_anterior_id": None if one.anterior is None else self._id(one.anterior),
            "estado": one.estado,
            "fecha_cierre": one.cierre,
            "fecha_solicitud": one.desembolso - 3 * _DAY,
            "fecha_aprobacion": one.desembolso - _DAY,
            "fecha_desembolso": one.desembolso,
            "primera_fecha": one.cuotas[0].fecha_vencimiento,
            "fecha_vencimiento": one.cuotas[-1].fecha_vencimiento,
            "solicitado_por_id": self.gente.titular.user_id,
            "aprobado_por_id": self.gente.personas["EVL"].user_id,
            "medio_entrega": MedioEntrega.TRANSFERENCIA,
            "monto": quote.monto,
            "condiciones": json.dumps(one.tipo.terminos.to_json()),
            "interes_total": plan.interes_total,
            "iva_total": plan.iva_total,
            "total_a_pagar": plan.total_a_pagar,
            "cuota": plan.cuota,
            "numero_pagos": len(plan.cuotas),
            "cat": quote.cat,
            "comision": quote.comision,
            "seguro": quote.seguro,
            "saldo_anterior": one.saldo_anterior,
            "monto_entregado": quote.monto_entregado(one.saldo_anterior),
            "saldo": left,
            "saldo_capital": left,
            "faltas": len(one.faltas),
        }

    def _faltas(self, contratos: Sequence[Contrato]) -> None:
        missed = [(one, *pair) for one in contratos for pair in zip(one.faltas, one.penas, strict=True)]
        keys = reservar(self.session, Falta, len(missed))
        faltas, cargos = [], []
        seen: dict[int, int] = {}
        for key, (one, falta, pena) in zip(keys, missed, strict=True):
            own = self._id(one)
            seen[own] = seen.get(own, 0) + 1
            tolerada = seen[own] <= one.tipo.terminos.incumplimientos_tolerados
            values = {"id": key, "prestamo_id": own, "tolerada": tolerada, "estado": EstadoFalta.VIGENTE}
            names = ("semana", "cuota_numero", "esperado", "abonado", "faltante", "tipo")
            faltas.append({**values, **{name: getattr(falta, name) for name in names}})
            if pena is not None:
                charge = {"fecha": pena.fecha, "monto": pena.monto, "iva": pena.iva, "cuota_numero": pena.cuota_numero}
                cargos.append({"prestamo_id": own, "tipo": TipoCargo.PENA, "falta_id": key, **charge})
        guardar(self.session, Falta, faltas)
        guardar(self.session, Cargo, cargos)

    def _cortes(self, contratos: Sequence[Contrato]) -> None:
        """A confirmed cut of each collector and week in which they collected, and the bonuses that they paid."""
        cash: dict[tuple[int, date], Decimal] = {}
        for one, abono in self._cobros(contratos):
            key = (one.grupo.cobrador_en(abono.fecha).id, lunes(abono.fecha))
            cash[key] = cash.get(key, ZERO) + abono.monto
        bonos = list(bonos_de(contratos, self.gente, BonoService(self.context).reglas(self.today), cash))
        for bono in bonos:
            if bono.corte is not None:
                cash[bono.corte] -= bono.monto
        self.esperado = {key: cash[key] for key in sorted(cash, key=lambda key: (key[1], key[0]))}
        self.cortes = dict(zip(self.esperado, reservar(self.session, Corte, len(cash)), strict=True))
        rows, short = [], []
        for key, expected in self.esperado.items():
            missing = self._faltante(key)
            rows.append(self._corte(*key, expected=expected, counted=expected - missing))
            if missing:
                short.append({"personal_id": key[0], "corte_id": self.cortes[key], "monto": missing})
        guardar(self.session, Corte, rows)
        guardar(self.session, Faltante, short)
        self.bonos = dict(zip(reservar(self.session, BonoGanado, len(bonos)), bonos, strict=True))
        guardar(self.session, BonoGanado, [self._bono(*pair) for pair in self.bonos.items()])

    def _faltante(self, key: tuple[int, date]) -> Decimal:
        """Cash that is missing in a cut."""
        return _FALTANTE if (self.cortes[key] - min(self.cortes.values()) + 1) % _CADA == 0 else ZERO

    def _bono(self, key: int, bono: BonoDemo) -> Mapping[str, object]:
        return {
            "id": key,
            "grupo_id": bono.grupo.id,
            "semana": bono.semana,
            "bono_id": None if bono.regla is None else bono.regla.id,
            "cobranza": bono.cobranza,
            "faltas": bono.faltas,
            "monto": bono.monto,
            "titular_id": self.gente.titular.id,
            "estado": EstadoBono.CALCULADO if bono.corte is None else EstadoBono.PAGADO,
            "corte_id": None if bono.corte is None else self.cortes[bono.corte],
        }

    def _corte(self, personal_id: int, monday: date, *, expected: Decimal, counted: Decimal) -> Mapping[str, object]:
        cashier = self.gente.cajera
        return {
            "id": self.cortes[personal_id, monday],
            "personal_id": personal_id,
            "abierto_en": self._a_las(monday, 8),
            "entregado_en": self._a_las(monday + 6 * _DAY, 20),
            "desde": monday,
            "hasta": monday + 6 * _DAY,
            "estado": EstadoCorte.CONFIRMADO,
            "semilla": ZERO,
            "contado_al_entregar": counted,
            "contado_al_confirmar": counted,
            "esperado_al_confirmar": expected,
            "recibe_id": cashier.id,
            "confirmado_por_id": cashier.user_id,
            "confirmado_en": self._a_las(monday + 6 * _DAY, 21),
        }

    def _pagos(self, contratos: Sequence[Contrato]) -> None:
        """The payments, of which the allocation says later what they paid."""
        paid = [(one, abono) for one in contratos for abono in one.abonos]
        paid.sort(key=lambda pair: (pair[1].fecha, self._id(pair[0])))
        self.pagos = dict(zip(reservar(self.session, Pago, len(paid)), paid, strict=True))
        numbers: dict[int, int] = {}
        rows = []
        for key, (one, abono) in self.pagos.items():
            person = one.grupo.cobrador_en(abono.fecha)
            collected = abono.metodo is MetodoPago.EFECTIVO
            numbers[person.id] = numbers.get(person.id, 0) + collected
            rows.append({**self._pago(key, one, abono), **self._cobro(person, abono, numbers[person.id], key)})
        guardar(self.session, Pago, rows)
        blocks = [
            {"personal_id": key, "dispositivo": EN_LINEA, "desde": since, "usado_hasta": min(used, since + 199)}
            for key, used in numbers.items()
            for since in range(1, used + 1, TAMANO_BLOQUE)
        ]
        guardar(self.session, BloqueRecibos, blocks)

    def _pago(self, key: int, one: Contrato, abono: AbonoDemo) -> Mapping[str, object]:
        return {
            "id": key,
            "prestamo_id": self._id(one),
            "fecha": abono.fecha,
            "registrado_en": self._a_las(abono.fecha, 12) + timedelta(seconds=key % 7200),
            "monto": abono.monto,
            "metodo": abono.metodo,
            "estado": EstadoPago.VALIDO,
            "a_favor": abono.monto,
        }

    def _cobro(self, person: PersonalRecord, abono: AbonoDemo, number: int, key: int) -> Mapping[str, object]:
        """Receipt, person and cut of a payment; renewals are of the system."""
        if abono.metodo is not MetodoPago.EFECTIVO:
            return {"recibo": f"S-{key:06}", "origen": OrigenPago.SISTEMA, "cobrador_id": None, "corte_id": None}
        corte_id = self.cortes[person.id, lunes(abono.fecha)]
        recibo = recibo_de(person.clave, number)
        return {"recibo": recibo, "origen": OrigenPago.CAMPO, "cobrador_id": person.id, "corte_id": corte_id}

    def _cobros(self, contratos: Sequence[Contrato]) -> Iterator[tuple[Contrato, AbonoDemo]]:
        return ((one, abono) for one in contratos for abono in one.abonos if abono.metodo is MetodoPago.EFECTIVO)

    def _asientos(self, contratos: Sequence[Contrato]) -> Iterator[Asiento]:
        stored = renglones_de(self.session, list(self.ids.values())).pagos
        applied = {pago.id: pago.aplicado for pago in chain.from_iterable(stored.values())}
        settled: dict[int, Aplicado] = {}
        for key, (one, abono) in self.pagos.items():
            if abono.metodo is not MetodoPago.EFECTIVO:
                settled[self._id(one)] = applied[key]
                continue
            cash = efectivo(one.grupo.cobrador_en(abono.fecha).clave)
            lines = (debe(cash, abono.monto), *asiento_de_aplicacion(applied[key]))
            yield self._asiento(one, abono.fecha, PAGO, ORIGEN, key, lines)
        for one in contratos:
            quote = one.cotizacion
            apart = one.tipo.terminos.comision_modo is ComisionModo.APARTE
            handed = quote.monto_entregado(one.saldo_anterior)
            amounts = Desembolso(quote.monto, handed, quote.comision, quote.seguro, apart)
            old = None if one.anterior is None else settled[self._id(one.anterior)]
            lines = tuple(asiento_de_desembolso(amounts, Cuenta.BANCO, old))
            yield self._asiento(one, one.desembolso, DESEMBOLSO, DE_PRESTAMOS, self._id(one), lines)
        yield from self._asientos_de_caja()

    def _asiento(
        self, one: Contrato, fecha: date, concepto: str, origen: str, origen_id: int, lineas: tuple[Linea, ...]
    ) -> Asiento:
        return Asiento(
            fecha=fecha,
            concepto=concepto,
            origen=origen,
            origen_id=origen_id,
            lineas=lineas,
            detalle=self.folios[self._id(one)],
            grupo_id=one.grupo.id,
        )

    def _asientos_de_caja(self) -> Iterator[Asiento]:
        """Entries of bonuses that were paid, and of cuts."""
        claves = {person.id: person.clave for person in self.gente.personas.values()}
        for key, bono in self.bonos.items():
            if bono.corte is not None:
                yield Asiento(
                    fecha=bono.pagado_en,
                    concepto=BONO,
                    origen=BONOS,
                    origen_id=key,
                    lineas=asiento_de_bono(claves[bono.corte[0]], bono.monto),
                    grupo_id=bono.grupo.id,
                )
        for (personal_id, monday), key in self.cortes.items():
            expected = self.esperado[personal_id, monday]
            counted = expected - self._faltante((personal_id, monday))
            lines = tuple(asiento_de_corte(claves[personal_id], expected, counted))
            yield Asiento(fecha=monday + 6 * _DAY, concepto="corte", origen=CORTES, origen_id=key, lineas=lines)

    def _cerrar(self) -> None:
        """Close the Sundays and the last days of the weeks that are over."""
        first, monday = min(monday for _, monday in self.cortes), self.gente.lunes
        sundays = {first + 6 * _DAY + _WEEK * week for week in range((monday - first) // _WEEK)}
        last_days = {self.today - number * _DAY for number in range(1, _DIAS_CON_FOTO + 1)}
        self._cerrar_dias(sundays | {day for day in last_days if day < monday})
        for kind in (TipoCierre.SEMANAL, TipoCierre.BONOS):
            registrar_cierre(self.session, kind, monday - _WEEK)

    def cerrar_esta_semana(self) -> None:
        """Close the days of this week that are over, with what was entered in it."""
        monday = self.gente.lunes
        self._cerrar_dias({monday + number * _DAY for number in range((self.today - monday).days)})

    def _cerrar_dias(self, days: Collection[date]) -> None:
        for day in sorted(days):
            CierreDeDia(self.context, day).cerrar(self.context, TODOS, True)
            registrar_cierre(self.session, TipoCierre.DIARIO, day)

    def _a_las(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), self.zone).astimezone(UTC)
