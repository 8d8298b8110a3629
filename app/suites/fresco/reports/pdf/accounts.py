"""PDF of the statement of a client's account, fit to be sent."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from app.kernel.errors import NotFound
from app.suites.fresco.reports.rules import CHARGED, AccountBalance, Entry, EntryKind, Owed
from app.suites.fresco.reports.service import ClientAccount
from app.web.pdf import Issued, theme
from app.web.pdf.blocks import Figure, key_figures, notes
from app.web.pdf.formats import MoneyFormat, day_text, span_text
from app.web.pdf.paper import Paper
from app.web.pdf.table import Column, Kind, Row, Table

COLUMNS = (
    Column("Fecha y concepto", 4.2),
    Column("Cargos", 1),
    Column("Abonos", 1),
    Column("A favor", 0.9),
    Column("Saldo", 1.1),
)
LOGO = 130.0, 44.0
"""Width and height that the logo may take."""
MEANING = (
    "Los cargos se registran el día de su vencimiento. Los abonos incluyen los impuestos que el cliente retuvo. "
    "Lo pagado de más queda a favor del cliente y se descuenta del saldo; un saldo entre paréntesis es a favor suyo."
)


def account_pdf(report: ClientAccount, issued: Issued) -> bytes:
    """Draw a client's account, with a table for each currency."""
    paper = Paper("Estado de cuenta", replace(issued, company=report.issuer.name))
    top = paper.y
    paper.masthead(f"{report.client}{_number(report.tax_id)}", *_below(report))
    _logo(paper, report, top)
    for balance in report.balances:
        entries = [one for one in report.entries if one.currency == balance.currency]
        _currency(paper, report, balance, entries)
    notes(paper, [*_coming(report.coming), MEANING])
    return paper.pdf()


def _number(tax_id: str | None) -> str:
    return f" · NIT {tax_id}" if tax_id else ""


def _below(report: ClientAccount) -> Iterator[str]:
    yield span_text(f"{report.date_from}/{report.date_to}")
    if report.issuer.tax_id:
        yield f"{report.issuer.name} · NIT {report.issuer.tax_id}"


def _logo(paper: Paper, report: ClientAccount, top: float) -> None:
    """Draw the company's logo to the right of the title, if it has one and its content is there."""
    logo, (wide, high) = report.issuer.logo, LOGO
    if logo is None:
        return
    try:
        content = b"".join(logo.read(0, logo.file.size))
    except NotFound:
        return
    paper.picture(content, (theme.RIGHT - wide, top - 18 - high), wide, high)


def _currency(paper: Paper, report: ClientAccount, balance: AccountBalance, entries: list[Entry]) -> None:
    sums = (balance.opening_balance, balance.charges, balance.receipts, balance.credits, balance.closing_balance)
    money = MoneyFormat.of(balance.currency, [*sums, *(one.balance for one in entries)])
    names = ("Saldo anterior", "Cargos", "Abonos", "Saldo a favor", "Saldo final")
    paper.need(180)
    key_figures(paper, [Figure(name, money.full(value)) for name, value in zip(names, sums, strict=True)])
    first = Row((f"Saldo al comenzar el {day_text(report.date_from)}", "", "", "", money.plain(sums[0])))
    rows = [first, *(_row(one, money) for one in entries)]
    closing = (f"Saldo al {day_text(report.date_to)}", *map(money.plain, sums[1:]))
    title = f"Movimientos en {money.name}"
    Table(title, COLUMNS, [*rows, Row(closing, Kind.TOTAL)], f"Cifras en {balance.currency}").draw(paper)


def _row(one: Entry, money: MoneyFormat) -> Row:
    figures = (money.plain(value) if value else "" for value in (one.charge, one.receipt, one.credit))
    return Row((f"{_day(one.date)}  {_concept(one, money)}", *figures, money.plain(one.balance)))


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _concept(one: Entry, money: MoneyFormat) -> str:
    """Words of an entry, as the client knows it."""
    number = f" {one.installment_number}" if one.installment_number else ""
    charged = CHARGED[one.type] + number if one.type is not None else ""
    invoice = f"factura {one.invoice_number}" if one.invoice_number else ""
    if one.kind is EntryKind.CHARGE:
        parts = [charged, one.project_name, invoice]
    elif one.kind is EntryKind.RECEIPT:
        withheld = f"retenciones {money.plain(one.withheld)}" if one.withheld else ""
        of_it = invoice or f"{charged}, {one.project_name}"
        parts = [f"Abono a {of_it}", one.payment_method, one.reference, withheld]
    else:
        parts = ["Devolución de saldo a favor", one.payment_method]
    return " · ".join(part for part in parts if part)


def _coming(coming: list[Owed]) -> Iterator[str]:
    for one in coming:
        money = MoneyFormat.of(one.currency, [one.total])
        count = "1 cargo" if one.payments == 1 else f"{one.payments} cargos"
        yield f"Por vencer después de esta fecha: {money.full(one.total)} en {count} ({one.currency}), no incluidos."
