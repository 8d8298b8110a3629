"""Schemas of the journal."""

from marshmallow import Schema, fields

from app.web.fields import Day, Id, Text
from app.web.query import ListQuery, SortBy


class LineaDiarioSchema(Schema):
    """A line of the journal."""

    id = fields.Integer(dump_only=True)
    asiento_id = fields.Integer(dump_only=True)
    fecha = fields.Date(dump_only=True)
    fecha_valor = fields.Date(dump_only=True, allow_none=True)
    concepto = fields.String(dump_only=True)
    cuenta = fields.String(dump_only=True)
    debe = fields.Decimal(dump_only=True)
    haber = fields.Decimal(dump_only=True)
    origen = fields.String(dump_only=True)
    origen_id = fields.Integer(dump_only=True)


class DiarioListQuery(ListQuery):
    """Query of the list of lines."""

    sort = SortBy("id", "fecha")
    desde = Day()
    hasta = Day()
    cuenta = Text(40)
    origen = Text(40)
    origen_id = Id()
    concepto = Text(100)
