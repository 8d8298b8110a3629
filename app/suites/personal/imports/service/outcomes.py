"""Results of imports."""

from dataclasses import dataclass
from typing import NamedTuple

from app.suites.personal.imports.models import ImportLineRecord
from app.suites.personal.imports.rules.states import BookImportState, FileFormat
from app.suites.personal.imports.service.drafts import LineError, LineNote


class PossibleMatch(NamedTuple):
    """A row that was imported, and the entry that it may be."""

    row: int
    transaction_id: int | None
    candidate_id: int | None
    score: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """A file: what an import made of it or, as a preview, would make."""

    import_id: int | None
    """None for the document of a book, which is not taken back."""
    state: BookImportState
    format: FileFormat
    encoding: str
    date_format: str
    decimal: str
    rows: int
    imported: int
    duplicates: int
    matched: int
    transfers: int
    ignored: int
    invalid: int
    categorised: int
    errors: list[LineError]
    notes: list[LineNote]
    warnings: list[str]
    possible: list[PossibleMatch]
    lines: list[ImportLineRecord] | None = None

    @property
    def id(self) -> int | None:
        """Id of what was brought into the book; None for a preview."""
        return self.import_id if self.state is BookImportState.COMMITTED else None

    @property
    def refusal(self) -> None:
        """None: what is refused raises."""
        return
