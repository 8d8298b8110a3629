"""Schemas of the portfolio."""

from marshmallow import Schema, fields

from app.suites.credito.reportes.rules.valores import Por
from app.suites.credito.reportes.schemas.comun import DiaQuery, EnPesos
from app.web.fields import EnumByValue, Ratio


class EnCarteraSchema(Schema):
    """A loan that was open at the end of the day."""

    id = fields.Integer(dump_only=True)
    folio = fields.String(dump_only=True)
    cliente_id = fields.Integer(dump_only=True)
    cliente = fields.String(dump_only=True)
    ruta_id = fields.Integer(dump_only=True, allow_none=True)
    grupo_id = fields.Integer(dump_only=True, allow_none=True)
    grupo = fields.String(dump_only=True, allow_none=True)
    tipo_prestamo = fields.String(dump_only=True)
    fecha_desembolso = fields.Date(dump_only=True)
    fecha_vencimiento = fields.Date(dump_only=True)
    monto = fields.Decimal(dump_only=True)
    cuota = fields.Decimal(dump_only=True)
    saldo = fields.Decimal(dump_only=True)
    saldo_capital = fields.Decimal(dump_only=True)
    saldo_interes = fields.Decimal(dump_only=True)
    saldo_cargos = fields.Decimal(dump_only=True)
    vencido = fields.Decimal(dump_only=True)
    dias_atraso = fields.Integer(dump_only=True)
    semana_activa = fields.Integer(dump_only=True)
    semanas_que_debe = fields.Integer(dump_only=True)
    adelanto = fields.Decimal(dump_only=True)
    reestructurado = fields.Boolean(dump_only=True)


class SumaDeCarteraSchema(Schema):
    """Sums of open loans; interest and charges of a past day are null, for its snapshot has none."""

    prestamos = fields.Integer(dump_only=True)
    saldo_capital = fields.Decimal(dump_only=True)
    saldo_interes = fields.Decimal(dump_only=True, allow_none=True)
    saldo_cargos = fields.Decimal(dump_only=True, allow_none=True)
    vencido = fields.Decimal(dump_only=True)


class TotalDeCarteraSchema(EnPesos):
    """Sums of the open loans."""

    totales = fields.Nested(SumaDeCarteraSchema, dump_only=True)


class RiesgoSchema(Schema):
    """Portfolio at risk: by capital, and by the number of loans."""

    prestamos = fields.Integer(dump_only=True)
    saldo_capital = fields.Decimal(dump_only=True)
    par_1 = Ratio()
    par_7 = Ratio()
    par_30 = Ratio()
    par_60 = Ratio()
    par_90 = Ratio()
    numero_par_1 = Ratio()
    numero_par_7 = Ratio()
    numero_par_30 = Ratio()
    numero_par_60 = Ratio()
    numero_par_90 = Ratio()
    provision = fields.Decimal(dump_only=True)
    reestructurado = fields.Decimal(
        dump_only=True,
        allow_none=True,
        metadata={"description": "Capital of restructured loans; null in snapshots", "example": 0},
    )
    capital_en_foto = fields.Decimal(dump_only=True, allow_none=True)
    diferencia = fields.Decimal(dump_only=True, allow_none=True)


class LineaDeRiesgoSchema(RiesgoSchema):
    """A line of the portfolio at risk."""

    class Meta:
        fields = ("id", "nombre", *RiesgoSchema().dump_fields)
        ordered = True

    id = fields.Integer(dump_only=True, allow_none=True)
    nombre = fields.String(dump_only=True, allow_none=True)


class TotalDeRiesgoSchema(EnPesos):
    """Portfolio at risk of all lines."""

    totales = fields.Nested(RiesgoSchema, dump_only=True)


class ParQuery(DiaQuery):
    """Query of the portfolio at risk."""

    por = EnumByValue(Por, load_default=Por.RUTA)
    hechos = fields.Boolean(load_default=False, truthy={"true"}, falsy={"false"})


class LineaDeEdadSchema(Schema):
    """Open loans of an age."""

    dias_desde = fields.Integer(dump_only=True)
    dias_hasta = fields.Integer(dump_only=True, allow_none=True)
    prestamos = fields.Integer(dump_only=True)
    saldo_capital = fields.Decimal(dump_only=True)
    porcentaje = Ratio()


class SumaDeEdadesSchema(Schema):
    """Sum of all ages."""

    prestamos = fields.Integer(dump_only=True)
    saldo_capital = fields.Decimal(dump_only=True)


class TotalDeEdadesSchema(EnPesos):
    """Sums of the open loans by age."""

    totales = fields.Nested(SumaDeEdadesSchema, dump_only=True)
