"""The collector's day."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import update

from app.infra import clock
from app.infra.db import Base, db
from tests.statements import counted
from tests.suites.credito.cobranza.conftest import DIA, pagar, sincronizar
from tests.suites.credito.conftest import Hire, enter
from tests.suites.credito.prestamos.conftest import MARTES, Sucursal
from tests.support import Caller


def loans_of(day: dict[str, Any]) -> list[int]:
    return [loan["id"] for group in day["grupos"] for loan in group["prestamos"]]


def test_the_day_has_what_is_due_by_the_end_of_the_week(sucursal: Sucursal):
    sucursal.director.put(f"/api/credito/grupos/{sucursal.grupo.id}", {"hora_reunion": "17:30"})
    loan = sucursal.abierto(cliente=sucursal.cliente(telefono="55 5555 0134", calle="Juárez 12"))
    assert loans_of(sucursal.titular.get(DIA)["data"]) == []  # due on Monday, which is next week
    with clock.frozen(MARTES + timedelta(days=6)):
        response = enter(sucursal.titular, sucursal.persona).send("GET", DIA)
    assert '"efectivo":-3000.00,' in response.get_data(as_text=True)
    day = response.get_json()["data"]
    (group,) = day["grupos"]
    (one,) = group["prestamos"]
    assert group["hora_reunion"] == "17:30"
    assert (day["fecha"], day["completo"], day["efectivo"]) == ("2026-03-09", True, -3000)
    assert (one["id"], one["cuota"], one["numero"], one["vence"], one["saldo"]) == (
        loan["id"],
        300,
        1,
        "2026-03-09",
        4200,
    )
    assert (one["telefono"], one["direccion"]) == ("55 5555 0134", "Juárez 12, Centro, 06000")
    assert (one["vencido"], one["liquidacion"], one["ultima_visita"], one["promesa"]) == (0, 4200, None, None)


def test_changes_since_a_version_are_sent_and_none_is_304(sucursal: Sucursal):
    first, second, third = (sucursal.abierto() for _ in range(3))
    with sucursal.app.app_context():  # the database's own clock is not frozen
        for table in ("credito_prestamos", "credito_clientes"):
            db.session.execute(update(Base.metadata.tables[table]).values(updated_at=MARTES - timedelta(hours=1)))
        loans = Base.metadata.tables["credito_prestamos"]
        db.session.execute(update(loans).where(loans.c.id == first["id"]).values(updated_at=MARTES))
        db.session.commit()
    with clock.frozen(MARTES + timedelta(days=6)):
        titular = enter(sucursal.titular, sucursal.persona)
        day = titular.get(DIA)["data"]
        assert set(loans_of(day)) == {first["id"], second["id"], third["id"]}
    with clock.frozen(MARTES + timedelta(days=6, hours=1)):
        titular = enter(sucursal.titular, sucursal.persona)
        pagar(titular, first, 300)
        pagar(titular, second, 100)
        changed = titular.get(DIA, desde_version=day["version"])["data"]
        assert (changed["completo"], loans_of(changed), changed["quitados"]) == (False, [second["id"]], [first["id"]])
        visit = {"cliente_id": third["cliente_id"], "resultado": "promesa", "promesa_fecha": "2026-03-12"}
        sincronizar(titular, [], visitas=[{**visit, "local_id": str(uuid4()), "hora_local": "2026-03-09T12:30:00"}])
        seen = titular.get(DIA, desde_version=changed["version"])["data"]
        promised = [loan for group in seen["grupos"] for loan in group["prestamos"] if loan["id"] == third["id"]]
        assert promised[0]["promesa"] == {"fecha": "2026-03-12", "monto": None}
        assert promised[0]["ultima_visita"]["resultado"] == "promesa"
        answer = titular.send("GET", f"{DIA}?desde_version={seen['version']}")
        assert (answer.status_code, answer.data) == (304, b"")
        tagged = titular.send("GET", DIA)
        same = titular.with_headers(**{"If-None-Match": tagged.headers["ETag"]}).send("GET", DIA)
        assert same.status_code == 304
    with clock.frozen(MARTES + timedelta(days=7)):
        later = enter(sucursal.titular, sucursal.persona).get(DIA, desde_version=seen["version"])["data"]
        assert later["completo"] is True


def test_that_nothing_changed_takes_few_statements(sucursal: Sucursal):
    sucursal.abierto()
    version = sucursal.titular.get(DIA)["data"]["version"]
    with counted() as sent:
        assert sucursal.titular.send("GET", f"{DIA}?desde_version={version}").status_code == 304
    assert len(sent) <= 8, sent


def test_devices_get_blocks_of_200_receipts_and_a_second_when_few_are_left(sucursal: Sucursal):
    loan = sucursal.abierto()
    day = sucursal.titular.get(DIA, dispositivo="tel-1")["data"]
    assert day["recibos"] == {"prefijo": "ANA", "desde": 1, "hasta": 200, "usado_hasta": 0}
    assert day["recibos_siguientes"] is None
    assert sucursal.titular.get(DIA, dispositivo="tel-2")["data"]["recibos"]["desde"] == 201
    used = {"prestamo_id": loan["id"], "monto": 1, "hora_local": "2026-03-03T12:00:00", "local_id": str(uuid4())}
    sincronizar(sucursal.titular, [{**used, "recibo": "ANA-000151"}])
    day = sucursal.titular.get(DIA, dispositivo="tel-1")["data"]
    assert (day["recibos"]["usado_hasta"], day["recibos_siguientes"]["desde"]) == (151, 401)
    assert sucursal.titular.get(DIA, dispositivo="tel-1")["data"]["recibos_siguientes"]["hasta"] == 600


def test_the_day_of_another_is_for_superiors(sucursal: Sucursal, supervisor: Caller, hire: Hire):
    sucursal.abierto()
    with clock.frozen(MARTES):
        day = supervisor.get(DIA, cobrador_id=sucursal.persona.id, fecha="2026-03-09")["data"]
        assert len(loans_of(day)) == 1
        sucursal.titular.get(DIA, cobrador_id=sucursal.persona.id, expect=403)
        stranger, _ = hire("supervisor")
        stranger.get(DIA, cobrador_id=sucursal.persona.id, expect=404)
        assert loans_of(hire("cobrador")[0].get(DIA)["data"]) == []
        assert hire("consulta")[0].get(DIA)["data"]["recibos"] is None
