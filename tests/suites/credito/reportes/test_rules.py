"""Worked figures of the formulas of reports."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.kernel.errors import Invalid
from app.suites.credito.prestamos.rules.faltas import PagoCobrado, cubierto_a_tiempo
from app.suites.credito.reportes.rules.cifras import Cifras, razon, sumar
from app.suites.credito.reportes.rules.par import Riesgo
from app.suites.credito.reportes.rules.periodos import Periodo, dia_de, mes_de_semana, periodo_de, semana_de
from tests.suites.credito.prestamos.agenda import LUNES, SEMANA, cuotas_de

D = Decimal
TODAY = date(2026, 3, 18)


@pytest.mark.parametrize(
    ("values", "name", "expected"),
    [
        ({"cobranza_efectivo": 700, "cobranza_bancos": 200}, "cobranza_real", 900),
        ({"cobranza_ideal": 1200, "cobranza_efectivo": 900}, "eficiencia", D("0.75")),
        ({"cobranza_efectivo": 900}, "eficiencia", None),
        ({"cobranza_ideal": 1200, "a_tiempo": 900}, "morosidad_monto", 300),
        ({"cobranza_ideal": 1200, "a_tiempo": 900}, "morosidad_porcentaje", D("0.25")),
        ({}, "morosidad_porcentaje", None),
        ({"cobranza_efectivo": 900, "prestamo_real": 300}, "porcentaje_prestamo", D("0.333333")),
        ({"prestamo_real": 300}, "porcentaje_prestamo", None),
        (
            {"cobranza_efectivo": 900, "comisiones": 30, "prestamo_real": 400, "gastos": 20, "bono": 150},
            "sobrante",
            360,
        ),
        ({"cobranza_ideal": 1200, "cobranza_efectivo": 900, "bono": 150}, "sobrante_logico", -450),
        ({"cobranza_efectivo": -300}, "cobranza_real", -300),
    ],
)
def test_the_figures_of_a_week(values: dict[str, Any], name: str, expected: Any) -> None:
    assert getattr(Cifras(**{key: D(value) for key, value in values.items()}), name) == expected


def test_sums_are_of_the_parts_and_ratios_of_the_sums() -> None:
    ana = Cifras(grupo="Ana", ruta_id=1, cobranza_ideal=D(100), cobranza_efectivo=D(50), prestamos_activos=2)
    eva = Cifras(grupo="Eva", ruta_id=1, cobranza_ideal=D(300), cobranza_efectivo=D(300), prestamos_activos=3)
    total = sumar([ana, eva])
    assert (total.eficiencia, total.prestamos_activos) == (D("0.875"), 5)
    assert (total.grupo, total.ruta_id) == (None, None)
    assert sumar([]) == Cifras()
    assert razon(D(1), D(3)) == D("0.333333")


@pytest.mark.parametrize(
    ("week", "month"),
    [
        (date(2026, 3, 30), date(2026, 4, 1)),  # its Wednesday is 1 April
        (date(2026, 4, 27), date(2026, 4, 1)),  # Wednesday 29 April, though it ends in May
        (date(2026, 12, 28), date(2026, 12, 1)),  # week 53 of 2026
        (date(2024, 12, 30), date(2025, 1, 1)),
    ],
)
def test_the_month_of_a_week_is_that_of_its_wednesday(week: date, month: date) -> None:
    assert mes_de_semana(week) == month


def test_week_53_goes_on_into_the_next_year() -> None:
    assert date(2026, 12, 28).isocalendar().week == 53
    assert semana_de(date(2027, 1, 3)) == Periodo(date(2026, 12, 28), date(2027, 1, 3))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((None, None, None), (date(2026, 3, 16), date(2026, 3, 22))),
        ((None, None, date(2026, 3, 5)), (date(2026, 3, 2), date(2026, 3, 8))),
        ((date(2026, 3, 1), date(2026, 3, 31), None), (date(2026, 3, 1), date(2026, 3, 31))),
        ((date(2026, 3, 1), None, None), (date(2026, 3, 1), TODAY)),
        ((None, date(2026, 3, 4), None), (date(2026, 3, 2), date(2026, 3, 4))),
    ],
)
def test_days_are_those_of_a_week_or_from_one_to_another(given: Any, expected: Any) -> None:
    assert periodo_de(*given, TODAY) == expected


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ((date(2026, 3, 2), None, TODAY), "semana"),
        ((TODAY, date(2026, 3, 2), None), "hasta"),
        ((date(2000, 1, 1), TODAY, None), "hasta"),
    ],
)
def test_contradictory_days_name_the_field(given: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        periodo_de(*given, TODAY)
    assert list(refused.value.errors) == [field]


def test_a_day_of_a_report_is_never_in_the_future() -> None:
    assert dia_de(None, None, None, None, TODAY) == TODAY
    assert dia_de(None, None, None, TODAY, TODAY) == TODAY
    assert dia_de(None, None, None, date(2026, 3, 5), TODAY) == date(2026, 3, 8)
    assert dia_de(None, date(2026, 3, 1), date(2026, 3, 5), None, TODAY) == date(2026, 3, 5)
    assert dia_de(None, date(2026, 3, 1), date(2026, 4, 5), None, TODAY) == TODAY
    future = date(2026, 3, 24)
    for given, field in (
        ((future, None, None, None), "fecha"),
        ((None, None, None, future), "semana"),
        ((None, future, future, None), "desde"),
        ((None, None, future, None), "hasta"),
        ((TODAY, None, None, TODAY), "semana"),
        ((TODAY, TODAY, None, None), "desde"),
        ((TODAY, None, TODAY, None), "hasta"),
    ):
        with pytest.raises(Invalid) as refused:
            dia_de(*given, TODAY)
        assert list(refused.value.errors) == [field]


def test_par_counts_whole_loans_by_how_late_they_are() -> None:
    riesgo = Riesgo((5, 1, 0, 2, 0, 0, 2), (D(5000), D(500), D(0), D(3000), D(0), D(0), D(1500)))
    assert riesgo.saldo_capital == 10_000
    assert riesgo.pares() == [D("0.45"), D("0.45"), D("0.15"), D("0.15"), D("0.15")]
    assert riesgo.pares_por_numero() == [D("0.4"), D("0.4"), D("0.2"), D("0.2"), D("0.2")]
    parts = (D("0.01"), D("0.10"), D("0.30"), D("0.60"), D(1))
    assert riesgo.provision(parts) == 50 + 5 + 300 + 1500
    assert Riesgo.suma([riesgo, riesgo]).entre(1, 7) == (2, 1000)
    assert (Riesgo.suma([]), Riesgo().pares()[2]) == (Riesgo(), None)


@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        ([(0, 300)], [300, 0, 0]),
        ([(0, 450)], [300, 150, 0]),
        ([(0, 200), (1, 400)], [200, 300, 0]),  # 100 of it pay arrears, but all of it was paid in the week
        ([(0, 200), (1, 400), (2, 300)], [200, 300, 300]),
        ([(-1, 300)], [300, 0, 0]),
        ([], [0, 0, 0]),
    ],
)
def test_on_time_is_what_the_advance_and_the_payments_of_the_week_cover(payments: Any, expected: Any) -> None:
    paid = [PagoCobrado(LUNES + week * SEMANA, D(amount), D(amount)) for week, amount in payments]
    found = cubierto_a_tiempo(cuotas_de(), paid)
    assert [found[number] for number in (1, 2, 3)] == expected
