"""Every list, total and record of the suite, as the people of one route see them when another route has as much."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.infra import clock
from tests.factories.credito import ClienteFactory, CorteFactory, GrupoFactory, RutaFactory
from tests.factories.credito_caja import FaltanteFactory, GastoFactory, bono_ganado
from tests.factories.credito_cobranza import FaltaFactory, PagoPorRevisarFactory, VisitaFactory
from tests.factories.credito_productos import TipoPrestamoFactory
from tests.suites.credito.conftest import Hire
from tests.support import Caller

ROOT = "/api/credito"
MARTES = datetime(2026, 3, 10, 18, tzinfo=UTC)
"""Tuesday 10 March 2026, noon in Mexico City: the day after the first due date."""
ROLES = ("gerente", "supervisor", "titular", "cobrador")
OF_ALL = {
    f"{ROOT}/{name}"
    for name in ("catalogos", "tipos-prestamo", "bonos", "dias-inhabiles", "semanas-sin-cobro", "seguros")
}
"""Lists that are the same for every route."""
OWN_DAY = {f"{ROOT}/cobranza/dia"}
"""The day of whoever asks; a director collects nothing."""
SEEN_BESIDES = {"gerente": {f"{ROOT}/personal"}}
"""Lists that a role sees whole: who gives groups to people sees all people."""
GLOBAL = {"personal_id", "tipo_prestamo_id", "bono_id", "dia_id", "semana_id", "seguro_id"}
"""Ids of what belongs to no route."""
NOT_READ = {"tipo_prestamo_id", "solicitud_id", "por_revisar_id", "bono_ganado_id"}
"""Ids of no records of a route that are read one by one under these names."""
MOTIVO = {"motivo": "Por una prueba"}
WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("PUT", "clientes/{cliente_id}", {"notas": "x"}),
    ("DELETE", "clientes/{cliente_id}", {}),
    ("PUT", "grupos/{grupo_id}", {"nombre": "x"}),
    ("POST", "grupos/{grupo_id}/transferir", {"desde": "2026-04-01"}),
    (
        "POST",
        "grupos/{grupo_id}/pagos",
        {"metodo": "transferencia", "total": 1, "pagos": [{"prestamo_id": "{prestamo_id}", "monto": 1}]},
    ),
    ("POST", "avales/validar", {"cliente_id": "{cliente_id}", "avales": [], "tipo_prestamo_id": "{tipo_prestamo_id}"}),
    ("POST", "prestamos", {"cliente_id": "{cliente_id}", "tipo_prestamo_id": "{tipo_prestamo_id}", "monto": 100}),
    ("POST", "prestamos/cotizar", {"tipo_prestamo_id": "{tipo_prestamo_id}", "monto": 100, "grupo_id": "{grupo_id}"}),
    ("PUT", "prestamos/{solicitud_id}", {"destino": "x"}),
    ("POST", "prestamos/{solicitud_id}/aprobar", {}),
    ("POST", "prestamos/{solicitud_id}/rechazar", MOTIVO),
    ("POST", "prestamos/{solicitud_id}/cancelar", MOTIVO),
    ("POST", "prestamos/{prestamo_id}/desembolsar", {"medio": "transferencia"}),
    ("POST", "prestamos/{prestamo_id}/cancelar-desembolso", MOTIVO),
    ("POST", "prestamos/{prestamo_id}/renovar", {"tipo_prestamo_id": "{tipo_prestamo_id}", "monto": 100}),
    ("POST", "prestamos/{prestamo_id}/liquidacion", {"monto": 4200, "metodo": "transferencia"}),
    ("POST", "pagos", {"prestamo_id": "{prestamo_id}", "monto": 1, "metodo": "transferencia"}),
    ("PUT", "pagos/{pago_id}", {"notas": "x"}),
    ("POST", "pagos/{pago_id}/reversar", MOTIVO),
    ("POST", "pagos/{por_revisar_id}/resolver", {"accion": "aplicar"}),
    ("POST", "faltas/{falta_id}/justificar", MOTIVO),
    ("POST", "faltas/justificar", {"grupo_id": "{grupo_id}", "semana": "2026-03-02", **MOTIVO}),
    ("POST", "visitas", {"cliente_id": "{cliente_id}", "resultado": "no_estaba"}),
    ("POST", "cortes/{corte_id}/confirmar", {"contado": 0}),
    ("POST", "cortes/{corte_id}/anular", MOTIVO),
    ("POST", "cortes/{corte_id}/gastos", {"concepto": "x", "monto": 1}),
    ("POST", "faltantes/{faltante_id}/abonar", {"monto": 1, "metodo": "banco"}),
]
"""Writes about things of another route; a text in braces is one of its ids."""


@dataclass
class Route:
    """A route with its people, and the ids of all that they have, by the names of parameters."""

    callers: dict[str, Caller]
    ids: dict[str, int]


@pytest.fixture(autouse=True)
def tuesday() -> Iterator[None]:
    """Noon of a Tuesday."""
    with clock.frozen(MARTES):
        yield


def make_route(hire: Hire, director: Caller) -> Route:
    """A route whose people lent, collected, visited and were short."""
    hired = {puesto: hire(puesto) for puesto in ROLES}
    callers, people = ({name: one[place] for name, one in hired.items()} for place in (0, 1))
    route = RutaFactory(gerente_id=people["gerente"].id, supervisor_id=people["supervisor"].id)
    group = GrupoFactory(
        ruta_id=route.id, titular_id=people["titular"].id, cobrador_id=people["cobrador"].id, dia_reunion=1
    )
    kind = TipoPrestamoFactory(redondeo=Decimal(1))
    client, other = (ClienteFactory(grupo_id=group.id).id for _ in range(2))
    cut = CorteFactory(personal_id=people["titular"].id, abierto_en=datetime(2026, 3, 2, 18, tzinfo=UTC))
    CorteFactory(personal_id=people["cobrador"].id, abierto_en=datetime(2026, 3, 2, 18, tzinfo=UTC))
    titular, loans = callers["titular"], f"{ROOT}/prestamos"
    with clock.frozen(datetime(2026, 3, 3, 18, tzinfo=UTC)):
        asked = {"tipo_prestamo_id": kind.id, "monto": 3000}
        loan = titular.post(loans, {**asked, "cliente_id": client})["data"]["id"]
        request = titular.post(loans, {**asked, "cliente_id": other})["data"]["id"]
        director.post(f"{loans}/{loan}/aprobar", {}, expect=200)
        titular.post(f"{loans}/{loan}/desembolsar", {"medio": "efectivo"}, expect=200)
    paid = callers["cobrador"].post(f"{ROOT}/pagos", {"prestamo_id": loan, "monto": 100})["data"]["id"]
    GastoFactory(corte_id=cut.id)
    ids = {
        "ruta_id": route.id,
        "grupo_id": group.id,
        "cliente_id": client,
        "tipo_prestamo_id": kind.id,
        "prestamo_id": loan,
        "solicitud_id": request,
        "pago_id": paid,
        "por_revisar_id": PagoPorRevisarFactory(prestamo_id=loan, cobrador_id=people["cobrador"].id).id,
        "falta_id": FaltaFactory(prestamo_id=loan, semana=datetime(2026, 3, 2, tzinfo=UTC).date()).id,
        "visita_id": VisitaFactory(
            cliente_id=client, cobrador_id=people["cobrador"].id, promesa_fecha=MARTES.date()
        ).id,
        "corte_id": cut.id,
        "faltante_id": FaltanteFactory(personal_id=people["titular"].id, corte_id=cut.id).id,
        "bono_ganado_id": bono_ganado(grupo_id=group.id, titular_id=people["titular"].id).id,
    }
    return Route(callers, ids)


def with_ids(value: Any, ids: dict[str, int]) -> Any:
    """The value with ids in the place of their names in braces."""
    if isinstance(value, dict):
        return {name: with_ids(one, ids) for name, one in value.items()}
    if isinstance(value, list):
        return [with_ids(one, ids) for one in value]
    return ids[value.strip("{}")] if isinstance(value, str) and value.startswith("{") else value


def reads(app: Flask) -> list[str]:
    """Addresses of the suite that are read."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(ROOT) and "GET" in (rule.methods or ())]
    return sorted(rule.rule for rule in rules)


def answers(caller: Caller, addresses: list[str]) -> dict[str, Any]:
    """Status and content of each list and total."""
    found = {}
    for one in addresses:
        response = caller.send("GET", one)
        found[one] = (response.status_code, response.get_json() if response.status_code == 200 else None)
    return found


def test_lists_and_totals_of_a_route_stay_the_same_when_another_has_as_much(
    app: Flask, hire: Hire, director: Caller
) -> None:
    own = make_route(hire, director)
    addresses = [one for one in reads(app) if "<" not in one]
    callers = {**own.callers, "director": director}
    before = {role: answers(caller, addresses) for role, caller in callers.items()}
    assert {status for found in before.values() for status, _ in found.values()} <= {200, 403}
    make_route(hire, director)
    after = {role: answers(caller, addresses) for role, caller in callers.items()}
    changed = {role: {one for one in addresses if after[role][one] != before[role][one]} for role in callers}
    assert {role: changed[role] - OF_ALL for role in ROLES} == {role: SEEN_BESIDES.get(role, set()) for role in ROLES}
    assert {one for one in addresses if "/reportes/" not in one} - changed["director"] <= OF_ALL | OWN_DAY


def test_records_of_another_route_do_not_exist(app: Flask, filled: tuple[Route, Route], director: Caller) -> None:
    own, other = filled
    seen = set()
    for rule in (one for one in reads(app) if one.count("<") == 1):
        name = rule.partition(":")[2].partition(">")[0]
        if name in GLOBAL:
            continue
        address = f"{rule.partition('<')[0]}{other.ids[name]}{rule.partition('>')[2]}"
        statuses = {role: own.callers[role].send("GET", address).status_code for role in ROLES}
        assert set(statuses.values()) <= {403, 404}, (rule, statuses)
        assert statuses["gerente"] == 404, (rule, statuses)
        if director.send("GET", address, buffered=True).status_code == 200:
            seen.add(name)
    assert seen == set(other.ids) - NOT_READ


@pytest.fixture
def filled(hire: Hire, director: Caller) -> tuple[Route, Route]:
    """Two routes."""
    return make_route(hire, director), make_route(hire, director)


def test_nobody_writes_about_another_route(filled: tuple[Route, Route], director: Caller) -> None:
    own, other = filled
    loan = f"{ROOT}/prestamos/{other.ids['prestamo_id']}"
    before = director.get(loan)["data"]
    for method, path, body in WRITES:
        sent = with_ids(body, other.ids)
        address = f"{ROOT}/{path.format(**other.ids)}"
        statuses = {role: own.callers[role].send(method, address, json=sent).status_code for role in ROLES}
        assert set(statuses.values()) <= {403, 404}, (method, path, statuses)
        assert 404 in statuses.values(), (method, path, statuses)
    assert director.get(loan)["data"] == before
