"""Bank statements as rows: CSV, OFX 1 and 2, QIF, CAMT.052, .053 and .054, by pure functions from bytes.

Time and memory are bounded by named limits. Nothing is guessed row by row: a file has one notation of days and one of
amounts, found from all rows, and one that can't be decided is refused with proposals.
"""

from app.infra.statements.parsed import (
    LARGEST_FILE,
    MOST_ROWS,
    AccountName,
    Field,
    Format,
    ParsedFile,
    ParsedStatement,
    ReadOptions,
    RowError,
    RowNote,
    StatementRow,
)
from app.infra.statements.reading import read_statements
from app.infra.statements.refusals import (
    AmbiguousDates,
    AmbiguousDecimals,
    EmptyFile,
    NeedsMapping,
    TooManyRows,
    UnreadableFile,
)

__all__ = [
    "LARGEST_FILE",
    "MOST_ROWS",
    "AccountName",
    "AmbiguousDates",
    "AmbiguousDecimals",
    "EmptyFile",
    "Field",
    "Format",
    "NeedsMapping",
    "ParsedFile",
    "ParsedStatement",
    "ReadOptions",
    "RowError",
    "RowNote",
    "StatementRow",
    "TooManyRows",
    "UnreadableFile",
    "read_statements",
]
