"""Schemas of shortages."""

from marshmallow import Schema, fields

from app.suites.credito.caja.rules.cortes import EstadoFaltante, MetodoAbono
from app.web.decimals import MoneyAmount
from app.web.fields import EnumByValue, Id, Instant
from app.web.query import ListQuery, SortBy
from app.web.schema import StrictSchema


class FaltanteSchema(Schema):
    """A shortage."""

    id = fields.Integer(dump_only=True)
    personal_id = fields.Integer(dump_only=True)
    corte_id = fields.Integer(dump_only=True)
    monto = fields.Decimal(dump_only=True)
    abonado = fields.Decimal(dump_only=True)
    saldo = fields.Decimal(dump_only=True)
    estado = EnumByValue(EstadoFaltante, dump_only=True)
    motivo = fields.String(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class FaltanteListQuery(ListQuery):
    """Query of the list of shortages."""

    sort = SortBy("id", "created_at", "updated_at")
    personal_id = Id()
    corte_id = Id()
    estado = EnumByValue(EstadoFaltante)


class AbonarSchema(StrictSchema):
    """Payment of a shortage."""

    monto = MoneyAmount(required=True)
    metodo = EnumByValue(MetodoAbono)
