"""Documents of a loan: statement, payment card and contract summary."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.infra.context import Context
from app.infra.queries.records import Item
from app.kernel.errors import Conflict
from app.kernel.paging import PageRequest, Sort
from app.suites.credito.cobranza.models import FaltaRecord, PagoRecord
from app.suites.credito.cobranza.queries.documentos import Firmante, GrupoDe, firmantes, grupo_de
from app.suites.credito.cobranza.rules.estado_cuenta import Asiento, Movimiento, TipoMovimiento, movimientos
from app.suites.credito.cobranza.service.faltas import FaltaService
from app.suites.credito.cobranza.service.lectura import PagoReader
from app.suites.credito.equipo.service import hoy
from app.suites.credito.prestamos.rules.estados import ABIERTOS, EstadoPrestamo
from app.suites.credito.prestamos.rules.etiquetas import ETIQUETAS
from app.suites.credito.prestamos.rules.liquidacion import CotizacionLiquidacion
from app.suites.credito.prestamos.rules.pagos import EstadoPago
from app.suites.credito.prestamos.service import (
    CargoRecord,
    CotizacionService,
    CuotaRecord,
    PrestamoReader,
    PrestamoRecord,
)
from app.suites.credito.productos.service import TipoPrestamoService

_ALL = PageRequest(sort=(Sort("id"),)).unpaged()
_SIN_APROBAR = frozenset({EstadoPrestamo.SOLICITUD, EstadoPrestamo.RECHAZADO, EstadoPrestamo.CANCELADO})


@dataclass(frozen=True, slots=True)
class Documento:
    """A loan with the people whose names its documents have."""

    prestamo: PrestamoRecord
    tipo: str
    cuotas: Sequence[CuotaRecord]
    cargos: Sequence[CargoRecord]
    cliente: Firmante
    avales: Sequence[Firmante]
    grupo: GrupoDe | None
    hoy: date
    pagos: Sequence[PagoRecord] = ()
    faltas: Sequence[FaltaRecord] = ()
    liquidacion: CotizacionLiquidacion | None = None
    movimientos: Sequence[Movimiento] = ()

    @property
    def item(self) -> Item[PrestamoRecord]:
        """The statement as JSON has it."""
        cuotas = [
            {**one._asdict(), "saldo": one.vigente.saldo, "estado": one.vigente.estado(self.hoy)} for one in self.cuotas
        ]
        beside: Mapping[str, object] = {
            "fecha": self.hoy,
            "tipo_prestamo": self.tipo,
            "grupo": None if self.grupo is None else self.grupo.nombre,
            "cuotas": cuotas,
            "cargos": self.cargos,
            "pagos": self.pagos,
            "semanas_con_falta": self.faltas,
            "liquidacion": self.liquidacion,
            "movimientos": self.movimientos,
            "moneda": "MXN",
        }
        return Item(self.prestamo, beside)


class DocumentoService:
    """Reads what the documents of a loan have."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.today = hoy(context)

    def estado_cuenta(self, prestamo_id: int) -> Documento:
        """The statement of a loan today: its movements, schedule, and what settles it."""
        found = self._documento(prestamo_id)
        pagos = list(PagoReader(self.context).page(_ALL, prestamo_id=prestamo_id).items)
        faltas = list(FaltaService(self.context).page(_ALL, prestamo_id=prestamo_id).items)
        quote = CotizacionService(self.context).liquidacion(prestamo_id) if found.prestamo.estado in ABIERTOS else None
        lines = list(movimientos(_asientos(found, pagos)))
        return replace(found, pagos=pagos, faltas=faltas, liquidacion=quote, movimientos=lines)

    def tarjeta(self, prestamo_id: int) -> Documento:
        """The payment card of a loan that was handed over: its schedule as it is stored."""
        found = self._documento(prestamo_id)
        if not found.cuotas:
            raise Conflict("The loan has no schedule before it is handed over.", code="prestamo_sin_desembolsar")
        return found

    def contrato(self, prestamo_id: int) -> Documento:
        """The summary of the contract of an approved loan."""
        found = self._documento(prestamo_id)
        if found.prestamo.estado in _SIN_APROBAR:
            raise Conflict(f"The loan is {found.prestamo.estado}.", code="prestamo_sin_aprobar")
        return found

    def _documento(self, prestamo_id: int) -> Documento:
        record, extra = PrestamoReader(self.context).con_renglones(prestamo_id)
        people = firmantes(self.context.session, [record.cliente_id, *record.avales])
        group = None if record.grupo_id is None else grupo_de(self.context.session, record.grupo_id, self.today)
        return Documento(
            prestamo=record,
            tipo=TipoPrestamoService(self.context).get(record.tipo_prestamo_id).nombre,
            cuotas=extra.cuotas,
            cargos=extra.cargos,
            cliente=people[record.cliente_id],
            avales=[people[one] for one in record.avales],
            grupo=group,
            hoy=self.today,
        )


def _asientos(documento: Documento, pagos: Sequence[PagoRecord]) -> Iterator[Asiento]:
    """Movements of a loan; what was forgiven of it comes last."""
    valid = [one for one in pagos if one.estado is EstadoPago.VALIDO]
    if documento.prestamo.fecha_desembolso is not None:
        owed = sum((one.monto for one in documento.cuotas), Decimal(0))
        yield Asiento(documento.prestamo.fecha_desembolso, TipoMovimiento.DESEMBOLSO, cargo=owed)
    for cargo in documento.cargos:
        of_kind = ETIQUETAS["tipo_cargo"][cargo.tipo]
        yield Asiento(cargo.fecha, TipoMovimiento.CARGO, cargo=cargo.monto + cargo.iva, referencia=of_kind)
        yield Asiento(cargo.fecha, TipoMovimiento.BONIFICACION, abono=cargo.condonado, referencia=of_kind)
    for pago in valid:
        yield Asiento(pago.fecha, TipoMovimiento.PAGO, abono=pago.monto - pago.a_favor, referencia=pago.recibo)
    forgiven = sum((one.condonado for one in documento.cuotas), Decimal(0))
    last = max((one.fecha for one in valid), default=documento.hoy)
    yield Asiento(last, TipoMovimiento.BONIFICACION, abono=forgiven)
