"""States and choices of imports."""

from enum import StrEnum


class FileFormat(StrEnum):
    """Format of a file that is brought: a statement of a bank, or the document of a book."""

    CSV = "csv"
    OFX = "ofx"
    QIF = "qif"
    CAMT = "camt"
    JSON = "json"


class BookImportState(StrEnum):
    """Progress of an import."""

    PREVIEW = "preview"
    """Its rows are kept, and nothing is in the book yet."""
    COMMITTED = "committed"
    UNDONE = "undone"


class BookImportMode(StrEnum):
    """Way of bringing a file."""

    COMMIT = "commit"
    PREVIEW = "preview"


class Duplicates(StrEnum):
    """Treatment of rows that earlier files brought."""

    SKIP = "skip"
    KEEP = "keep"


class TransferMode(StrEnum):
    """Treatment of entries that are the two sides of a transfer."""

    AUTO = "auto"
    PROPOSE = "propose"
    OFF = "off"


class Decision(StrEnum):
    """Decision of a person on a row of a preview."""

    IMPORT = "import"
    SKIP = "skip"
    MATCH = "match"


class DecimalSign(StrEnum):
    """Sign before the decimals of an amount."""

    DOT = "."
    COMMA = ","


class MappingKind(StrEnum):
    """Knowledge that is remembered of files."""

    COLUMNS = "columns"
    """The columns of a table, by its headings."""
    ACCOUNT = "account"
    """The account of a book, by the number that files name it by."""


class KeptReason(StrEnum):
    """Reason why an entry stays when its import is taken back."""

    CHANGED = "changed"
    MATCHED_LATER = "matched_later"
    """A later import confirmed it."""
