"""Schemas of loans."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate

from app.suites.credito.prestamos.models import LONGEST_REASON, SHORTEST_REASON
from app.suites.credito.prestamos.rules.cuotas import EstadoCuota, TipoCargo
from app.suites.credito.prestamos.rules.estados import EstadoPrestamo
from app.suites.credito.prestamos.rules.propuestas import TipoPropuesta
from app.suites.credito.prestamos.rules.reestructura import MAS_CUOTAS, TipoReestructura
from app.suites.credito.prestamos.rules.renovacion import MedioEntrega
from app.suites.credito.productos.schemas import TipoPrestamoSchema
from app.web.decimals import AmountBound, MoneyAmount
from app.web.fields import Day, EnumByValue, Id, Instant, Text, Whole
from app.web.query import ListQuery, Query, Search, SortBy
from app.web.schema import ResourceSchema, StrictSchema, WholeItems

MOST_REQUESTS = 100
MOST_AVALES = 10
MOST_WEEKS = 52
PRIMER_ANIO, ULTIMO_ANIO = 1970, 2100
"""Years of the days for which a loan is quoted."""
_REQUIRED = ("cliente_id", "tipo_prestamo_id", "monto")


class CondicionesSchema(TipoPrestamoSchema):
    """Terms of a loan: those of its type when it was approved."""

    class Meta(TipoPrestamoSchema.Meta):
        exclude = ("id", "nombre", "activo", "porcentaje_pago", "cat", "created_at", "updated_at")


class AvalIds(fields.List[int]):
    """Ids of the guarantors of a loan."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Id(), validate=validate.Length(max=MOST_AVALES), **options)


class CuotaCotizadaSchema(Schema):
    """An installment of a quote."""

    numero = fields.Integer(dump_only=True)
    fecha_original = fields.Date(dump_only=True)
    fecha_vencimiento = fields.Date(dump_only=True)
    monto = fields.Decimal(dump_only=True)
    capital = fields.Decimal(dump_only=True)
    interes = fields.Decimal(dump_only=True)
    iva = fields.Decimal(dump_only=True)


class CuotaSchema(CuotaCotizadaSchema):
    """An installment of a loan."""

    pagado = fields.Decimal(dump_only=True)
    condonado = fields.Decimal(dump_only=True)
    saldo = fields.Decimal(dump_only=True)
    estado = EnumByValue(EstadoCuota, dump_only=True)
    fecha_pagada = fields.Date(dump_only=True, allow_none=True)


class CargoSchema(Schema):
    """A charge of a loan."""

    id = fields.Integer(dump_only=True)
    prestamo_id = Id(dump_only=True)
    tipo = EnumByValue(TipoCargo, dump_only=True)
    cuota_numero = fields.Integer(dump_only=True, allow_none=True)
    falta_id = Id(dump_only=True, allow_none=True)
    fecha = fields.Date(dump_only=True)
    monto = fields.Decimal(dump_only=True)
    iva = fields.Decimal(dump_only=True)
    pagado = fields.Decimal(dump_only=True)
    condonado = fields.Decimal(dump_only=True)
    motivo = fields.String(dump_only=True, allow_none=True)


class PrestamoSchema(ResourceSchema):
    """A loan; amounts are in pesos."""

    id = fields.Integer(dump_only=True)
    folio = fields.String(dump_only=True)
    cliente_id = Id(required=True)
    cliente = fields.String(dump_only=True)
    grupo_id = Id(dump_only=True, allow_none=True)
    tipo_prestamo_id = Id(required=True)
    monto = MoneyAmount(required=True)
    avales = AvalIds()
    estado = EnumByValue(EstadoPrestamo, dump_only=True)
    prestamo_anterior_id = Id(dump_only=True, allow_none=True)
    renovacion = fields.Boolean(dump_only=True)
    destino = Text(500, allow_none=True)
    motivo = fields.String(dump_only=True, allow_none=True)
    fecha_solicitud = fields.Date(dump_only=True)
    fecha_aprobacion = fields.Date(dump_only=True, allow_none=True)
    fecha_desembolso = fields.Date(dump_only=True, allow_none=True)
    primera_fecha = fields.Date(dump_only=True, allow_none=True)
    fecha_vencimiento = fields.Date(dump_only=True, allow_none=True)
    condiciones = fields.Nested(CondicionesSchema, dump_only=True, attribute="terminos")
    interes_total = fields.Decimal(dump_only=True)
    iva_total = fields.Decimal(dump_only=True)
    total_a_pagar = fields.Decimal(dump_only=True)
    cuota = fields.Decimal(dump_only=True)
    numero_pagos = fields.Integer(dump_only=True)
    cat = fields.Decimal(dump_only=True, allow_none=True)
    comision = fields.Decimal(dump_only=True)
    seguro = fields.Decimal(dump_only=True)
    saldo_anterior = fields.Decimal(dump_only=True)
    monto_entregado = fields.Decimal(dump_only=True)
    medio_entrega = EnumByValue(MedioEntrega, dump_only=True, allow_none=True)
    entregado_por_id = Id(dump_only=True, allow_none=True)
    solicitado_por_id = Id(dump_only=True, allow_none=True)
    aprobado_por_id = Id(dump_only=True, allow_none=True)
    corte_id = Id(dump_only=True, allow_none=True)
    saldo = fields.Decimal(dump_only=True)
    saldo_capital = fields.Decimal(dump_only=True)
    saldo_interes = fields.Decimal(dump_only=True)
    saldo_cargos = fields.Decimal(dump_only=True)
    saldo_a_favor = fields.Decimal(dump_only=True)
    pagado = fields.Decimal(dump_only=True)
    vencido = fields.Decimal(dump_only=True)
    dias_atraso = fields.Integer(dump_only=True)
    faltas = fields.Integer(dump_only=True)
    semana_activa = fields.Integer(dump_only=True)
    semanas_que_debe = fields.Integer(dump_only=True)
    adelanto = fields.Decimal(dump_only=True)
    reestructurado = fields.Boolean(dump_only=True)
    fecha_castigo = fields.Date(dump_only=True, allow_none=True)
    saldo_castigado = fields.Decimal(dump_only=True)
    recuperado = fields.Decimal(dump_only=True)
    created_at = Instant()
    updated_at = Instant()


class PropuestaSchema(Schema):
    """A proposal that waits for another person."""

    id = fields.Integer(dump_only=True)
    tipo = EnumByValue(TipoPropuesta, dump_only=True)
    datos = fields.Dict(keys=fields.String(), values=fields.String(), dump_only=True)
    motivo = fields.String(dump_only=True)
    fecha = fields.Date(dump_only=True)
    propuesta_por_id = Id(dump_only=True)


class PrestamoDetalleSchema(PrestamoSchema):
    """A loan with its installments, charges and pending proposals."""

    cuotas = fields.List(fields.Nested(CuotaSchema), dump_only=True)
    cargos = fields.List(fields.Nested(CargoSchema), dump_only=True)
    propuestas = fields.List(fields.Nested(PropuestaSchema), dump_only=True)


class SolicitudSchema(StrictSchema):
    """The request of a loan."""

    cliente_id = Id(required=True)
    tipo_prestamo_id = Id(required=True)
    monto = MoneyAmount(required=True)
    avales = AvalIds()
    destino = Text(500, allow_none=True)


class SolicitudesSchema(StrictSchema):
    """The request of a loan, or up to 100 of them in `prestamos`, of which all are entered or none."""

    cliente_id = Id()
    tipo_prestamo_id = Id()
    monto = MoneyAmount()
    avales = AvalIds()
    destino = Text(500, allow_none=True)
    prestamos = WholeItems(
        fields.Nested(SolicitudSchema), allow_none=True, validate=validate.Length(min=1, max=MOST_REQUESTS)
    )

    def conditions(self, members: Mapping[str, Any]) -> list[dict[str, Any]]:
        several = {"type": "object", "properties": {"prestamos": {"type": "array"}}, "required": ["prestamos"]}
        own = {name: members[name] for name in _REQUIRED}
        one = {
            "type": "object",
            "properties": {**own, "prestamos": {"type": "null"}},
            "required": list(_REQUIRED),
        }
        return [{"anyOf": [several, one]}]

    def after_load(self, data: dict[str, Any]) -> dict[str, Any]:
        if data.get("prestamos") is not None:
            if beside := data.keys() - {"prestamos"}:
                raise ValidationError({name: ["Stands in the items of `prestamos`."] for name in sorted(beside)})
            return data
        missing = {name: ["Missing data for required field."] for name in _REQUIRED if name not in data}
        if missing:
            raise ValidationError(missing)
        return {name: value for name, value in data.items() if name != "prestamos"}


class RenovacionSchema(StrictSchema):
    """A loan that renews another one of the same client; guarantors are those of the old one unless others are sent."""

    tipo_prestamo_id = Id(required=True)
    monto = MoneyAmount(required=True)
    avales = AvalIds()
    destino = Text(500, allow_none=True)


def _dia_cotizable(day: date) -> None:
    if not PRIMER_ANIO <= day.year <= ULTIMO_ANIO:
        raise ValidationError(f"Must lie between {PRIMER_ANIO} and {ULTIMO_ANIO}.")


class CotizarSchema(StrictSchema):
    """A loan to quote."""

    tipo_prestamo_id = Id(required=True)
    monto = MoneyAmount(required=True)
    fecha_desembolso = Day(validate=_dia_cotizable)
    grupo_id = Id(allow_none=True)
    renueva_id = Id(allow_none=True)


class CotizacionSchema(Schema):
    """A quote: schedule, totals, CAT, and what would be handed over."""

    monto = fields.Decimal(dump_only=True)
    cuotas = fields.List(fields.Nested(CuotaCotizadaSchema), dump_only=True)
    interes_total = fields.Decimal(dump_only=True)
    iva_total = fields.Decimal(dump_only=True)
    total_a_pagar = fields.Decimal(dump_only=True)
    cuota = fields.Decimal(dump_only=True)
    numero_pagos = fields.Integer(dump_only=True)
    primera_fecha = fields.Date(dump_only=True)
    fecha_vencimiento = fields.Date(dump_only=True)
    cat = fields.Decimal(dump_only=True, allow_none=True)
    comision = fields.Decimal(dump_only=True)
    seguro = fields.Decimal(dump_only=True)
    saldo_anterior = fields.Decimal(dump_only=True)
    monto_entregado = fields.Decimal(dump_only=True)
    condiciones = fields.Nested(CondicionesSchema, dump_only=True)


class LiquidacionCotizadaSchema(Schema):
    """Amount that settles a loan on a day."""

    fecha = fields.Date(dump_only=True)
    capital = fields.Decimal(dump_only=True)
    interes = fields.Decimal(dump_only=True)
    iva = fields.Decimal(dump_only=True)
    cargos = fields.Decimal(dump_only=True, metadata={"description": "Charges, with IVA", "example": 0})
    saldo_a_favor = fields.Decimal(dump_only=True)
    bonificacion = fields.Decimal(dump_only=True)
    total = fields.Decimal(dump_only=True, metadata={"description": "Amount to pay", "example": 2700})


class LiquidacionQuery(Query):
    """Query of the quote of a settlement."""

    fecha = Day()


class MotivoSchema(StrictSchema):
    """The reason of an act."""

    motivo = Text(LONGEST_REASON, required=True, checks=(validate.Length(min=SHORTEST_REASON),))


_TERMS: Mapping[TipoReestructura, tuple[str, ...]] = MappingProxyType(
    {
        TipoReestructura.PRORROGA: ("semanas",),
        TipoReestructura.RECALENDARIZAR: ("numero_pagos", "primera_fecha"),
        TipoReestructura.QUITA: ("monto",),
    }
)
"""Terms of each kind of restructure."""


class ReestructurarSchema(MotivoSchema):
    """A restructure: `semanas` of a prorroga, `numero_pagos` and `primera_fecha` of another schedule, or `monto`."""

    class Meta(StrictSchema.Meta):
        whole_example: ClassVar[dict[str, Any]] = {"tipo": "prorroga", "semanas": 2, "motivo": "Se enfermó"}

    tipo = EnumByValue(TipoReestructura, required=True)
    semanas = Whole(1, MOST_WEEKS, allow_none=True)
    numero_pagos = Whole(1, MAS_CUOTAS, allow_none=True)
    primera_fecha = Day(allow_none=True)
    monto = MoneyAmount(allow_none=True)

    def conditions(self, members: Mapping[str, Any]) -> list[dict[str, Any]]:
        kinds = [
            {
                "type": "object",
                "properties": {"tipo": {"enum": [kind.value]}, **{name: members[name] for name in terms}},
                "required": ["tipo", *terms],
            }
            for kind, terms in _TERMS.items()
        ]
        return [{"anyOf": kinds}]

    def after_load(self, data: dict[str, Any]) -> dict[str, Any]:
        terms = _TERMS[data["tipo"]]
        data = {name: value for name, value in data.items() if value is not None}
        if missing := [name for name in terms if name not in data]:
            raise ValidationError({name: ["Missing data for required field."] for name in missing})
        if others := data.keys() - {"tipo", "motivo", *terms}:
            raise ValidationError({name: [f"Is no term of a {data['tipo']}."] for name in sorted(others)})
        return data


class CondonarSchema(MotivoSchema):
    """Amount of a charge to forgive, all that is left of it without one, and the reason."""

    monto = MoneyAmount()


class AprobarSchema(StrictSchema):
    """The approval of a request."""

    motivo = Text(LONGEST_REASON, allow_none=True, checks=(validate.Length(min=SHORTEST_REASON),))


class DesembolsarSchema(StrictSchema):
    """Way and day of a disbursement; `monto_entregado` is compared with what it comes to."""

    medio = EnumByValue(MedioEntrega, required=True)
    fecha = Day()
    monto_entregado = AmountBound()


class NuevoAvalSchema(StrictSchema):
    """Another guarantor of an open loan."""

    cliente_id = Id(required=True)


class ValidarAvalesSchema(StrictSchema):
    """Guarantors to judge."""

    cliente_id = Id(required=True)
    avales = AvalIds(required=True)
    tipo_prestamo_id = Id(required=True)


class DictamenSchema(Schema):
    """Judgement of guarantors: codes, each with the id that it is about after a colon."""

    valido = fields.Boolean(dump_only=True)
    errores = fields.List(fields.String(), dump_only=True)
    avisos = fields.List(fields.String(), dump_only=True)


class PrestamoListQuery(ListQuery):
    """Query of the list of loans."""

    sort = SortBy(
        *("id", "folio", "monto", "saldo", "fecha_solicitud", "fecha_desembolso", "fecha_vencimiento"),
        *("vence_mas_antiguo", "created_at", "updated_at"),
    )
    estado = EnumByValue(EstadoPrestamo)
    cliente_id = Id()
    aval_id = Id()
    grupo_id = Id()
    ruta_id = Id()
    cobrador_id = Id()
    tipo_prestamo_id = Id()
    atraso_desde = Whole(0, 100_000)
    atraso_hasta = Whole(0, 100_000)
    vence_desde = Day()
    vence_hasta = Day()
    propuesta = EnumByValue(TipoPropuesta)
    q = Search("folios and names of clients")
