"""The one clock: instants in UTC, days in the company's time zone."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.infra import clock

HOST_ZONES = ["UTC", "America/Bogota", "Pacific/Kiritimati", "America/New_York", "Asia/Kolkata"]


@pytest.fixture(params=HOST_ZONES)
def host_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        ("2026-02-01T03:30", "America/Bogota", "2026-01-31"),  # 22:30 of the day before
        ("2026-02-01T04:59:59.999999", "America/Bogota", "2026-01-31"),
        ("2026-02-01T05:00", "America/Bogota", "2026-02-01"),
        ("2026-01-31T10:00", "Pacific/Kiritimati", "2026-02-01"),
        ("2026-03-08T04:59", "America/New_York", "2026-03-07"),  # the switch to summer time is that night
        ("2026-03-09T03:59", "America/New_York", "2026-03-08"),
        ("2026-11-01T04:30", "America/New_York", "2026-11-01"),
        ("2026-11-02T04:30", "America/New_York", "2026-11-01"),
    ],
)
def test_today_is_the_companys_whatever_the_host(host_zone: str, instant: str, zone: str, day: str) -> None:
    at = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    with clock.frozen(at):
        assert clock.today(ZoneInfo(zone)) == date.fromisoformat(day)


def test_now_is_this_instant_in_utc_whatever_the_host(host_zone: str) -> None:
    assert clock.now().utcoffset() == timedelta(0)
    assert abs(clock.now() - datetime.now(ZoneInfo("America/Bogota"))) < timedelta(seconds=5)


def test_a_frozen_clock_stands_still_and_runs_again_afterwards() -> None:
    then = datetime(2020, 2, 29, 12, tzinfo=ZoneInfo("America/Bogota"))
    with clock.frozen(then):
        assert clock.now() == then
        with clock.frozen(then + timedelta(days=1)):
            assert clock.now() == then + timedelta(days=1)
        assert clock.now() == then
    assert clock.now() > then + timedelta(days=365)


def test_the_clock_runs_again_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), clock.frozen(datetime(2020, 1, 1, tzinfo=UTC)):
        raise ZeroDivisionError
    assert clock.now().year > 2020


def test_a_clock_that_two_stop_in_turn_is_noticed_and_runs_again() -> None:
    first, second = (clock.frozen(datetime(year, 1, 1, tzinfo=UTC)) for year in (2020, 2021))
    first.__enter__()
    second.__enter__()
    for ended in (first, second):
        with pytest.raises(RuntimeError, match="two threads"):
            ended.__exit__(None, None, None)
    assert clock.now().year > 2021
