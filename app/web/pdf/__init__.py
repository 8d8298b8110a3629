"""Common parts of all PDF documents; independent of HTTP."""

from dataclasses import dataclass
from datetime import date

from app.kernel.languages import Language


@dataclass(frozen=True, slots=True)
class Issued:
    """Issuer and day of a document."""

    company: str
    on: date
    language: Language = Language.SPANISH
