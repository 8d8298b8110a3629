"""Rows of a file as they are found: what is wrong with some, and the limits of all."""

from decimal import Decimal

from app.infra.statements.amounts import BadAmount, checked
from app.infra.statements.parsed import MOST_ROWS, Field, Note, Problem, RowError, RowNote, StatementRow
from app.infra.statements.refusals import TooManyRows
from app.kernel.currencies import Currency


class Found:
    """Rows, errors and notes of a file, numbered from 1 on."""

    def __init__(self) -> None:
        self.count = 0
        self.errors: list[RowError] = []
        self.notes: list[RowNote] = []

    def next(self) -> int:
        """Number of the next row; raises TooManyRows."""
        self.count += 1
        if self.count > MOST_ROWS:
            raise TooManyRows
        return self.count

    def error(self, number: int, field: Field, code: Problem, text: str) -> None:
        """Keep the reason why a row can't be imported."""
        self.errors.append(RowError(number, field.value, code, text))

    def note(self, number: int, code: Note) -> None:
        """Keep the reason why a row is left out."""
        self.notes.append(RowNote(number, code))

    def accepts(self, row: StatementRow, fallback: str) -> bool:
        """Whether the row has an amount that can be stored; keeps the reason if not."""
        if not row.amount:
            self.note(row.number, Note.ZERO_AMOUNT)
            return False
        try:
            checked(row.amount, currency_of(row.currency or fallback))
        except BadAmount as bad:
            self.error(row.number, Field.AMOUNT, bad.code, str(bad))
            return False
        return True


def currency_of(code: str) -> Currency | None:
    """The currency with this code, or None."""
    return Currency.__members__.get(code.strip().upper())


def sum_of(amounts: list[Decimal]) -> Decimal:
    """Sum of amounts, zero for none."""
    return sum(amounts, Decimal(0))
