"""Values of payments."""

from enum import StrEnum


class MetodoPago(StrEnum):
    """Way in which money comes in; a renewal moves none."""

    EFECTIVO = "efectivo"
    TRANSFERENCIA = "transferencia"
    DEPOSITO = "deposito"
    RENOVACION = "renovacion"
    SEGURO = "seguro"


class OrigenPago(StrEnum):
    """Place where a payment was taken."""

    CAMPO = "campo"
    CAJA = "caja"
    BANCO = "banco"
    SISTEMA = "sistema"


class Pagador(StrEnum):
    """Person who pays: the client, a guarantor, the group for her, or somebody else."""

    TITULAR = "titular"
    AVAL = "aval"
    GRUPO = "grupo"
    TERCERO = "tercero"


class EstadoPago(StrEnum):
    """State of a payment."""

    VALIDO = "valido"
    POR_REVISAR = "por_revisar"
    REVERSADO = "reversado"


SIN_COBRO = frozenset({MetodoPago.RENOVACION, MetodoPago.SEGURO})
"""Ways to pay that nobody collected: they count for no collection, missed week or bonus."""
