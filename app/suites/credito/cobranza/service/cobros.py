"""Money that is taken on line: where it comes into, and what speaks against a payment."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, NotRequired, TypedDict
from uuid import UUID

from app.infra.context import Context
from app.kernel.errors import Conflict, DomainError, Forbidden, Invalid
from app.kernel.identity import ALL
from app.suites.credito import CAJERO
from app.suites.credito.cobranza.queries.pagos import cobros_de, recibos_usados
from app.suites.credito.cobranza.queries.personas import puntos_de
from app.suites.credito.cobranza.rules.distancia import esta_lejos, punto
from app.suites.credito.cobranza.rules.duplicados import Cobro, es_posible_duplicado
from app.suites.credito.cobranza.rules.efectivo import cerca_del_limite, es_desmedido, pasa_del_limite
from app.suites.credito.cobranza.service.recibos import ReciboService
from app.suites.credito.cobranza.service.registro import cuenta_de
from app.suites.credito.diario.service import CorteService
from app.suites.credito.equipo.service import PersonalRecord, PersonalRepository, hoy, persona_bloqueada
from app.suites.credito.prestamos.rules.estados import COBRABLES
from app.suites.credito.prestamos.rules.pagos import MetodoPago, OrigenPago, Pagador, Senal
from app.suites.credito.prestamos.service import NuevoPago, Prestamo, avales_de, reservar_pagos

MAS_ANTIGUO = timedelta(days=7)
"""Time by which anybody who enters payments may date one back."""
AJUSTAR = "credito.pagos:ajustar"
"""Permission to date payments back further."""
CERCA_DEL_LIMITE = "limite_efectivo_80"
"""Notice that the cash of a person has come to 80 % of the limit."""
RECIBO_REPETIDO = "Another payment has this receipt."


class CobroRequest(TypedDict):
    """A payment to enter."""

    prestamo_id: int
    monto: Decimal
    metodo: NotRequired[MetodoPago]
    fecha: NotRequired[date]
    pagador: NotRequired[Pagador]
    pagador_id: NotRequired[int | None]
    recibo: NotRequired[str]
    local_id: NotRequired[UUID]
    dispositivo: NotRequired[str]
    confirmar_duplicado: NotRequired[bool]
    lat: NotRequired[Decimal | None]
    lng: NotRequired[Decimal | None]
    precision: NotRequired[Decimal | None]
    notas: NotRequired[str | None]


class Caja(NamedTuple):
    """Account and cut that the money of a payment comes into."""

    persona: PersonalRecord | None
    metodo: MetodoPago
    corte_id: int | None
    """The open cut, which is locked; None for money of the bank."""
    efectivo: Decimal
    """Cash that the person has at hand; 0 for money of the bank, and for who has no limit."""

    @property
    def cuenta(self) -> str:
        """Account of the journal."""
        return cuenta_de(self.metodo, None if self.persona is None else self.persona.clave)

    @property
    def limite(self) -> Decimal | None:
        """Limit of the cash; None for any, and for money of the bank."""
        return None if self.persona is None or self.corte_id is None else self.persona.limite_efectivo


class Cobros:
    """Judges and composes payments on line. Locks in one order: the person, the cut, then loans by id."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)
        self.recibos = ReciboService(context)

    def fecha(self, given: date | None) -> date:
        """Day of a payment; Invalid for one in the future, Forbidden for one that the caller may not date back to."""
        day = given or self.today
        if day > self.today:
            raise Invalid.field("fecha", "Must not be in the future.")
        identity = self.context.identity
        if self.today - day > MAS_ANTIGUO and identity is not None and not identity.may(AJUSTAR):
            raise Forbidden("You may not date a payment back more than 7 days.", code="fecha_antigua")
        return day

    def caja(self, metodo: MetodoPago) -> Caja:
        """Account and cut of the caller's payments; cash needs a person with an open cut."""
        if metodo is not MetodoPago.EFECTIVO:
            return Caja(self._persona(), metodo, None, Decimal(0))
        own = persona_bloqueada(self.context)
        cut = CorteService(self.context).abierto(own.id)
        caja = Caja(own, metodo, cut.id, Decimal(0))
        if caja.limite is None:
            return caja
        return caja._replace(efectivo=CorteService(self.context).efectivo_en_mano(own.id, own.clave))

    def exigir(self, prestamo: Prestamo, monto: Decimal, fecha: date, caja: Caja, *, confirmed: bool) -> None:
        """Raise the error of what speaks against a payment of a locked loan."""
        others = self.otros([prestamo.id], fecha)
        if (problem := self.problema(prestamo, monto, fecha, caja, None if confirmed else others)) is not None:
            raise problem
        self.exigir_limite(caja, monto)

    def otros(self, prestamos: Collection[int], fecha: date) -> dict[int, list[Cobro]]:
        """Other payments of a day by loan."""
        found: dict[int, list[Cobro]] = {}
        for one in cobros_de(self.session, prestamos, [fecha]):
            found.setdefault(one.prestamo_id, []).append(one.cobro)
        return found

    def problema(
        self, prestamo: Prestamo, monto: Decimal, fecha: date, caja: Caja, otros: Mapping[int, list[Cobro]] | None
    ) -> DomainError | None:
        """The error of what speaks against a payment of a locked loan, or None.

        `otros` are the other payments of the day; None if the payment was confirmed, so that a duplicate is none.
        """
        if prestamo.estado not in COBRABLES or prestamo.fecha_desembolso is None:
            return Conflict(f"The loan is {prestamo.estado}.", code="prestamo_cerrado")
        if fecha < prestamo.fecha_desembolso:
            return Invalid.field("fecha", "Must not be before the disbursement.")
        if otros is None:
            return None
        mine = Cobro(fecha, self.context.clock.now(), monto, None if caja.persona is None else caja.persona.id)
        if not es_posible_duplicado(mine, otros.get(prestamo.id, ())):
            return None
        message = "The same amount was entered for this loan and day; send confirmar_duplicado if it was paid twice."
        return Conflict(message, code="posible_duplicado")

    def exigir_limite(self, caja: Caja, monto: Decimal) -> None:
        """Raise Conflict if an amount would take the person's cash over the limit."""
        if pasa_del_limite(caja.limite, caja.efectivo, monto):
            raise Conflict("You would hold more cash than your limit; hand your cut over.", code="limite_efectivo")

    def avisos(self, caja: Caja, monto: Decimal) -> list[str]:
        """Notices after an amount was taken."""
        return [CERCA_DEL_LIMITE] if cerca_del_limite(caja.limite, caja.efectivo + monto) else []

    def exigir_pagador(self, prestamo_id: int, pedido: CobroRequest) -> None:
        """Raise Invalid if the guarantor who is said to pay guarantees another loan."""
        payer = pedido.get("pagador_id")
        if payer is None or pedido.get("pagador") is not Pagador.AVAL:
            return
        if payer not in avales_de(self.session, prestamo_id):
            raise Invalid.field("pagador_id", "Does not guarantee this loan.")

    def recibo_dado(self, recibo: str) -> str:
        """A receipt that was written by hand; Conflict if another payment has it."""
        if recibos_usados(self.session, [recibo]):
            raise Conflict(RECIBO_REPETIDO, code="recibo_repetido")
        return recibo

    def recibos_para(self, caja: Caja, count: int) -> list[str]:
        """Receipts for new payments: of the person's own numbers, or of the system for money of the bank."""
        if caja.persona is None:
            return [f"S-{number:06}" for number in reservar_pagos(self.session, count)]
        if caja.corte_id is None:  # else the person was locked before the cut
            self.recibos.bloquear(caja.persona.id)
        return self.recibos.siguientes(caja.persona.id, caja.persona.clave, count)

    def componer(self, pedido: CobroRequest, fecha: date, caja: Caja, recibo: str) -> NuevoPago:
        """The row of a payment."""
        return {
            "recibo": recibo,
            "fecha": fecha,
            "registrado_en": self.context.clock.now(),
            "monto": pedido["monto"],
            "metodo": caja.metodo,
            "origen": self._origen(caja.metodo),
            "pagador": pedido.get("pagador", Pagador.TITULAR),
            "pagador_id": pedido.get("pagador_id"),
            "cobrador_id": None if caja.persona is None else caja.persona.id,
            "local_id": pedido.get("local_id"),
            "dispositivo": pedido.get("dispositivo"),
            "lat": pedido.get("lat"),
            "lng": pedido.get("lng"),
            "precision": pedido.get("precision"),
            "corte_id": caja.corte_id,
            "senales": self._senales(pedido, caja),
            "notas": pedido.get("notas"),
        }

    def _senales(self, pedido: CobroRequest, caja: Caja) -> Sequence[Senal]:
        found = [Senal.MONTO_DESMEDIDO] if es_desmedido(caja.limite, pedido["monto"]) else []
        place = punto(pedido.get("lat"), pedido.get("lng"))
        if place is not None:
            homes = puntos_de(self.session, [pedido["prestamo_id"]])
            found += [Senal.LEJOS] if esta_lejos(place, homes.get(pedido["prestamo_id"])) else []
        return found

    def _origen(self, metodo: MetodoPago) -> OrigenPago:
        if metodo is not MetodoPago.EFECTIVO:
            return OrigenPago.BANCO
        identity = self.context.identity
        return OrigenPago.CAJA if identity is not None and identity.role == CAJERO else OrigenPago.CAMPO

    def personal_id(self) -> int | None:
        """Id of the person who asks, or None."""
        own = self._persona()
        return None if own is None else own.id

    def _persona(self) -> PersonalRecord | None:
        """The person who asks, if they are one of the suite."""
        identity = self.context.identity
        return None if identity is None else PersonalRepository(self.session, ALL).find_of_user(identity.user_id)


def total_de(amounts: Iterable[Decimal]) -> Decimal:
    """Sum of amounts."""
    return sum(amounts, Decimal(0))
