"""This week of the demo, by the services: open cuts, expenses, sheets of groups and promises."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from app.core.identity.service import UserService
from app.infra.context import Context
from app.suites.credito.caja.service.cortes import CajaService
from app.suites.credito.caja.service.demo.gente import Gente, GrupoDemo
from app.suites.credito.caja.service.lineas import GastoService
from app.suites.credito.cobranza.rules.visitas import ResultadoVisita
from app.suites.credito.cobranza.service import VisitaService
from app.suites.credito.cobranza.service.hoja import HojaService, RenglonRequest
from app.suites.credito.equipo.service import PersonalRecord, hoy

_PROMISES = 3
"""Loans of a group of which a payment is promised."""


class EstaSemana:
    """Enters what the collectors do in the week that is not closed."""

    def __init__(self, context: Context, gente: Gente) -> None:
        self.context, self.gente = context, gente
        self.today = hoy(context)

    def registrar(self) -> None:
        """Open the collectors' cuts, enter the sheets of the groups that met, and promises of who is late."""
        for clave in ("JPS", "ACR"):
            person = self.gente.personas[clave]
            own = self._como(person)
            corte = CajaService(own).abrir()
            met = [self._reunion(own, grupo) for grupo in self.gente.grupos if grupo.cobrador.id == person.id]
            if any(met):
                GastoService(own).registrar(corte.id, concepto="Gasolina", monto=Decimal(180))

    def _reunion(self, own: Context, grupo: GrupoDemo) -> bool:
        """The meeting of a group, if it was by now: who is not late pays; who is promises to. False if nobody paid."""
        sheet = HojaService(own)
        rows = sheet.get(grupo.id).prestamos
        day = self.gente.lunes + timedelta(days=grupo.dia)
        late = [row for row in rows if row.vencido]
        for row in late[:_PROMISES]:
            VisitaService(own).registrar(
                cliente_id=row.cliente_id,
                prestamo_id=row.prestamo_id,
                resultado=ResultadoVisita.PROMESA,
                promesa_fecha=self.today + timedelta(days=2),
                promesa_monto=row.cuota,
            )
        paying: list[RenglonRequest] = [
            {"prestamo_id": row.prestamo_id, "monto": row.a_cobrar} for row in rows if not row.vencido and row.a_cobrar
        ]
        if day > self.today or not paying:
            return False
        total = sum((line["monto"] for line in paying), Decimal(0))
        sheet.registrar(grupo.id, {"total": total, "pagos": paying, "fecha": day})
        return True

    def _como(self, person: PersonalRecord) -> Context:
        """The context of a person."""
        return replace(self.context, identity=UserService(self.context).identity(person.user_id))
