"""Repository of movements."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_DISAGREEING = text("SELECT problem FROM movement_disagreements()")


class MovementRepository:
    """Movements and open items as a whole."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def disagreements(self) -> list[str]:
        """Messages about attached tables without their triggers, and rows that differ from their movements."""
        return list(self.session.scalars(_DISAGREEING))
