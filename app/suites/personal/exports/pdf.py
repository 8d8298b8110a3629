"""PDF of the statement of a book, in Spanish or English."""

from collections.abc import Mapping

from app.kernel.languages import Language
from app.suites.personal.exports.service import AccountBalance, BookStatement, CategoryFigure
from app.web.pdf import Issued, charts, theme
from app.web.pdf.blocks import Figure, key_figures, notes
from app.web.pdf.charts import Area, Item, Series
from app.web.pdf.formats import MISSING, MoneyFormat, percent
from app.web.pdf.languages import day_in, month_in
from app.web.pdf.paper import Paper
from app.web.pdf.table import Column, Kind, Row, Table

SHOWN = 8
"""Bars of the ranking of categories."""
CHART = 150.0
WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.SPANISH: {
        "title": "Extracto del libro",
        "span": "Del {first} al {last}",
        "figures": "Cifras en {money}",
        "income": "Ingresos",
        "expenses": "Gastos",
        "net": "Neto",
        "net_worth": "Patrimonio",
        "saved": "Ahorro del {share}",
        "worth_on": "Al {day}",
        "by_month": "Ingresos y gastos por mes",
        "by_category": "Gastos por categoría",
        "month": "Mes",
        "category": "Categoría",
        "amount": "Valor",
        "share": "Parte",
        "accounts": "Saldos de las cuentas",
        "account": "Cuenta",
        "balance": "Saldo",
        "converted": "En {currency}",
        "total": "Total",
        "none": "Sin categoría",
        "note": "Cada movimiento en otra moneda está convertido a la tasa de su día; los saldos, a la del último día. "
        "Los reembolsos restan del gasto. Las transferencias entre cuentas propias no son ingresos ni gastos.",
    },
    Language.ENGLISH: {
        "title": "Statement of the book",
        "span": "{first} to {last}",
        "figures": "Figures in {money}",
        "income": "Income",
        "expenses": "Expenses",
        "net": "Net",
        "net_worth": "Net worth",
        "saved": "{share} saved",
        "worth_on": "On {day}",
        "by_month": "Income and expenses by month",
        "by_category": "Expenses by category",
        "month": "Month",
        "category": "Category",
        "amount": "Amount",
        "share": "Share",
        "accounts": "Balances of the accounts",
        "account": "Account",
        "balance": "Balance",
        "converted": "In {currency}",
        "total": "Total",
        "none": "Uncategorised",
        "note": "Each movement in another currency is converted at the rate of its day, balances at that of the last "
        "day. Refunds lower expenses. Transfers between own accounts are neither income nor expenses.",
    },
}


def statement_pdf(report: BookStatement, issued: Issued) -> bytes:
    """Draw the statement of a book: figures, charts, and tables of months, categories and accounts."""
    language = Language.SPANISH if report.locale == Language.SPANISH else Language.ENGLISH
    said, summary = WORDS[language], report.summary
    money = MoneyFormat.of(summary.currency, _amounts(report), language)
    paper = Paper(said["title"], Issued(report.book, issued.on, language))
    span = said["span"].format(first=day_in(language, summary.date_from), last=day_in(language, summary.date_to))
    paper.masthead(span, said["figures"].format(money=money.name))
    _figures(paper, report, money, said)
    _charts(paper, report, money, said)
    _months(report, money, said).draw(paper)
    _categories(report, money, said).draw(paper)
    _accounts(report, money, said).draw(paper)
    notes(paper, [said["note"]])
    return paper.pdf()


def _figures(paper: Paper, report: BookStatement, money: MoneyFormat, said: Mapping[str, str]) -> None:
    summary = report.summary
    saved = (
        ""
        if summary.savings_rate is None
        else said["saved"].format(share=percent(summary.savings_rate, language=money.language))
    )
    worth_on = said["worth_on"].format(day=day_in(money.language, summary.net_worth_date))
    shown = [
        Figure(said["income"], money.full(summary.income)),
        Figure(said["expenses"], money.full(summary.expenses)),
        Figure(said["net"], money.full(summary.net), saved),
        Figure(said["net_worth"], money.full(summary.net_worth), worth_on),
    ]
    key_figures(paper, shown)


def _charts(paper: Paper, report: BookStatement, money: MoneyFormat, said: Mapping[str, str]) -> None:
    paper.need(CHART)
    labels = [month_in(money.language, str(one.month)) for one in report.months]
    incomes = Series(said["income"], [float(one.income) for one in report.months], theme.ACCENT)
    spent = Series(said["expenses"], [float(one.expenses) for one in report.months], theme.RED)
    area = Area(theme.LEFT, paper.y - CHART, theme.CONTENT, CHART)
    charts.columns(paper, area, said["by_month"], labels, [incomes, spent])
    paper.y -= CHART + 20
    items = [
        Item(
            _name(one, said),
            float(one.amount),
            money.plain(one.amount),
            percent(one.share, language=money.language),
        )
        for one in report.expenses
        if one.amount > 0
    ][:SHOWN]
    high = 24 + 23.0 * max(len(items), 1)
    paper.need(high)
    area = Area(theme.LEFT, paper.y - high, theme.CONTENT, high)
    charts.ranking(paper, area, said["by_category"], items)
    paper.y -= high + 16


def _months(report: BookStatement, money: MoneyFormat, said: Mapping[str, str]) -> Table:
    columns = [Column(said["month"], 1.2), *(Column(said[name], 1) for name in ("income", "expenses", "net"))]
    rows = [
        Row(
            (
                month_in(money.language, str(one.month)),
                money.plain(one.income),
                money.plain(one.expenses),
                money.plain(one.net),
            )
        )
        for one in report.months
    ]
    return Table(said["by_month"], tuple(columns), rows)


def _categories(report: BookStatement, money: MoneyFormat, said: Mapping[str, str]) -> Table:
    columns = (Column(said["category"], 2.4), Column(said["amount"], 1), Column(said["share"], 0.6))
    rows = [
        Row((_name(one, said), money.plain(one.amount), percent(one.share, language=money.language)))
        for one in report.expenses
    ]
    if rows:
        rows.append(Row((said["total"], money.plain(report.summary.expenses), ""), Kind.TOTAL))
    return Table(said["by_category"], columns, rows)


def _accounts(report: BookStatement, money: MoneyFormat, said: Mapping[str, str]) -> Table:
    converted = said["converted"].format(currency=report.summary.currency)
    columns = (Column(said["account"], 2.4), Column(said["balance"], 1), Column(converted, 1))
    rows = [
        Row(
            (
                f"{one.name} ({one.currency})",
                _format(one, money).plain(one.balance),
                MISSING if one.converted is None else money.plain(one.converted),
            )
        )
        for one in report.accounts
    ]
    return Table(said["accounts"], columns, rows)


def _amounts(report: BookStatement) -> list[object]:
    """The amounts that are written in the currency of the book, which all have as many decimals."""
    summary = report.summary
    of_months = [amount for one in report.months for amount in (one.income, one.expenses)]
    of_rows = [*(one.amount for one in report.expenses), *(one.converted for one in report.accounts)]
    return [summary.income, summary.expenses, summary.net_worth, *of_months, *of_rows]


def _name(one: CategoryFigure, said: Mapping[str, str]) -> str:
    return said["none"] if one.category_id is None else " · ".join(one.path)


def _format(one: AccountBalance, money: MoneyFormat) -> MoneyFormat:
    """The format of a balance: in the currency of the book it has as many decimals as all its amounts."""
    return money if one.currency == money.currency else MoneyFormat.of(one.currency, [one.balance], money.language)
