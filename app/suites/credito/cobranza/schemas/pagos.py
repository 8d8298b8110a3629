"""Schemas of payments and of the sheets of groups."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.suites.credito.cobranza.rules.recibos import LONGEST_DISPOSITIVO, LONGEST_RECIBO
from app.suites.credito.cobranza.rules.resolucion import Resolucion
from app.suites.credito.equipo.rules import LONGEST_MOTIVO, SHORTEST_MOTIVO
from app.suites.credito.equipo.schemas import GrupoSchema
from app.suites.credito.prestamos.rules.pagos import Duda, EstadoPago, MetodoPago, OrigenPago, Pagador
from app.web.decimals import AmountBound, Latitude, Longitude, Metres, MoneyAmount
from app.web.fields import Day, EnumByValue, Flag, Id, Instant, Text, Uuid
from app.web.query import ListQuery, Query, SortBy
from app.web.schema import ResourceSchema, StrictSchema, WholeItems

A_MANO = (MetodoPago.EFECTIVO, MetodoPago.TRANSFERENCIA, MetodoPago.DEPOSITO, MetodoPago.SEGURO)
"""Ways to pay that people enter; a renewal pays by itself."""
MOST_RENGLONES = 200


class AplicadoSchema(Schema):
    """Use of a payment."""

    capital = fields.Decimal(dump_only=True)
    interes = fields.Decimal(dump_only=True)
    iva = fields.Decimal(dump_only=True)
    cargos = fields.Decimal(dump_only=True)
    a_favor = fields.Decimal(dump_only=True)


class PagoSchema(ResourceSchema):
    """A payment; only its notes ever change by hand."""

    id = fields.Integer(dump_only=True)
    recibo = fields.String(dump_only=True)
    prestamo_id = Id(dump_only=True, allow_none=True)
    prestamo_enviado_id = Id(dump_only=True, allow_none=True)
    fecha = fields.Date(dump_only=True)
    registrado_en = Instant()
    monto = fields.Decimal(dump_only=True)
    metodo = EnumByValue(MetodoPago, dump_only=True)
    origen = EnumByValue(OrigenPago, dump_only=True)
    pagador = EnumByValue(Pagador, dump_only=True)
    pagador_id = Id(dump_only=True, allow_none=True)
    cobrador_id = Id(dump_only=True, allow_none=True)
    local_id = Uuid(dump_only=True, allow_none=True)
    dispositivo = fields.String(dump_only=True, allow_none=True)
    lat = fields.Decimal(dump_only=True, allow_none=True)
    lng = fields.Decimal(dump_only=True, allow_none=True)
    precision = fields.Decimal(dump_only=True, allow_none=True)
    estado = EnumByValue(EstadoPago, dump_only=True)
    duda = EnumByValue(Duda, dump_only=True, allow_none=True)
    senales = fields.List(fields.String(), dump_only=True)
    lejos = fields.Boolean(dump_only=True)
    corte_id = Id(dump_only=True, allow_none=True)
    aplicado = fields.Nested(AplicadoSchema, dump_only=True)
    recuperacion = fields.Boolean(dump_only=True)
    saldo_despues = fields.Decimal(dump_only=True, allow_none=True)
    reversado_en = Instant(allow_none=True)
    reversado_por_id = Id(dump_only=True, allow_none=True)
    reverso_corte_id = Id(dump_only=True, allow_none=True)
    resuelto_en = Instant(allow_none=True)
    resuelto_por_id = Id(dump_only=True, allow_none=True)
    motivo = fields.String(dump_only=True, allow_none=True)
    notas = Text(10_000, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class PagoPorRevisarSchema(PagoSchema):
    """A payment that waits, with the open loan that it may be for."""

    prestamo_sugerido_id = Id(dump_only=True, allow_none=True)


class Recibo(Text):
    """A receipt."""

    def __init__(self, **options: Any) -> None:
        super().__init__(LONGEST_RECIBO, blank=False, **options)


class NuevoPagoSchema(StrictSchema):
    """A payment to enter."""

    prestamo_id = Id(required=True)
    monto = MoneyAmount(required=True)
    metodo = EnumByValue(MetodoPago, type_name="MetodoDePago", among=A_MANO)
    fecha = Day()
    pagador = EnumByValue(Pagador)
    pagador_id = Id(allow_none=True)
    recibo = Recibo()
    local_id = Uuid()
    dispositivo = Text(LONGEST_DISPOSITIVO, blank=False)
    confirmar_duplicado = Flag()
    lat = Latitude(allow_none=True)
    lng = Longitude(allow_none=True)
    precision = Metres(allow_none=True)
    notas = Text(10_000, allow_none=True)


class PagoListQuery(ListQuery):
    """Query of the list of payments."""

    sort = SortBy("id", "fecha", "monto", "registrado_en", "created_at", "updated_at")
    prestamo_id = Id()
    cliente_id = Id()
    grupo_id = Id()
    cobrador_id = Id()
    estado = EnumByValue(EstadoPago)
    metodo = EnumByValue(MetodoPago)
    desde = Day()
    hasta = Day()


class PagosDePrestamoQuery(ListQuery):
    """Query of the list of the payments of a loan."""

    sort = SortBy("id", "fecha", "monto", "registrado_en", "created_at", "updated_at")
    estado = EnumByValue(EstadoPago)
    metodo = EnumByValue(MetodoPago)
    desde = Day()
    hasta = Day()


class PorRevisarQuery(ListQuery):
    """Query of the list of payments that wait."""

    sort = SortBy("id", "fecha", "monto", "registrado_en", "created_at", "updated_at")
    prestamo_id = Id()
    grupo_id = Id()
    cobrador_id = Id()
    desde = Day()
    hasta = Day()


class ReversarSchema(StrictSchema):
    """The reversal of a payment."""

    motivo = Text(LONGEST_MOTIVO, required=True, checks=(validate.Length(min=SHORTEST_MOTIVO),))


class ResolverSchema(StrictSchema):
    """A decision about a payment that waits."""

    accion = EnumByValue(Resolucion, required=True)
    prestamo_id = Id()
    motivo = Text(LONGEST_MOTIVO, checks=(validate.Length(min=SHORTEST_MOTIVO),))


class LiquidarSchema(StrictSchema):
    """The settlement of a loan by the sum of its quote."""

    monto = MoneyAmount(required=True)
    metodo = EnumByValue(MetodoPago, type_name="MetodoDePago", among=A_MANO)
    fecha = Day()
    recibo = Recibo()


class RenglonPagadoSchema(StrictSchema):
    """A line of a group's sheet; 0 is a visit without payment."""

    prestamo_id = Id(required=True)
    monto = AmountBound(required=True)
    pagador = EnumByValue(Pagador)


class PagosDeGrupoSchema(StrictSchema):
    """Payments of a group's meeting, all or none."""

    fecha = Day()
    metodo = EnumByValue(MetodoPago, type_name="MetodoDePago", among=A_MANO)
    total = AmountBound(required=True)
    pagos = WholeItems(
        fields.Nested(RenglonPagadoSchema), required=True, validate=validate.Length(min=1, max=MOST_RENGLONES)
    )
    confirmar_duplicado = Flag()


class RenglonDeHojaSchema(Schema):
    """An open loan in a collection sheet."""

    prestamo_id = Id(dump_only=True)
    folio = fields.String(dump_only=True)
    cliente_id = Id(dump_only=True)
    cliente = fields.String(dump_only=True)
    aval = fields.String(dump_only=True, allow_none=True)
    cuota = fields.Decimal(dump_only=True)
    semana = fields.String(dump_only=True)
    vencido = fields.Decimal(dump_only=True)
    de_semana = fields.Decimal(dump_only=True)
    a_cobrar = fields.Decimal(dump_only=True)
    adelanto = fields.Decimal(dump_only=True)
    saldo = fields.Decimal(dump_only=True)


class HojaSchema(Schema):
    """The collection sheet of a group for a week."""

    grupo = fields.Nested(GrupoSchema, dump_only=True)
    semana = fields.Date(dump_only=True)
    prestamos = fields.List(fields.Nested(RenglonDeHojaSchema), dump_only=True)
    total = fields.Decimal(dump_only=True)


class HojaQuery(Query):
    """Query of a collection sheet."""

    semana = Day()
