"""Cash flow, analyses, metrics and reports of random companies, against plain sums and against each other."""

from datetime import UTC, date, datetime

import pytest

from app.infra import clock
from tests.soak import SOAK
from tests.stories.company_figures import build
from tests.stories.figure_checks import CHECKS, check_analyses, check_clients, check_credits
from tests.support import Caller, sign_in

pytestmark = pytest.mark.long

# The moment, and the day it is in Bogota: the last two lie in UTC's next month.
NOWS = [
    ("2026-06-15T17:00", date(2026, 6, 15)),
    ("2024-02-29T17:00", date(2024, 2, 29)),
    ("2026-01-01T05:00", date(2026, 1, 1)),
    ("2026-03-01T04:59:59", date(2026, 2, 28)),
    ("2027-01-01T03:00", date(2026, 12, 31)),
]
SEEDS = range(60) if SOAK else (0, 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_all_figures_of_a_random_company_are_plain_sums_and_agree(anonymous: Caller, seed: int) -> None:
    now, today = NOWS[seed % len(NOWS)]
    with clock.frozen(datetime.fromisoformat(now).replace(tzinfo=UTC)):
        viewer, model = sign_in(anonymous, "viewer"), build(seed, today, sign_in(anonymous, "admin"))
        check_credits(model, viewer)
        for target in ("COP", "USD", "EUR") if seed == 0 else ("COP", "USD"):  # of dollars in euros there is a cross
            for check in CHECKS:
                check(model, viewer, target)
            for period, count in (("month", 1), ("quarter", 3), ("year", 12)):
                check_analyses(model, viewer, target, period, count)
            for timeframe in ("month", "quarter", "ytd", "year"):
                check_clients(model, viewer, target, timeframe)
