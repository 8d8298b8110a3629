"""Schemas of missed weeks."""

from marshmallow import Schema, fields, validate

from app.suites.credito.cobranza.rules.faltas import EstadoFalta
from app.suites.credito.equipo.rules import LONGEST_MOTIVO, SHORTEST_MOTIVO
from app.suites.credito.prestamos.rules.faltas import TipoFalta
from app.web.fields import Day, EnumByValue, Flag, Id, Instant, Text
from app.web.query import ListQuery, SortBy
from app.web.schema import StrictSchema


class FaltaSchema(Schema):
    """A week in which less was paid than was due."""

    id = fields.Integer(dump_only=True)
    prestamo_id = Id(dump_only=True)
    folio = fields.String(dump_only=True)
    cliente = fields.String(dump_only=True)
    grupo_id = Id(dump_only=True, allow_none=True)
    semana = fields.Date(dump_only=True)
    cuota_numero = fields.Integer(dump_only=True)
    esperado = fields.Decimal(dump_only=True)
    abonado = fields.Decimal(dump_only=True)
    faltante = fields.Decimal(dump_only=True)
    tipo = EnumByValue(TipoFalta, dump_only=True)
    tolerada = fields.Boolean(dump_only=True)
    estado = EnumByValue(EstadoFalta, dump_only=True)
    motivo = fields.String(dump_only=True, allow_none=True)
    cargo_id = Id(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class FaltasDePrestamoQuery(ListQuery):
    """Query of the list of the missed weeks of a loan."""

    sort = SortBy("id", "semana", "created_at", "updated_at")
    semana = Day()
    estado = EnumByValue(EstadoFalta)
    tipo = EnumByValue(TipoFalta)
    tolerada = Flag()


class FaltaListQuery(FaltasDePrestamoQuery):
    """Query of the list of missed weeks."""

    prestamo_id = Id()
    cliente_id = Id()
    grupo_id = Id()


class JustificarSchema(StrictSchema):
    """The reason for which a missed week does not count."""

    motivo = Text(LONGEST_MOTIVO, required=True, checks=(validate.Length(min=SHORTEST_MOTIVO),))


class JustificarSemanaSchema(JustificarSchema):
    """The reason for which no missed week of a group counts in a week."""

    grupo_id = Id(required=True)
    semana = Day(required=True)
