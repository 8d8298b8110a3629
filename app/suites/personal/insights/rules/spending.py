"""Insights about the spending and income of months."""

from collections.abc import Iterable
from decimal import Decimal

from app.kernel.periods import Month
from app.kernel.statistics import median, median_deviation
from app.suites.personal.categories.rules import CategoryFlag, CategoryType
from app.suites.personal.insights.rules.figures import ZERO, Figures
from app.suites.personal.insights.rules.insight import Action, Insight, InsightCode, Severity
from app.suites.personal.insights.rules.unusual import unusual_month
from app.suites.personal.insights.rules.wording import Money, Percent, Said, said

COMPARED, FEWEST_COMPARED = 6, 3
CHANGED, OF_SPENDING = Decimal("0.2"), Decimal("0.02")
"""Least change of a category, and least part of a month's spending that it makes."""
LOW_RATE, RATE_UP = Decimal("0.1"), Decimal("0.05")
RATE_MONTHS = 3
UNKNOWN_PART = Decimal("0.05")
IRREGULAR = Decimal("0.25")
"""Median deviation of the monthly income, as a part of its median."""
FEWEST_INCOMES = 6
FEWEST_MONTHS = 3
_WHOLE_MONTHS = ("meses completos", "mes completo")


def spending_up(figures: Figures) -> list[Insight]:
    """Categories in which more was spent than in the median of the six months before: last month, or by now."""
    return [*_changes(figures, figures.month, up=True), *_last_month(figures, up=True)]


def spending_down(figures: Figures) -> list[Insight]:
    """Categories in which less was spent last month than in the median of the six months before."""
    return _last_month(figures, up=False)


def _last_month(figures: Figures, *, up: bool) -> list[Insight]:
    return _changes(figures, figures.complete[-1], up=up) if figures.complete else []


def _changes(figures: Figures, month: Month, *, up: bool) -> list[Insight]:
    before = [one for one in figures.complete if one < month][-COMPARED:]
    if len(before) < FEWEST_COMPARED:
        return []
    least = median([figures.expenses(one) for one in before]) * OF_SPENDING
    found = []
    for category_id in figures.expense_categories:
        amounts = figures.of_category(category_id, before)
        [spent], usual = figures.of_category(category_id, [month]), median(amounts)
        difference = spent - usual if up else usual - spent
        if usual > 0 and difference >= CHANGED * usual and difference >= least:
            found.append(_change(figures, month, category_id, spent, amounts, up=up))
    return found


def _change(
    figures: Figures, month: Month, category_id: int, spent: Decimal, before: list[Decimal], *, up: bool
) -> Insight:
    usual, is_current = median(before), month == figures.month
    days = figures.calendar.days(month).days
    z = unusual_month(before, spent, day=figures.day if is_current else None, days=days) if up else None
    name, change = figures.names[category_id], abs(spent - usual)
    code = InsightCode.SPENDING_UP if up else InsightCode.SPENDING_DOWN
    more = said("more", "más") if up else said("less", "menos")
    return Insight(
        code,
        Severity.WARNING if z is not None else Severity.INFO,
        f"category:{category_id}",
        str(month),
        said(
            "{change} {more} for {name}",
            "{change} {more} en {name}",
            change=Percent(change / usual),
            more=more,
            name=name,
        ),
        said(
            "{spent} {when}, {change} {more} than the median of the {months} months before ({usual}).",
            "{spent} {when}, {change} {more} que la mediana de los {months} meses anteriores ({usual}).",
            spent=Money(spent, figures.currency),
            when=_when(month, is_current=is_current),
            change=Money(change, figures.currency),
            more=more,
            months=len(before),
            usual=Money(usual, figures.currency),
        ),
        spent,
        figures.currency,
        {
            "category_id": category_id,
            "spent": spent,
            "median": usual,
            "change": (spent - usual) / usual,
            "months": len(before),
            "z": z,
        },
        Action.CATEGORY,
    )


def _when(month: Month, *, is_current: bool) -> Said:
    if is_current:
        return said("so far in {month}", "hasta ahora en {month}", month=month)
    return said("in {month}", "en {month}", month=month)


def savings_rate_low(figures: Figures) -> list[Insight]:
    """A savings rate below ten percent over the last three complete months."""
    months = figures.last(RATE_MONTHS)
    rate = figures.savings_rate(months) if len(months) == RATE_MONTHS else None
    if rate is None or rate >= LOW_RATE:
        return []
    severity = Severity.WARNING if rate < 0 else Severity.INFO
    title = said(
        "Savings rate of {rate} over three months", "Tasa de ahorro de {rate} en tres meses", rate=Percent(rate)
    )
    return [_of_rate(figures, InsightCode.SAVINGS_RATE_LOW, severity, months, title, rate, None)]


def savings_rate_up(figures: Figures) -> list[Insight]:
    """A savings rate of the last three months that is five points above that of the three before."""
    months = figures.last(2 * RATE_MONTHS)
    if len(months) < 2 * RATE_MONTHS:
        return []
    before, now = (figures.savings_rate(part) for part in (months[:RATE_MONTHS], months[RATE_MONTHS:]))
    if before is None or now is None or now < LOW_RATE or now - before < RATE_UP:
        return []
    title = said(
        "Savings rate up to {now} from {before}",
        "La tasa de ahorro subió del {before} al {now}",
        now=Percent(now),
        before=Percent(before),
    )
    return [_of_rate(figures, InsightCode.SAVINGS_RATE_UP, Severity.INFO, months[RATE_MONTHS:], title, now, before)]


def _of_rate(
    figures: Figures,
    code: InsightCode,
    severity: Severity,
    months: list[Month],
    title: Said,
    rate: Decimal,
    before: Decimal | None,
) -> Insight:
    income, spent = (figures.total(kind, months) for kind in (CategoryType.INCOME, CategoryType.EXPENSE))
    detail = said(
        "From {first} to {last} came in {income}, and {spent} was spent.",
        "De {first} a {last} entraron {income} y se gastaron {spent}.",
        first=months[0],
        last=months[-1],
        income=Money(income, figures.currency),
        spent=Money(spent, figures.currency),
    )
    evidence = {"income": income, "expenses": spent, "rate": rate, "before": before}
    return Insight(
        code, severity, "", str(months[-1]), title, detail, income - spent, figures.currency, evidence, Action.SUMMARY
    )


def fees_paid(figures: Figures) -> list[Insight]:
    """Fees of the last complete month."""
    return _flagged(figures, CategoryFlag.FEES, InsightCode.FEES_PAID, said("Fees", "Comisiones"))


def debt_interest(figures: Figures) -> list[Insight]:
    """Interest of the last complete month."""
    return _flagged(figures, CategoryFlag.INTEREST, InsightCode.DEBT_INTEREST, said("Interest", "Intereses"))


def _flagged(figures: Figures, flag: CategoryFlag, code: InsightCode, word: Said) -> list[Insight]:
    months, categories = figures.last(COMPARED), figures.flagged(flag)
    if not months or not categories:
        return []
    by_month = [sum((figures.of_category(one, [month])[0] for one in categories), ZERO) for month in months]
    last, total = by_month[-1], sum(by_month, ZERO)
    if last <= 0:
        return []
    detail = said(
        "{total} over the last {months} complete months.",
        "{total} en los últimos {months} meses completos.",
        total=Money(total, figures.currency),
        months=len(months),
    )
    return [
        Insight(
            code,
            Severity.INFO,
            "",
            str(months[-1]),
            said(
                "{word} of {last} in {month}",
                "{word}: {last} en {month}",
                word=word,
                last=Money(last, figures.currency),
                month=months[-1],
            ),
            detail,
            last,
            figures.currency,
            {"categories": categories, "total": total, "months": len(months)},
            Action.CATEGORY,
        )
    ]


def uncategorised(figures: Figures) -> list[Insight]:
    """More than five percent of the spending of the current and the two months before without a category."""
    months = [figures.month.plus(-n) for n in range(2, -1, -1)]
    unknown = sum(figures.of_category(None, months), ZERO)
    spent = figures.total(CategoryType.EXPENSE, months)
    if unknown <= 0 or spent <= 0 or unknown <= UNKNOWN_PART * spent:
        return []
    return [
        Insight(
            InsightCode.UNCATEGORISED,
            Severity.INFO,
            "",
            str(figures.month),
            said(
                "{share} of the spending has no category",
                "El {share} del gasto no tiene categoría",
                share=Percent(unknown / spent),
            ),
            said(
                "{unknown} of {spent} since {month}.",
                "{unknown} de {spent} desde {month}.",
                unknown=Money(unknown, figures.currency),
                spent=Money(spent, figures.currency),
                month=months[0],
            ),
            unknown,
            figures.currency,
            {"uncategorised": unknown, "expenses": spent, "share": unknown / spent},
            Action.CATEGORISE,
        )
    ]


def income_irregular(figures: Figures) -> list[Insight]:
    """Income that varies much from month to month."""
    months = figures.last(FEWEST_INCOMES)
    incomes = [figures.income(month) for month in months]
    if len(months) < FEWEST_INCOMES or (usual := median(incomes)) <= 0:
        return []
    deviation = median_deviation(incomes)
    if deviation <= IRREGULAR * usual:
        return []
    return [
        Insight(
            InsightCode.INCOME_IRREGULAR,
            Severity.INFO,
            "",
            str(months[-1]),
            said("Income varies from month to month", "Los ingresos varían de un mes a otro"),
            said(
                "Between {least} and {most} in the last {months} complete months; the median is {usual}.",
                "Entre {least} y {most} en los últimos {months} meses completos; la mediana es {usual}.",
                least=Money(min(incomes), figures.currency),
                most=Money(max(incomes), figures.currency),
                months=len(months),
                usual=Money(usual, figures.currency),
            ),
            usual,
            figures.currency,
            {"incomes": incomes, "median": usual, "deviation": deviation},
            Action.SUMMARY,
        )
    ]


def insufficient_history(figures: Figures) -> list[Insight]:
    """Fewer than three complete months in a book that has transactions."""
    if figures.first_day is None or len(figures.complete) >= FEWEST_MONTHS:
        return []
    known = len(figures.complete)
    return [
        Insight(
            InsightCode.INSUFFICIENT_HISTORY,
            Severity.INFO,
            "",
            "",
            said("Too little history to compare with", "Muy poca historia para comparar"),
            said(
                f"The book has {{known}} complete month{'' if known == 1 else 's'}; comparisons begin with {{needed}}.",
                f"El libro tiene {{known}} {_WHOLE_MONTHS[known == 1]}; las comparaciones empiezan con {{needed}}.",
                known=known,
                needed=FEWEST_MONTHS,
            ),
            None,
            figures.currency,
            {"months": known, "needed": FEWEST_MONTHS},
            None,
        )
    ]


def of_months(figures: Figures) -> Iterable[Insight]:
    """All insights of this module."""
    for rule in (
        spending_up,
        spending_down,
        savings_rate_low,
        savings_rate_up,
        fees_paid,
        debt_interest,
        uncategorised,
        income_irregular,
        insufficient_history,
    ):
        yield from rule(figures)
