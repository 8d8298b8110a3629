"""Signatures by which accounts and ids of files are known again."""

import hashlib
from collections.abc import Mapping

from app.suites.personal.payees_rules.rules.words import bare_number

SHOWN = 4


def ungrouped(number: str) -> str:
    """An account number, however it is grouped, as one text."""
    plain = bare_number(number) or number.strip().casefold()
    return plain.encode("utf-8", "replace").decode()


def number_signature(number: str) -> str:
    """Key of an account number in a document or a request, which have the number itself, too; it is stored nowhere."""
    return hashlib.sha256(ungrouped(number).encode()).hexdigest()


def shown_number(number: str) -> str:
    """The end of an account number, as people know it."""
    return f"…{number.strip()[-SHOWN:]}" if len(number.strip()) > SHOWN else number.strip()


def stored_id(fitid: str, longest: int) -> str:
    """An id of a bank as it is stored: of a long one the digest."""
    if len(fitid) <= longest:
        return fitid
    return f"sha256:{hashlib.sha256(fitid.encode('utf-8', 'surrogatepass')).hexdigest()}"


def proposed_dates(locale: str | None) -> str:
    """Order of the parts of a day that is usual where a language is spoken."""
    language, _, region = (locale or "").partition("-")
    if language in _YEAR_FIRST or region in _YEAR_FIRST_REGIONS:
        return "YYYY-MM-DD"
    return "MM/DD/YYYY" if (language, region or "US") == ("en", "US") else "DD/MM/YYYY"


def proposed_decimal(locale: str | None) -> str:
    """Decimal sign that is usual where a language is spoken."""
    language, _, region = (locale or "").partition("-")
    return "." if language in _DOT or region in _DOT_REGIONS else ","


def is_enough(columns: Mapping[str, str | None]) -> bool:
    """Whether rows can be read by these columns."""
    return columns.get("date") is not None and any(columns.get(name) for name in ("amount", "debit", "credit"))


_YEAR_FIRST = {"zh", "ja", "ko", "hu", "lt", "sv"}
_YEAR_FIRST_REGIONS = {"CA", "ZA"}
_DOT = {"en", "zh", "ja", "ko", "th", "he"}
_DOT_REGIONS = {"MX", "GT", "HN", "NI", "PA", "PE", "PR", "SV", "DO", "CH"}
