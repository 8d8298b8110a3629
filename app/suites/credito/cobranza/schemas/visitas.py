"""Schemas of visits and promises."""

from marshmallow import fields

from app.suites.credito.cobranza.rules.visitas import ResultadoVisita
from app.web.decimals import Latitude, Longitude, MoneyAmount
from app.web.fields import Day, EnumByValue, Id, Instant, Moment, Text, Uuid
from app.web.query import ListQuery, SortBy
from app.web.schema import ResourceSchema


class VisitaSchema(ResourceSchema):
    """A visit to a client."""

    id = fields.Integer(dump_only=True)
    local_id = Uuid()
    cliente_id = Id(required=True)
    cliente = fields.String(dump_only=True)
    prestamo_id = Id(allow_none=True)
    cobrador_id = Id(dump_only=True)
    fecha_hora = Moment()
    resultado = EnumByValue(ResultadoVisita, required=True)
    promesa_fecha = Day(allow_none=True)
    promesa_monto = MoneyAmount(allow_none=True)
    foto_id = Id(allow_none=True)
    lat = Latitude(allow_none=True)
    lng = Longitude(allow_none=True)
    notas = Text(10_000, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class VisitaListQuery(ListQuery):
    """Query of the list of visits."""

    sort = SortBy("id", "fecha_hora", "created_at", "updated_at")
    cliente_id = Id()
    prestamo_id = Id()
    grupo_id = Id()
    cobrador_id = Id()
    resultado = EnumByValue(ResultadoVisita)
    desde = Day()
    hasta = Day()


class PromesaListQuery(ListQuery):
    """Query of the list of promises."""

    sort = SortBy("id", "fecha_hora", "promesa_fecha", "created_at", "updated_at")
    fecha = Day()
    cobrador_id = Id()
