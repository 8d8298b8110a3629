"""A page of very many cuts."""

import re
from typing import Any

from sqlalchemy import Engine, event, text

from app.infra.db import db
from tests.factories.credito import PersonalFactory
from tests.suites.credito.prestamos.conftest import Sucursal

CORTES = "/api/credito/cortes"
_MANY = text("""
    INSERT INTO credito_cortes (personal_id, abierto_en, entregado_en, desde, hasta, estado, semilla, version)
    SELECT :person, opened, opened + interval '1 hour', opened::date, opened::date, 'entregado', 0, 1
    FROM generate_series(1, 10000) n, LATERAL (SELECT timestamptz '2024-01-01' + n * interval '1 hour' AS opened) own
""")


def test_a_page_of_ten_thousand_cuts_is_read_by_an_index(sucursal: Sucursal) -> None:
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if "LIMIT" in statement and "FROM credito_cortes" in statement:
            sent.append((statement, values))

    with sucursal.app.app_context():
        db.session.execute(_MANY, {"person": PersonalFactory(puesto="cobrador").id})
        db.session.execute(text("ANALYZE credito_cortes"))
        db.session.commit()
    event.listen(Engine, "before_cursor_execute", note)
    try:
        found = sucursal.director.get(CORTES, per_page=20)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert (len(found["data"]), found["pagination"]["total"]) == (20, 10_001)
    [(statement, values)] = sent
    with sucursal.app.app_context():
        rows = db.session.connection().exec_driver_sql(f"EXPLAIN ANALYZE {statement}", values).scalars()
        plan = "\n".join(rows)
    assert "Seq Scan on credito_cortes" not in plan
    read = [float(rows) for rows in re.findall(r"rows=([\d.]+) loops", plan)]
    assert 20 in read
    assert max(read) <= 100, plan
