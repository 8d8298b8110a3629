"""PDF of summary and statement: all figures, for any data."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any

import pytest
from pypdf import PdfReader

from app.core.cashflow.service.results import BalanceMonth, CategoryShare, ClientShare
from app.kernel.money import Currency
from app.kernel.periods import DateRange, Month
from app.suites.fresco.reports.pdf import statement_pdf, summary_pdf
from app.suites.fresco.reports.rules import Basis
from app.suites.fresco.reports.service.results import (
    Capital,
    ProfitMonth,
    Statement,
    StatementExpenses,
    StatementIncomes,
    Summary,
)
from app.web.pdf import Issued, theme
from app.web.pdf.fonts import width

ISSUED = Issued("Estudio Cóndor S.A.S.", date(2026, 11, 21))
LONG = "Sociedad de comercialización internacional y representaciones del Caribe colombiano, sucursal Barranquilla "


NOTHING_PAID = StatementExpenses(Decimal(0), {})


def shares(names: list[str], amounts: list[Decimal]) -> list[tuple[str, Decimal, Decimal | None]]:
    whole = sum(amounts)
    return [(name, one, one / whole if whole else None) for name, one in zip(names, amounts, strict=True)]


def summary(
    revenue: list[Any], expenses: list[Any], clients: list[str], categories: list[str], **changes: Any
) -> Summary:
    months = [str(Month(2026, 1).plus(n)) for n in range(len(revenue))]
    flows = [(Decimal(income), Decimal(spent)) for income, spent in zip(revenue, expenses, strict=True)]
    nets = [income - spent for income, spent in flows]
    both = list(zip(months, flows, strict=True))
    taken = [Decimal(1000) / (n + 1) for n in range(max(len(clients), len(categories)))]
    taken = [one.quantize(Decimal(1)) for one in taken]
    found = Summary(
        period=DateRange(date(2026, 1, 1), date(2026, 12, 31)),
        monthly_revenue_expenses=[ProfitMonth(month, *flow, Decimal(0), flow[0] - flow[1]) for month, flow in both],
        client_revenue=[ClientShare(None, *one) for one in shares(clients, taken[: len(clients)])],
        expense_categories=[CategoryShare(*one) for one in shares(categories, taken[: len(categories)])],
        opening_balance=Decimal(0),
        cash_flow_trend=[
            BalanceMonth(month, *flow, flow[0] - flow[1], balance, Decimal(0))
            for (month, flow), balance in zip(both, accumulate(nets), strict=True)
        ],
        currency=Currency.COP,
    )
    return replace(found, **changes)


def statement(incomes: dict[str, Any], expenses: dict[str, Any], tax: str = "0.35") -> Statement:
    incomes = {name: Decimal(value) for name, value in incomes.items()}
    expenses = {name: Decimal(value) for name, value in expenses.items()}
    came, went = sum(incomes.values(), Decimal(0)), sum(expenses.values(), Decimal(0))
    gross = came - went
    taxes = max(gross, Decimal(0)) * Decimal(tax)
    return Statement(
        period=DateRange(date(2026, 1, 1), date(2026, 12, 31)),
        basis=Basis.CASH,
        incomes=StatementIncomes(came, incomes),
        expenses=StatementExpenses(went, expenses),
        financial_result=Decimal(0),
        gross_profit=gross,
        taxes=taxes,
        net_profit=gross - taxes,
        withheld={},
        tax_to_pay=taxes,
        capital=Capital(StatementIncomes(Decimal(0), {}), StatementExpenses(Decimal(0), {}), Decimal(0)),
        tax_collected=Decimal(0),
        tax_paid=Decimal(0),
        currency=Currency.COP,
    )


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


YEAR = summary(
    [32_500_000 + n * 1_000_000 for n in range(12)],
    [40_000_000 - n * 500_000 for n in range(12)],
    ["Café Altura", "Ñandú Ltda.", *(f"Cliente {n}" for n in range(7))],
    ["Nómina", "Arriendo", *(f"Rubro {n}" for n in range(9))],
)
STATEMENT = statement({"Cliente": 90_000_000, "Intereses": 1_250_000}, {"Nómina": 60_000_000, "Arriendo": 5_000_000})


def test_the_summary_begins_with_an_overview_of_one_page() -> None:
    overview, *_ = found = pages(summary_pdf(YEAR, ISSUED))
    assert len(found) == 3
    for expected in (
        "Estudio Cóndor S.A.S.",
        "Resumen financiero",
        "Emitido el 21 de noviembre de 2026",
        "Del 1 de enero al 31 de diciembre de 2026",
        "Base de caja · Cifras en pesos colombianos (COP)",
        "$ 456.000.000",
        "$ 447.000.000",
        "$ 9.000.000",
        "Margen 2,0 %",
        "Ingresos y gastos por mes",
        "Saldo de caja",
        "ene 2026",
        "Ñandú Ltda.",
        "Otros clientes",
        "Otras",
        "Página 1 de 3",
    ):
        assert expected in overview


def test_the_summary_has_every_month_client_and_category_in_its_tables() -> None:
    _, *tables = pages(summary_pdf(YEAR, ISSUED))
    text = "\n".join(tables)
    assert "ene 2026\n32.500.000\n40.000.000\n(7.500.000)\n(7.500.000)" in text
    assert "Total\n$ 456.000.000\n$ 447.000.000\n$ 9.000.000\n$ 9.000.000" in text
    assert "Café Altura\n1.000\n35,3 %" in text
    assert "Rubro 8\n91\n" in text
    assert "Financiero" not in text


def test_the_financial_result_has_a_column_where_there_is_any() -> None:
    first, *others = YEAR.monthly_revenue_expenses
    gained = replace(first, financial_result=Decimal(88_000), profit=first.profit + 88_000)
    text = "\n".join(pages(summary_pdf(replace(YEAR, monthly_revenue_expenses=[gained, *others]), ISSUED)))
    assert "ene 2026\n32.500.000\n40.000.000\n88.000\n(7.412.000)\n(7.500.000)" in text
    assert "Total\n$ 456.000.000\n$ 447.000.000\n$ 88.000\n$ 9.088.000\n$ 9.000.000" in text


def test_capital_and_iva_stand_apart_in_the_statement() -> None:
    given = Capital(StatementIncomes(Decimal(5_000), {"Aporte de socio": Decimal(5_000)}), NOTHING_PAID, Decimal(5_000))
    report = replace(STATEMENT, capital=given, tax_collected=Decimal(1_900), financial_result=Decimal(-88_000))
    text = "\n".join(pages(statement_pdf(report, ISSUED)))
    _, apart = text.split("Aparte: ni ingresos ni gastos")
    assert "Aporte de socio (recibido)\n5.000" in apart
    assert "IVA cobrado\n1.900" in apart
    assert "IVA pagado" not in text
    assert "Resultado financiero\n(88.000)" in text


def test_the_statement_reads_from_income_to_net_profit() -> None:
    order = [
        "Estado de resultados",
        "Base de caja · Cifras en pesos colombianos (COP)",
        "Cliente\n90.000.000,00\n98,6 %",
        "Intereses\n1.250.000,00\n1,4 %",
        "Total ingresos\n$ 91.250.000,00\n100,0 %",
        "Nómina\n60.000.000,00",
        "Total gastos\n$ 65.000.000,00\n71,2 %",
        "Utilidad bruta\n$ 26.250.000,00",
        "Impuestos estimados\n9.187.500,50",
        "Utilidad neta\n$ 17.062.499,50",
        "una pérdida no causa impuestos",
        "Representante legal",
    ]
    report = replace(STATEMENT, taxes=Decimal("9187500.50"), net_profit=Decimal("17062499.50"))
    text = pages(statement_pdf(report, ISSUED))[0]
    places = [text.find(one) for one in order]
    assert -1 not in places
    assert places == sorted(places)


def test_a_loss_is_called_one_and_stands_in_parentheses() -> None:
    text = pages(statement_pdf(statement({"Cliente": 100}, {"Nómina": 350}), ISSUED))[0]
    assert "Pérdida bruta\n($ 250)\n−250,0 %" in text
    assert "Pérdida neta\n($ 250)" in text
    assert "Utilidad" not in text


def test_the_basis_and_the_currency_are_named() -> None:
    report = replace(STATEMENT, basis=Basis.ACCRUAL, currency=Currency.USD)
    text = pages(statement_pdf(report, ISSUED))[0]
    assert "Base de causación · Cifras en dólares estadounidenses (USD)" in text
    assert "US$ 91.250.000,00" in text


def test_columns_of_many_months_are_drawn_by_year() -> None:
    report = summary([5] * 130, [3] * 130, [], [])
    overview = pages(summary_pdf(report, ISSUED))[0]
    assert "Ingresos y gastos por año" in overview
    assert "2036" in overview


MANY = [f"{LONG}{n}" for n in range(90)]
HOSTILE = ["<b>&amp;<para>", "a\x00\n\ud800\u202e", "漢字 😀", "", "%(x)s {y}", "Ñ" * 400]
SUMMARIES: dict[str, Summary] = {
    "a year": YEAR,
    "nothing": summary([], [], [], []),
    "zeros": summary([0] * 12, [0] * 12, [], []),
    "one month": summary([10], [3], ["A"], ["B"]),
    "ten years": summary(list(range(1, 122)), [50] * 121, ["A"], ["B"]),
    "many long names": summary([10], [3], MANY, MANY),
    "hostile names": summary([10], [3], HOSTILE, HOSTILE),
    "huge": summary(["999999999999999.99"] * 3, ["0.01"] * 3, ["A"], ["B"]),
    "negative": summary([-5] * 3, [7] * 3, ["A"], ["B"]),
    "all negative": summary([-5] * 3, [-7] * 3, ["A"], ["B"]),
    "null shares": replace(YEAR, client_revenue=[ClientShare(None, None, Decimal(0), None) for _ in range(9)]),
    "another currency": summary(["10.50"], ["3"], ["A"], ["B"], currency=Currency.USD),
}
STATEMENTS: dict[str, Statement] = {
    "a year": STATEMENT,
    "nothing": statement({}, {}),
    "only expenses": statement({}, {"Nómina": 5}),
    "zeros": statement({"Cliente": 0}, {"Nómina": 0}),
    "many long names": statement(dict.fromkeys(MANY[:40], 9), dict.fromkeys(MANY, 5)),
    "hostile names": statement(dict.fromkeys(HOSTILE, 9), dict.fromkeys(HOSTILE, 5)),
    "huge": statement({"Cliente": "999999999999999.99"}, {"Nómina": "0.01"}),
    "all negative": statement({"Cliente": -5}, {"Nómina": -9}),
}
CASES = [
    *((f"summary of {name}", summary_pdf, report) for name, report in SUMMARIES.items()),
    *((f"statement of {name}", statement_pdf, report) for name, report in STATEMENTS.items()),
]


def outside(content: bytes) -> list[tuple[str, float, float]]:
    """Words that stand beyond the margins; a hanging parenthesis may, by its own width."""
    found = []

    def see(text: str, _cm: Any, at: list[float], font: Any, size: float) -> None:
        words, (x, y) = text.strip(), at[4:6]
        end = x + width(words, size, bold="Semibold" in str(font and font["/BaseFont"]))
        right = theme.RIGHT + (4 if words.endswith(")") else 1)
        if words and not (x >= theme.LEFT - 0.1 and end <= right and 30 <= y <= theme.TOP + 20):
            found.append((words, x, end))

    for page in PdfReader(io.BytesIO(content)).pages[:3]:
        page.extract_text(visitor_text=see)
    return found


@pytest.mark.parametrize(("make", "report"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_any_books_make_a_document_within_its_margins(
    make: Callable[[Any, Issued], bytes], report: Summary | Statement
) -> None:
    content = make(report, ISSUED)
    assert outside(content) == []
    assert make(report, ISSUED) == content


@pytest.mark.parametrize(
    ("make", "report"), [(summary_pdf, SUMMARIES["nothing"]), (statement_pdf, STATEMENTS["nothing"])]
)
def test_a_document_without_movements_has_a_note(make: Any, report: Any) -> None:
    assert "Sin movimientos" in pages(make(report, ISSUED))[0]


def test_a_statement_of_nothing_has_no_charts() -> None:
    assert len(pages(statement_pdf(STATEMENTS["nothing"], ISSUED))) == 1


def test_names_are_no_markup() -> None:
    text = "\n".join(pages(summary_pdf(SUMMARIES["hostile names"], ISSUED)))
    assert "<b>&amp;<para>" in text
    assert "?? ?" in text


def test_revenue_without_a_client_is_labelled() -> None:
    assert "Sin cliente" in pages(summary_pdf(SUMMARIES["null shares"], ISSUED))[1]


def test_others_have_no_share_where_one_of_them_has_none() -> None:
    overview, tables, *_ = pages(summary_pdf(SUMMARIES["null shares"], ISSUED))
    assert overview[overview.index("Ingresos por cliente") :].count("—\n") == 6
    assert "Total\n$ 0\n—\n" in tables


def test_a_statement_over_pages_repeats_its_header() -> None:
    found = pages(statement_pdf(STATEMENTS["many long names"], ISSUED))
    assert len(found) > 4
    assert all("Resultados del periodo (continuación)" in page and "Concepto" in page for page in found[1:-2])
