"""Expenses of cuts, and cash from the office."""

from datetime import date
from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from app.core.files.service import AttachedFiles, Download, KeptFile
from app.infra.context import Context
from app.kernel.errors import Conflict, Invalid, NotFound
from app.manifest import ADMIN
from app.suites.credito import CAJERO
from app.suites.credito.caja.models import Entrega, EntregaRecord, Gasto, GastoRecord
from app.suites.credito.caja.queries.lineas import EntregaRepository, GastoRepository
from app.suites.credito.caja.rules.cortes import EstadoEntrega
from app.suites.credito.caja.service.cortes import CajaService
from app.suites.credito.diario.rules import Cuenta, debe, efectivo, haber
from app.suites.credito.diario.service import Diario
from app.suites.credito.equipo.service import hoy

GASTOS, ENTREGAS = "credito.gastos", "credito.entregas"
"""Origins in the journal."""
DOMAIN = "credito.caja"
"""Name under which the receipts of expenses are kept."""


class NewGasto(TypedDict):
    """The values of a new expense; by default of today."""

    concepto: str
    monto: Decimal
    fecha: NotRequired[date]
    notas: NotRequired[str | None]
    comprobante_id: NotRequired[int | None]


class NewEntrega(TypedDict):
    """The amount of cash from the office."""

    monto: Decimal


class GastoService:
    """Enters expenses of one's own open cut, and takes them back."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.caja = CajaService(context)
        self.gastos = GastoRepository(context.session)
        self.files = AttachedFiles(context, DOMAIN)
        self.diario = Diario(context)

    def get(self, corte_id: int, gasto_id: int) -> GastoRecord:
        """One expense of a cut."""
        self.caja.cortes.get(corte_id)
        return self.gastos.get_below(gasto_id, corte_id=corte_id)

    def registrar(self, corte_id: int, **values: Unpack[NewGasto]) -> GastoRecord:
        """Enter an expense that was paid out of one's open cut."""
        corte, today = self.caja.bloquear_propio(corte_id), hoy(self.context)
        day = values.get("fecha", today)
        if not corte.desde <= day <= today:
            raise Invalid.field("fecha", f"Must be between {corte.desde} and {today}.")
        if (file_id := values.get("comprobante_id")) is not None:
            self.files.attach_by_id(file_id, "comprobante_id")
        gasto = self.gastos.add(Gasto(**{**values, "corte_id": corte_id, "fecha": day}))
        cash = efectivo(self.caja.titular_de(corte).clave)
        lines = (debe(Cuenta.GASTOS, gasto.monto), haber(cash, gasto.monto))
        self.diario.asentar(day, "gasto", GASTOS, gasto.id, lines, detalle=gasto.concepto)
        return self.gastos.get(gasto.id)

    def borrar(self, corte_id: int, gasto_id: int) -> None:
        """Take an expense of one's open cut back."""
        self.caja.bloquear_propio(corte_id)
        gasto = self.gastos.get_below_for_update(gasto_id, corte_id=corte_id)
        file_id = gasto.comprobante_id
        self.diario.revertir(hoy(self.context), "gasto", GASTOS, gasto.id)
        self.gastos.delete(gasto)
        if file_id is not None:
            self.files.release_by_id(file_id)

    def comprobante(self, corte_id: int, gasto_id: int) -> Download:
        """The receipt of an expense of a cut."""
        file_id = self.get(corte_id, gasto_id).comprobante_id
        if file_id is None:
            raise NotFound("The expense has no receipt.")
        return self.files.download_attached(file_id)


class EntregaService:
    """Gives cash of the office to people; it counts from when they accept it."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.caja = CajaService(context)
        self.entregas = EntregaRepository(context.session)

    def dar(self, corte_id: int, **values: Unpack[NewEntrega]) -> EntregaRecord:
        """Give cash of the office for the open cut of another person."""
        gives_to_all = self.caja.role in {ADMIN, CAJERO}
        found = (self.caja.todos if gives_to_all else self.caja.cortes).get(corte_id)
        self.caja.exigir_ajeno(found)
        self.caja.bloquear_abierto(corte_id)
        identity = self.context.identity
        user_id = None if identity is None else identity.user_id
        given = Entrega(corte_id=corte_id, monto=values["monto"], entregada_por_id=user_id)
        return self.entregas.get(self.entregas.add(given).id)

    def get(self, corte_id: int, entrega_id: int) -> EntregaRecord:
        """Cash of the office for a cut within the caller's view."""
        self.caja.cortes.get(corte_id)
        return self.entregas.get_below(entrega_id, corte_id=corte_id)

    def aceptar(self, corte_id: int, entrega_id: int) -> EntregaRecord:
        """Accept cash of the office for one's own open cut."""
        corte = self.caja.bloquear_propio(corte_id)
        entrega = self.entregas.get_below_for_update(entrega_id, corte_id=corte_id)
        if entrega.estado is not EstadoEntrega.PENDIENTE:
            raise Conflict(f"It is {entrega.estado}.", code="entrega_no_pendiente")
        self.entregas.change(entrega, {"estado": EstadoEntrega.ACEPTADA, "aceptada_en": self.context.clock.now()})
        cash = efectivo(self.caja.titular_de(corte).clave)
        lines = (debe(cash, entrega.monto), haber(Cuenta.CAJA_OFICINA, entrega.monto))
        Diario(self.context).asentar(hoy(self.context), "entrega", ENTREGAS, entrega.id, lines)
        return self.entregas.get(entrega_id)


def may_read_file(context: Context, file: KeptFile) -> bool:
    """Whether the caller may see the cut of the expense whose receipt a file is."""
    identity = context.identity
    if identity is None or not identity.may("credito.cortes:read"):
        return False
    corte_id = GastoRepository(context.session).cut_with_file(file.id)
    return corte_id is not None and CajaService(context).ve(corte_id)
