"""Schemas of cuts, expenses and cash from the office."""

from typing import Any

from marshmallow import fields, validate

from app.suites.credito.caja.rules.cortes import DENOMINACIONES, EstadoEntrega
from app.suites.credito.diario.rules import EstadoCorte, folio_de
from app.suites.credito.equipo.rules import LONGEST_MOTIVO, SHORTEST_MOTIVO
from app.web.decimals import AmountBound, MoneyAmount
from app.web.fields import Day, Derived, EnumByValue, Id, Instant, Text, Whole
from app.web.query import ListQuery, SortBy
from app.web.schema import ResourceSchema, StrictSchema

LONGEST_NOTES = 10_000
MOST_PIECES = 1_000_000


class Folio(Derived, fields.String):
    """Folio of a cut, from its number."""

    def __init__(self) -> None:
        super().__init__(dump_only=True, attribute="numero")

    def derive(self, value: int) -> str:
        return folio_de(value)


class Conteo(fields.Dict):
    """Numbers of notes and coins by their worth.

    A map, not an object of fields: marshmallow takes a name with a dot, such as `0.50`, for a path.
    """

    def __init__(self, **options: Any) -> None:
        worths = fields.String(validate=validate.OneOf(DENOMINACIONES, error="There is no such note or coin."))
        super().__init__(keys=worths, values=Whole(highest=MOST_PIECES), **options)


class CorteSchema(ResourceSchema):
    """A cut: the time in which a person holds cash, with the sums of its lines."""

    id = fields.Integer(dump_only=True)
    folio = Folio()
    personal_id = Id(dump_only=True)
    recibe_id = Id(dump_only=True, allow_none=True)
    desde = Day()
    hasta = fields.Date(dump_only=True, allow_none=True)
    estado = EnumByValue(EstadoCorte, dump_only=True)
    semilla = AmountBound()
    entregas = fields.Decimal(dump_only=True)
    cobranza_efectivo = fields.Decimal(dump_only=True)
    cobranza_bancos = fields.Decimal(dump_only=True)
    comisiones = fields.Decimal(dump_only=True)
    abonos = fields.Decimal(dump_only=True)
    prestamos_entregados = fields.Decimal(dump_only=True)
    devoluciones = fields.Decimal(dump_only=True)
    gastos = fields.Decimal(dump_only=True)
    bonos = fields.Decimal(dump_only=True)
    semilla_siguiente = fields.Decimal(dump_only=True)
    esperado = fields.Decimal(dump_only=True)
    contado = fields.Decimal(dump_only=True, allow_none=True)
    contado_al_entregar = fields.Decimal(dump_only=True, allow_none=True)
    diferencia = fields.Decimal(dump_only=True, allow_none=True)
    conteo = Conteo(dump_only=True, allow_none=True)
    notas = fields.String(dump_only=True, allow_none=True)
    motivo = fields.String(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class GastoSchema(ResourceSchema):
    """An expense that was paid out of a cut."""

    id = fields.Integer(dump_only=True)
    corte_id = Id(dump_only=True)
    concepto = Text(200, required=True)
    monto = MoneyAmount(required=True)
    fecha = Day()
    notas = Text(LONGEST_NOTES, allow_none=True)
    comprobante_id = Id(allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class EntregaSchema(ResourceSchema):
    """Cash from the office for a cut."""

    id = fields.Integer(dump_only=True)
    corte_id = Id(dump_only=True)
    monto = MoneyAmount(required=True)
    estado = EnumByValue(EstadoEntrega, dump_only=True)
    entregada_por_id = Id(dump_only=True, allow_none=True)
    aceptada_en = fields.AwareDateTime(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class CorteDetalleSchema(CorteSchema):
    """A cut with its expenses and the cash from the office."""

    lista_gastos = fields.List(fields.Nested(GastoSchema), dump_only=True)
    lista_entregas = fields.List(fields.Nested(EntregaSchema), dump_only=True)


class CorteListQuery(ListQuery):
    """Query of the list of cuts."""

    sort = SortBy("id", "desde", "created_at", "updated_at")
    personal_id = Id()
    estado = EnumByValue(EstadoCorte)
    desde = Day()
    hasta = Day()


class EntregarSchema(StrictSchema):
    """Cash at the hand-over of a cut."""

    contado = AmountBound()
    conteo = Conteo()
    semilla_siguiente = AmountBound()
    notas = Text(LONGEST_NOTES, allow_none=True)


class ConfirmarSchema(StrictSchema):
    """Cash at the confirmation of a cut."""

    contado = AmountBound(required=True)


class AnularSchema(StrictSchema):
    """The reason for which a cut is annulled, or a shortage written off."""

    motivo = Text(LONGEST_MOTIVO, required=True, checks=(validate.Length(min=SHORTEST_MOTIVO),))
