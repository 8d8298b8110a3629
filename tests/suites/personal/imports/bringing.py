"""Calls that tests of imports share."""

from decimal import Decimal
from typing import Any

from tests.factories.personal import Person
from tests.factories.personal_imports import IMPORT, form
from tests.factories.personal_money import ACCOUNTS, TRANSACTIONS


def account(who: Person, **values: Any) -> int:
    """A new account in dollars."""
    body = {"name": "Bank", "type": "checking", "currency": "USD", **values}
    return int(who.caller.post(ACCOUNTS, body)["data"]["id"])


def bring(who: Person, content: bytes | str, expect: int = 201, name: str = "statement.csv", **fields: Any) -> Any:
    """The answer to a file."""
    response = who.caller.send("POST", IMPORT, **form(content, name, **fields))
    assert response.status_code == expect, response.get_data(as_text=True)
    answer = response.get_json()
    return answer["data"] if expect < 300 else answer


def rows(*lines: tuple[str, str, str]) -> str:
    """A CSV of days, amounts and texts."""
    return "date,amount,description\n" + "".join(f"{day},{amount},{text}\n" for day, amount, text in lines)


def ofx(*lines: tuple[str, str, str, str], account: str = "111222333", pending: bool = False) -> str:
    """An OFX of ids, days, amounts and names."""
    tag, day_tag = ("STMTTRNP", "DTTRAN") if pending else ("STMTTRN", "DTPOSTED")
    listed = "BANKTRANLISTP" if pending else "BANKTRANLIST"
    body = "".join(
        f"<{tag}><TRNTYPE>OTHER</TRNTYPE><{day_tag}>{day.replace('-', '')}</{day_tag}><TRNAMT>{amount}</TRNAMT>"
        f"<FITID>{fitid}</FITID><NAME>{name}</NAME></{tag}>"
        for fitid, day, amount, name in lines
    )
    return (
        f"<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD</CURDEF><BANKACCTFROM><BANKID>1</BANKID>"
        f"<ACCTID>{account}</ACCTID><ACCTTYPE>CHECKING</ACCTTYPE></BANKACCTFROM><{listed}>{body}</{listed}>"
        f"</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )


def balance(who: Person, account_id: int) -> Decimal:
    """Balance of an account."""
    return Decimal(str(who.caller.get(f"{ACCOUNTS}/{account_id}")["data"]["balance"]))


def entries(who: Person, **query: Any) -> list[dict[str, Any]]:
    """Transactions, the newest first."""
    found: list[dict[str, Any]] = who.caller.get(TRANSACTIONS, per_page=100, **query)["data"]
    return found


def enter(who: Person, **values: Any) -> int:
    """A transaction by hand, an expense unless it says otherwise."""
    body = {"type": "expense", "amount": "100", "date": "2026-03-02", **values}
    return int(who.caller.post(TRANSACTIONS, body)["data"]["id"])
