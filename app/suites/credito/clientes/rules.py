"""Rules of clients and guarantors."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from stdnum.exceptions import ValidationError
from stdnum.mx import curp, rfc

CODIGO_INE = "[A-Z0-9]{18}"
"""Form of the code of a voter's card."""
CODIGO_POSTAL = "[0-9]{5}"

MAYORIA_DE_EDAD = 18
MOST_HIJOS = 30
MOST_REFERENCIAS = 10


class EstadoCivil(StrEnum):
    """Marital status."""

    CASADO = "casado"
    DIVORCIADO = "divorciado"
    VIUDO = "viudo"
    SOLTERO = "soltero"
    UNION_LIBRE = "union_libre"


class Propiedad(StrEnum):
    """Owner of the home: the client, or somebody who rents or lends it."""

    CASA_PROPIA = "casa_propia"
    RENTADA = "rentada"
    PRESTADA = "prestada"


class Sexo(StrEnum):
    """Sex."""

    MUJER = "mujer"
    HOMBRE = "hombre"
    OTRO = "otro"


class EstadoDeCliente(StrEnum):
    """State of a client."""

    ACTIVO = "activo"
    BLOQUEADO = "bloqueado"
    FALLECIDO = "fallecido"
    BAJA = "baja"


ESTADOS_CIVILES: Mapping[str, str] = MappingProxyType(
    {
        EstadoCivil.CASADO: "Casado",
        EstadoCivil.DIVORCIADO: "Divorciado",
        EstadoCivil.VIUDO: "Viudo",
        EstadoCivil.SOLTERO: "Soltero",
        EstadoCivil.UNION_LIBRE: "Unión libre",
    }
)
PROPIEDADES: Mapping[str, str] = MappingProxyType(
    {Propiedad.CASA_PROPIA: "Casa propia", Propiedad.RENTADA: "Rentada", Propiedad.PRESTADA: "Prestada"}
)
SEXOS: Mapping[str, str] = MappingProxyType({Sexo.MUJER: "Mujer", Sexo.HOMBRE: "Hombre", Sexo.OTRO: "Otro"})
ESTADOS: Mapping[str, str] = MappingProxyType(
    {
        EstadoDeCliente.ACTIVO: "Activo",
        EstadoDeCliente.BLOQUEADO: "Bloqueado",
        EstadoDeCliente.FALLECIDO: "Fallecido",
        EstadoDeCliente.BAJA: "Baja",
    }
)
"""Spanish labels."""


def curp_of(text: str) -> str | None:
    """A CURP as it is stored; None if the text is none: its date, state and check digit must be right."""
    try:
        return str(curp.validate(text))
    except ValidationError:
        return None


def rfc_of(text: str) -> str | None:
    """An RFC as it is stored; None if the text is none."""
    try:
        return str(rfc.validate(text))
    except ValidationError:
        return None


def edad(nacimiento: date, today: date) -> int:
    """Age in whole years."""
    return today.year - nacimiento.year - ((today.month, today.day) < (nacimiento.month, nacimiento.day))


def full_name(nombre: str, apellido_paterno: str, apellido_materno: str | None) -> str:
    """Name of a person as it is written in one line."""
    return " ".join(part for part in (nombre, apellido_paterno, apellido_materno) if part)
