"""Schemas of the journal and of cuts."""

from marshmallow import Schema, fields

from app.suites.credito.diario.rules import EstadoCorte, folio_de
from app.web.decimals import AmountBound
from app.web.fields import Day, Derived, EnumByValue, Id, Instant, Text
from app.web.query import ListQuery, SortBy
from app.web.schema import ResourceSchema


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


class Folio(Derived, fields.String):
    """Folio of a cut, from its number."""

    def __init__(self) -> None:
        super().__init__(dump_only=True, attribute="numero")

    def derive(self, value: int) -> str:
        return folio_de(value)


class CorteSchema(ResourceSchema):
    """A cut: the time in which a person holds cash."""

    id = fields.Integer(dump_only=True)
    folio = Folio()
    personal_id = Id(dump_only=True)
    desde = Day()
    hasta = fields.Date(dump_only=True, allow_none=True)
    estado = EnumByValue(EstadoCorte, dump_only=True)
    semilla = AmountBound()
    semilla_siguiente = fields.Decimal(dump_only=True)
    created_at = Instant()
    updated_at = Instant()


class CorteListQuery(ListQuery):
    """Query of the list of cuts."""

    sort = SortBy("id", "desde", "created_at", "updated_at")
    personal_id = Id()
    estado = EnumByValue(EstadoCorte)
    desde = Day()
    hasta = Day()
