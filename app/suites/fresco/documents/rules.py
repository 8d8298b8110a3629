"""Types and owners of documents."""

from enum import StrEnum


class DocumentType(StrEnum):
    """Type of a document."""

    RUT = "RUT"
    CHAMBER_OF_COMMERCE = "Cámara de Comercio"
    NDA = "NDA"
    CONTRACT = "Contrato"
    INVOICE = "Factura"
    OTHER = "Otro"


class Owner(StrEnum):
    """Kind of the owner of a document."""

    CLIENT = "client"
    PROJECT = "project"
