"""Schemas of loan types."""

import re
from typing import Any

from marshmallow import fields, validate

from app.suites.credito.productos.rules.condiciones import (
    MOST_PAYMENTS,
    REDONDEOS,
    BaseDias,
    ComisionModo,
    Frecuencia,
    Liquidacion,
    Metodo,
    ModoRedondeo,
    MoraTipo,
    OrdenAplicacion,
)
from app.web.decimals import AmountBound, ExactDecimal, MoneyAmount
from app.web.fields import EnumByValue, Flag, Instant, Text, Whole
from app.web.query import ListQuery, Search, SortBy
from app.web.schema import ResourceSchema


class Tasa(ExactDecimal):
    """A rate of interest."""

    type_name = "TasaIn"
    pattern = r"^[0-9]{1,4}(\.[0-9]{1,6})?$"
    written = re.compile(r"[0-9]{1,4}(\.[0-9]{1,6})?", re.ASCII)
    complaint = "Not a rate from 0 to 9999 with at most six decimals; 0.4 is 40 %."
    description = "A rate, 0.4 for 40 %, with at most six decimals."

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=validate.Range(min=0, max=9999), **options)


class Fraccion(ExactDecimal):
    """A part of an amount, less than all of it."""

    type_name = "FraccionIn"
    pattern = r"^0(\.[0-9]{1,6})?$"
    written = re.compile(r"0(\.[0-9]{1,6})?", re.ASCII)
    complaint = "Not a fraction from 0 to 0.999999 with at most six decimals; 0.16 is 16 %."
    description = "A fraction, 0.16 for 16 %, with at most six decimals."

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"minimum": 0, "maximum": 0.999999}, **options)


class MoraValor(ExactDecimal):
    """An amount, a rate or a number of installments, as the kind of penalty has it."""

    type_name = "MoraValorIn"
    pattern = r"^[0-9]{1,10}(\.[0-9]{1,6})?$"
    written = re.compile(r"[0-9]{1,10}(\.[0-9]{1,6})?", re.ASCII)
    complaint = "Not a number from 0 to 9999999999 with at most six decimals."
    description = "An amount, a rate or a number of installments, by `mora_tipo`, with at most six decimals."

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"minimum": 0, "maximum": 9_999_999_999}, **options)


class Redondeo(ExactDecimal):
    """A step to which payments are rounded."""

    type_name = "RedondeoIn"
    pattern = r"^(0\.01|0\.50?|1|5|10)$"
    written = re.compile(r"0\.01|0\.50?|(1|5|10)(\.0{1,2})?", re.ASCII)
    complaint = f"Must be one of {', '.join(map(str, REDONDEOS))}."
    description = f"One of {', '.join(map(str, REDONDEOS))}."

    def __init__(self, **options: Any) -> None:
        # Validators that read numbers as decimals find 0.01 less than a binary 0.01.
        super().__init__(metadata={"minimum": 0, "maximum": 10}, **options)


class TipoPrestamoSchema(ResourceSchema):
    """A loan type: terms on which loans are given."""

    id = fields.Integer(dump_only=True)
    nombre = Text(200, required=True)
    metodo = EnumByValue(Metodo, required=True)
    frecuencia = EnumByValue(Frecuencia, required=True)
    numero_pagos = Whole(1, MOST_PAYMENTS, required=True)
    interes = Tasa(allow_none=True)
    tasa_anual = Tasa(allow_none=True)
    base_dias = EnumByValue(BaseDias)
    redondeo = Redondeo()
    modo_redondeo = EnumByValue(ModoRedondeo)
    iva = Fraccion()
    comision = Fraccion()
    comision_modo = EnumByValue(ComisionModo)
    seguro = AmountBound()
    gracia_capital = Whole(0, MOST_PAYMENTS - 1)
    gracia_mora = Whole(0, 365, allow_none=True)
    mora_tipo = EnumByValue(MoraTipo)
    mora_valor = MoraValor()
    incumplimientos_tolerados = Whole(0, MOST_PAYMENTS)
    limite_penalizaciones = Whole(0, MOST_PAYMENTS, allow_none=True)
    orden_aplicacion = EnumByValue(OrdenAplicacion)
    liquidacion = EnumByValue(Liquidacion)
    monto_minimo = MoneyAmount(allow_none=True)
    monto_maximo = MoneyAmount(allow_none=True)
    avales_requeridos = Whole(0, 3)
    maximo_avalados = Whole(0, 100)
    pagos_para_renovar = Whole(0, MOST_PAYMENTS)
    activo = Flag()
    porcentaje_pago = fields.Decimal(dump_only=True, allow_none=True)
    cat = fields.Decimal(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class TipoPrestamoListQuery(ListQuery):
    """Query of the list of loan types."""

    sort = SortBy("id", "nombre", "numero_pagos", "cat", "created_at", "updated_at")
    q = Search("names")
    metodo = EnumByValue(Metodo)
    frecuencia = EnumByValue(Frecuencia)
    activo = Flag()
