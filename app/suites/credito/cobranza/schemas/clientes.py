"""Schemas of the history of a client, and of who may guarantee their loans."""

from marshmallow import Schema, fields

from app.suites.credito.cobranza.schemas.faltas import FaltaSchema
from app.suites.credito.cobranza.schemas.pagos import PagoSchema
from app.suites.credito.prestamos.schemas import PrestamoSchema
from app.web.query import ListQuery


class HistorialSchema(Schema):
    """Loans, payments and missed weeks of a client, the newest first."""

    cliente_id = fields.Integer(dump_only=True)
    prestamos = fields.List(fields.Nested(PrestamoSchema), dump_only=True)
    pagos = fields.List(fields.Nested(PagoSchema), dump_only=True)
    faltas = fields.List(fields.Nested(FaltaSchema), dump_only=True, metadata={"description": "Missed weeks"})


class AvalSugeridoSchema(Schema):
    """A client who may guarantee loans, with their load."""

    id = fields.Integer(dump_only=True)
    nombre_completo = fields.String(dump_only=True)
    telefono = fields.String(dump_only=True, allow_none=True)
    grupo_id = fields.Integer(dump_only=True)
    prestamos_avalados = fields.Integer(dump_only=True)


class AvalesSugeridosQuery(ListQuery):
    """Query of the list of those who may guarantee loans."""
