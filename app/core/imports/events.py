"""Events that imports publish."""

from dataclasses import dataclass, field

from app.core.imports.rules import LeftReason
from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ImportUndoing(Event):
    """An import is taken back: the domain of its kind deletes the records that nobody changed or uses."""

    kind: str
    ids: list[int]
    left: dict[int, LeftReason] = field(default_factory=dict)
    """Records that stay, which the handler adds; all others are gone."""
