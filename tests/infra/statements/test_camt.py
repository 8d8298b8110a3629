"""CAMT.052, .053 and .054."""

from decimal import Decimal

import pytest

from app.infra.statements import AccountName, ParsedStatement, UnreadableFile, read_statements
from tests.infra.statements import samples


def entry(
    details: str, amount: str = "100.00", sign: str = "CRDT", root: str = "BkToCstmrStmt/Stmt"
) -> ParsedStatement:
    outer, inner = root.split("/")
    text = (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><{outer}><{inner}><Ntry>'
        f'<Amt Ccy="EUR">{amount}</Amt>'
        f"<CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-01-31</Dt></BookgDt>"
        f"<AcctSvcrRef>R</AcctSvcrRef>{details}</Ntry></{inner}></{outer}></Document>"
    )
    [statement] = read_statements(text.encode()).statements
    return statement


def detail(amount: str = "", more: str = "") -> str:
    written = f'<Amt Ccy="EUR">{amount}</Amt>' if amount else ""
    return f"<TxDtls>{written}{more}</TxDtls>"


def test_a_statement_has_an_account_a_balance_and_entries() -> None:
    parsed = read_statements(samples.CAMT_053.encode())
    [statement] = parsed.statements
    assert statement.account == AccountName("CH9300762011623852957")
    assert (statement.currency, statement.balance, str(statement.balance_day)) == (
        "CHF",
        Decimal("-996.56"),
        "2026-01-31",
    )
    assert [(error.row, error.code) for error in parsed.errors] == [(7, "invalid_date")]
    assert [(note.row, note.code) for note in parsed.notes] == [(6, "information_only")]


def test_each_detail_of_a_batch_has_its_own_amount() -> None:
    [statement] = read_statements(samples.CAMT_053.encode()).statements
    assert [(row.amount, row.payee, row.description, row.fitid) for row in statement.rows[:2]] == [
        (Decimal("329.56"), "Anna Keller", "Invoice 12", "REF-BATCH/1"),
        (Decimal(100), "Beat Suter", "RF18539007547034", "REF-BATCH/2"),
    ]
    assert statement.rows[0].counterpart == "CH5604835012345678009"


def test_a_rest_that_details_do_not_explain_is_a_fee() -> None:
    [statement] = read_statements(samples.CAMT_053.encode()).statements
    assert [(row.amount, row.is_fee) for row in statement.rows[2:4]] == [(Decimal(-1500), False), (Decimal(-26), True)]


def test_charges_of_money_that_came_in_are_negative() -> None:
    rows = entry(f"<NtryDtls>{detail('103.50')}</NtryDtls>").rows
    assert [(row.amount, row.is_fee) for row in rows] == [(Decimal("103.5"), False), (Decimal("-3.5"), True)]


def test_an_entry_whose_details_have_no_amounts_is_one_row() -> None:
    text = "<RmtInf><Ustrd>Rent</Ustrd></RmtInf>"
    assert [(row.amount, row.description) for row in entry(f"<NtryDtls>{detail(more=text)}</NtryDtls>").rows] == [
        (Decimal(100), "Rent")
    ]
    assert len(entry(f"<NtryDtls>{detail()}{detail('30.00')}</NtryDtls>").rows) == 1
    assert len(entry("").rows) == 1


def test_details_in_another_currency_are_one_row() -> None:
    foreign = detail("90.00").replace("EUR", "USD")
    assert [row.amount for row in entry(f"<NtryDtls>{foreign}</NtryDtls>").rows] == [Decimal(100)]


def test_a_detail_may_go_the_other_way() -> None:
    other = detail("20.00", "<CdtDbtInd>DBIT</CdtDbtInd>")
    assert [row.amount for row in entry(f"<NtryDtls>{detail('120.00')}{other}</NtryDtls>").rows] == [120, -20]


@pytest.mark.parametrize("root", ["BkToCstmrAcctRpt/Rpt", "BkToCstmrDbtCdtNtfctn/Ntfctn"])
def test_reports_and_notifications_are_read_alike(root: str) -> None:
    assert [row.amount for row in entry("", sign="DBIT", root=root).rows] == [Decimal(-100)]


def test_a_time_does_not_move_a_day_into_another_zone() -> None:
    [statement] = read_statements(samples.CAMT_053.encode()).statements
    assert str(statement.rows[2].day) == "2026-01-09"


@pytest.mark.parametrize(
    "text",
    [
        samples.CAMT_053[:1500],
        samples.CAMT_053.replace("<Document", '<!DOCTYPE Document [<!ENTITY x "y">]><Document'),
        samples.CAMT_053.replace("<NtryDtls>", "<NtryDtls>" + "<x/>" * 6_000),
    ],
)
def test_damaged_and_hostile_xml_is_refused(text: str) -> None:
    with pytest.raises(UnreadableFile):
        read_statements(text.encode())
