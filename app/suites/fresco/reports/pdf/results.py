"""PDF of the summary and the statement, as for a bank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.suites.fresco.reports.rules import ZERO, Basis
from app.suites.fresco.reports.service.results import ProfitMonth, Statement, Summary
from app.web.pdf import Issued, charts, theme
from app.web.pdf.blocks import Figure, key_figures, notes, signatures
from app.web.pdf.charts import Area, Item, Series, Step
from app.web.pdf.formats import MISSING, MoneyFormat, amount, month_text, percent, ratio, span_text, total
from app.web.pdf.paper import Paper
from app.web.pdf.table import Column, Kind, Row, Table

SHOWN = 6
"""Bars of a ranking; the rest is one further bar."""
MOST_MONTHS = 60
"""Maximum number of monthly columns; longer spans are drawn by year."""
COLUMN = (theme.CONTENT - 28) / 2

BASES = {Basis.CASH: "Base de caja", Basis.ACCRUAL: "Base de causación"}
MEANING = {
    Basis.CASH: "Base de caja: cada ingreso cuenta el día en que se recibió y cada gasto el día en que se pagó.",
    Basis.ACCRUAL: "Base de causación: cada ingreso y cada gasto cuenta el día de su vencimiento, se haya pagado o no.",
}
TAXES = (
    "Impuestos: estimación de la empresa, calculada con su tasa sobre la utilidad bruta; "
    "una pérdida no causa impuestos."
)
CONVERTED = "Lo que se movió en otra moneda está convertido a la tasa de cambio registrada para su fecha."
UNAUDITED = "Informe elaborado con los registros de la empresa. Cifras no auditadas."


@dataclass(frozen=True, slots=True)
class Part:
    """A client or a category, and its share."""

    name: str
    amount: Decimal
    share: Decimal | None
    together: bool = False


def summary_pdf(report: Summary, issued: Issued) -> bytes:
    """Draw the summary: an overview of one page, then the tables."""
    clients = [Part(_client(one.client), amount(one.revenue), one.share) for one in report.client_revenue]
    spent = [Part(one.category, amount(one.amount), one.share) for one in report.expense_categories]
    money = _summary_money(report, [*clients, *spent])
    paper = Paper("Resumen financiero", issued)
    paper.masthead(span_text(str(report.period)), f"{BASES[Basis.CASH]} · Cifras en {money.name}")
    _summary_figures(paper, report, money)
    _by_month(paper, report.monthly_revenue_expenses)
    _cash(paper, report, money)
    top, high = paper.y, 24 + 23.0 * SHOWN
    left = Area(theme.LEFT, top - high, COLUMN, high)
    right = Area(theme.RIGHT - COLUMN, top - high, COLUMN, high)
    charts.ranking(paper, left, "Ingresos por cliente", _items(clients, "Otros clientes", money))
    charts.ranking(paper, right, "Gastos por categoría", _items(spent, "Otras", money))
    paper.new_page()
    _months_table(report, money).draw(paper)
    _parts_table("Ingresos por cliente", "Cliente", clients, money).draw(paper)
    _parts_table("Gastos por categoría", "Categoría", spent, money).draw(paper)
    notes(paper, [MEANING[Basis.CASH], CONVERTED, UNAUDITED])
    return paper.pdf()


def statement_pdf(report: Statement, issued: Issued) -> bytes:
    """Draw the statement: income, expenses, taxes and net profit."""
    incomes, expenses = report.incomes.by_type, report.expenses.by_category
    results = (report.gross_profit, report.taxes, report.net_profit, *(value for _, value in _apart(report)))
    money = MoneyFormat.of(report.currency, [*incomes.values(), *expenses.values(), *results])
    paper = Paper("Estado de resultados", issued)
    paper.masthead(span_text(str(report.period)), f"{BASES[report.basis]} · Cifras en {money.name}")
    _statement_table(report, money).draw(paper)
    notes(paper, [MEANING[report.basis], TAXES, CONVERTED, UNAUDITED])
    signatures(paper, ["Representante legal", "Contador público · T. P. n.º"])
    _statement_charts(paper, report, money)
    return paper.pdf()


def _summary_money(report: Summary, parts: Sequence[Part]) -> MoneyFormat:
    months = report.monthly_revenue_expenses
    shown = [value for one in months for value in (one.revenue, one.expenses, one.profit)]
    shown += [one.balance for one in report.cash_flow_trend]
    return MoneyFormat.of(report.currency, [*shown, *(part.amount for part in parts)])


def _client(name: str | None) -> str:
    return "Sin cliente" if name is None else name


def _totals(months: Sequence[ProfitMonth]) -> tuple[Decimal, Decimal, Decimal]:
    """Revenue, expenses and profit of all these months."""
    revenue = total(month.revenue for month in months)
    return revenue, total(month.expenses for month in months), total(month.profit for month in months)


def _summary_figures(paper: Paper, report: Summary, money: MoneyFormat) -> None:
    months, trend = report.monthly_revenue_expenses, report.cash_flow_trend
    revenue, expenses, profit = _totals(months)
    margin = ratio(profit, revenue)
    count = len(months) or 1
    key_figures(
        paper,
        [
            Figure("Ingresos", money.full(revenue), f"Promedio mensual {_mean(revenue, count, money)}"),
            Figure("Gastos", money.full(expenses), f"Promedio mensual {_mean(expenses, count, money)}"),
            Figure("Resultado", money.full(profit), f"Margen {percent(margin)}"),
            Figure("Saldo final", money.full(trend[-1].balance if trend else None), "Caja al cierre del periodo"),
        ],
    )


def _mean(whole: Decimal, months: int, money: MoneyFormat) -> str:
    return money.full(whole / months)


def _by_month(paper: Paper, months: Sequence[ProfitMonth]) -> None:
    by_year = len(months) > MOST_MONTHS
    groups: dict[str, list[ProfitMonth]] = {}
    for month in months:
        label = month.month[:4] if by_year else month_text(month.month)
        groups.setdefault(label, []).append(month)
    series = [
        Series("Ingresos", [float(_totals(group)[0]) for group in groups.values()], theme.ACCENT),
        Series("Gastos", [float(_totals(group)[1]) for group in groups.values()], theme.GREY),
    ]
    area = Area(theme.LEFT, paper.y - 176, theme.CONTENT, 176)
    title = f"Ingresos y gastos por {'año' if by_year else 'mes'}"
    charts.columns(paper, area, title, list(groups), series)
    paper.y -= 192


def _cash(paper: Paper, report: Summary, money: MoneyFormat) -> None:
    trend = report.cash_flow_trend
    area = Area(theme.LEFT, paper.y - 144, theme.CONTENT, 144)
    labels = [month_text(one.month) for one in trend]
    last = money.full(trend[-1].balance) if trend else MISSING
    charts.balance(paper, area, "Saldo de caja", labels, [float(amount(one.balance)) for one in trend], last)
    paper.y -= 161


def _grouped(parts: Sequence[Part], rest: str) -> list[Part]:
    """The largest ones, and the sum of all others."""
    if len(parts) <= SHOWN:
        return list(parts)
    ranked = sorted(parts, key=lambda part: -abs(part.amount))
    others = ranked[SHOWN - 1 :]
    known = all(part.share is not None for part in others)
    share = total(part.share for part in others) if known else None
    return [*ranked[: SHOWN - 1], Part(rest, total(part.amount for part in others), share, together=True)]


def _items(parts: Sequence[Part], rest: str, money: MoneyFormat) -> list[Item]:
    return [
        Item(part.name, float(part.amount), money.full(part.amount), percent(part.share), part.together)
        for part in _grouped(parts, rest)
    ]


def _months_table(report: Summary, money: MoneyFormat) -> Table:
    months = report.monthly_revenue_expenses
    balances = {one.month: one.balance for one in report.cash_flow_trend}
    gained = any(one.financial_result for one in months)

    def values(one: ProfitMonth) -> list[Decimal]:
        return [one.revenue, one.expenses, *([one.financial_result] if gained else []), one.profit]

    rows = [
        Row((month_text(one.month), *map(money.plain, values(one)), money.plain(balances.get(one.month))))
        for one in months
    ]
    if rows:
        totals = [money.full(total(column)) for column in zip(*map(values, months), strict=True)]
        rows.append(Row(("Total", *totals, money.full(balances.get(months[-1].month))), Kind.TOTAL))
    titles = ("Ingresos", "Gastos", *(["Financiero"] if gained else []), "Resultado", "Saldo al cierre")
    return Table("Mes a mes", (Column("Mes", 0.8), *(Column(title, 1) for title in titles)), rows, _in(money))


def _parts_table(title: str, head: str, parts: Sequence[Part], money: MoneyFormat) -> Table:
    rows = [Row((part.name, money.plain(part.amount), percent(part.share))) for part in parts]
    if rows:
        whole = percent(1) if all(part.share is not None for part in parts) else MISSING
        rows.append(Row(("Total", money.full(total(part.amount for part in parts)), whole), Kind.TOTAL))
    return Table(title, (Column(head, 3), Column("Valor", 1.4), Column("Participación", 0.8)), rows, _in(money))


def _in(money: MoneyFormat) -> str:
    return f"Cifras en {money.name}"


def _statement_table(report: Statement, money: MoneyFormat) -> Table:
    whole = report.incomes.total

    def row(name: str, value: object, kind: Kind = Kind.PLAIN) -> Row:
        written = money.plain(value) if kind is Kind.PLAIN else money.full(value)
        return Row((name, written, percent(ratio(value, whole))), kind, 12 if kind is Kind.PLAIN else 0)

    def section(title: str, amounts: Mapping[str, Decimal], sum_of: object) -> list[Row]:
        lines = [row(name, value) for name, value in amounts.items()]
        lines = lines or [Row(("Sin movimientos", "", ""), indent=12)]
        return [Row((title,), Kind.HEADING), *lines, row(f"Total {title.lower()}", sum_of, Kind.TOTAL)]

    financial = [row("Resultado financiero", report.financial_result)] if report.financial_result else []
    apart, withheld = [row(name, value) for name, value in _apart(report)], sum(report.withheld.values(), ZERO)
    rows = [
        *section("Ingresos", report.incomes.by_type, whole),
        *section("Gastos", report.expenses.by_category, report.expenses.total),
        *financial,
        row(_profit("bruta", report.gross_profit), report.gross_profit, Kind.RESULT),
        row("Impuestos estimados", report.taxes),
        row(_profit("neta", report.net_profit), report.net_profit, Kind.RESULT),
        *([row("Retenciones practicadas", withheld), row("Impuesto por pagar", report.tax_to_pay)] if withheld else []),
        *([Row(("Aparte: ni ingresos ni gastos",), Kind.HEADING), *apart] if apart else []),
    ]
    columns = (Column("Concepto", 3), Column("Valor", 1.4), Column("% de ingresos", 0.8))
    return Table("Resultados del periodo", columns, rows, _in(money))


def _apart(report: Statement) -> list[tuple[str, Decimal]]:
    """Lines of capital and IVA, which are neither revenue nor cost."""
    capital = report.capital
    lines = [(f"{name} (recibido)", value) for name, value in capital.incomes.by_type.items()]
    lines += [(f"{name} (pagado)", value) for name, value in capital.expenses.by_category.items()]
    taxes = [("IVA cobrado", report.tax_collected), ("IVA pagado", report.tax_paid)]
    return lines + [(name, value) for name, value in taxes if value]


def _statement_charts(paper: Paper, report: Statement, money: MoneyFormat) -> None:
    """Draw the notes to the figures, after the signatures."""
    whole = report.expenses.total
    if not (report.incomes.by_type or report.expenses.by_category):
        return
    spent = [Part(name, amount(value), ratio(value, whole)) for name, value in report.expenses.by_category.items()]
    high = 24 + 23.0 * min(len(spent) or 3, SHOWN)
    paper.need(200 + 24 + high)
    area = Area(theme.LEFT, paper.y - 200, theme.CONTENT, 200)
    charts.cascade(paper, area, "Del ingreso a la utilidad", _steps(report))
    below = Area(theme.LEFT, area.bottom - 24 - high, theme.CONTENT, high)
    charts.ranking(paper, below, "Composición de los gastos", _items(spent, "Otras", money))


def _profit(which: str, value: object) -> str:
    return f"{'Pérdida' if amount(value) < 0 else 'Utilidad'} {which}"


def _steps(report: Statement) -> list[Step]:
    spent = [Part(name, amount(value), None) for name, value in report.expenses.by_category.items()]
    return [
        Step("Ingresos", float(amount(report.incomes.total)), reached=True),
        *(Step(part.name, -float(part.amount)) for part in _grouped(spent, "Otras")),
        *([Step("Resultado financiero", float(amount(report.financial_result)))] if report.financial_result else []),
        Step(_profit("bruta", report.gross_profit), float(amount(report.gross_profit)), reached=True),
        Step("Impuestos estimados", -float(amount(report.taxes))),
        Step(_profit("neta", report.net_profit), float(amount(report.net_profit)), reached=True),
    ]
