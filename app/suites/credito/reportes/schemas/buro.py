"""Schemas of the file for the credit bureau."""

from marshmallow import Schema, fields

from app.suites.credito.prestamos.rules.estados import EstadoPrestamo
from app.suites.credito.productos.rules.condiciones import Frecuencia
from app.suites.credito.reportes.schemas.comun import EnPesos
from app.web.fields import Day, EnumByValue, Id
from app.web.query import ListQuery


class CreditoEnBuroSchema(Schema):
    """A loan in the file for the credit bureau."""

    folio = fields.String(dump_only=True)
    nombre = fields.String(dump_only=True, metadata={"description": "Names of the client", "example": "Mariana"})
    apellido_paterno = fields.String(dump_only=True)
    apellido_materno = fields.String(dump_only=True, allow_none=True)
    fecha_nacimiento = fields.Date(dump_only=True, allow_none=True)
    curp = fields.String(dump_only=True, allow_none=True)
    rfc = fields.String(dump_only=True, allow_none=True)
    calle = fields.String(dump_only=True, allow_none=True)
    colonia = fields.String(dump_only=True)
    municipio = fields.String(dump_only=True, allow_none=True)
    entidad = fields.String(dump_only=True, allow_none=True)
    cp = fields.String(dump_only=True)
    frecuencia = EnumByValue(Frecuencia, dump_only=True)
    numero_pagos = fields.Integer(dump_only=True)
    cuota = fields.Decimal(dump_only=True)
    fecha_apertura = fields.Date(dump_only=True)
    fecha_cierre = fields.Date(dump_only=True, allow_none=True)
    fecha_ultimo_pago = fields.Date(dump_only=True, allow_none=True)
    monto = fields.Decimal(dump_only=True)
    saldo = fields.Decimal(dump_only=True)
    vencido = fields.Decimal(dump_only=True)
    pagos_vencidos = fields.Integer(dump_only=True)
    dias_atraso = fields.Integer(dump_only=True)
    estado = EnumByValue(EstadoPrestamo, dump_only=True)


class SumaDeBuroSchema(Schema):
    """Number and amounts of the loans that are reported."""

    prestamos = fields.Integer(dump_only=True)
    monto = fields.Decimal(dump_only=True)


class TotalDeBuroSchema(EnPesos):
    """Sums of the loans that are reported."""

    totales = fields.Nested(SumaDeBuroSchema, dump_only=True)


class BuroQuery(ListQuery):
    """Query of the loans that are reported: of a month, unless days are named."""

    ruta_id = Id()
    grupo_id = Id()
    cobrador_id = Id()
    desde = Day()
    hasta = Day()
    semana = Day()
