"""Scheduled jobs of exchange rates."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.core.currencies.rules import DatedRate
from app.core.currencies.service import CurrencyService, TrmSource
from app.infra.context import Context, make_context
from app.infra.db import transaction
from app.infra.scheduler import Daily, Job


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain; none if no service is configured."""
    url = config["TRM_URL"]
    if not url:
        return ()

    def fetch(today: date) -> list[DatedRate]:
        with transaction(request_id="job:fetch-rates") as session:
            days = CurrencyService(make_context(session)).days_to_fetch(today)
        return TrmSource(url).rates(days) if days else []

    def store(context: Context, _today: date, rates: list[DatedRate]) -> Mapping[str, object]:
        stored = CurrencyService(context).store(rates, TrmSource.name)
        return {"new": stored.new, "replaced": stored.replaced}

    description = "Fetch the official rates of the dollar up to today"
    return (Job("fetch-rates", description, store, Daily(config["FETCH_RATES_AT"]), before=fetch),)
