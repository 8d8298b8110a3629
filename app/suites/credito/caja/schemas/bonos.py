"""Schemas of bonuses."""

from marshmallow import Schema, fields

from app.suites.credito.caja.rules.cortes import EstadoBono
from app.web.decimals import AmountBound, MoneyAmount
from app.web.fields import Day, EnumByValue, Id, Instant, Text, Whole
from app.web.query import ListQuery, Search, SortBy
from app.web.schema import ResourceSchema, StrictSchema

MOST_FALTAS = 1000


class BonoSchema(ResourceSchema):
    """A bonus for the week of a group."""

    id = fields.Integer(dump_only=True)
    nombre = Text(200, required=True)
    monto = MoneyAmount(required=True)
    cobranza_desde = AmountBound(required=True)
    cobranza_hasta = MoneyAmount(allow_none=True)
    faltas_maximas = Whole(highest=MOST_FALTAS, required=True)
    vigente_desde = Day(required=True)
    vigente_hasta = Day(allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class BonoListQuery(ListQuery):
    """Query of the list of bonuses."""

    sort = SortBy("id", "nombre", "cobranza_desde", "vigente_desde", "created_at", "updated_at")
    q = Search("names")
    vigente_en = Day()


class BonoGanadoSchema(Schema):
    """Bonus of a group's week."""

    id = fields.Integer(dump_only=True)
    grupo_id = fields.Integer(dump_only=True)
    semana = fields.Date(dump_only=True)
    bono_id = fields.Integer(dump_only=True, allow_none=True)
    cobranza = fields.Decimal(dump_only=True)
    faltas = fields.Integer(dump_only=True)
    monto = fields.Decimal(dump_only=True)
    titular_id = fields.Integer(dump_only=True)
    estado = EnumByValue(EstadoBono, dump_only=True)
    corte_id = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class BonoGanadoListQuery(ListQuery):
    """Query of the list of earned bonuses."""

    sort = SortBy("id", "semana", "created_at", "updated_at")
    semana = Day()
    titular_id = Id()
    grupo_id = Id()
    estado = EnumByValue(EstadoBono)


class PagarBonoSchema(StrictSchema):
    """The cut out of which a bonus is paid."""

    corte_id = Id(required=True)
