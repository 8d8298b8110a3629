"""Refusals of a document that name the row."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.kernel.errors import DomainError
from app.suites.personal.exports.repository import Violation, violations
from app.suites.personal.exports.rules.document import Section
from app.suites.personal.exports.rules.reading import Wrong, of_row, refusal


@contextmanager
def in_row(section: Section, number: int) -> Iterator[None]:
    """Refuse the document, naming the row, for what the row can't have."""
    try:
        with violations():
            yield
    except Wrong as wrong:
        raise refusal(section.name, number, wrong.path, wrong.message) from wrong
    except Violation as error:
        raise refusal(section.name, number, (), words_of(error.constraint)) from error
    except DomainError as error:
        raise of_row(section.name, number, error) from error


def words_of(constraint: str) -> str:
    """Message about a constraint that a row violates."""
    return f"The values do not fit together ({constraint})."
