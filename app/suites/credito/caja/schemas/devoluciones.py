"""Schemas of credit that is paid out."""

from marshmallow import fields

from app.suites.credito.caja.rules.cortes import MetodoAbono
from app.web.decimals import MoneyAmount
from app.web.fields import EnumByValue, Id, Instant
from app.web.schema import ResourceSchema


class DevolucionSchema(ResourceSchema):
    """Credit of a client that is paid out."""

    id = fields.Integer(dump_only=True)
    prestamo_id = Id(dump_only=True)
    monto = MoneyAmount(required=True)
    metodo = EnumByValue(MetodoAbono)
    fecha = fields.Date(dump_only=True)
    corte_id = Id(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
