"""Runs wrk, a load generator."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.requests import Request

_SCRIPT = Path(__file__).with_suffix(".lua")
_MISSING = (
    "wrk is not installed, which sends the requests. Debian, Ubuntu: apt-get install wrk; macOS: brew install wrk"
)


@dataclass(frozen=True)
class Run:
    """Result of one run; times in milliseconds."""

    requests: int
    seconds: int
    p50: float
    p95: float

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def require() -> None:
    """Exit with a message on how to install wrk if it is missing."""
    if shutil.which("wrk") is None:
        sys.exit(_MISSING)


def send(url: str, request: Request, headers: dict[str, str], *, seconds: int, connections: int | None = None) -> Run:
    """Send the request repeatedly, until at least one is answered.

    A refused request ends the program, as its figures would be meaningless.
    """
    given = [
        part
        for name, value in {**headers, "Content-Type": "application/json"}.items()
        for part in ("-H", f"{name}: {value}")
    ]
    command = [
        "wrk",
        "-t1",
        f"-c{connections or request.connections}",
        f"-d{seconds}s",
        "--timeout",
        "30s",
        "-s",
        str(_SCRIPT),
        *given,
    ]
    asked = [request.method, request.path, request.text, str(request.first), str(request.count)]
    found = subprocess.run(
        [*command, url + request.path.replace("{n}", "1"), "--", *asked], capture_output=True, text=True, check=False
    )
    if found.returncode:
        sys.exit(f"wrk: {found.stdout}{found.stderr}")
    figures = json.loads(found.stdout.splitlines()[-1])
    refused, broken = figures.pop("refused"), figures.pop("broken")
    if refused or broken:
        sys.exit(f"{url}: «{request.name}»: {refused} refused, {broken} broken of {figures['requests']}: no figures")
    if not figures["requests"]:
        return send(url, request, headers, seconds=2 * seconds, connections=connections)
    return Run(**figures)
