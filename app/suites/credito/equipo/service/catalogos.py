"""Lists of values with their Spanish labels."""

from collections.abc import Mapping
from typing import NamedTuple

from app.infra.context import Context
from app.suites.credito import SUITE


class Etiqueta(NamedTuple):
    """A value and its Spanish label."""

    valor: str
    etiqueta: str


class Catalogos(NamedTuple):
    """Lists of values by their names."""

    catalogos: Mapping[str, list[Etiqueta]]


class CatalogoService:
    """Reads the labels that the manifests of the suite's domains have."""

    def __init__(self, context: Context) -> None:
        self.labels = context.settings.labels[SUITE.name]

    def list(self) -> Catalogos:
        """Every list of values, by its name."""
        return Catalogos(
            {name: [Etiqueta(value, label) for value, label in values.items()] for name, values in self.labels.items()}
        )
