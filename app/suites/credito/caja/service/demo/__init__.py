"""The demo of microcredit: three routes, eight groups and 200 clients, with a year of weeks."""

from datetime import date

from app.infra.context import Context
from app.suites.credito.caja.service.demo.esta_semana import EstaSemana
from app.suites.credito.caja.service.demo.gente import contratar
from app.suites.credito.caja.service.demo.historia import historia
from app.suites.credito.caja.service.demo.libros import Libros
from app.suites.credito.equipo.service import hoy


def crear(context: Context, _today: date) -> None:
    """Create people, groups and clients, the weeks that are closed, and by the services what happened in this one."""
    today = hoy(context)
    gente = contratar(context, today)
    libros = Libros(context, gente)
    libros.guardar(historia(context, gente))
    EstaSemana(context, gente).registrar()
    libros.cerrar_esta_semana()


__all__ = ["crear"]
