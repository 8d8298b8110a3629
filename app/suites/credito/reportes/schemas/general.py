"""Schemas of the general report."""

from marshmallow import Schema, fields

from app.suites.credito.reportes.schemas.comun import EnPesos
from app.web.fields import Ratio


class CifrasSchema(Schema):
    """Money of some days."""

    cobranza_ideal = fields.Decimal(dump_only=True)
    cobranza_real = fields.Decimal(dump_only=True)
    cobranza_efectivo = fields.Decimal(dump_only=True)
    cobranza_bancos = fields.Decimal(dump_only=True)
    eficiencia = Ratio()
    prestamo_papel = fields.Decimal(dump_only=True)
    prestamo_real = fields.Decimal(dump_only=True)
    renovado = fields.Decimal(dump_only=True)
    morosidad_monto = fields.Decimal(dump_only=True)
    morosidad_porcentaje = Ratio()
    porcentaje_prestamo = Ratio()
    comisiones = fields.Decimal(dump_only=True)
    gastos = fields.Decimal(dump_only=True)
    bono = fields.Decimal(dump_only=True)
    sobrante = fields.Decimal(dump_only=True)
    sobrante_logico = fields.Decimal(dump_only=True)
    numero_de_creditos = fields.Integer(dump_only=True)
    prestamos_activos = fields.Integer(dump_only=True)


class FilaGeneralSchema(CifrasSchema):
    """A group with its money of some days; without a group, what belongs to none."""

    class Meta:
        fields = (
            *("gerente", "supervisor", "titular", "ruta_id", "ruta", "grupo_id", "grupo"),
            *CifrasSchema().dump_fields,
        )
        ordered = True

    gerente = fields.String(dump_only=True, allow_none=True)
    supervisor = fields.String(dump_only=True, allow_none=True)
    titular = fields.String(dump_only=True, allow_none=True)
    ruta_id = fields.Integer(dump_only=True, allow_none=True)
    ruta = fields.String(dump_only=True, allow_none=True)
    grupo_id = fields.Integer(dump_only=True, allow_none=True)
    grupo = fields.String(dump_only=True, allow_none=True)


class TotalGeneralSchema(EnPesos):
    """Sums of the general report."""

    totales = fields.Nested(CifrasSchema, dump_only=True)
