"""Entries of CAMT, and their parts: a batch has the amounts of its details, and a rest that is charges."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, Self

from app.infra.statements.amounts import BadAmount, own_amount
from app.infra.statements.rows import sum_of
from app.infra.statements.texts import clean, joined

_NO_REFERENCE = {"NOTPROVIDED", "NONREF", "NOREF", "NOT PROVIDED"}
_AMOUNTS = (("Amt",), ("AmtDtls", "TxAmt", "Amt"), ("AmtDtls", "InstdAmt", "Amt"))
_LONGEST_RAW = 2_000


@dataclass(slots=True)
class Node:
    """An element with its text."""

    name: str
    currency: str
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def find(self, *path: str) -> list["Node"]:
        """Elements at this path."""
        nodes = [self]
        for name in path:
            nodes = [child for node in nodes for child in node.children if child.name == name]
        return nodes

    def value(self, *path: str) -> str:
        """Text of the first element at this path that has one; else empty."""
        return next((text for node in self.find(*path) if (text := node.text.strip())), "")

    def size(self) -> int:
        """Number of elements, this one included."""
        return 1 + sum(child.size() for child in self.children)


class Detail(NamedTuple):
    """One of the transactions that a bank books as one entry."""

    amount: Decimal | None
    """Amount without a sign."""
    currency: str
    indicator: str
    debtor: str
    creditor: str
    debtor_account: str
    creditor_account: str
    text: str
    reference: str
    order: str
    """The reference that its payer gave it."""

    @classmethod
    def of(cls, node: Node) -> Self:
        """Read the details of a transaction."""
        amount = next((found for path in _AMOUNTS for found in node.find(*path)), None)
        return cls(
            None if amount is None else _unsigned(amount.text),
            "" if amount is None else amount.currency,
            node.value("CdtDbtInd"),
            _party(node, "UltmtDbtr") or _party(node, "Dbtr"),
            _party(node, "UltmtCdtr") or _party(node, "Cdtr"),
            _account(node, "DbtrAcct"),
            _account(node, "CdtrAcct"),
            _remittance(node),
            _reference(node.value("Refs", "AcctSvcrRef")),
            _reference(node.value("Refs", "EndToEndId")),
        )


class Entry(NamedTuple):
    """An entry as the bank booked it."""

    amount: str
    currency: str
    indicator: str
    is_reversal: bool
    status: str
    day: str
    reference: str
    text: str

    @classmethod
    def of(cls, node: Node) -> Self:
        """Read an entry, without its details."""
        amount = next(iter(node.find("Amt")), None)
        days = (("BookgDt", "Dt"), ("BookgDt", "DtTm"), ("ValDt", "Dt"), ("ValDt", "DtTm"))
        return cls(
            "" if amount is None else amount.text.strip(),
            "" if amount is None else amount.currency,
            node.value("CdtDbtInd"),
            node.value("RvslInd").lower() in {"true", "1"},
            node.value("Sts") or node.value("Sts", "Cd"),
            next((day for path in days if (day := node.value(*path))), ""),
            _reference(node.value("AcctSvcrRef")),
            clean(node.value("AddtlNtryInf")),
        )


class Part(NamedTuple):
    """A row to be."""

    amount: Decimal
    raw: str
    payee: str
    description: str
    fitid: str
    counterpart: str
    is_fee: bool


def parts_of(entry: Entry, amount: Decimal, details: list[Detail]) -> list[Part]:
    """The details with their own amounts and a rest, if there is one; else the entry as one."""
    total = _signed(amount, entry.indicator)
    if not details or any(one.amount is None or one.currency not in {"", entry.currency} for one in details):
        return [_part(entry, total, details, entry.reference)]
    signed = [_signed(one.amount or Decimal(0), one.indicator or entry.indicator) for one in details]
    numbered = len(details) > 1
    parts = [
        _part(entry, own, [one], one.reference or _numbered(entry.reference, number if numbered else 0))
        for number, (own, one) in enumerate(zip(signed, details, strict=True), 1)
    ]
    rest = total - sum_of(signed)
    if rest:
        fitid = f"{entry.reference}/rest" if entry.reference else ""
        parts.append(Part(rest, entry.text, "", entry.text, fitid, "", is_fee=True))
    return parts


def _part(entry: Entry, amount: Decimal, details: list[Detail], fitid: str) -> Part:
    is_from_debtor = (amount > 0) != entry.is_reversal
    payee = counterpart = ""
    if len(details) == 1:
        one = details[0]
        payee = one.debtor if is_from_debtor else one.creditor
        counterpart = one.debtor_account if is_from_debtor else one.creditor_account
    text = clean(joined(*(one.text for one in details[:50])))
    orders = [one.order for one in details[:50]]
    raw = joined(payee, counterpart, text, *orders, entry.text, sign=" | ")[:_LONGEST_RAW]
    return Part(amount, raw, payee, text or entry.text or payee, fitid, counterpart, is_fee=False)


def _signed(amount: Decimal, indicator: str) -> Decimal:
    return -amount if indicator == "DBIT" and amount else amount


def _numbered(reference: str, number: int) -> str:
    return f"{reference}/{number}" if reference and number else reference


def _unsigned(text: str) -> Decimal | None:
    try:
        return abs(own_amount(text))
    except BadAmount:
        return None


def _party(node: Node, role: str) -> str:
    return clean(node.value("RltdPties", role, "Nm") or node.value("RltdPties", role, "Pty", "Nm"))


def _account(node: Node, role: str) -> str:
    found = node.value("RltdPties", role, "Id", "IBAN") or node.value("RltdPties", role, "Id", "Othr", "Id")
    return clean(found).replace(" ", "")


def _remittance(node: Node) -> str:
    plain = [found.text for found in node.find("RmtInf", "Ustrd")]
    structured = [found.text for found in node.find("RmtInf", "Strd", "CdtrRefInf", "Ref")]
    return clean(joined(*map(clean, [*plain, *structured, node.value("AddtlTxInf")])))


def _reference(text: str) -> str:
    text = clean(text)
    return "" if text.upper() in _NO_REFERENCE else text
