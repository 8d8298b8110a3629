"""Schemas of the documents of a loan."""

from marshmallow import Schema, fields, validate

from app.suites.credito.cobranza.rules.estado_cuenta import TipoMovimiento
from app.suites.credito.cobranza.schemas.faltas import FaltaSchema
from app.suites.credito.cobranza.schemas.pagos import PagoSchema
from app.suites.credito.prestamos.schemas import LiquidacionCotizadaSchema, PrestamoDetalleSchema
from app.web.exports import Format
from app.web.fields import EnumByValue
from app.web.query import Query


class MovimientoSchema(Schema):
    """A movement of the account of a loan."""

    fecha = fields.Date(dump_only=True)
    tipo = EnumByValue(TipoMovimiento, dump_only=True)
    referencia = fields.String(dump_only=True)
    cargo = fields.Decimal(dump_only=True)
    abono = fields.Decimal(dump_only=True)
    saldo = fields.Decimal(dump_only=True)


class EstadoCuentaSchema(PrestamoDetalleSchema):
    """The statement of a loan: the loan as it is today, and all that happened to it."""

    class Meta(PrestamoDetalleSchema.Meta):
        exclude = ("propuestas",)

    fecha = fields.Date(dump_only=True)
    tipo_prestamo = fields.String(dump_only=True)
    grupo = fields.String(dump_only=True, allow_none=True)
    movimientos = fields.List(fields.Nested(MovimientoSchema), dump_only=True)
    pagos = fields.List(fields.Nested(PagoSchema), dump_only=True)
    semanas_con_falta = fields.List(fields.Nested(FaltaSchema), dump_only=True)
    liquidacion = fields.Nested(LiquidacionCotizadaSchema, dump_only=True, allow_none=True)
    moneda = fields.String(dump_only=True)


class ImpresoQuery(Query):
    """Query of a document that is printed: its only format."""

    format = fields.String(validate=validate.OneOf([Format.PDF]), metadata={"example": Format.PDF.value})
