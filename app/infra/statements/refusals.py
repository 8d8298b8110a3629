"""Refusals of a whole file; too large a file and another kind of file are the kernel's."""

from collections.abc import Iterable, Sequence
from itertools import islice

from app.infra.statements.parsed import MOST_ROWS
from app.kernel.errors import Invalid

_SHOWN_ROWS = 5
_LONGEST_CELL = 100
_MOST_COLUMNS = 50


class UnreadableFile(Invalid):
    """The content is damaged, or no text at all."""

    code = "unreadable_file"


class EmptyFile(Invalid):
    """The file has no transactions."""

    code = "empty_file"

    def __init__(self) -> None:
        super().__init__("The file has no transactions.", errors={"file": ["Has no transactions."]})


class TooManyRows(Invalid):
    """The file has more rows than an import takes."""

    code = "too_many_rows"

    def __init__(self) -> None:
        message = f"The file has more than {MOST_ROWS} rows."
        super().__init__(message, errors={"file": [message]})


class NeedsMapping(Invalid):
    """The columns of a table have unknown headings; the answer has them and some rows."""

    code = "needs_mapping"

    def __init__(
        self, columns: Sequence[str], rows: Iterable[Sequence[str]], known: dict[str, int], missing: str
    ) -> None:
        shown = [[cell[:_LONGEST_CELL] for cell in row[:_MOST_COLUMNS]] for row in islice(rows, _SHOWN_ROWS)]
        heads = [column[:_LONGEST_CELL] for column in columns[:_MOST_COLUMNS]]
        rows_by_number = {str(number): cells for number, cells in enumerate(shown, 1)}
        proposal = {field: [str(column)] for field, column in known.items()}
        errors = {"mapping": [missing], "columns": heads, "rows": rows_by_number, "proposal": proposal}
        super().__init__("The columns of the file are not known; say which is which.", errors=errors)


class AmbiguousDates(Invalid):
    """The days of a file can be read in more than one way; `readings` has some of them by notation."""

    code = "ambiguous_dates"

    def __init__(self, readings: dict[str, list[str]]) -> None:
        self.readings = readings
        errors = {"options": {"date_format": list(readings)}, "readings": readings}
        super().__init__("The days of the file can be read in more than one way.", errors=errors)


class AmbiguousDecimals(Invalid):
    """The amounts of a file can be read in more than one way; `readings` has some of them by decimal sign."""

    code = "ambiguous_decimals"

    def __init__(self, readings: dict[str, list[str]]) -> None:
        self.readings = readings
        errors = {"options": {"decimal": list(readings)}, "readings": readings}
        super().__init__("The amounts of the file can be read in more than one way.", errors=errors)


def unreadable(reason: str) -> UnreadableFile:
    """Refusal of a damaged file."""
    return UnreadableFile(f"The file can't be read: {reason}.", errors={"file": [f"Can't be read: {reason}."]})
