"""Rules of parties: kinds, and documents of identity with their numbers."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import StrEnum

from stdnum.co import nit
from stdnum.exceptions import ValidationError
from stdnum.mx import curp, rfc
from stdnum.pe import cui, ruc


class PartyKind(StrEnum):
    """Kind of a party: a natural person, or a company or other body."""

    PERSON = "person"
    COMPANY = "company"


class IdentityDocument(StrEnum):
    """Type of a document of identity: of Colombia, Peru and Mexico, or of any country."""

    CC = "CC"
    CE = "CE"
    TI = "TI"
    NIT = "NIT"
    DNI = "DNI"
    RUC = "RUC"
    CDI = "CDI"
    PTP = "PTP"
    TAM = "TAM"
    RFC = "RFC"
    CURP = "CURP"
    PA = "PA"
    TIN = "TIN"
    IN = "IN"
    OTHER = "Otro"


_ISSUERS: Mapping[str, frozenset[IdentityDocument]] = {
    country: frozenset(map(IdentityDocument, types.split()))
    for country, types in {"CO": "CC CE TI NIT", "PE": "DNI CE RUC CDI PTP TAM", "MX": "RFC CURP"}.items()
}
"""Types by the only countries that issue them."""

_NUMBER = re.compile(r"[0-9A-Za-zÑñ&][0-9A-Za-zÑñ&.,/ -]*")
_SIGNS = re.compile(r"[.,/ -]")
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_LONGEST_NIT = 15


def issuer_problem(country: str, kind: IdentityDocument) -> str | None:
    """Message if the country does not issue documents of this type."""
    issuers = sorted(issuer for issuer, types in _ISSUERS.items() if kind in types)
    if not issuers or country in issuers:
        return None
    return f"{kind.value} is a document of {' and '.join(issuers)}, not of {country}."


def document_key(kind: IdentityDocument, number: str) -> str:
    """The number without signs, and without a check digit that may be left out; ValueError with a message if invalid.

    Two documents of a country and type are the same if their keys are.
    """
    if not _NUMBER.fullmatch(number):
        raise ValueError("Only letters, digits, spaces and the signs . , - / & can be in a number.")
    key_of = _KEYS.get(kind)
    try:
        return _without_signs(number) if key_of is None else key_of(number)
    except ValidationError as error:
        raise ValueError(f"Not a valid {kind.value}: {str(error).rstrip('.').lower()}.") from error


def _without_signs(number: str) -> str:
    return _SIGNS.sub("", number.upper())


def _nit_key(number: str) -> str:
    """The digits of a NIT without its check digit, which is checked where it is written."""
    digits = _without_signs(number)
    if not _DIGITS.fullmatch(digits):
        raise ValueError("A NIT has only digits, with dots, and a hyphen before its check digit.")
    if not _has_check_digit(number, digits):
        if len(digits) > _LONGEST_NIT:
            raise ValueError(f"A NIT has at most {_LONGEST_NIT} digits.")
        return digits
    base, check = digits[:-1], digits[-1]
    if not 0 < len(base) <= _LONGEST_NIT or nit.calc_check_digit(base) != check:
        raise ValueError("The check digit of the NIT is wrong.")
    return base


def _has_check_digit(number: str, digits: str) -> bool:
    """Whether a NIT is written with its check digit: after a hyphen, or as the tenth digit of a company's NIT.

    NITs of companies have nine digits and begin with 8 or 9; no person's number of ten digits does.
    """
    return re.search(r"- *[0-9]$", number) is not None or (len(digits) == 10 and digits[0] in "89")


def _dni_key(number: str) -> str:
    return cui.validate(number)[:8]


_KEYS: Mapping[IdentityDocument, Callable[[str], str]] = {
    IdentityDocument.NIT: _nit_key,
    IdentityDocument.DNI: _dni_key,
    IdentityDocument.RUC: ruc.validate,
    IdentityDocument.RFC: rfc.validate,
    IdentityDocument.CURP: curp.validate,
}
"""Functions that check a number and return its key; other types have no rule."""


def search_terms(q: str) -> str:
    """Text query of PostgreSQL for parties that have a word beginning with each of those in q; empty without a word.

    A word with signs matches as a whole without them, as numbers are found with and without dots, or by its parts.
    """
    terms = (_term(re.findall(r"[^\W_]+", word)) for word in unicodedata.normalize("NFC", q).split())
    return " & ".join(term for term in terms if term)


def _term(parts: list[str]) -> str:
    every = " & ".join(f"'{part}':*" for part in parts)
    return f"('{''.join(parts)}':* | {every})" if len(parts) > 1 else every
