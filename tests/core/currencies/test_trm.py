"""Fetching official rates from a service that may fail."""

import json
import socket
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.core.currencies.service import TrmSource
from app.core.currencies.service.trm import SourceFailed
from app.kernel.periods import DateRange
from tests.core.currencies.trm_server import (
    Answer,
    TrmServer,
    cut_short,
    dripping,
    endless,
    hanging_up,
    row,
    saying,
    silent,
)
from tests.support import free_port

NOVEMBER = DateRange(date(2026, 11, 1), date(2026, 11, 30))
GOOD = row("2026-11-14", "2026-11-16", "4100.50")


def read(trm: TrmServer, days: DateRange = NOVEMBER, *, timeout: float = 5.0, tries: int = 3) -> dict[int, Decimal]:
    source = TrmSource(trm.url, timeout=timeout, pauses=(0.0,) * (tries - 1))
    return {day.day: rate for day, rate in source.rates(days)}


def test_one_row_gives_a_rate_for_each_day_of_its_span(trm: TrmServer) -> None:
    trm.rows = [row("2026-11-17", value="4110.00"), row("2026-11-14", "2026-11-16", "4100.50")]
    assert read(trm) == {14: Decimal("4100.50"), 15: Decimal("4100.50"), 16: Decimal("4100.50"), 17: Decimal(4110)}


def test_unrequested_days_are_ignored(trm: TrmServer) -> None:
    trm.rows = [row("2026-10-30", "2026-11-02"), row("2026-11-14", "2026-11-16"), row("2026-11-17")]
    assert sorted(read(trm, DateRange(date(2026, 11, 2), date(2026, 11, 15)))) == [2, 14, 15]


def test_a_week_end_in_the_middle_of_a_span_is_found(trm: TrmServer) -> None:
    trm.rows = [row("2026-11-14", "2026-11-16")]
    assert sorted(read(trm, DateRange(date(2026, 11, 15), date(2026, 11, 15)))) == [15]


@pytest.mark.parametrize("most", [1, 7, 10, 10_000])
def test_all_pages_are_read_however_long_the_service_makes_them(trm: TrmServer, most: int) -> None:
    trm.most = most
    trm.rows = [row(f"2026-11-{day:02}", value=f"{4000 + day}") for day in range(1, 21)]
    assert read(trm) == {day: 4000 + day for day in range(1, 21)}


def test_an_empty_list_is_no_rates_and_no_error(trm: TrmServer) -> None:
    assert read(trm) == {}


def test_a_number_is_as_good_as_a_text(trm: TrmServer) -> None:
    trm.script.append(saying(json.dumps([GOOD]).replace('"4100.50"', "4100.50")))
    trm.script.append(saying("[]"))
    assert read(trm)[14] == Decimal("4100.50")


@pytest.mark.parametrize(
    "failure",
    [
        saying("busy", 500),
        saying("busy", 503, "text/html"),
        saying("slow down", 429),
        hanging_up,
        cut_short,
    ],
)
def test_temporary_failures_are_retried(trm: TrmServer, failure: Answer) -> None:
    trm.rows = [GOOD]
    trm.script.extend([failure, failure])
    assert len(read(trm)) == 3


@pytest.mark.parametrize("failure", [silent, dripping])
def test_timeouts_are_retried(trm: TrmServer, failure: Answer) -> None:
    trm.rows = [GOOD]
    trm.script.append(failure)
    assert len(read(trm, timeout=0.3)) == 3


@pytest.mark.parametrize(
    ("failure", "message"),
    [(saying("busy", 500), "500"), (hanging_up, "can't be reached"), (silent, "timed out"), (dripping, "too long")],
)
def test_after_three_tries_it_fails(trm: TrmServer, failure: Answer, message: str) -> None:
    trm.script.extend([failure] * 3)
    with pytest.raises(SourceFailed, match=rf"127\.0\.0\.1 .*{message}.*tried 3 times"):
        read(trm, timeout=1.0)
    assert len(trm.requests) == 3


def test_a_service_that_is_not_there_is_a_clear_message() -> None:
    source = TrmSource(f"http://127.0.0.1:{free_port()}/", pauses=(0.0, 0.0))
    with pytest.raises(SourceFailed, match="can't be reached"):
        source.rates(NOVEMBER)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_is_not_tried_again(trm: TrmServer, status: int) -> None:
    trm.script.append(saying("no", status))
    with pytest.raises(SourceFailed, match=str(status)):
        read(trm)
    assert len(trm.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "<!doctype html><title>Sign in</title>",
        "null",
        "{}",
        json.dumps({"error": True, "message": "no such dataset"}),
        "[" * 100_000,
        "1" * 10_000,
        b"[\xff]",
        "[null]",
        "[[]]",
        '["4100"]',
        "[{}]",
        "[1e99999999999999999999]",
    ],
)
def test_an_answer_that_is_no_list_of_rates_is_refused(trm: TrmServer, body: str | bytes) -> None:
    trm.script.append(saying(body))
    with pytest.raises(SourceFailed, match="nothing was stored"):
        read(trm)
    assert len(trm.requests) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        *(
            {"valor": value}
            for value in ("-4100.50", "0", "", "NaN", "1e3", "4,100.50", "4100.5000000000001", None, True)
        ),
        *({"valor": value} for value in ("41.00", "4100500", 99.99, 100001, [4100], {"usd": 4100})),
        {"unidad": "EUR"},
        {"unidad": None},
        *(
            {"vigenciadesde": value}
            for value in (None, 20261114, "", "2026-11-14", "14/11/2026", "2026-02-30T00:00:00")
        ),
        {"vigenciadesde": "2026-11-18T00:00:00.000"},
        {"vigenciadesde": "2026-11-14T05:00:00.000"},
        {"vigenciahasta": "9999-12-31T00:00:00.000"},
        {"vigenciahasta": None},
    ],
)
def test_one_absurd_row_spoils_the_whole_answer(trm: TrmServer, wrong: dict[str, Any]) -> None:
    trm.script.append(saying(json.dumps([row("2026-11-13"), {**GOOD, **wrong}])))
    with pytest.raises(SourceFailed, match="a row that is not a rate"):
        read(trm)


@pytest.mark.parametrize("lost", ["valor", "unidad", "vigenciadesde", "vigenciahasta"])
def test_a_row_without_one_of_its_fields_is_refused(trm: TrmServer, lost: str) -> None:
    trm.script.append(saying(json.dumps([{name: value for name, value in GOOD.items() if name != lost}])))
    with pytest.raises(SourceFailed, match=lost):
        read(trm)


def test_two_rates_for_one_day_are_refused(trm: TrmServer) -> None:
    trm.rows = [row("2026-11-14", "2026-11-16", "4100"), row("2026-11-16", value="4101")]
    with pytest.raises(SourceFailed, match="two rates for 2026-11-16"):
        read(trm)


def test_a_bad_second_page_spoils_the_first(trm: TrmServer) -> None:
    trm.script.extend([saying(json.dumps([GOOD])), saying("<html>")])
    with pytest.raises(SourceFailed):
        read(trm)


def test_a_service_that_knows_no_pages_is_not_read_for_ever(trm: TrmServer) -> None:
    trm.script.extend([saying(json.dumps([GOOD]))] * 100)
    with pytest.raises(SourceFailed, match="more rows than requested days"):
        read(trm)
    assert len(trm.requests) == NOVEMBER.days + 1


def test_an_answer_without_end_is_cut_off(trm: TrmServer) -> None:
    trm.script.append(endless)
    with pytest.raises(SourceFailed, match="more than 5000000 bytes"):
        read(trm)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "data:,[]"])
def test_a_redirect_leads_nowhere_but_to_the_web(trm: TrmServer, target: str) -> None:
    trm.script.append(saying("", 302, Location=target))
    with pytest.raises(SourceFailed, match="302"):
        read(trm)


def test_a_redirect_to_ftp_opens_no_connection(trm: TrmServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as ftp:
        ftp.setblocking(False)
        trm.script.append(saying("", 302, Location=f"ftp://127.0.0.1:{ftp.getsockname()[1]}/x"))
        with pytest.raises(SourceFailed):
            read(trm, timeout=1, tries=1)
        with pytest.raises(BlockingIOError):
            ftp.accept()


def test_a_redirect_within_the_web_is_followed(trm: TrmServer) -> None:
    trm.rows = [GOOD]
    query = "?$where=vigenciadesde <= '2026-11-30T00:00:00' AND vigenciahasta >= '2026-11-01T00:00:00'"
    rest = "&$order=vigenciadesde&$limit=1000&$offset=0"
    trm.script.append(saying("", 302, Location=(trm.url + query + rest).replace(" ", "%20")))
    assert len(read(trm)) == 3


@pytest.mark.parametrize(
    "url",
    [
        "",
        "trm",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "http://",
        "http://[",
        "http://a:b/",
        "http://a/ b",
        "http://ñ/",
    ],
)
def test_only_an_address_in_the_web_is_taken(url: str) -> None:
    with pytest.raises(SourceFailed, match="TRM_URL"):
        TrmSource(url)


@pytest.mark.parametrize("failure", [saying("busy", 500), saying("no", 403), saying("<html>"), hanging_up])
def test_a_key_in_the_url_is_sent_and_never_shown(trm: TrmServer, failure: Answer) -> None:
    trm.url += "?$$app_token=s3cret"
    trm.script.extend([failure] * 3)
    with pytest.raises(SourceFailed) as failed:
        read(trm)
    assert trm.requests[0]["$$app_token"] == "s3cret"
    assert "$where" in trm.requests[0]
    assert "s3cret" not in str(failed.value)
