"""Schemas of transfers to and from the insurer."""

from marshmallow import fields

from app.suites.credito.caja.rules.seguros import LONGEST_REFERENCIA, TipoSeguro
from app.web.decimals import MoneyAmount
from app.web.fields import Day, EnumByValue, Id, Instant, Text
from app.web.query import ListQuery, SortBy
from app.web.schema import ResourceSchema


class SeguroSchema(ResourceSchema):
    """A transfer to or from the insurer."""

    id = fields.Integer(dump_only=True)
    tipo = EnumByValue(TipoSeguro, required=True)
    monto = MoneyAmount(required=True)
    fecha = Day()
    referencia = Text(LONGEST_REFERENCIA, blank=False, allow_none=True)
    registrado_por_id = Id(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class SeguroListQuery(ListQuery):
    """Query of the list of transfers."""

    sort = SortBy("id", "fecha", "monto", "created_at", "updated_at")
    tipo = EnumByValue(TipoSeguro)
    desde = Day()
    hasta = Day()
