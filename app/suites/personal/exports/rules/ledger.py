"""Plain-text accounting: entries of a book for hledger, ledger and beancount, with assertions of its balances."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from app.core.ledger.rules import AccountKind
from app.kernel.currencies import Currency

TRANSIT = "transit"
"""Account of what has left one account and not yet reached another."""
_SPACES = re.compile(r"\s+")
_ROOTS = {
    AccountKind.ASSET: "assets",
    AccountKind.LIABILITY: "liabilities",
    AccountKind.EQUITY: "equity",
    AccountKind.INCOME: "income",
    AccountKind.EXPENSE: "expenses",
}
_Root = Callable[[AccountKind], str]
_Part = Callable[[str], str]
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")


class NamedAccount(NamedTuple):
    """An account of the ledger, with its names from the top."""

    id: int
    kind: AccountKind
    path: tuple[str, ...]


class PostedLine(NamedTuple):
    """A line of an entry, with what people tell of the entry."""

    entry_id: int
    entry_date: date
    position: int
    account_id: int
    date: date
    amount: Decimal
    currency: Currency
    description: str | None
    payee: str | None


class Price(NamedTuple):
    """Worth of one unit of a currency on a day."""

    day: date
    currency: Currency
    rate: Decimal


class Balance(NamedTuple):
    """Balance of an account at the end of the last day."""

    account_id: int
    currency: Currency
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of an entry on one day, which add up to zero; `account_id` None is what is under way."""

    entry_id: int
    day: date
    description: str
    payee: str
    lines: tuple[tuple[int | None, Decimal, Currency], ...]


@dataclass(frozen=True, slots=True)
class Journal:
    """A book over a range of days: its accounts, what it began with, and what must come out."""

    currency: Currency
    accounts: Sequence[NamedAccount]
    opening_id: int
    openings: Sequence[Balance]
    """Balances before the first day."""
    prices: Sequence[Price]
    closings: Sequence[Balance]
    first: date
    last: date


def blocks(lines: Iterable[PostedLine]) -> Iterator[Block]:
    """The entries, each day's lines by themselves; what a day lacks to zero is under way."""
    for _, of_entry in groupby(lines, key=lambda one: one.entry_id):
        found = sorted(of_entry, key=lambda one: (one.date, one.position))
        for day, of_day in groupby(found, key=lambda one: one.date):
            yield _block(day, list(of_day))


def _block(day: date, lines: Sequence[PostedLine]) -> Block:
    shown: list[tuple[int | None, Decimal, Currency]] = [(one.account_id, one.amount, one.currency) for one in lines]
    for currency in dict.fromkeys(one.currency for one in lines):
        rest = sum((one.amount for one in lines if one.currency is currency), Decimal(0))
        if rest:
            shown.append((None, -rest, currency))
    return Block(lines[0].entry_id, day, lines[0].description or "", lines[0].payee or "", tuple(shown))


def ledger_names(accounts: Iterable[NamedAccount]) -> dict[int | None, str]:
    """Names of accounts for ledger and hledger, each once."""
    return _distinct(accounts, lambda kind: _ROOTS[kind], _ledger_part, " ")


def beancount_names(accounts: Iterable[NamedAccount]) -> dict[int | None, str]:
    """Names of accounts for beancount, each once."""
    return _distinct(accounts, lambda kind: _ROOTS[kind].capitalize(), _beancount_part, "-")


def _distinct(accounts: Iterable[NamedAccount], root: _Root, part: _Part, joint: str) -> dict[int | None, str]:
    found: dict[int | None, str] = {None: ":".join((root(AccountKind.EQUITY), part(TRANSIT)))}
    taken = {name.casefold() for name in found.values()}
    for account in accounts:
        name = whole = ":".join((root(account.kind), *(part(one) for one in account.path)))
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{whole}{joint}{number}"
        taken.add(name.casefold())
        found[account.id] = name
    return found


def _ledger_part(name: str) -> str:
    """A part of a name: no colon, semicolon, control character, or two spaces in a row."""
    plain = _SPACES.sub(" ", _UNPRINTABLE.sub(" ", name)).strip()
    return plain.replace(":", "-").replace(";", ",") or "-"


def _beancount_part(name: str) -> str:
    """A part of a name: letters, digits and hyphens, a capital or a digit first."""
    known = (one if one.isalpha() or one.isdecimal() else "-" for one in unicodedata.normalize("NFC", name))
    plain = "".join(known).strip("-")
    plain = plain[:1].upper() + plain[1:]
    return plain if plain[:1].isdecimal() or plain[:1].isupper() else f"X{plain}"


def words(text: str) -> str:
    """Words of a line: no line break, and no sign that begins a comment or parts a payee from a note."""
    return _SPACES.sub(" ", _UNPRINTABLE.sub(" ", text)).strip().replace(";", ",").replace("|", "/")


def ledger(journal: Journal, lines: Iterable[PostedLine]) -> Iterator[str]:
    """The book for hledger and ledger: at its end each account asserts its balance."""
    names = ledger_names(journal.accounts)
    currencies = _currencies(journal)
    for currency in currencies:
        yield f"commodity 1000.{'0' * currency.digits} {currency}\n"
    for name in names.values():
        yield f"account {name}\n"
    yield "".join(f"P {day} {currency} {rate} {journal.currency}\n" for day, currency, rate in journal.prices)
    if journal.openings:
        yield from _written(_opening(journal), names, "opening balances")
    for block in blocks(lines):
        said = " | ".join(filter(None, (words(block.payee), words(block.description))))
        yield from _written(block, names, said)
    if journal.closings:
        yield f"\n{journal.last} * balances\n"
        for account_id, currency, amount in journal.closings:
            yield f"    {names[account_id]}  0 {currency} = {_number(amount, currency)} {currency}\n"


def _written(block: Block, names: Mapping[int | None, str], said: str) -> Iterator[str]:
    mark = f"  ; id:{block.entry_id}" if block.entry_id else ""
    yield f"\n{block.day} * {_unlike_code(said)}{mark}\n"
    for account_id, amount, currency in block.lines:
        yield f"    {names[account_id]}  {_number(amount, currency)} {currency}\n"


def _unlike_code(said: str) -> str:
    """The words after an empty code where they begin as a code does."""
    return f"() {said}" if said.startswith("(") else said


def beancount(journal: Journal, lines: Iterable[PostedLine]) -> Iterator[str]:
    """The book for beancount: the day after its last, each account asserts its balance."""
    names = beancount_names(journal.accounts)
    yield f'option "operating_currency" "{journal.currency}"\n'
    for name in names.values():
        yield f"{date(1900, 1, 1)} open {name}\n"
    yield "".join(f"{day} price {currency} {rate} {journal.currency}\n" for day, currency, rate in journal.prices)
    if journal.openings:
        yield from _noted(_opening(journal), names, "opening balances")
    for block in blocks(lines):
        yield from _noted(block, names, block.description)
    after = journal.last + timedelta(days=1)
    for account_id, currency, amount in journal.closings:
        yield f"{after} balance {names[account_id]}  {_number(amount, currency)} ~ 0.001 {currency}\n"


def _noted(block: Block, names: Mapping[int | None, str], said: str) -> Iterator[str]:
    payee = f"{_quoted(block.payee)} " if block.payee else ""
    yield f"\n{block.day} * {payee}{_quoted(said)}\n"
    if block.entry_id:
        yield f'  id: "{block.entry_id}"\n'
    for account_id, amount, currency in block.lines:
        yield f"  {names[account_id]}  {_number(amount, currency)} {currency}\n"


def _quoted(text: str) -> str:
    plain = _SPACES.sub(" ", _UNPRINTABLE.sub(" ", text)).strip()
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _opening(journal: Journal) -> Block:
    lines: list[tuple[int | None, Decimal, Currency]] = []
    for account_id, currency, amount in journal.openings:
        lines += [(account_id, amount, currency), (journal.opening_id, -amount, currency)]
    return Block(0, journal.first, "", "", tuple(lines))


def _currencies(journal: Journal) -> list[Currency]:
    balances = [one.currency for one in (*journal.openings, *journal.closings)]
    return list(dict.fromkeys((journal.currency, *balances, *(one.currency for one in journal.prices))))


def _number(amount: Decimal, currency: Currency) -> str:
    """The amount with the decimals of its currency, or with more where it has them."""
    exact = amount.normalize()
    exponent = exact.as_tuple().exponent
    places = max(currency.digits, -exponent if isinstance(exponent, int) else 0)
    return f"{amount:.{places}f}"
