"""PDF of what is owed, by age."""

from collections.abc import Sequence
from decimal import Decimal

from app.suites.fresco.reports.rules import Side
from app.suites.fresco.reports.service.results import Ageing, AgeingRow, AgeingSums
from app.web.pdf import Issued
from app.web.pdf.blocks import Figure, key_figures, notes
from app.web.pdf.formats import MoneyFormat, day_text, percent, ratio
from app.web.pdf.paper import Paper
from app.web.pdf.table import Column, Kind, Row, Table

TITLES = {Side.RECEIVABLE: "Cuentas por cobrar", Side.PAYABLE: "Cuentas por pagar"}
HEADS = {Side.RECEIVABLE: "Cliente", Side.PAYABLE: "Proveedor"}
AGES = ("Por vencer", "1 a 30 días", "31 a 60 días", "61 a 90 días", "Más de 90")
MEANING = (
    "Cada saldo está en la columna de los días corridos desde su vencimiento; lo que vence hoy está por vencer. "
    "De lo pagado en parte cuenta el saldo."
)
CONVERTED = "Los saldos en otra moneda están convertidos a la tasa de cambio registrada para su vencimiento"
CREDITS = "; los saldos a favor, a la de hoy. Los saldos a favor de los clientes no están descontados del total."


def ageing_pdf(report: Ageing, issued: Issued) -> bytes:
    """Draw what is owed by age, with a line for each party."""
    title, receivable = TITLES[report.side], report.side is Side.RECEIVABLE
    lines: list[AgeingSums] = [*report.data, report.totals]
    money = MoneyFormat.of(report.currency, [value for one in lines for value in _values(one, credited=True)])
    paper = Paper(f"{title} por edades", issued)
    paper.masthead(f"Saldos al {day_text(report.date)}", f"Cifras en {money.name}")
    _figures(paper, report, money)
    _table(report, money, credited=receivable).draw(paper)
    notes(paper, [MEANING, CONVERTED + (CREDITS if receivable else ".")])
    return paper.pdf()


def _values(one: AgeingSums, *, credited: bool) -> Sequence[Decimal]:
    ages = (one.not_due, one.days_1_30, one.days_31_60, one.days_61_90, one.over_90, one.total)
    return (*ages, one.credits) if credited else ages


def _figures(paper: Paper, report: Ageing, money: MoneyFormat) -> None:
    sums = report.totals
    late = sums.total - sums.not_due
    shown = [
        Figure("Total", money.full(sums.total)),
        Figure("Por vencer", money.full(sums.not_due), f"{percent(ratio(sums.not_due, sums.total))} del total"),
        Figure("Vencido", money.full(late), f"{percent(ratio(late, sums.total))} del total"),
    ]
    if report.side is Side.RECEIVABLE:
        shown.append(Figure("Saldos a favor", money.full(sums.credits), "No descontados del total"))
    key_figures(paper, shown)


def _table(report: Ageing, money: MoneyFormat, *, credited: bool) -> Table:
    def row(name: str, one: AgeingRow | AgeingSums, kind: Kind = Kind.PLAIN) -> Row:
        return Row((name, *map(money.plain, _values(one, credited=credited))), kind)

    rows = [row(one.name, one) for one in report.data]
    if rows:
        rows.append(row("Total", report.totals, Kind.TOTAL))
    titles = (*AGES, "Total", *(["A favor"] if credited else []))
    columns = (Column(HEADS[report.side], 2.1), *(Column(title, 1) for title in titles))
    return Table("Saldos por edades", columns, rows, f"Cifras en {money.name}")
