"""History by periods: who has a group or a route, from which day to which."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, insert, or_, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.infra import clock
from app.suites.credito.equipo.models import Asignacion, MandoDeRuta
from app.suites.credito.equipo.rules import DAY

_FAST = {"synchronize_session": False}


def succeed(
    session: Session,
    period: type[Asignacion | MandoDeRuta],
    owner: InstrumentedAttribute[int],
    owner_id: int,
    desde: date,
    values: Mapping[str, object],
) -> None:
    """Let new values hold from a day on: what was planned for then or later goes, and what holds before ends.

    The caller has locked the group or route.
    """
    of_owner = owner == owner_id
    session.execute(delete(period).where(of_owner, period.desde >= desde), execution_options=_FAST)
    running = or_(period.hasta.is_(None), period.hasta >= desde)
    ended = {"hasta": desde - DAY, "updated_at": clock.now()}
    session.execute(update(period).where(of_owner, running).values(ended), execution_options=_FAST)
    session.execute(insert(period).values({owner.key: owner_id, "desde": desde, **values}))
