"""Service of loan types."""

from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from app.infra.context import Context
from app.kernel.paging import Page, PageRequest
from app.suites.credito.productos.models import TipoPrestamo, TipoPrestamoRecord, condiciones_de
from app.suites.credito.productos.queries import TipoPrestamoFilter, TipoPrestamoRepository
from app.suites.credito.productos.rules.condiciones import (
    BaseDias,
    ComisionModo,
    Condiciones,
    Frecuencia,
    Liquidacion,
    Metodo,
    ModoRedondeo,
    MoraTipo,
    OrdenAplicacion,
    require_valid,
)
from app.suites.credito.productos.rules.cotizacion import cat_de_tipo


class TipoPrestamoChanges(TypedDict, total=False):
    """The values of a loan type that may be changed."""

    nombre: str
    metodo: Metodo
    frecuencia: Frecuencia
    numero_pagos: int
    interes: Decimal | None
    tasa_anual: Decimal | None
    base_dias: BaseDias
    redondeo: Decimal
    modo_redondeo: ModoRedondeo
    iva: Decimal
    comision: Decimal
    comision_modo: ComisionModo
    seguro: Decimal
    gracia_capital: int
    gracia_mora: int | None
    mora_tipo: MoraTipo
    mora_valor: Decimal
    incumplimientos_tolerados: int
    limite_penalizaciones: int | None
    orden_aplicacion: OrdenAplicacion
    liquidacion: Liquidacion
    monto_minimo: Decimal | None
    monto_maximo: Decimal | None
    avales_requeridos: int
    maximo_avalados: int
    pagos_para_renovar: int
    activo: bool


class NewTipoPrestamo(TypedDict):
    """The values of a new loan type; terms that are not given are those of `Condiciones`."""

    nombre: str
    metodo: Metodo
    frecuencia: Frecuencia
    numero_pagos: int
    interes: NotRequired[Decimal | None]
    tasa_anual: NotRequired[Decimal | None]
    base_dias: NotRequired[BaseDias]
    redondeo: NotRequired[Decimal]
    modo_redondeo: NotRequired[ModoRedondeo]
    iva: NotRequired[Decimal]
    comision: NotRequired[Decimal]
    comision_modo: NotRequired[ComisionModo]
    seguro: NotRequired[Decimal]
    gracia_capital: NotRequired[int]
    gracia_mora: NotRequired[int | None]
    mora_tipo: NotRequired[MoraTipo]
    mora_valor: NotRequired[Decimal]
    incumplimientos_tolerados: NotRequired[int]
    limite_penalizaciones: NotRequired[int | None]
    orden_aplicacion: NotRequired[OrdenAplicacion]
    liquidacion: NotRequired[Liquidacion]
    monto_minimo: NotRequired[Decimal | None]
    monto_maximo: NotRequired[Decimal | None]
    avales_requeridos: NotRequired[int]
    maximo_avalados: NotRequired[int]
    pagos_para_renovar: NotRequired[int]
    activo: NotRequired[bool]


class TipoPrestamoFilters(TypedDict, total=False):
    """The criteria of a list of loan types."""

    q: str
    metodo: Metodo
    frecuencia: Frecuencia
    activo: bool


class TipoPrestamoService:
    """Creates, changes and deletes loan types."""

    def __init__(self, context: Context) -> None:
        self.tipos = TipoPrestamoRepository(context.session)

    def get(self, tipo_id: int) -> TipoPrestamoRecord:
        """One loan type."""
        return self.tipos.get(tipo_id)

    def condiciones(self, tipo: TipoPrestamoRecord) -> Condiciones:
        """The terms of a loan type."""
        return condiciones_de(tipo)

    def page(self, request: PageRequest, **filters: Unpack[TipoPrestamoFilters]) -> Page[TipoPrestamoRecord]:
        """One page of loan types."""
        return self.tipos.page(TipoPrestamoFilter(**filters), request)

    def create(self, **values: Unpack[NewTipoPrestamo]) -> TipoPrestamo:
        """Create a loan type."""
        terms = Condiciones.of(values)
        require_valid(terms)
        return self.tipos.add(TipoPrestamo(**{**values, **terms.values(), **_computed(terms)}))

    def update(self, tipo_id: int, **changes: Unpack[TipoPrestamoChanges]) -> TipoPrestamo:
        """Change the given values and leave the others; loans that were approved keep their terms."""
        tipo = self.tipos.get_for_update(tipo_id)
        terms = condiciones_de(tipo).changed(changes)
        require_valid(terms)
        return self.tipos.change(tipo, {**changes, **_computed(terms)})

    def delete(self, tipo_id: int) -> None:
        """Delete a loan type that never had a loan."""
        self.tipos.delete(self.tipos.get_for_update(tipo_id))


def _computed(terms: Condiciones) -> dict[str, Decimal | None]:
    """Values that follow from the terms, as they are stored."""
    return {"porcentaje_pago": terms.porcentaje_pago, "cat": cat_de_tipo(terms)}


def violations(context: Context) -> list[str]:
    """Loan types whose stored figures are not those of their terms."""
    found = []
    for tipo in TipoPrestamoRepository(context.session).all():
        expected = _computed(condiciones_de(tipo))
        if expected != {"porcentaje_pago": tipo.porcentaje_pago, "cat": tipo.cat}:
            found.append(f"Loan type {tipo.id} has porcentaje_pago and cat that its terms do not give.")
    return found
