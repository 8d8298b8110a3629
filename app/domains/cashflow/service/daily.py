"""Keeping the daily sums small and right."""

from sqlalchemy.orm import Session

from app.domains.cashflow.queries import DailySumQueries


class DailySumService:
    """The daily sums follow from the movements; triggers keep them, and here they are folded and checked."""

    def __init__(self, session: Session) -> None:
        self.sums = DailySumQueries(session)

    def fold(self) -> int:
        """One row for each cell; how many rows are gone."""
        return self.sums.fold()

    def rebuild(self) -> int:
        """Write them anew from the movements; how many rows there are."""
        return self.sums.rebuild()

    def violations(self) -> list[str]:
        """Cells that don't follow from the movements."""
        return [
            f"daily sum of {row.date} {row.currency} {row.kind} «{row.category}» differs from its movements"
            for row in self.sums.differences()
        ]
