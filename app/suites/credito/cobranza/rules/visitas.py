"""Visits and promises."""

from enum import StrEnum


class ResultadoVisita(StrEnum):
    """Result of a visit."""

    PAGO = "pago"
    NO_ESTABA = "no_estaba"
    SIN_DINERO = "sin_dinero"
    PROMESA = "promesa"
    SE_NEGO = "se_nego"
    DOMICILIO_INCORRECTO = "domicilio_incorrecto"
    OTRO = "otro"
