"""Decisions about payments that waited."""

from enum import StrEnum


class Resolucion(StrEnum):
    """Decision about a payment: it pays a loan, is credit of the client, or was given back."""

    APLICAR = "aplicar"
    A_FAVOR = "a_favor"
    DEVOLVER = "devolver"
