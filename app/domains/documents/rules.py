"""What a document can be."""

from enum import StrEnum


class DocumentType(StrEnum):
    """What kind of paper it is."""

    RUT = "RUT"
    CHAMBER_OF_COMMERCE = "Cámara de Comercio"
    NDA = "NDA"
    CONTRACT = "Contrato"
    INVOICE = "Factura"
    OTHER = "Otro"


class Owner(StrEnum):
    """Whose document it is."""

    CLIENT = "client"
    PROJECT = "project"
