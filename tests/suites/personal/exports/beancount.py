"""The rules by which beancount reads a file, as far as our files go."""

import re
import unicodedata
from collections import defaultdict
from decimal import Decimal

_ACCOUNT = r"(?:Assets|Liabilities|Equity|Income|Expenses)(?::[^\s:]+)+"
_AMOUNT = r"(-?[0-9]+(?:\.[0-9]+)?)"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TEXT = r'"(?:[^"\\]|\\.)*"'
_LINES = {
    "option": re.compile(rf"option {_TEXT} {_TEXT}"),
    "open": re.compile(rf"{_DAY} open ({_ACCOUNT})"),
    "price": re.compile(rf"{_DAY} price [A-Z]{{3}} {_AMOUNT} [A-Z]{{3}}"),
    "entry": re.compile(rf"{_DAY} \* {_TEXT}(?: {_TEXT})?"),
    "id": re.compile(rf"  id: {_TEXT}"),
    "line": re.compile(rf"  ({_ACCOUNT})  {_AMOUNT} ([A-Z]{{3}})"),
    "balance": re.compile(rf"{_DAY} balance ({_ACCOUNT})  {_AMOUNT} ~ 0\.001 ([A-Z]{{3}})"),
}


def problems(text: str) -> list[str]:
    """Lines that beancount would refuse, and those after entries that do not add up."""
    found: list[str] = []
    opened: set[str] = set()
    balances: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    entry: dict[str, Decimal] = defaultdict(Decimal)
    for line in [*text.splitlines(), ""]:
        kind, match = next(((name, one) for name, form in _LINES.items() if (one := form.fullmatch(line))), ("", None))
        if match is None:
            found += [line] if line or any(entry.values()) else []
            entry.clear()
        elif kind == "open":
            opened.add(match[1])
            found += [line] if not all(_is_name(one) for one in match[1].split(":")[1:]) else []
        elif kind == "line":
            found += [line] if match[1] not in opened else []
            entry[match[3]] += Decimal(match[2])
            balances[match[1], match[3]] += Decimal(match[2])
        elif kind == "balance":
            wrong = abs(balances[match[1], match[3]] - Decimal(match[2])) > Decimal("0.001")
            found += [line] if wrong or match[1] not in opened else []
    return found


def _is_name(part: str) -> bool:
    """Whether a part of a name begins with a capital or a digit, and has letters, digits and hyphens only."""
    kinds = [unicodedata.category(one) for one in part]
    first = kinds[0] in {"Lu", "Nd"}
    return first and all(kind[0] == "L" or kind == "Nd" or one == "-" for one, kind in zip(part, kinds, strict=True))
