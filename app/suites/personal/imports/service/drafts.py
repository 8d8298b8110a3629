"""Rows of a file on their way into a book."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self, TypedDict

from app.infra.queries.bulk import Row
from app.infra.statements import StatementRow
from app.suites.personal.imports.models import LONGEST_FITID, ImportLineRecord
from app.suites.personal.imports.rules.lines import ImportLineState, Line
from app.suites.personal.imports.rules.signatures import stored_id
from app.suites.personal.imports.rules.states import Decision
from app.suites.personal.recurring.service import ExpectedMovement


class LineNote(TypedDict):
    """A remark about a row."""

    row: int
    code: str


class LineError(LineNote):
    """A row that can't be imported."""

    field: str
    text: str


@dataclass(slots=True)
class Draft:
    """A row of a file, and what becomes of it."""

    number: int
    account_id: int
    date: date
    amount: Decimal
    text: str
    content_key: str = ""
    """The key by which it is known again; judging sets it."""
    payee: str = ""
    description: str = ""
    notes: str = ""
    category: str = ""
    counterpart: str = ""
    fitid: str = ""
    is_pending: bool = False
    state: ImportLineState = ImportLineState.NEW
    transaction_id: int | None = None
    candidate_id: int | None = None
    score: int | None = None
    decision: Decision | None = None
    category_id: int | None = None
    replaces_id: int | None = None
    before: str | None = None
    version_after: int | None = None
    expected: ExpectedMovement | None = None
    """The occurrence that it is, which was not entered yet."""
    line_id: int | None = None

    @classmethod
    def of_row(cls, found: StatementRow, account_id: int) -> Self:
        """The draft of a row of a statement of an account."""
        return cls(
            number=found.number,
            account_id=account_id,
            date=found.day,
            amount=found.amount,
            text=found.raw,
            payee=found.payee,
            description=found.description,
            notes=found.notes,
            category=found.category,
            counterpart=found.counterpart,
            fitid=stored_id(found.fitid, LONGEST_FITID),
            is_pending=found.is_pending,
        )

    @classmethod
    def of_record(cls, line: ImportLineRecord) -> Self:
        """The draft of a row that was kept."""
        return cls(
            number=line.number,
            account_id=line.account_id,
            date=line.date,
            amount=line.amount,
            text=line.text,
            content_key=line.content_key,
            payee=line.payee or "",
            description=line.description or "",
            notes=line.notes or "",
            category=line.category or "",
            counterpart=line.counterpart or "",
            fitid=line.fitid or "",
            is_pending=line.is_pending,
            state=line.state,
            candidate_id=line.candidate_id,
            decision=line.decision,
            category_id=line.category_id,
            line_id=line.id,
        )

    def as_line(self, currency: str) -> Line:
        """The row as the rules of duplicates and matches take it."""
        return Line(self.number, self.date, self.amount, currency, self.text, self.payee, self.fitid, self.is_pending)

    def as_row(self) -> Row:
        """The row as it is stored."""
        return {
            "account_id": self.account_id,
            "number": self.number,
            "date": self.date,
            "amount": self.amount,
            "text": self.text,
            "payee": self.payee or None,
            "description": self.description or None,
            "notes": self.notes or None,
            "category": self.category or None,
            "counterpart": self.counterpart or None,
            "fitid": self.fitid or None,
            "content_key": self.content_key,
            "is_pending": self.is_pending,
            "state": self.state,
            "transaction_id": self.transaction_id,
            "candidate_id": self.candidate_id,
            "score": self.score,
            "decision": self.decision,
            "category_id": self.category_id,
            "replaces_id": self.replaces_id,
            "before": self.before,
            "version_after": self.version_after,
        }

    @property
    def shown_text(self) -> str:
        """The words of the entry that it makes."""
        return self.description or self.payee
