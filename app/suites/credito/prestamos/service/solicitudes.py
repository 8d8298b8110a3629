"""Requests of loans: entering and changing them, also to renew a loan."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from app.infra.context import Context
from app.kernel.errors import Conflict, DomainError, Invalid, NotFound
from app.suites.credito import MANDOS
from app.suites.credito.equipo.service import GrupoService, alcance, hoy
from app.suites.credito.prestamos.models import Prestamo, PrestamoRecord
from app.suites.credito.prestamos.queries import (
    PrestamoRepository,
    Solicitante,
    avales_de,
    bloquear_cliente,
    comprometido_de,
    poner_avales,
)
from app.suites.credito.prestamos.rules.avales import exigir_limite_del_cliente
from app.suites.credito.prestamos.rules.estados import EstadoPrestamo
from app.suites.credito.prestamos.rules.renovacion import exigir_renovable
from app.suites.credito.prestamos.rules.terminos import terminos_de
from app.suites.credito.prestamos.service.avales import AvalService, en_alcance
from app.suites.credito.prestamos.service.cotizaciones import CotizacionService, PrestamoCotizado, exigir_monto
from app.suites.credito.productos.rules.condiciones import ZERO, Condiciones
from app.suites.credito.productos.service import TipoPrestamoService


class NewPrestamo(TypedDict):
    """A requested loan."""

    cliente_id: int
    tipo_prestamo_id: int
    monto: Decimal
    avales: NotRequired[list[int]]
    destino: NotRequired[str | None]


class SolicitudesRequest(TypedDict, total=False):
    """A requested loan, or several of them in `prestamos`."""

    cliente_id: int
    tipo_prestamo_id: int
    monto: Decimal
    avales: list[int]
    destino: str | None
    prestamos: list[NewPrestamo]


class PrestamoChanges(TypedDict, total=False):
    """The values of a request that may be changed."""

    cliente_id: int
    tipo_prestamo_id: int
    monto: Decimal
    avales: list[int]
    destino: str | None


class RenovacionRequest(TypedDict):
    """A loan that renews another one."""

    tipo_prestamo_id: int
    monto: Decimal
    avales: NotRequired[list[int]]
    destino: NotRequired[str | None]


class SolicitudService:
    """Enters and changes requests of loans."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)
        self.prestamos = PrestamoRepository(context.session, alcance(context), self.today)
        self.cotizaciones = CotizacionService(context)
        self.avales = AvalService(context)
        self.tipos = TipoPrestamoService(context)

    def solicitar(self, request: SolicitudesRequest) -> PrestamoRecord | list[PrestamoRecord]:
        """Enter the request of a loan, or several of them: all or none, with the problems of each by its place."""
        if "prestamos" in request:
            return self._solicitar_varios(request["prestamos"])
        one: NewPrestamo = {**request}  # type: ignore[typeddict-item]  # the schema sees to it that all is there
        return self.prestamos.get(self._solicitar(one, None))

    def _solicitar_varios(self, requests: Sequence[NewPrestamo]) -> list[PrestamoRecord]:
        made, problems = [], {}
        for place, values in enumerate(requests):
            try:
                with self.session.begin_nested():
                    made.append(self._solicitar(values, None))
            except DomainError as problem:
                problems[str(place)] = problem
        if problems:
            raise _refused(problems)
        return [self.prestamos.get(one) for one in made]

    def renovar(self, prestamo_id: int, **values: Unpack[RenovacionRequest]) -> PrestamoRecord:
        """Enter the request of a loan that renews an open one: its rest is netted when it is disbursed."""
        old = self.prestamos.get_for_update(prestamo_id)
        self._exigir_renovable(old)
        request: NewPrestamo = {"cliente_id": old.cliente_id, **values}
        request.setdefault("avales", avales_de(self.session, old.id))
        return self.prestamos.get(self._solicitar(request, old))

    def update(self, prestamo_id: int, **changes: Unpack[PrestamoChanges]) -> PrestamoRecord:
        """Change the given values of a request and leave the others; its figures follow."""
        before = self.prestamos.get(prestamo_id)
        cliente = self._cliente(changes.get("cliente_id", before.cliente_id))
        prestamo = self.prestamos.get_for_update(prestamo_id)
        if prestamo.estado is not EstadoPrestamo.SOLICITUD:
            raise Conflict(f"Only a request can be changed; the loan is {prestamo.estado}.", code="transicion_invalida")
        if prestamo.prestamo_anterior_id is not None and cliente.id != prestamo.cliente_id:
            raise Invalid.field("cliente_id", "A renewal is of the same client.")
        terms = self._condiciones(changes.get("tipo_prestamo_id", prestamo.tipo_prestamo_id), prestamo)
        monto = changes.get("monto", prestamo.monto)
        avales = changes.get("avales", avales_de(self.session, prestamo_id))
        old = self._anterior(prestamo)
        quote = self._juzgado(cliente, terms, monto, avales, old, own_id=prestamo_id)
        given: Mapping[str, object] = changes
        own = {name: given[name] for name in ("cliente_id", "tipo_prestamo_id", "destino") if name in given}
        self.prestamos.change(prestamo, {**own, "grupo_id": cliente.grupo_id, **quote.valores()})
        if "avales" in changes:
            poner_avales(self.session, prestamo_id, avales)
        return self.prestamos.get(prestamo_id)

    def exigir_cambio_de_grupo(self, cliente_id: int) -> None:
        """Raise Conflict if a client has an open loan and the caller may not move borrowers to another group."""
        identity = self.context.identity
        if identity is None or identity.role in MANDOS or self.prestamos.find_open_of(cliente_id) is None:
            return
        message = "The client has an open loan: a supervisor gives them another group."
        raise Conflict(message, code="cliente_con_prestamo")

    def _solicitar(self, values: NewPrestamo, old: Prestamo | None) -> int:
        cliente, avales = self._cliente(values["cliente_id"]), values.get("avales", [])
        terms = self._condiciones(values["tipo_prestamo_id"], None)
        quote = self._juzgado(cliente, terms, values["monto"], avales, old)
        prestamo = Prestamo(
            cliente_id=cliente.id,
            grupo_id=cliente.grupo_id,
            tipo_prestamo_id=values["tipo_prestamo_id"],
            prestamo_anterior_id=None if old is None else old.id,
            destino=values.get("destino"),
            fecha_solicitud=self.today,
            solicitado_por_id=None if self.context.identity is None else self.context.identity.user_id,
            **quote.valores(),
        )
        self.prestamos.add(prestamo)
        poner_avales(self.session, prestamo.id, avales)
        return prestamo.id

    def _juzgado(
        self,
        cliente: Solicitante,
        terms: Condiciones,
        monto: Decimal,
        avales: Sequence[int],
        old: Prestamo | None,
        own_id: int | None = None,
    ) -> PrestamoCotizado:
        """The quote of a request, after all that speaks against it."""
        exigir_monto(terms, monto)
        if not cliente.activo:
            raise Conflict(f"The client is {cliente.estado}.", code="cliente_bloqueado")
        old_id = None if old is None else old.id
        owed = comprometido_de(self.session, cliente.id, sin=(old_id, own_id))
        exigir_limite_del_cliente(owed.total + monto, cliente.limite_credito)
        if self.prestamos.find_open_of(cliente.id, sin=old_id) is not None:
            raise Conflict("The client has an open loan.", code="cliente_con_prestamo")
        self.avales.exigir(cliente, avales, terms, sin=old_id)
        settled = ZERO if old is None else self.cotizaciones.liquidacion_de(old, self.today).total
        return self.cotizaciones.calcular(terms, monto, self.today, cliente.grupo_id, liquidacion=settled)

    def _cliente(self, cliente_id: int) -> Solicitante:
        """A client within the caller's scope, locked: their loans are decided one after the other."""
        found = bloquear_cliente(self.session, cliente_id)
        if found is None or not en_alcance(self.context, found):
            raise NotFound(f"Cliente {cliente_id} does not exist.")
        return found

    def _condiciones(self, tipo_prestamo_id: int, prestamo: Prestamo | None) -> Condiciones:
        """Terms of a type; Invalid for a closed one, unless the request is of it already."""
        tipo = self.tipos.get(tipo_prestamo_id)
        if not tipo.activo and (prestamo is None or prestamo.tipo_prestamo_id != tipo_prestamo_id):
            raise Invalid.field("tipo_prestamo_id", "This loan type is closed.")
        return self.tipos.condiciones(tipo)

    def _anterior(self, prestamo: Prestamo) -> Prestamo | None:
        return (
            None
            if prestamo.prestamo_anterior_id is None
            else self.session.get_one(Prestamo, prestamo.prestamo_anterior_id)
        )

    def _exigir_renovable(self, old: Prestamo) -> None:
        record, terms = self.prestamos.get(old.id), terminos_de(old.condiciones)
        exigir_renovable(record.estado, pagadas=record.semana_activa, para_renovar=terms.pagos_para_renovar)
        group = None if old.grupo_id is None else GrupoService(self.context).get(old.grupo_id)
        if group is not None and group.solidario and self.prestamos.somebody_is_late(group.id):
            raise Conflict("Somebody of the group, whose members answer for each other, is late.", code="no_renovable")


def _refused(problems: dict[str, DomainError]) -> DomainError:
    """Refusal of several requests: the kind and code of the first, with the errors of each by its place."""
    first = next(iter(problems.values()))
    errores = {
        place: {"code": one.code, "detail": one.message, "errors": one.errors} for place, one in problems.items()
    }
    return type(first)(
        f"{len(problems)} of the requests are refused; none is entered.", code=first.code, members={"errores": errores}
    )
