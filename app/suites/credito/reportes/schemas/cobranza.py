"""Schemas of collection and cash."""

from marshmallow import Schema, fields

from app.suites.credito.diario.rules import EstadoCorte
from app.suites.credito.reportes.rules.valores import TipoDeRecibo
from app.suites.credito.reportes.schemas.comun import EnPesos
from app.web.fields import EnumByValue, Ratio


class SumaDeCobranzaSchema(Schema):
    """Collection, visits and promises."""

    ideal = fields.Decimal(dump_only=True)
    real = fields.Decimal(dump_only=True)
    efectivo = fields.Decimal(dump_only=True)
    bancos = fields.Decimal(dump_only=True)
    eficiencia = Ratio()
    visitas = fields.Integer(dump_only=True)
    promesas = fields.Integer(dump_only=True)
    promesas_cumplidas = fields.Integer(dump_only=True)


class FilaDeCobranzaSchema(SumaDeCobranzaSchema):
    """A day of a collector."""

    class Meta:
        fields = ("fecha", "cobrador_id", "cobrador", *SumaDeCobranzaSchema().dump_fields)
        ordered = True

    fecha = fields.Date(dump_only=True)
    cobrador_id = fields.Integer(dump_only=True, allow_none=True)
    cobrador = fields.String(dump_only=True, allow_none=True)


class TotalDeCobranzaSchema(EnPesos):
    """Sums of collection."""

    totales = fields.Nested(SumaDeCobranzaSchema, dump_only=True)


class EfectivoSchema(Schema):
    """Money of a person, of the office or of the bank."""

    personal_id = fields.Integer(dump_only=True, allow_none=True)
    nombre = fields.String(dump_only=True)
    cuenta = fields.String(dump_only=True)
    efectivo = fields.Decimal(dump_only=True)


class SumaDeFlujoSchema(Schema):
    """Money of all."""

    efectivo = fields.Decimal(dump_only=True)
    oficina = fields.Decimal(dump_only=True)
    bancos = fields.Decimal(dump_only=True)
    total = fields.Decimal(dump_only=True)


class TotalDeFlujoSchema(EnPesos):
    """Sums of money."""

    totales = fields.Nested(SumaDeFlujoSchema, dump_only=True)


class SumaDeCortesSchema(Schema):
    """Sums of the lines of cuts."""

    semilla = fields.Decimal(dump_only=True)
    entregas = fields.Decimal(dump_only=True)
    cobranza_efectivo = fields.Decimal(dump_only=True)
    cobranza_bancos = fields.Decimal(dump_only=True)
    comisiones = fields.Decimal(dump_only=True)
    abonos = fields.Decimal(dump_only=True)
    prestamos_entregados = fields.Decimal(dump_only=True)
    gastos = fields.Decimal(dump_only=True)
    bonos = fields.Decimal(dump_only=True)
    semilla_siguiente = fields.Decimal(dump_only=True)
    esperado = fields.Decimal(dump_only=True)
    contado = fields.Decimal(dump_only=True, allow_none=True)
    diferencia = fields.Decimal(
        dump_only=True,
        allow_none=True,
        metadata={"description": "What was counted, less what is expected", "example": 0},
    )


class FilaDeCorteSchema(SumaDeCortesSchema):
    """A cut."""

    class Meta:
        fields = ("folio", "personal_id", "desde", "hasta", "estado", *SumaDeCortesSchema().dump_fields)
        ordered = True

    folio = fields.String(dump_only=True, metadata={"description": "Number of the cut", "example": "C-000001"})
    personal_id = fields.Integer(dump_only=True)
    desde = fields.Date(dump_only=True)
    hasta = fields.Date(dump_only=True, allow_none=True)
    estado = EnumByValue(EstadoCorte, dump_only=True)


class TotalDeCortesSchema(EnPesos):
    """Sums of cuts."""

    totales = fields.Nested(SumaDeCortesSchema, dump_only=True)


class RecibosMalSchema(Schema):
    """Receipts with the same flaw, from one to another."""

    personal_id = fields.Integer(dump_only=True)
    nombre = fields.String(dump_only=True)
    tipo = EnumByValue(TipoDeRecibo, dump_only=True)
    dispositivo = fields.String(dump_only=True, allow_none=True)
    recibo = fields.String(dump_only=True)
    recibo_hasta = fields.String(dump_only=True)
    cantidad = fields.Integer(dump_only=True)


class SumaDeRecibosSchema(Schema):
    """Numbers of missing and repeated receipts."""

    huecos = fields.Integer(dump_only=True)
    repetidos = fields.Integer(dump_only=True)


class TotalDeRecibosSchema(EnPesos):
    """Sums of receipts."""

    totales = fields.Nested(SumaDeRecibosSchema, dump_only=True)
