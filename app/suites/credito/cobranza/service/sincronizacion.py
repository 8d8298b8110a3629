"""Synchronisation of what devices took without a network: nothing is lost, nothing is entered twice."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, NotRequired, TypedDict
from uuid import UUID

from app.infra.context import Context
from app.kernel.errors import Conflict, Forbidden, NotFound
from app.kernel.identity import ALL, Scope
from app.suites.credito.cobranza.models import PagoRecord
from app.suites.credito.cobranza.queries.pagos import (
    RECIBO_REPETIDO,
    SIN_LEER,
    PagoRepository,
    guardar_llaves,
    pagos_de,
)
from app.suites.credito.cobranza.queries.personas import Cobrador, cobrador, encargos_de
from app.suites.credito.cobranza.rules.distancia import esta_lejos, punto
from app.suites.credito.cobranza.rules.duplicados import Cobro
from app.suites.credito.cobranza.rules.efectivo import es_desmedido, pasa_del_limite
from app.suites.credito.cobranza.rules.sincronizacion import (
    CONTENIDO_DISTINTO,
    MALFORMADO,
    Malformado,
    Respuesta,
    Resultado,
    dudas,
    fecha_de,
    fecha_es_dudosa,
    instante,
)
from app.suites.credito.cobranza.service.lote import Lote, Pedidos
from app.suites.credito.cobranza.service.recibos import ReciboService
from app.suites.credito.cobranza.service.registro import Registro, cuenta_de
from app.suites.credito.cobranza.service.visitas_de_campo import VisitaDeCampo, VisitasDeCampo
from app.suites.credito.diario.service import CorteService
from app.suites.credito.equipo.rules import lunes
from app.suites.credito.equipo.service import a_cargo, alcance, hoy, persona
from app.suites.credito.prestamos.rules.mora import POR_DIAS
from app.suites.credito.prestamos.rules.pagos import Duda, EstadoPago, MetodoPago, OrigenPago, Pagador, Senal
from app.suites.credito.prestamos.service import NuevoPago, Prestamo, PrestamoRepository

EN_NOMBRE_DE = "credito.pagos:resolver"
"""Permission to upload what a device of another person took."""


class PagoDeCampo(TypedDict):
    """A payment that a device took."""

    local_id: UUID
    prestamo_id: int
    monto: Decimal
    metodo: MetodoPago
    hora_local: datetime
    recibo: str
    pagador: Pagador
    lat: Decimal | None
    lng: Decimal | None
    precision: Decimal | None
    notas: str | None


class SincronizacionRequest(TypedDict):
    """Payments and visits of a device; what cannot be read is a `Malformado`."""

    dispositivo: str
    enviado_en: NotRequired[datetime]
    pagos: NotRequired[list[PagoDeCampo | Malformado]]
    visitas: NotRequired[list[VisitaDeCampo | Malformado]]
    en_nombre_de: NotRequired[int]


_Enviado = tuple[int, PagoDeCampo]
"""A payment with its place in the batch."""


class _Juzgado(NamedTuple):
    """A payment that is to be stored, with what speaks against it."""

    cobro: Cobro
    duda: Duda | None
    pago: NuevoPago
    cuenta: str


class SincronizacionService:
    """Enters batches. Locks in one order: the person, the cut, then loans by id."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)
        self.zone = context.settings.credito_timezone
        self.pagos = PagoRepository(context.session, SIN_LEER)
        self.prestamos = PrestamoRepository(context.session, ALL, self.today)
        self.recibos = ReciboService(context)
        self.registro = Registro(context)

    def sincronizar(self, pedido: SincronizacionRequest) -> list[Respuesta]:
        """Enter a batch; the outcomes of payments and then of visits, each in the order in which they were sent."""
        person, groups = self._persona(pedido.get("en_nombre_de"))
        self.recibos.bloquear(person.id)
        answers = self._pagos(pedido, person, groups)
        visits = VisitasDeCampo(self.context, person, groups)
        return [*answers, *visits.registrar(pedido.get("visitas", []))]

    def _pagos(self, pedido: SincronizacionRequest, person: Cobrador, groups: Scope) -> list[Respuesta]:
        sent = pedido.get("pagos", [])
        readable = [(place, one) for place, one in enumerate(sent) if not isinstance(one, Malformado)]
        answers: dict[int, Respuesta] = {
            place: Respuesta(one.local_id, Resultado.RECHAZADO, codigo=MALFORMADO, detalle=one.detalle)
            for place, one in enumerate(sent)
            if isinstance(one, Malformado)
        }
        if readable:
            corte_id, cash = self._corte(person, [one for _, one in readable])
            lote = Lote.leer(self.context, person, groups, self._pedidos([one for _, one in readable]), self.prestamos)
            lote.efectivo = cash
            by_time = sorted(readable, key=lambda pair: (self._tomado(pair[1]), pair[1]["local_id"].int))
            for ronda in self._rondas(by_time, lote):
                answers |= self._ronda(ronda, lote, pedido, corte_id)
            self.registro.asentar()
            own = (one["recibo"] for _, one in readable if one["local_id"] in lote.hechos)
            self.recibos.usar(person.id, pedido["dispositivo"], person.clave, own)
            self._saldos(answers, lote)
        return [answers[place] for place in range(len(sent))]

    def _rondas(self, by_time: Sequence[_Enviado], lote: Lote) -> Iterator[list[_Enviado]]:
        """The payments in their order, in parts: one that may withdraw a charge is the last of its loan."""
        ronda: list[_Enviado] = []
        ended: set[int] = set()
        for place, one in by_time:
            if one["prestamo_id"] in ended:
                yield ronda
                ronda, ended = [], set()
            ronda.append((place, one))
            loan = lote.prestamos.get(one["prestamo_id"])
            if loan is not None and self._puede_retirar(loan, fecha_de(self._tomado(one), self.zone)):
                ended.add(loan.id)
        if ronda:
            yield ronda

    def _puede_retirar(self, loan: Prestamo, fecha: date) -> bool:
        """Whether a payment of a day may cover what a missed week or lateness was charged for."""
        if fecha < self.today and loan.condiciones["mora_tipo"] in POR_DIAS:
            return True
        return bool(loan.faltas) and fecha < lunes(self.today)

    def _ronda(
        self, ronda: Sequence[_Enviado], lote: Lote, pedido: SincronizacionRequest, corte_id: int | None
    ) -> dict[int, Respuesta]:
        """Enter payments together; one by one where one of them can't be stored."""
        try:
            answers = self._juntos(ronda, lote, pedido, corte_id)
        except Conflict:
            answers = {}
        alone = (pair for pair in ronda if pair[0] not in answers)
        return answers | {place: self._uno(one, lote, pedido, corte_id) for place, one in alone}

    def _uno(self, one: PagoDeCampo, lote: Lote, pedido: SincronizacionRequest, corte_id: int | None) -> Respuesta:
        """Enter one payment, or show what its key entered before."""
        if (before := lote.conocidos.get(one["local_id"])) is not None:
            return self._repetida(one, before, lote.persona)
        if one["local_id"] in lote.hechos:
            return self._repetida(one, pagos_de(self.session, [lote.hechos[one["local_id"]]])[0], lote.persona)
        try:
            return self._juntos([(0, one)], lote, pedido, corte_id)[0]
        except Conflict as problem:  # somebody else entered this key or receipt in the meantime
            if problem.code == RECIBO_REPETIDO.code:
                lote.recibos.add(one["recibo"])
                return self._uno(one, lote, pedido, corte_id)
            return Respuesta(str(one["local_id"]), Resultado.RECHAZADO, codigo=problem.code)

    def _juntos(
        self, some: Sequence[_Enviado], lote: Lote, pedido: SincronizacionRequest, corte_id: int | None
    ) -> dict[int, Respuesta]:
        """Enter payments whose keys are new, in a savepoint; Conflict, and all is as before, if one can't be stored."""
        kept, before = list(self.registro.asientos), lote.copia()
        try:
            with self.session.begin_nested(), self.pagos.translated():
                return self._entrar(some, lote, pedido, corte_id)
        except Conflict:
            self.registro.asientos = kept
            lote.volver(before)
            raise

    def _entrar(
        self, some: Sequence[_Enviado], lote: Lote, pedido: SincronizacionRequest, corte_id: int | None
    ) -> dict[int, Respuesta]:
        known = {one["prestamo_id"] for _, one in some} & lote.prestamos.keys()
        ids = self.registro.leer([lote.prestamos[loan_id] for loan_id in sorted(known)], len(some))
        answers: dict[int, Respuesta] = {}
        made: dict[UUID, int] = {}
        for (place, one), pago_id in zip(some, ids, strict=True):
            if not lote.conoce(one["local_id"]):
                found = self._juzgar(one, lote, pedido, corte_id)
                self._tomar(pago_id, one, lote, found)
                answers[place] = self._anotar(one, lote, found, pago_id)
                made[one["local_id"]] = pago_id
        self.registro.escribir()
        guardar_llaves(self.session, made)
        self.session.flush()
        return answers

    def _juzgar(self, one: PagoDeCampo, lote: Lote, pedido: SincronizacionRequest, corte_id: int | None) -> _Juzgado:
        """The row of a payment, and what speaks against it."""
        taken, loan_id = self._tomado(one), one["prestamo_id"]
        day = fecha_de(taken, self.zone)
        mine = Cobro(day, taken, one["monto"], lote.persona.id)
        doubt = next(dudas(day, one["monto"], lote.situacion(loan_id, one["recibo"], mine), self.today), None)
        cash = one["metodo"] is MetodoPago.EFECTIVO
        pago = self._fila(one, lote, pedido, corte_id if cash else None)
        lote.efectivo += one["monto"] if cash else 0
        return _Juzgado(mine, doubt, pago, cuenta_de(one["metodo"], lote.persona.clave))

    def _tomar(self, pago_id: int, one: PagoDeCampo, lote: Lote, found: _Juzgado) -> None:
        """Let a payment pay its loan, or wait."""
        if found.duda is None:
            self.registro.pagar(lote.prestamos[one["prestamo_id"]], pago_id, found.pago, found.cuenta)
        else:
            known = one["prestamo_id"] if one["prestamo_id"] in lote.prestamos else None
            self.registro.apartar(pago_id, found.pago, known, found.duda, found.cuenta)

    def _anotar(self, one: PagoDeCampo, lote: Lote, found: _Juzgado, pago_id: int) -> Respuesta:
        lote.anotar(pago_id, one["local_id"], one["prestamo_id"], one["recibo"], found.cobro)
        outcome = Resultado.CREADO if found.duda is None else Resultado.POR_REVISAR
        return Respuesta(str(one["local_id"]), outcome, pago_id, one["recibo"], codigo=found.duda)

    def _fila(self, one: PagoDeCampo, lote: Lote, pedido: SincronizacionRequest, corte_id: int | None) -> NuevoPago:
        """The row of a payment; one of a doubtful day is of today."""
        taken = self._tomado(one)
        day = fecha_de(taken, self.zone)
        return {
            "recibo": one["recibo"],
            "fecha": self.today if fecha_es_dudosa(day, self.today) else day,
            "registrado_en": taken,
            "monto": one["monto"],
            "metodo": one["metodo"],
            "origen": OrigenPago.CAMPO,
            "pagador": one["pagador"],
            "cobrador_id": lote.persona.id,
            "local_id": one["local_id"],
            "dispositivo": pedido["dispositivo"],
            "lat": one["lat"],
            "lng": one["lng"],
            "precision": one["precision"],
            "corte_id": corte_id,
            "prestamo_enviado_id": one["prestamo_id"],
            "senales": self._senales(one, lote, day, delegated="en_nombre_de" in pedido),
            "notas": one["notas"],
        }

    def _senales(self, one: PagoDeCampo, lote: Lote, day: date, *, delegated: bool) -> Sequence[Senal]:
        """Marks for the supervisor, which block nothing."""
        loan, limit = lote.prestamos.get(one["prestamo_id"]), lote.persona.limite_efectivo
        place = punto(one["lat"], one["lng"])
        cash = one["monto"] if one["metodo"] is MetodoPago.EFECTIVO else Decimal(0)
        found = {
            Senal.LEJOS: esta_lejos(place, lote.casas.get(one["prestamo_id"])),
            Senal.LIMITE_EFECTIVO: bool(cash) and pasa_del_limite(limit, lote.efectivo, cash),
            Senal.MONTO_DESMEDIDO: es_desmedido(limit, one["monto"]),
            Senal.GRUPO_TRANSFERIDO: loan is not None and not lote.es_suyo(loan) and lote.era_suyo(loan, day),
            Senal.EN_NOMBRE_DE: delegated,
        }
        return [mark for mark, holds in found.items() if holds]

    def _repetida(self, one: PagoDeCampo, before: PagoRecord, person: Cobrador) -> Respuesta:
        """The answer for a key that is known; other content or another person's is refused, without its data."""
        same = (before.prestamo_enviado_id or before.prestamo_id, before.monto, before.metodo, before.registrado_en)
        sent = (one["prestamo_id"], one["monto"], one["metodo"], self._tomado(one))
        if before.cobrador_id != person.id or same != sent:
            return Respuesta(str(one["local_id"]), Resultado.RECHAZADO, codigo=CONTENIDO_DISTINTO)
        return Respuesta(
            str(one["local_id"]),
            Resultado.REPETIDO,
            before.id,
            before.recibo,
            before.saldo_despues,
            before.duda if before.estado is EstadoPago.POR_REVISAR else None,
        )

    def _saldos(self, answers: dict[int, Respuesta], lote: Lote) -> None:
        """Add to the answers what loans owed after the payments that were entered."""
        made = {one.id: one for one in pagos_de(self.session, list(lote.hechos.values()))}
        for place, answer in answers.items():
            if answer.id in made:
                answers[place] = replace(answer, saldo=made[answer.id].saldo_despues)

    def _corte(self, person: Cobrador, sent: Sequence[PagoDeCampo]) -> tuple[int | None, Decimal]:
        """The person's open cut, locked, and their cash; one is opened for cash that was taken without."""
        if all(one["metodo"] is not MetodoPago.EFECTIVO for one in sent):
            return None, Decimal(0)
        cut = CorteService(self.context).abierto_o_nuevo(person.id)
        return cut.id, CorteService(self.context).efectivo_en_mano(person.id, person.clave)

    def _pedidos(self, sent: Sequence[PagoDeCampo]) -> Pedidos:
        return Pedidos(
            llaves={one["local_id"] for one in sent},
            prestamos={one["prestamo_id"] for one in sent},
            fechas={fecha_de(self._tomado(one), self.zone) for one in sent} | {self.today},
            recibos={one["recibo"] for one in sent},
        )

    def _tomado(self, one: PagoDeCampo) -> datetime:
        return instante(one["hora_local"], self.zone)

    def _persona(self, en_nombre_de: int | None) -> tuple[Cobrador, Scope]:
        """The person of the payments, and the groups that this person collects from today."""
        if en_nombre_de is None:
            own = persona(self.context)
            return Cobrador(own.id, own.clave, own.limite_efectivo), alcance(self.context)
        identity = self.context.identity
        if identity is not None and not identity.may(EN_NOMBRE_DE):
            raise Forbidden("You may not upload for somebody else.")
        found = cobrador(self.session, en_nombre_de) if a_cargo(self.context).includes(en_nombre_de) else None
        if found is None:
            raise NotFound(f"Personal {en_nombre_de} does not exist.")
        theirs = encargos_de(self.session, found.id)
        return found, Scope(frozenset(one.grupo_id for one in theirs if one.incluye(self.today)))
