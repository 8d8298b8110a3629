"""Schemas of bonuses, missed weeks, renewals, vintages, guarantors and what is to come."""

from marshmallow import Schema, fields

from app.suites.credito.caja.rules.cortes import EstadoBono
from app.suites.credito.reportes.schemas.comun import EnPesos
from app.web.fields import EnumByValue, Ratio

_MES = {"description": "Month of the week, by its Wednesday; of loans, of their disbursement", "example": "2026-03"}


class BonoDeGrupoSchema(Schema):
    """Bonus of a group's week."""

    semana = fields.Date(dump_only=True)
    grupo_id = fields.Integer(dump_only=True)
    grupo = fields.String(dump_only=True)
    titular_id = fields.Integer(dump_only=True)
    titular = fields.String(dump_only=True)
    cobranza = fields.Decimal(dump_only=True)
    faltas = fields.Integer(dump_only=True)
    monto = fields.Decimal(dump_only=True)
    estado = EnumByValue(EstadoBono, dump_only=True)


class SumaDeBonosSchema(Schema):
    """Sums of bonuses."""

    cobranza = fields.Decimal(dump_only=True)
    faltas = fields.Integer(dump_only=True)
    monto = fields.Decimal(dump_only=True)
    pagado = fields.Decimal(dump_only=True)


class TotalDeBonosSchema(EnPesos):
    """Sums of bonuses."""

    totales = fields.Nested(SumaDeBonosSchema, dump_only=True)


class SumaDeFaltasSchema(Schema):
    """Missed weeks that count, tolerated ones included, and those that were taken back."""

    faltas = fields.Integer(dump_only=True)
    toleradas = fields.Integer(dump_only=True)
    justificadas = fields.Integer(dump_only=True)
    retiradas = fields.Integer(dump_only=True)
    esperado = fields.Decimal(
        dump_only=True, metadata={"description": "What was due of the missed weeks that count", "example": 300}
    )
    abonado = fields.Decimal(
        dump_only=True, metadata={"description": "What was paid in the missed weeks that count", "example": 0}
    )
    faltante = fields.Decimal(dump_only=True)


class FaltasDeGrupoSchema(SumaDeFaltasSchema):
    """Missed weeks of a group in a week."""

    class Meta:
        fields = ("semana", "grupo_id", "grupo", *SumaDeFaltasSchema().dump_fields)
        ordered = True

    semana = fields.Date(dump_only=True)
    grupo_id = fields.Integer(dump_only=True, allow_none=True)
    grupo = fields.String(dump_only=True, allow_none=True)


class TotalDeFaltasSchema(EnPesos):
    """Sums of missed weeks."""

    totales = fields.Nested(SumaDeFaltasSchema, dump_only=True)


class SumaDeRenovacionesSchema(Schema):
    """Loans that ended, and clients who came and went."""

    renovados = fields.Integer(dump_only=True)
    liquidados = fields.Integer(dump_only=True)
    tasa = Ratio()
    nuevos = fields.Integer(dump_only=True)
    perdidos = fields.Integer(dump_only=True)
    crecimiento = fields.Integer(dump_only=True)


class FilaDeRenovacionesSchema(SumaDeRenovacionesSchema):
    """Renewals of a group."""

    class Meta:
        fields = ("grupo_id", "grupo", *SumaDeRenovacionesSchema().dump_fields)
        ordered = True

    grupo_id = fields.Integer(dump_only=True, allow_none=True)
    grupo = fields.String(dump_only=True, allow_none=True)


class TotalDeRenovacionesSchema(EnPesos):
    """Sums of renewals."""

    totales = fields.Nested(SumaDeRenovacionesSchema, dump_only=True)


class SumaDeCosechasSchema(Schema):
    """Loans as they are now, by when they were handed over."""

    prestamos = fields.Integer(dump_only=True)
    monto = fields.Decimal(dump_only=True)
    abiertos = fields.Integer(dump_only=True)
    liquidados = fields.Integer(dump_only=True)
    renovados = fields.Integer(dump_only=True)
    castigados = fields.Integer(dump_only=True)
    saldo_capital = fields.Decimal(dump_only=True)
    capital_30 = fields.Decimal(dump_only=True)
    capital_castigado = fields.Decimal(dump_only=True)
    mora_30 = Ratio()
    perdida = Ratio()


class CosechaSchema(SumaDeCosechasSchema):
    """Loans of a month."""

    class Meta:
        fields = ("mes", *SumaDeCosechasSchema().dump_fields)
        ordered = True

    mes = fields.String(dump_only=True, metadata=_MES)


class TotalDeCosechasSchema(EnPesos):
    """Sums of all months."""

    totales = fields.Nested(SumaDeCosechasSchema, dump_only=True)


class AvalDePrestamoSchema(Schema):
    """A guarantor of a loan, and what they paid for the client."""

    aval_id = fields.Integer(dump_only=True)
    aval = fields.String(dump_only=True)
    avalados = fields.Integer(dump_only=True)
    prestamo_id = fields.Integer(dump_only=True)
    folio = fields.String(dump_only=True)
    cliente_id = fields.Integer(dump_only=True)
    cliente = fields.String(dump_only=True)
    grupo_id = fields.Integer(dump_only=True, allow_none=True)
    saldo = fields.Decimal(dump_only=True)
    pagado = fields.Decimal(dump_only=True)


class SumaDeAvalesSchema(Schema):
    """Guarantors and their loans."""

    avales = fields.Integer(dump_only=True)
    prestamos = fields.Integer(dump_only=True)
    saldo = fields.Decimal(dump_only=True)
    pagado = fields.Decimal(dump_only=True)


class TotalDeAvalesSchema(EnPesos):
    """Sums of guarantors."""

    totales = fields.Nested(SumaDeAvalesSchema, dump_only=True)


class FilaDeProyeccionSchema(Schema):
    """Unpaid installments of a week."""

    semana = fields.Date(dump_only=True)
    mes = fields.String(dump_only=True, metadata=_MES)
    pendiente = fields.Decimal(dump_only=True)


class SumaDeProyeccionSchema(Schema):
    """Unpaid installments of all weeks."""

    pendiente = fields.Decimal(dump_only=True)


class TotalDeProyeccionSchema(EnPesos):
    """Sums of what is to come."""

    totales = fields.Nested(SumaDeProyeccionSchema, dump_only=True)
