"""States of loans."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest

from app.kernel.errors import Conflict
from app.suites.credito.prestamos.rules.estados import Accion, EstadoPrestamo, Hechos, estado_computado, transicion

TODAY = date(2026, 3, 9)
OPEN = ("desembolsado", "activo", "atrasado")
POSSIBLE = {
    ("solicitud", "aprobar"): "aprobado",
    ("solicitud", "rechazar"): "rechazado",
    ("solicitud", "cancelar"): "cancelado",
    ("aprobado", "cancelar"): "cancelado",
    ("aprobado", "desembolsar"): "desembolsado",
    **{(state, "renovar"): "renovado" for state in OPEN},
    **{(state, "castigar"): "castigado" for state in OPEN},
    **{(state, "cancelar-desembolso"): "cancelado" for state in OPEN},
    ("castigado", "deshacer-castigo"): "atrasado",
}


@pytest.mark.parametrize(("state", "act"), list(product(EstadoPrestamo, Accion)))
def test_only_these_transitions_are_possible(state, act):
    if (state, act) in POSSIBLE:
        assert transicion(state, act) == POSSIBLE[state, act]
        return
    with pytest.raises(Conflict) as refused:
        transicion(state, act)
    assert refused.value.code == "transicion_invalida"
    assert state in refused.value.message


def test_the_refusal_names_both_states():
    with pytest.raises(Conflict, match="from liquidado to renovado"):
        transicion(EstadoPrestamo.LIQUIDADO, Accion.RENOVAR)


def computed(state, saldo=100, late=0, paid=False, first=TODAY + timedelta(days=1)):
    return estado_computado(EstadoPrestamo(state), Hechos(Decimal(saldo), late, paid, first), TODAY)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "desembolsado"),
        ({"paid": True}, "activo"),
        ({"first": TODAY}, "activo"),
        ({"late": 1}, "atrasado"),
        ({"saldo": 0, "paid": True}, "liquidado"),
    ],
)
@pytest.mark.parametrize("before", [*OPEN, "liquidado"])
def test_the_state_of_an_open_loan_follows_from_its_facts(before, facts, state):
    assert computed(before, **facts) == state


@pytest.mark.parametrize("state", ["solicitud", "aprobado", "rechazado", "cancelado", "renovado", "castigado"])
def test_other_states_change_by_an_act_only(state):
    assert computed(state, saldo=0, late=9) == state
