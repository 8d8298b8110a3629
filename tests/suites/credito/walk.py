"""A new branch over HTTP: its people at work on the days of a story."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app import registry
from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.cobranza.service.semana import CierreSemanalService
from app.suites.credito.prestamos.service import CierreService
from tests.support import Caller

ROOT, PASSWORD = "/api/credito", "a good long password"
CLAVES = {
    "director": "DIR",
    "gerente": "GER",
    "supervisor": "SUP",
    "titular": "TIT",
    "cobrador": "COB",
    "cajero": "CAJ",
}
"""Short names of the people, one of each position."""
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
PRIMERA = date(2026, 3, 9)
"""Monday of the first installments."""
_JOURNAL = text("""
    SELECT a.code, sum(l.amount) FROM lines l JOIN accounts a ON a.id = l.account_id JOIN books b ON b.id = a.book_id
    WHERE b.code = 'credito' GROUP BY a.code HAVING sum(l.amount) <> 0
""")


def lunes(number: int) -> date:
    """Monday of a week of the story, from 1 on."""
    return PRIMERA + (number - 1) * WEEK


@dataclass
class Walk:
    """People of a branch, who log in anew each day."""

    admin: Caller
    personal: dict[str, int] = field(default_factory=dict)
    """Ids of the people by their positions."""
    today: date = PRIMERA

    @contextmanager
    def on(self, day: date) -> Iterator[None]:
        """A day from noon on in Mexico; the night before it, all that is due is closed."""
        with clock.frozen(datetime(day.year, day.month, day.day, 8, tzinfo=UTC)), self.app.app_context():
            CierreService(make_context(db.session())).cerrar_hasta(day - DAY)
            db.session.commit()
            CierreSemanalService(make_context(db.session())).cerrar()
            db.session.commit()
        self.today = day
        with clock.frozen(datetime(day.year, day.month, day.day, 18, tzinfo=UTC)):
            yield

    @property
    def app(self) -> Any:
        """The application."""
        return self.admin.client.application

    def employ(self, puesto: str) -> None:
        """Make the user and the person of a position."""
        user = {"username": puesto, "email": f"{puesto}@example.com", "password": PASSWORD, "role": "viewer"}
        made = self.admin.post("/api/users", user)["data"]
        body = {"user_id": made["id"], "nombre": f"{puesto} uno", "puesto": puesto, "clave": CLAVES[puesto]}
        self.personal[puesto] = self.admin.post(f"{ROOT}/personal", body)["data"]["id"]

    def by(self, puesto: str) -> Caller:
        """The person of a position, who logs in."""
        anonymous = Caller(self.admin.client)
        login = {"username": puesto, "password": PASSWORD}
        token = anonymous.post("/api/auth/login", login, expect=200)["access_token"]
        return anonymous.with_headers(Authorization=f"Bearer {token}")

    def get(self, puesto: str, path: str, **query: Any) -> Any:
        """Data of an address, as somebody sees it."""
        return self.by(puesto).get(f"{ROOT}/{path}", **query)["data"]

    def does(self, puesto: str, path: str, body: Mapping[str, Any] | None = None, expect: int = 200) -> Any:
        """Act of somebody; the data of its answer, or where it is refused the code."""
        found = self.by(puesto).post(f"{ROOT}/{path}", body or {}, expect=expect)
        return found["data"] if expect < 400 else found["code"]

    def cut(self, puesto: str) -> Any:
        """Open a cut."""
        return self.does(puesto, "cortes", expect=201)

    def give(self, cut: Any, amount: int, puesto: str) -> None:
        """Give cash of the office into somebody's cut, who accepts it."""
        given = self.does("cajero", f"cortes/{cut['id']}/entregas", {"monto": amount}, expect=201)
        self.does(puesto, f"cortes/{cut['id']}/entregas/{given['id']}/aceptar")

    def close(self, cut: Any, counted: Any, puesto: str) -> Any:
        """Hand a cut over, and let the cashier confirm the same sum."""
        self.does(puesto, f"cortes/{cut['id']}/entregar", {"contado": counted})
        return self.does("cajero", f"cortes/{cut['id']}/confirmar", {"contado": counted})

    def lend(self, cliente: int, tipo: int, monto: int, aval: int, approver: str = "supervisor") -> int:
        """Request, approve and hand over a loan in cash; its id."""
        body = {"cliente_id": cliente, "tipo_prestamo_id": tipo, "monto": monto, "avales": [aval]}
        loan = self.does("titular", "prestamos", body, expect=201)["id"]
        self.does(approver, f"prestamos/{loan}/aprobar")
        self.does("titular", f"prestamos/{loan}/desembolsar", {"medio": "efectivo"})
        return int(loan)

    def pay(self, puesto: str, loan: int, monto: Any, expect: int = 201, **values: Any) -> Any:
        """Enter a payment on line."""
        return self.does(puesto, "pagos", {"prestamo_id": loan, "monto": monto, **values}, expect=expect)

    def meeting(self, grupo: int, pagos: Mapping[int, int]) -> Any:
        """Payments of the group's meeting, entered by the collector, whose cut is handed over and confirmed."""
        cut = self.cut("cobrador")
        rows = [{"prestamo_id": loan, "monto": monto} for loan, monto in pagos.items()]
        self.does("cobrador", f"grupos/{grupo}/pagos", {"total": sum(pagos.values()), "pagos": rows}, expect=201)
        return self.close(cut, sum(pagos.values()), "cobrador")

    def sent(self, place: int, loan: int, monto: int) -> dict[str, Any]:
        """A payment that the collector's device took this noon."""
        return {
            "local_id": str(UUID(int=place)),
            "prestamo_id": loan,
            "monto": monto,
            "hora_local": f"{self.today}T11:30:00",
            "recibo": f"COB-{500_000 + place}",
        }

    def sync(self, pagos: list[dict[str, Any]], visitas: list[dict[str, Any]] | None = None) -> list[str]:
        """Send a batch of the collector's device; its outcomes."""
        body = {"dispositivo": "tel-1", "pagos": pagos, "visitas": visitas or []}
        return [one["resultado"] for one in self.does("cobrador", "cobranza/sincronizar", body)]

    def journal(self) -> dict[str, Decimal]:
        """Balances of the accounts of the journal that are not zero."""
        with self.app.app_context():
            return dict(map(tuple, db.session.execute(_JOURNAL)))

    def problems(self) -> list[str]:
        """Findings of `flask verify`."""
        with self.app.app_context():
            return registry.violations(db.session())
