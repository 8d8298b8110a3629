"""Measure a bank's statement brought into a book: `python -m bench.statements [--most N]`. Exits 1 above a limit."""

import argparse
import cProfile
import io
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from flask.testing import FlaskClient

from bench.databases import loaded
from bench.requests import PERSONAL as PATH
from bench.requests import log_in

ROWS = 10_000
SECONDS, MEGABYTES = 6.0, 150.0
"""Limits: from the request to the response inside the process, and of the memory that it takes meanwhile."""
_FIRST = date(2026, 1, 1)


def main() -> int:
    """Bring a statement, bring it again, preview it, and take it back, in a book of so many transactions."""
    arguments = _arguments()
    print(f"A statement of {ROWS:,} rows, a book of {arguments.most:,} transactions; seconds and MB")
    with loaded({"transactions": arguments.most}) as app:
        client = app.test_client()
        headers = log_in(client)
        book_id = _named(client, headers, "books", "Benchmark")
        account_id = _named(client, headers, f"accounts?book_id={book_id}", "Bank")
        misses = 0
        for name in ("new rows", "the same again", "taken back"):
            profile = cProfile.Profile() if arguments.profile and name != "the same again" else None
            before = reset_peak()
            started = time.perf_counter()
            if profile:
                profile.enable()
            if name == "taken back":
                newest = _newest(client, headers, book_id)
                status = client.delete(f"{PATH}/imports/{newest}?book_id={book_id}", headers=headers).status_code
            else:
                status = bring(client, headers, book_id, account_id)
            if profile:
                profile.disable()
                profile.print_stats("cumulative")
            seconds, megabytes = time.perf_counter() - started, peak() - before
            print(f"{name:20} {status} {seconds:8.2f} {megabytes:8.1f}", flush=True)
            misses += status >= 300 or seconds > SECONDS or megabytes > MEGABYTES
    return int(misses > 0)


def bring(client: FlaskClient, headers: dict[str, str], book_id: int, account_id: int) -> int:
    """Bring a statement into an account, and return the status of the response."""
    form = {"file": (io.BytesIO(_csv()), "statement.csv"), "account_id": str(account_id)}
    return client.post(f"{PATH}/import?book_id={book_id}", data=form, headers=headers).status_code


def _csv() -> bytes:
    """Rows of which some are equal, of some hundred payees."""
    lines = ["date,amount,payee,description,transaction id"]
    for number in range(ROWS):
        day = _FIRST - timedelta(days=number // 40)
        amount = f"{'' if number % 9 == 0 else '-'}{5 + number % 700}.{number % 100:02}"
        lines.append(f"{day},{amount},Shop {number % 300} Ltd,CARD PAYMENT {number % 997},T{number}")
    return "\n".join(lines).encode()


def _named(client: FlaskClient, headers: dict[str, str], path: str, name: str) -> int:
    sign = "&" if "?" in path else "?"
    found = client.get(f"{PATH}/{path}{sign}per_page=100", headers=headers).get_json()["data"]
    return next(int(one["id"]) for one in found if one["name"] == name)


def _newest(client: FlaskClient, headers: dict[str, str], book_id: int) -> int:
    """The import that brought rows."""
    found = client.get(f"{PATH}/imports?book_id={book_id}", headers=headers).get_json()["data"]
    return next(int(one["id"]) for one in found if one["imported"])


def reset_peak() -> float:
    """Forget the largest memory so far; returns the memory now, in MB."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return peak()


def peak() -> float:
    """The largest memory since it was forgotten, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=1_000_000, help="transactions in the book")
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
