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


class Duda(StrEnum):
    """Reason for which a payment waits for a supervisor."""

    PRESTAMO_DESCONOCIDO = "prestamo_desconocido"
    FUERA_DE_ALCANCE = "fuera_de_alcance"
    PRESTAMO_CERRADO = "prestamo_cerrado"
    PRESTAMO_RENOVADO = "prestamo_renovado"
    FECHA_DUDOSA = "fecha_dudosa"
    ANTES_DEL_DESEMBOLSO = "antes_del_desembolso"
    MAYOR_QUE_EL_SALDO = "mayor_que_el_saldo"
    POSIBLE_DUPLICADO = "posible_duplicado"
    RECIBO_REPETIDO = "recibo_repetido"


class Senal(StrEnum):
    """Mark of a payment that a supervisor should look at; it blocks nothing."""

    LEJOS = "lejos"
    LIMITE_EFECTIVO = "limite_efectivo"
    MONTO_DESMEDIDO = "monto_desmedido"
    GRUPO_TRANSFERIDO = "grupo_transferido"
    EN_NOMBRE_DE = "en_nombre_de"
    REVERSADO_POR_COBRADOR = "reversado_por_cobrador"


SIN_COBRO = frozenset({MetodoPago.RENOVACION, MetodoPago.SEGURO})
"""Ways to pay that nobody collected: they count for no collection, missed week or bonus."""
