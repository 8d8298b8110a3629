"""Texts of insights in two languages."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.kernel.languages import Language
from app.kernel.money import Currency
from app.kernel.periods import Month
from app.suites.personal.insights import rules
from app.suites.personal.insights.rules.insight import InsightCode
from app.suites.personal.insights.rules.wording import Money, Percent, Value, said, written

RULES = [path.read_text() for path in Path(str(rules.__file__)).parent.glob("*.py")]


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        (Money(Decimal("1234567.5"), Currency.EUR), "1,234,567.50 EUR", "1.234.567,50 EUR"),
        (Money(Decimal("2.125"), Currency.EUR), "2.13 EUR", "2,13 EUR"),
        (Money(Decimal(-1500), Currency.JPY), "-1,500 JPY", "-1.500 JPY"),
        (Percent(Decimal("0.125")), "12 %", "12 %"),
        (Decimal("2.5"), "2.5", "2,5"),
        (1200, "1,200", "1.200"),
        (Month(2026, 3), "March 2026", "marzo de 2026"),
        (date(2026, 12, 5), "5 December 2026", "5 de diciembre de 2026"),
        ("Café 1,5", "Café 1,5", "Café 1,5"),
        (said("{n} more", "{n} más", n=said("two", "dos")), "two more", "dos más"),
    ],
)
def test_figures_and_days_are_written_as_the_language_does(value: Value, english: str, spanish: str) -> None:
    assert [written(value, Language.ENGLISH), written(value, Language.SPANISH)] == [english, spanish]


def test_names_with_braces_are_shown_as_they_are() -> None:
    assert said("{name} recurs", "{name} se repite", name="{0} {x}").text(Language.SPANISH) == "{0} {x} se repite"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("es", "es"),
        ("es-CO", "es"),
        ("ES_mx", "es"),
        ("est", "en"),
        ("en-GB", "en"),
        ("de", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_spanish_is_for_spanish_tags_and_english_for_all_others(tag: str | None, language: str) -> None:
    assert Language.of(tag) == language


def test_each_code_is_made_by_a_rule() -> None:
    made = {name for source in RULES for name in re.findall(r"InsightCode\.([A-Z_]+)", source)}
    assert made == {code.name for code in InsightCode}
    assert len(InsightCode) == 21
