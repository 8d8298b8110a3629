"""Service of movements."""

from app.core.movements.repository import MovementRepository
from app.infra.context import Context


class MovementService:
    """Movements and open items as a whole; figures of them are those of cash flow."""

    def __init__(self, context: Context) -> None:
        self.movements = MovementRepository(context.session)

    def violations(self) -> list[str]:
        """Movements and open items that are not what their sources say."""
        return self.movements.disagreements()
