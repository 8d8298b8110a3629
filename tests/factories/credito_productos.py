"""Loan types."""

from decimal import Decimal
from itertools import count
from typing import Any

import factory

from app.suites.credito.productos.models import TipoPrestamo
from app.suites.credito.productos.rules.condiciones import Condiciones, Frecuencia, Metodo
from app.suites.credito.productos.rules.cotizacion import cat_de_tipo
from tests.factories import Examples, RowFactory

_NUMBERS = count(1)
"""Numbers that make names unique."""


class TipoPrestamoFactory(RowFactory):
    """A loan type: 14 weeks at 40 %, unless other terms are given."""

    class Meta:
        model = TipoPrestamo

    nombre = factory.Sequence(lambda n: f"Tipo {n:03}")
    metodo = Metodo.CUOTA_FIJA
    frecuencia = Frecuencia.SEMANAL
    numero_pagos = 14
    interes = Decimal("0.4")

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, **kwargs: Any) -> Any:
        terms = Condiciones.of(kwargs)
        computed = {"porcentaje_pago": terms.porcentaje_pago, "cat": cat_de_tipo(terms)}
        return super()._create(model_class, *args, **{**kwargs, **terms.values(), **computed})


TIPOS = "/api/credito/tipos-prestamo"

EXAMPLES = Examples(
    rows={"TipoPrestamo": lambda: TipoPrestamoFactory(nombre="Ñandú").id},
    existing={f"{TIPOS}/<id:tipo_prestamo_id>": lambda _: f"{TIPOS}/{TipoPrestamoFactory().id}"},
    changes={f"{TIPOS}/<id:tipo_prestamo_id>": {"activo": False}},
    posts={
        TIPOS: lambda: (
            TIPOS,
            {
                "json": {
                    "nombre": f"16 semanas {next(_NUMBERS)}",
                    "metodo": "cuota_fija",
                    "frecuencia": "semanal",
                    "numero_pagos": 16,
                    "interes": "0.4",
                }
            },
        )
    },
)
