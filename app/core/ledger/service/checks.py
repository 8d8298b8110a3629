"""Checks of what is stored."""

from app.core.ledger.repository import CheckRepository
from app.infra.context import Context


class CheckService:
    """Finds entries, journals and accounts that break a rule."""

    def __init__(self, context: Context) -> None:
        self.checks = CheckRepository(context.session)

    def violations(self) -> list[str]:
        """A sentence for each."""
        return self.checks.violations()
