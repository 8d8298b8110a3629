"""Guarantors of loans, and limits of what a client may owe."""

from decimal import Decimal

import pytest

from app.kernel.errors import Conflict, Forbidden
from app.suites.credito.prestamos.rules.avales import (
    Candidato,
    Facultad,
    ReglaDeAvales,
    dictaminar,
    exigir_limite_del_cliente,
)

GROUP, OTHER_GROUP = 7, 8
CLIENT, AVAL = Candidato(1, GROUP, es_aval=True, activo=True), Candidato(2, GROUP, es_aval=True, activo=True)
RULE = ReglaDeAvales(requeridos=1, maximo_avalados=3)


def judged(avales, *known, rule=RULE, pairs=(), of_client=()):
    return dictaminar(rule, CLIENT, avales, {one.id: one for one in known or (AVAL,)}, pairs, of_client)


def test_an_active_guarantor_of_the_group_is_accepted():
    found = judged([2])

    assert found.valido
    assert (found.errores, found.avisos) == ((), ())


@pytest.mark.parametrize(
    ("avales", "known", "error"),
    [
        ([1], CLIENT, "aval_de_si_mismo:1"),
        ([3], AVAL, "aval_inexistente:3"),
        ([2], Candidato(2, GROUP, es_aval=False, activo=True), "no_es_aval:2"),
        ([2], Candidato(2, GROUP, es_aval=True, activo=False), "aval_inactivo:2"),
        ([2], Candidato(2, OTHER_GROUP, es_aval=True, activo=True), "aval_de_otro_grupo:2"),
        ([2, 2], AVAL, "aval_repetido:2"),
        ([], AVAL, "avales_requeridos:1"),
    ],
)
def test_others_are_refused(avales, known, error):
    assert judged(avales, known).errores == (error,)


def test_a_guarantor_of_three_open_loans_is_refused_and_of_two_is_warned_of():
    full, last = [(2, 11), (2, 12), (2, 13)], [(2, 11), (2, 12)]

    assert judged([2], pairs=full).errores == ("maximo_avalados:2",)
    assert judged([2], pairs=last).avisos == ("ultimo_aval:2",)
    assert judged([2], pairs=last).valido


def test_a_circle_of_guarantors_is_warned_of():
    found = judged([2], of_client={2})

    assert found.valido
    assert found.avisos == ("aval_circular:2",)


def test_the_limit_of_a_client_may_be_reached_but_not_passed():
    exigir_limite_del_cliente(Decimal(5000), Decimal(5000))
    exigir_limite_del_cliente(Decimal(9000), None)
    with pytest.raises(Conflict) as refused:
        exigir_limite_del_cliente(Decimal("5000.01"), Decimal(5000))
    assert refused.value.code == "limite_excedido"


@pytest.mark.parametrize(
    ("power", "amount"),
    [(Facultad(Decimal(3000), Decimal(5000)), "3000.01"), (Facultad(None, Decimal(5000)), "5000.01")],
)
def test_an_approver_has_an_own_limit_and_that_of_who_does_not_direct(power, amount):
    power.exigir(Decimal(amount) - Decimal("0.01"))
    with pytest.raises(Forbidden) as refused:
        power.exigir(Decimal(amount))
    assert refused.value.code == "limite_excedido"


def test_the_direction_approves_any_amount():
    Facultad(None, None).exigir(Decimal(9_000_000))
