"""Two transfers to the insurer in the same moment, with real connections."""

import pytest

from app.infra.db import db
from app.suites.credito.productos.models import TipoPrestamo
from tests.suites.credito.at_once.conftest import PRESTAMOS, ROOT, Branch, posting, statuses

pytestmark = pytest.mark.long

SEGUROS = f"{ROOT}/seguros"


def test_two_transfers_at_once_pass_on_no_more_than_is_owed(branch: Branch) -> None:
    with branch.app.app_context():
        db.session.get_one(TipoPrestamo, branch.tipo).seguro = 150
        db.session.commit()
    for _ in range(4):
        loan = branch.approved()
        branch.titular.post(f"{PRESTAMOS}/{loan}/desembolsar", {"medio": "efectivo"}, expect=200)
        body = {"tipo": "pagado", "monto": 150}
        found = branch.at_once(*(posting(branch.cajero, SEGUROS, body) for _ in range(2)))
        assert statuses(found) == [(201, None), (409, "mayor_que_el_saldo")]
