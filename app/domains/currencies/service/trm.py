"""Colombia's official daily rate, the TRM, from the open-data service that publishes it."""

import json
import logging
import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from app.domains.currencies.rules import DatedRate, rate_in
from app.kernel.errors import Unavailable
from app.kernel.periods import DateRange

log = logging.getLogger(__name__)

PAGE = 1_000
"""Rows asked for at once; a service may give fewer."""

LARGEST_ANSWER = 5_000_000
LONGEST_SPAN = timedelta(days=15)
"""A rate holds over a week-end and its holidays, not over months."""

LOWEST, HIGHEST = Decimal(100), Decimal(100_000)
"""The TRM has lain between 600 and 5,100 since it exists: far outside, a point is misplaced."""

_INSTANT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T00:00:00(\.0+)?", re.ASCII)
_ADDRESS = re.compile(r"https?://[!-~]+")
_TOO_MANY = 429


class SourceFailed(Unavailable):
    """The service can't be reached, or what it answers is no list of rates."""

    code = "rate_source_failed"


class TrmSource:
    """Reads the rates at an address; it is tried once more after each of the pauses (in seconds)."""

    name = "TRM"

    def __init__(self, url: str, *, timeout: float = 10.0, pauses: tuple[float, ...] = (1.0, 4.0)) -> None:
        self.url = url
        self.timeout = timeout
        self.pauses = pauses
        self.host = _host(url)
        self.opener = _web_only()

    def rates(self, days: DateRange) -> list[DatedRate]:
        """The rate of each of the days that is published, sorted; SourceFailed if anything is wrong with any."""
        found: dict[date, Decimal] = {}
        for row in self._rows(days):
            try:
                span, rate = _row(row)
            except (KeyError, TypeError, ValueError) as error:
                raise self._unusable(f"a row that is no rate ({error})") from error
            for day in _days_in_both(span, days):
                if found.setdefault(day, rate) != rate:
                    raise self._unusable(f"two rates for {day}")
        return sorted(found.items())

    def _rows(self, days: DateRange) -> Iterator[Any]:
        """Every row whose span touches the days. A short page is not the end: the service may have its own limit."""
        seen = 0
        while page := self._page(days, seen):
            seen += len(page)
            if seen > days.days:
                raise self._unusable("more rows than days were asked for")
            yield from page

    def _page(self, days: DateRange, offset: int) -> list[Any]:
        query = {
            "$where": f"vigenciadesde <= '{days.end}T00:00:00' AND vigenciahasta >= '{days.start}T00:00:00'",
            "$order": "vigenciadesde",
            "$limit": PAGE,
            "$offset": offset,
        }
        raw = self._get(f"{self.url}{'&' if '?' in self.url else '?'}{urlencode(query)}")
        try:
            page = json.loads(raw, parse_float=Decimal)
        except (ValueError, ArithmeticError, RecursionError) as error:
            raise self._unusable("something that is not JSON") from error
        if not isinstance(page, list):
            raise self._unusable("JSON that is no list of rows")
        return page

    def _get(self, url: str) -> bytes:
        for pause in (*self.pauses, None):
            try:
                return self._try(url)
            except (OSError, HTTPException) as error:
                problem = self._passing(error)
            if pause is None:
                break
            log.warning("%s: trying again in %s s", problem, pause)
            time.sleep(pause)
        raise SourceFailed(f"{problem} (tried {len(self.pauses) + 1} times).")

    def _try(self, url: str) -> bytes:
        request = Request(url, headers={"Accept": "application/json", "User-Agent": "control-fresco"})  # noqa: S310 - the opener knows only http and https
        deadline = time.monotonic() + self.timeout
        with self.opener.open(request, timeout=self.timeout) as response:
            raw = b"".join(_chunks(response, deadline))
        if len(raw) > LARGEST_ANSWER:
            raise self._unusable("more than a list of rates can be")
        return raw

    def _passing(self, error: OSError | HTTPException) -> str:
        """What is wrong, if it may be over in a moment; else SourceFailed."""
        if not isinstance(error, HTTPError):
            reason = getattr(error, "reason", None) or error
            return f"{self.host} can't be reached: {reason or type(error).__name__}"
        error.close()
        problem = f"{self.host} answered {error.code}"
        if error.code < 500 and error.code != _TOO_MANY:
            raise SourceFailed(f"{problem}.") from error
        return problem

    def _unusable(self, what: str) -> SourceFailed:
        return SourceFailed(f"{self.host} answered {what}; nothing was stored.")


def _host(url: str) -> str:
    """Named in messages instead of the whole address, which may hold a key."""
    try:
        host, _ = urlsplit(url).hostname, urlsplit(url).port
    except ValueError:
        host = None
    if not host or not _ADDRESS.fullmatch(url):
        raise SourceFailed("TRM_URL is not set to an http or https address.")
    return host


def _web_only() -> OpenerDirector:
    """No file, ftp or data addresses, also not by a redirect."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        UnknownHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPDefaultErrorHandler(),
        HTTPRedirectHandler(),
        HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _chunks(response: HTTPResponse, deadline: float) -> Iterator[bytes]:
    """The body, until it has taken too long or is too large. The time limit of a socket holds for each piece alone."""
    size = 0
    while size <= LARGEST_ANSWER and (chunk := response.read1(65_536)):
        if time.monotonic() > deadline:
            raise TimeoutError("the answer takes too long")
        size += len(chunk)
        yield chunk
    if size <= LARGEST_ANSWER and response.length:
        raise ConnectionError("the answer was cut short")


def _row(row: Any) -> tuple[DateRange, Decimal]:
    """Over which days which rate holds; KeyError, TypeError or ValueError if the row does not say."""
    rate = rate_in(str(row["valor"]))
    if rate is None or not LOWEST <= rate <= HIGHEST:
        raise ValueError(f"{str(row['valor'])[:40]!r} pesos for a dollar")
    if row["unidad"] != "COP":
        raise ValueError("not in pesos")
    span = DateRange(_day(row["vigenciadesde"]), _day(row["vigenciahasta"]))
    if span.end - span.start > LONGEST_SPAN:
        raise ValueError(f"one rate from {span.start} to {span.end}")
    return span, rate


def _day(text: Any) -> date:
    written = _INSTANT.fullmatch(text)
    if written is None:
        raise ValueError(f"{text[:40]!r} is no day")
    return date.fromisoformat(written[1])


def _days_in_both(span: DateRange, days: DateRange) -> Iterator[date]:
    first, last = max(span.start, days.start), min(span.end, days.end)
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
