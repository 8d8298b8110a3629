"""Values of reports."""

from enum import StrEnum


class Por(StrEnum):
    """Lines of the portfolio at risk."""

    RUTA = "ruta"
    GRUPO = "grupo"
    COBRADOR = "cobrador"
    PRODUCTO = "producto"
    MES = "mes"


class TipoDeRecibo(StrEnum):
    """Flaw of receipts."""

    HUECO = "hueco"
    REPETIDO = "repetido"
    FUERA_DE_BLOQUE = "fuera_de_bloque"
