"""Fetching official rates: `flask rates fetch` and the daily job."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.core.currencies import jobs as currency_jobs
from app.core.currencies.models import ExchangeRate
from app.core.currencies.service import trm as trm_service
from app.infra import clock
from app.infra.db import db
from app.infra.job_runs import JobRun, Outcome
from app.infra.scheduler import Daily, Job, run_job
from app.kernel.errors import Unavailable
from tests import conftest
from tests.core.currencies.trm_server import TrmServer, row, saying
from tests.factories.currencies import RateFactory

NOON = datetime(2026, 11, 17, 17, tzinfo=UTC)
TODAY = date(2026, 11, 17)
SLOT = datetime(2026, 11, 17, 11, tzinfo=UTC)
Fetch = Callable[..., Result]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def fetch(app: Flask, database: None, trm: TrmServer, monkeypatch: pytest.MonkeyPatch) -> Fetch:
    """A function that runs `flask rates fetch` without pauses between retries."""
    monkeypatch.setitem(app.config, "TRM_URL", trm.url)
    monkeypatch.setattr(trm_service.time, "sleep", lambda _seconds: None)
    return lambda *arguments: app.test_cli_runner().invoke(args=["rates", "fetch", *arguments])


def test_the_last_thirty_days_are_fetched_at_first(app: Flask, trm: TrmServer, fetch: Fetch) -> None:
    trm.rows = [row(f"{TODAY - timedelta(days=ago)}", value=f"{4000 + ago}") for ago in range(40)]
    result = fetch()
    assert (result.exit_code, result.output) == (0, "2026-10-19 to 2026-11-17: 30 new, 0 replaced.\n")
    assert _stored(app) == {TODAY - timedelta(days=ago): 4000 + ago for ago in range(30)}


def test_later_only_what_is_missing_is_fetched(app: Flask, trm: TrmServer, fetch: Fetch) -> None:
    RateFactory(date=date(2026, 11, 13), rate=Decimal(4000))
    trm.rows = [row("2026-11-13", value="4009"), row("2026-11-14", "2026-11-17", "4100"), row("2026-11-18")]
    assert fetch().output == "2026-11-14 to 2026-11-17: 4 new, 0 replaced.\n"
    assert _stored(app)[date(2026, 11, 13)] == 4000


def test_nothing_is_fetched_when_rates_are_up_to_date(trm: TrmServer, fetch: Fetch) -> None:
    RateFactory(date=TODAY)
    result = fetch()
    assert (result.exit_code, trm.requests) == (0, [])
    assert "Nothing to fetch" in result.output


def test_count_for_days_replace_what_was_stored(app: Flask, trm: TrmServer, fetch: Fetch) -> None:
    RateFactory(date=date(2026, 11, 2), rate=Decimal(1))
    trm.rows = [row(f"2026-11-{day:02}", value="4100.25") for day in range(1, 10)]
    assert fetch("--from", "2026-11-02", "--to", "2026-11-04").output.endswith(": 2 new, 1 replaced.\n")
    assert _stored(app) == {date(2026, 11, day): Decimal("4100.25") for day in (2, 3, 4)}


@pytest.mark.parametrize("arguments", [("--from", "2026-11-05", "--to", "2026-11-04"), ("--from", "2026-11-18")])
def test_days_in_the_wrong_order_are_refused(trm: TrmServer, fetch: Fetch, arguments: tuple[str, ...]) -> None:
    assert fetch(*arguments).exit_code == 2
    assert trm.requests == []


def test_a_service_that_fails_twice_and_then_answers_is_enough(trm: TrmServer, fetch: Fetch) -> None:
    trm.rows = [row("2026-11-17")]
    trm.script.extend([saying("", 500), saying("", 502)])
    assert fetch("--from", "2026-11-17").output.endswith(": 1 new, 0 replaced.\n")


@pytest.mark.parametrize(
    "answers",
    [
        [saying("", 500)] * 3,
        [saying("<html>")],
        [saying('[{"valor": "-1"}]')],
        [saying("[]".replace("[]", '[{"valor":"4100","unidad":"COP"}]'))],
    ],
)
def test_a_failure_is_a_message_and_exit_1_and_stores_nothing(
    app: Flask, trm: TrmServer, fetch: Fetch, answers: list[Callable[..., None]]
) -> None:
    trm.script.extend(answers)
    result = fetch()
    assert result.exit_code == 1
    assert result.output.startswith("Error: 127.0.0.1 returned")
    assert _stored(app) == {}


def test_nothing_of_a_bad_answer_is_stored_though_it_began_well(app: Flask, trm: TrmServer, fetch: Fetch) -> None:
    trm.most = 1
    trm.rows = [row("2026-11-15"), row("2026-11-16", value="-1")]
    assert fetch().exit_code == 1
    assert _stored(app) == {}


def test_without_an_address_the_command_says_which_setting_is_missing(
    app: Flask, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "TRM_URL", "")
    result = app.test_cli_runner().invoke(args=["rates", "fetch"])
    assert result.exit_code == 1
    assert "TRM_URL" in result.output


def _job(url: str) -> Job:
    (job,) = currency_jobs.jobs({"TRM_URL": url, "FETCH_RATES_AT": time(6)})
    return job


def test_there_is_a_job_only_where_there_is_an_address() -> None:
    assert currency_jobs.jobs({"TRM_URL": "", "FETCH_RATES_AT": time(6)}) == ()
    job = _job("http://127.0.0.1/")
    assert (job.name, str(job.schedule)) == ("fetch-rates", "daily at 06:00")


def test_the_job_fetches_what_is_missing_and_counts_it(app: Flask, database: None, trm: TrmServer) -> None:
    RateFactory(date=date(2026, 11, 13))
    trm.rows = [row("2026-11-14", "2026-11-16", "4100"), row("2026-11-17", value="4120")]
    with app.app_context():
        assert run_job(_job(trm.url), slot=SLOT) == {"new": 4, "replaced": 0}
        assert _runs() == [(Outcome.DONE, {"new": 4, "replaced": 0})]
    assert _stored(app)[TODAY] == 4120


def test_the_job_runs_as_of_the_given_day(app: Flask, database: None, trm: TrmServer) -> None:
    trm.rows = [row("2026-11-10"), row("2026-11-11")]
    with app.app_context():
        run_job(_job(trm.url), slot=None, today=date(2026, 11, 10))
    assert list(_stored(app)) == [date(2026, 11, 10)]


def test_a_slot_that_is_done_is_not_count_for_again(app: Flask, database: None, trm: TrmServer) -> None:
    with app.app_context():
        run_job(_job(trm.url), slot=SLOT)  # nothing is published yet
        count = len(trm.requests)
        assert run_job(_job(trm.url), slot=SLOT) is None
    assert len(trm.requests) == count == 1


def test_a_failure_is_recorded_and_the_slot_is_tried_again_but_not_for_ever(
    app: Flask, database: None, trm: TrmServer
) -> None:
    trm.script.extend([saying("<html>")] * 10)
    with app.app_context():
        for _ in range(3):
            with pytest.raises(Unavailable):
                run_job(_job(trm.url), slot=SLOT)
        assert run_job(_job(trm.url), slot=SLOT) is None
        assert [outcome for outcome, _ in _runs()] == [Outcome.FAILED]
    assert len(trm.requests) == 3
    assert _stored(app) == {}


def test_a_later_round_makes_a_failed_slot_good(app: Flask, database: None, trm: TrmServer) -> None:
    trm.rows = [row("2026-11-17")]
    trm.script.append(saying("<html>"))
    with app.app_context():
        with pytest.raises(Unavailable):
            run_job(_job(trm.url), slot=SLOT)
        assert run_job(_job(trm.url), slot=SLOT) == {"new": 1, "replaced": 0}
        assert [outcome for outcome, _ in _runs()] == [Outcome.DONE]


@pytest.mark.parametrize("how", ["command", "job"])
def test_no_connection_is_held_while_the_service_is_called(server_database: str, trm: TrmServer, how: str) -> None:
    app = create_app(conftest.testing_config(server_database))
    app.config["TRM_URL"] = trm.url
    trm.rows = [row("2026-11-17")]
    held: list[int] = []
    with app.app_context():
        engine = db.engine
    trm.on_request = lambda: held.append(engine.pool.checkedout())
    if how == "command":
        assert app.test_cli_runner().invoke(args=["rates", "fetch"]).exit_code == 0
    else:
        with app.app_context():
            run_job(_job(trm.url), slot=SLOT, today=TODAY + timedelta(days=1))
    engine.dispose()
    assert held
    assert set(held) == {0}


def test_a_jobs_work_before_its_transaction_holds_no_connection(server_database: str) -> None:
    app = create_app(conftest.testing_config(server_database))
    with app.app_context():
        engine = db.engine
        job = Job(
            "slow",
            "",
            lambda _session, _today, held: {"held": held},
            Daily(time(6)),
            before=lambda _today: engine.pool.checkedout(),
        )
        assert run_job(job, slot=SLOT) == {"held": 0}
    engine.dispose()


def _stored(app: Flask) -> dict[date, Decimal]:
    with app.app_context():
        rows = db.session.scalars(select(ExchangeRate).order_by(ExchangeRate.date))
        return {row.date: row.rate for row in rows}


def _runs() -> list[tuple[Outcome, dict[str, int]]]:
    return [(run.outcome, run.counts) for run in db.session.scalars(select(JobRun).order_by(JobRun.id))]
