"""Credit that is paid out, shortages that are written off, and the limit of cash at hand."""

from datetime import timedelta
from decimal import Decimal

from app.infra import clock
from app.infra.db import db
from app.suites.credito.equipo.models import Personal
from tests.suites.credito.caja.test_cortes import CORTES, balance, checked, path
from tests.suites.credito.caja.test_flujo import amounts
from tests.suites.credito.caja.test_flujo import checked as moved_as_posted
from tests.suites.credito.cobranza.conftest import item, pagar, sincronizar
from tests.suites.credito.conftest import Hire
from tests.suites.credito.prestamos.conftest import MARTES, PRESTAMOS, Sucursal

D = Decimal


def test_the_cashier_pays_credit_out_of_their_cut(sucursal: Sucursal, hire: Hire) -> None:
    cashier, _ = hire("cajero", clave="CAJ")
    loan = sucursal.abierto()
    pagar(sucursal.titular, loan, 4500)
    at, credit = f"{PRESTAMOS}/{loan['id']}/devoluciones", {"monto": 200}
    assert cashier.post(at, credit, expect=409)["code"] == "corte_no_abierto"
    cut = cashier.post(CORTES, {})["data"]
    sucursal.titular.post(at, credit, expect=403)
    assert cashier.post(at, {"monto": "300.01"}, expect=409)["code"] == "mayor_que_el_saldo"
    paid = cashier.post(at, credit)["data"]
    assert (paid["corte_id"], paid["metodo"], sucursal.get(loan)["saldo_a_favor"]) == (cut["id"], "efectivo", 100)
    found = cashier.get(path(cut))["data"]
    assert (found["devoluciones"], found["esperado"]) == (200, -200)
    cashier.post(at, {"monto": 100, "metodo": "banco"})
    assert (balance(sucursal.app, "saldos_a_favor"), balance(sucursal.app, "banco")) == (D(0), D(-100))
    assert "saldos a favor" not in amounts(sucursal.app)
    assert [*checked(sucursal.app), *moved_as_posted(sucursal.app)] == []


def test_a_shortage_is_an_expense_once_it_is_written_off(sucursal: Sucursal, hire: Hire) -> None:
    cashier, _ = hire("cajero")
    pagar(sucursal.titular, sucursal.abierto(), 4200)
    sucursal.titular.post(path(sucursal.corte, "entregar"), {"contado": 1200}, expect=200)
    cashier.post(path(sucursal.corte, "confirmar"), {"contado": 1000}, expect=200)
    [short] = sucursal.director.get("/api/credito/faltantes")["data"]
    assert "faltantes incobrables" not in amounts(sucursal.app)
    at, reason = f"/api/credito/faltantes/{short['id']}", {"motivo": "La persona se fue"}
    cashier.post(f"{at}/castigar", reason, expect=403)
    sucursal.director.post(f"{at}/abonar", {"monto": 50, "metodo": "banco"}, expect=200)
    gone = sucursal.director.post(f"{at}/castigar", reason, expect=200)["data"]
    assert (gone["estado"], gone["saldo"], gone["motivo"]) == ("incobrable", 0, reason["motivo"])
    assert sucursal.director.post(f"{at}/castigar", reason, expect=409)["code"] == "faltante_cerrado"
    assert amounts(sucursal.app)["faltantes incobrables"] == D(-150)
    assert [*checked(sucursal.app), *moved_as_posted(sucursal.app)] == []


def test_the_limit_is_of_the_open_cut_with_what_waits(sucursal: Sucursal) -> None:
    """Cash of the cut that was handed over counts no more, be it confirmed or not."""
    loan = sucursal.abierto()
    with sucursal.app.app_context():
        db.session.get_one(Personal, sucursal.persona.id).limite_efectivo = D(1000)
        db.session.commit()
    pagar(sucursal.titular, loan, 3900)
    assert pagar(sucursal.titular, loan, 101, expect=409)["code"] == "limite_efectivo"
    sucursal.titular.post(path(sucursal.corte, "entregar"), {"contado": 900, "semilla_siguiente": 100}, expect=200)
    with clock.frozen(MARTES + timedelta(minutes=1)):
        sucursal.titular.post(CORTES, {})
        [waiting] = sincronizar(sucursal.titular, [item(999_999, 600, clock.now().isoformat())])
        assert waiting["resultado"] == "por_revisar"
        assert pagar(sucursal.titular, loan, "300.01", expect=409)["code"] == "limite_efectivo"
        assert pagar(sucursal.titular, loan, 150)["avisos"] == ["limite_efectivo_80"]
    assert checked(sucursal.app) == []
