"""Portfolio of groups that change their route, and of loans that are written off."""

from datetime import date

from tests.factories.credito import RutaFactory
from tests.suites.credito.conftest import Hire
from tests.suites.credito.prestamos.conftest import PRESTAMOS, Sucursal, sucursal, today
from tests.suites.credito.reportes.test_cartera import PAR, cerrar
from tests.suites.credito.reportes.test_general import GENERAL, de, en, fuera_de_cuadre

__all__ = ["sucursal", "today"]


def test_the_portfolio_is_of_the_new_route_from_the_day_of_the_transfer(sucursal: Sucursal) -> None:
    sucursal.abierto()
    before, after = sucursal.grupo.ultima_ruta_id, RutaFactory().id
    with en(10):
        body = {"ruta_id": after, "desde": "2026-03-11"}
        sucursal.director.post(f"/api/credito/grupos/{sucursal.grupo.id}/transferir", body, expect=200)
    with en(12):
        cerrar(sucursal, date(2026, 3, 10))
        for query, ruta in (({}, after), ({"fecha": "2026-03-10"}, before)):
            found = sucursal.director.get(PAR, **query)["data"]
            assert [(row["id"], row["saldo_capital"]) for row in found] == [(ruta, 3000)]
        assert sucursal.director.get(GENERAL, ruta_id=before)["totales"]["cobranza_ideal"] == 0
        assert sucursal.director.get(GENERAL, ruta_id=after)["totales"]["cobranza_ideal"] == 300
        assert sucursal.director.get(GENERAL, ruta_id=before, semana="2026-03-03")["totales"]["prestamo_papel"] == 3000


def test_written_off_loans_are_in_no_part_of_par_and_not_due_any_more(sucursal: Sucursal, hire: Hire) -> None:
    client = sucursal.cliente()
    dead, alive = sucursal.abierto(cliente=client), sucursal.abierto()
    with en(17):
        body = {"estado": "fallecido", "fecha_fallecimiento": "2026-03-16"}
        sucursal.director.put(f"/api/credito/clientes/{client.id}", body)
        for caller, status in ((sucursal.director, 202), (hire("director")[0], 200)):
            caller.post(f"{PRESTAMOS}/{dead['id']}/castigar", {"motivo": "Falleció"}, expect=status)
        total = sucursal.director.get(PAR)["totales"]
        assert (total["prestamos"], total["saldo_capital"]) == (1, 3000)
        assert de(sucursal, "2026-03-16")["cobranza_ideal"] == 600
        assert de(sucursal, "2026-03-23")["cobranza_ideal"] == 300
        assert alive["id"]
    assert fuera_de_cuadre(sucursal) == []
