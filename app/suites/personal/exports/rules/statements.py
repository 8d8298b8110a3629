"""Registers of accounts as QIF and OFX 2.2."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol
from xml.sax.saxutils import escape

from app.kernel.currencies import Currency
from app.suites.personal.accounts.rules import AccountType

_LINE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
_LONGEST_NAME = 32
_QIF = {
    AccountType.CASH: "Cash",
    AccountType.CREDIT: "CCard",
    AccountType.LOAN: "Oth L",
    AccountType.PROPERTY: "Oth A",
    AccountType.OTHER: "Oth A",
}
_OFX = {AccountType.SAVINGS: "SAVINGS", AccountType.LOAN: "CREDITLINE"}


class RegisterPart(NamedTuple):
    """A part of what is in a register: its category, or the other account."""

    amount: Decimal
    category: str
    notes: str


class RegisterLine(NamedTuple):
    """A transaction as an account shows it."""

    id: int
    day: date
    amount: Decimal
    payee: str
    notes: str
    category: str
    is_cleared: bool
    parts: Sequence[RegisterPart]


class SplitPart(Protocol):
    """A part of a transaction, as its splits have it."""

    @property
    def amount(self) -> Decimal: ...
    @property
    def category_id(self) -> int | None: ...
    @property
    def account_id(self) -> int | None: ...
    @property
    def notes(self) -> str | None: ...
    @property
    def tags(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Register:
    """An account with its lines, the oldest first, and its balance on the last day."""

    id: int
    name: str
    type: AccountType
    currency: Currency
    balance: Decimal
    lines: Iterable[RegisterLine]


def qif(registers: Iterable[Register]) -> Iterator[str]:
    """The accounts as QIF: days as month/day/year, amounts with a point, transfers in brackets."""
    for one in registers:
        kind = _QIF.get(one.type, "Bank")
        yield f"!Account\nN{_flat(one.name)}\nT{kind}\n^\n!Type:{kind}\n"
        yield from map(_qif_line, one.lines)


def _qif_line(one: RegisterLine) -> str:
    found = [f"D{one.day:%m/%d/%Y}", f"T{one.amount:f}", *(["C*"] if one.is_cleared else []), f"N{one.id}"]
    found += [f"P{_flat(one.payee)}"] if one.payee else []
    found += [f"M{_flat(one.notes)}"] if one.notes else []
    found += [f"L{_flat(one.category)}"] if one.category else []
    for part in one.parts:
        found.append(f"S{_flat(part.category)}")
        found += [f"E{_flat(part.notes)}"] if part.notes else []
        found.append(f"${part.amount:f}")
    return "\n".join((*found, "^", ""))


def _flat(text: str) -> str:
    return _LINE.sub(" ", text).strip()


_HEAD = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<?OFX OFXHEADER="200" VERSION="220" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>\
<DTSERVER>{day:%Y%m%d}</DTSERVER><LANGUAGE>ENG</LANGUAGE></SONRS></SIGNONMSGSRSV1>
"""


def ofx(registers: Iterable[Register], first: date, last: date) -> Iterator[str]:
    """The accounts as OFX 2.2; FITID is the id of the transaction."""
    yield _HEAD.format(day=last)
    found = sorted(registers, key=lambda one: one.type is AccountType.CREDIT)
    for message, is_card in (("BANKMSGSRSV1", False), ("CREDITCARDMSGSRSV1", True)):
        own = [one for one in found if (one.type is AccountType.CREDIT) is is_card]
        if own:
            yield f"<{message}>"
            for one in own:
                yield from _ofx_account(one, first, last)
            yield f"</{message}>\n"
    yield "</OFX>\n"


def _ofx_account(one: Register, first: date, last: date) -> Iterator[str]:
    is_card = one.type is AccountType.CREDIT
    outer, inner = ("CCSTMTTRNRS", "CCSTMTRS") if is_card else ("STMTTRNRS", "STMTRS")
    yield f"<{outer}><TRNUID>{one.id}</TRNUID><STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS><{inner}>"
    yield f"<CURDEF>{one.currency}</CURDEF>"
    if is_card:
        yield f"<CCACCTFROM><ACCTID>{one.id}</ACCTID></CCACCTFROM>"
    else:
        kind = _OFX.get(one.type, "CHECKING")
        yield f"<BANKACCTFROM><BANKID>0</BANKID><ACCTID>{one.id}</ACCTID><ACCTTYPE>{kind}</ACCTTYPE></BANKACCTFROM>"
    yield f"<BANKTRANLIST><DTSTART>{first:%Y%m%d}</DTSTART><DTEND>{last:%Y%m%d}</DTEND>\n"
    yield from map(_ofx_line, one.lines)
    yield f"</BANKTRANLIST><LEDGERBAL><BALAMT>{one.balance:f}</BALAMT><DTASOF>{last:%Y%m%d}</DTASOF></LEDGERBAL>"
    yield f"</{inner}></{outer}>"


def _ofx_line(one: RegisterLine) -> str:
    name, memo = _flat(one.payee)[:_LONGEST_NAME] or "-", _flat(one.notes or one.payee)[:255]
    kind = "CREDIT" if one.amount > 0 else "DEBIT"
    told = f"<MEMO>{escape(memo)}</MEMO>" if memo else ""
    return (
        f"<STMTTRN><TRNTYPE>{kind}</TRNTYPE><DTPOSTED>{one.day:%Y%m%d}</DTPOSTED><TRNAMT>{one.amount:f}</TRNAMT>"
        f"<FITID>{one.id}</FITID><NAME>{escape(name)}</NAME>{told}</STMTTRN>\n"
    )
