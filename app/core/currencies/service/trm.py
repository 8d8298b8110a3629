"""Client of the open-data service that publishes the TRM, Colombia's official daily rate."""

import json
import logging
import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from http.client import HTTPException, HTTPResponse
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

from app.core.currencies.rules import DatedRate, rate_in
from app.kernel.errors import Unavailable
from app.kernel.periods import DateRange

log = logging.getLogger(__name__)

PAGE_SIZE = 1_000
"""Rows requested per page; the service may return fewer."""

MAX_RESPONSE_BYTES = 5_000_000
MAX_SPAN = timedelta(days=15)
"""Days that one rate may apply to: a weekend with holidays, but not months."""

MIN_RATE, MAX_RATE = Decimal(100), Decimal(100_000)
"""Plausible rates: the TRM has always been between 600 and 5,100, so others have a misplaced decimal point."""

_INSTANT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T00:00:00(\.0+)?", re.ASCII)
_ADDRESS = re.compile(r"https?://[!-~]+")
_TOO_MANY_REQUESTS = 429


class SourceFailed(Unavailable):
    """The service can't be reached, or its response is not a list of rates."""

    code = "rate_source_failed"


class TrmSource:
    """Fetches rates from a URL; after a failure it retries after each of the `pauses` (in seconds)."""

    name = "TRM"

    def __init__(self, url: str, *, timeout: float = 10.0, pauses: tuple[float, ...] = (1.0, 4.0)) -> None:
        self.url = url
        self.timeout = timeout
        self.pauses = pauses
        self.host = _host(url)
        self.opener = _http_opener()

    def rates(self, days: DateRange) -> list[DatedRate]:
        """The published rates of these days, sorted by day; SourceFailed if any row is invalid."""
        found: dict[date, Decimal] = {}
        for row in self._rows(days):
            try:
                span, rate = _parsed(row)
            except (KeyError, TypeError, ValueError) as error:
                raise self._invalid_response(f"a row that is not a rate ({error})") from error
            for day in _overlap(span, days):
                if found.setdefault(day, rate) != rate:
                    raise self._invalid_response(f"two rates for {day}")
        return sorted(found.items())

    def _rows(self, days: DateRange) -> Iterator[object]:
        """All rows whose span overlaps these days. A short page is not the last one: the service may limit its size."""
        seen = 0
        while page := self._page(days, seen):
            seen += len(page)
            if seen > days.days:
                raise self._invalid_response("more rows than requested days")
            yield from page

    def _page(self, days: DateRange, offset: int) -> list[object]:
        query = {
            "$where": f"vigenciadesde <= '{days.end}T00:00:00' AND vigenciahasta >= '{days.start}T00:00:00'",
            "$order": "vigenciadesde",
            "$limit": PAGE_SIZE,
            "$offset": offset,
        }
        raw = self._get(f"{self.url}{'&' if '?' in self.url else '?'}{urlencode(query)}")
        try:
            page = json.loads(raw, parse_float=Decimal)
        except (ValueError, ArithmeticError, RecursionError) as error:
            raise self._invalid_response("something that is not JSON") from error
        if not isinstance(page, list):
            raise self._invalid_response("JSON that is not a list of rows")
        return page

    def _get(self, url: str) -> bytes:
        for pause in (*self.pauses, None):
            try:
                return self._try(url)
            except (OSError, HTTPException) as error:
                problem = self._transient_problem(error)
            if pause is None:
                break
            log.warning("%s: retrying in %s s", problem, pause)
            time.sleep(pause)
        raise SourceFailed(f"{problem} (tried {len(self.pauses) + 1} times).")

    def _try(self, url: str) -> bytes:
        request = Request(url, headers={"Accept": "application/json", "User-Agent": "control-fresco"})  # noqa: S310 - the opener knows only http and https
        deadline = time.monotonic() + self.timeout
        with self.opener.open(request, timeout=self.timeout) as response:
            raw = b"".join(_chunks(response, deadline))
        if len(raw) > MAX_RESPONSE_BYTES:
            raise self._invalid_response(f"more than {MAX_RESPONSE_BYTES} bytes")
        return raw

    def _transient_problem(self, error: OSError | HTTPException) -> str:
        """A message about a failure that a retry may solve; other failures raise SourceFailed."""
        if not isinstance(error, HTTPError):
            reason = getattr(error, "reason", None) or error
            return f"{self.host} can't be reached: {reason or type(error).__name__}"
        error.close()
        problem = f"{self.host} returned status {error.code}"
        if error.code < 500 and error.code != _TOO_MANY_REQUESTS:
            raise SourceFailed(f"{problem}.") from error
        return problem

    def _invalid_response(self, content: str) -> SourceFailed:
        return SourceFailed(f"{self.host} returned {content}; nothing was stored.")


def _host(url: str) -> str:
    """The host of a URL; messages name only it, because the URL may contain a key."""
    try:
        host, _ = urlsplit(url).hostname, urlsplit(url).port
    except ValueError:
        host = None
    if not host or not _ADDRESS.fullmatch(url):
        raise SourceFailed("TRM_URL is not set to an http or https address.")
    return host


def _http_opener() -> OpenerDirector:
    """An opener of http and https URLs only, redirects included."""
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
    """Chunks of the body up to the deadline and the size limit; the socket's timeout limits only each single read."""
    size = 0
    while size <= MAX_RESPONSE_BYTES and (chunk := response.read1(65_536)):
        if time.monotonic() > deadline:
            raise TimeoutError("the response takes too long")
        size += len(chunk)
        yield chunk
    if size <= MAX_RESPONSE_BYTES and response.length:
        raise ConnectionError("the response was cut short")


def _parsed(row: object) -> tuple[DateRange, Decimal]:
    """The days and the rate of a row; KeyError, TypeError or ValueError if the row is invalid."""
    if not isinstance(row, dict):
        raise TypeError("not an object")
    rate = rate_in(str(row["valor"]))
    if rate is None or not MIN_RATE <= rate <= MAX_RATE:
        raise ValueError(f"{str(row['valor'])[:40]!r} pesos per dollar")
    if row["unidad"] != "COP":
        raise ValueError("not in pesos")
    span = DateRange(_day(row["vigenciadesde"]), _day(row["vigenciahasta"]))
    if span.end - span.start > MAX_SPAN:
        raise ValueError(f"one rate from {span.start} to {span.end}")
    return span, rate


def _day(value: object) -> date:
    text = str(value)
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:40]!r} is not a day")
    return date.fromisoformat(match[1])


def _overlap(span: DateRange, days: DateRange) -> Iterator[date]:
    first, last = max(span.start, days.start), min(span.end, days.end)
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
