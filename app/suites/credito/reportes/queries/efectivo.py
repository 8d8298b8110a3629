"""Cash of people, of the office and of the bank, by the journal."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.identity import Scope
from app.suites.credito.diario.rules import BOOK, Cuenta
from app.suites.credito.reportes.queries.filtros import leer


class Efectivo(NamedTuple):
    """Money in an account: a person's cash, the office or the bank."""

    personal_id: int | None
    nombre: str
    cuenta: str
    efectivo: Decimal


_OFICINA = f"'{Cuenta.CAJA_OFICINA}', '{Cuenta.BANCO}'"
_FLUJO = text(f"""
    WITH cuentas AS (
        SELECT account.id, account.code, account.name, person.id AS personal_id, person.nombre
        FROM accounts account JOIN books book ON book.id = account.book_id AND book.code = '{BOOK}'
        LEFT JOIN credito_personal person ON account.code = 'efectivo:' || person.clave
        WHERE (person.id IS NOT NULL AND (CAST(:personas AS bigint[]) IS NULL OR person.id = ANY (:personas)))
           OR (:oficina AND account.code IN ({_OFICINA}))
    )
    SELECT cuentas.personal_id, coalesce(cuentas.nombre, cuentas.name), cuentas.code,
           coalesce(sum(sums.base_amount), 0)::numeric(20, 2)
    FROM cuentas LEFT JOIN account_day_sums sums ON sums.account_id = cuentas.id AND sums.date <= :dia
         AND sums.book_id = (SELECT id FROM books WHERE code = '{BOOK}')
    GROUP BY 1, 2, 3 ORDER BY cuentas.personal_id IS NULL, 2, 3
""")  # noqa: S608 - of constants of the program
_DE_GRUPOS = text("""
    SELECT DISTINCT person.id FROM credito_asignaciones assigned
    JOIN credito_personal person ON person.id IN (assigned.titular_id, assigned.cobrador_id)
    WHERE assigned.desde <= :dia AND (assigned.hasta IS NULL OR assigned.hasta >= :dia)
      AND (CAST(:ruta_id AS bigint) IS NULL OR assigned.ruta_id = :ruta_id)
      AND (CAST(:grupo_id AS bigint) IS NULL OR assigned.grupo_id = :grupo_id)
""")


def efectivo_al(session: Session, personas: Scope, dia: date, *, oficina: bool) -> Sequence[Efectivo]:
    """Cash of people at the end of a day, and with `oficina` that of the office and of the bank."""
    ids = None if personas.ids is None else sorted(personas.ids)
    return leer(session, Efectivo, _FLUJO, personas=ids, dia=dia, oficina=oficina)


def personas_de(session: Session, dia: date, ruta_id: int | None, grupo_id: int | None) -> frozenset[int]:
    """Ids of the people who have the groups of a route, or a group, on a day."""
    return frozenset(session.scalars(_DE_GRUPOS, {"dia": dia, "ruta_id": ruta_id, "grupo_id": grupo_id}))
