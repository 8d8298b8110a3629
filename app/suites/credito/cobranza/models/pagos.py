"""Payments as they are shown."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.suites.credito.cobranza.rules.valores import (
    Aplicado,
    Duda,
    EstadoPago,
    MetodoPago,
    OrigenPago,
    Pagador,
    Senal,
)


class PagoRecord(NamedTuple):
    """A payment."""

    id: int
    recibo: str
    prestamo_id: int | None
    prestamo_enviado_id: int | None
    fecha: date
    registrado_en: datetime
    monto: Decimal
    metodo: MetodoPago
    origen: OrigenPago
    pagador: Pagador
    pagador_id: int | None
    cobrador_id: int | None
    local_id: UUID | None
    dispositivo: str | None
    lat: Decimal | None
    lng: Decimal | None
    precision: Decimal | None
    estado: EstadoPago
    duda: Duda | None
    senales: list[str]
    corte_id: int | None
    reverso_corte_id: int | None
    capital: Decimal
    interes: Decimal
    iva: Decimal
    cargos: Decimal
    iva_cargos: Decimal
    a_favor: Decimal
    saldo_despues: Decimal | None
    recuperacion: bool
    reversado_en: datetime | None
    reversado_por_id: int | None
    resuelto_en: datetime | None
    resuelto_por_id: int | None
    motivo: str | None
    notas: str | None
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def aplicado(self) -> Aplicado:
        """Use of the payment."""
        return Aplicado(self.capital, self.interes, self.iva, self.cargos, self.iva_cargos, self.a_favor)

    @property
    def lejos(self) -> bool:
        """Whether it was taken far from the home of the client."""
        return Senal.LEJOS in self.senales
