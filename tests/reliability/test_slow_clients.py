"""Clients that send or read slowly, hundreds at once, against gunicorn behind nginx as it is shipped.

The daily run holds them for some seconds; FRESCO_SOAK=1 for a minute, in which each sends and reads a byte a second.
"""

import contextlib
import http.client
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from tests.conftest import PASSWORD
from tests.proxy import Proxy, needs_nginx
from tests.soak import SOAK, soak_only
from tests.support import Server

pytestmark = [pytest.mark.server, needs_nginx]

SECONDS = 60.0 if SOAK else 2.0
EACH = 200
NEIGHBOURS = [f"127.0.0.{n}" for n in range(2, 12)]
"""Addresses of the clients: connections of one address are limited (limit_conn)."""
HEADERS = b"GET /api/clients HTTP/1.1\r\nHost: fresco\r\nX-Slow: "
BODY = (
    b"POST /api/auth/login HTTP/1.1\r\nHost: fresco\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"
)


def one_address_only() -> bool:
    """Whether this machine has 127.0.0.1 alone, as macOS does."""
    with socket.socket() as probe:
        try:
            probe.bind((NEIGHBOURS[0], 0))
        except OSError:
            return True
    return False


pytestmark.append(pytest.mark.skipif(one_address_only(), reason="this machine has one loopback address"))


@pytest.fixture(scope="module")
def site(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The production command, spoken to through the proxy."""
    with Proxy(tmp_path_factory.mktemp("nginx"), server.port) as proxy:
        yield replace(server, port=proxy.port, process=None)


@pytest.fixture(scope="module")
def token(site: Server) -> dict[str, str]:
    return site.login("admin", PASSWORD)


@pytest.fixture(scope="module")
def download(site: Server, token: dict[str, str]) -> bytes:
    """A request whose answer is too large for the buffers of a connection."""
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    body = part + b"a long line of text\n" * 200_000 + b"\r\n--x--\r\n"
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", site.port)) as line:
        line.request("POST", "/api/upload", body, {**token, "Content-Type": "multipart/form-data; boundary=x"})
        place = line.getresponse().headers["Location"]
    return f"GET {place} HTTP/1.1\r\nHost: fresco\r\nAuthorization: {token['Authorization']}\r\n\r\n".encode()


@dataclass
class Slow:
    """Open connections that have sent the beginning of a request; `nudge` sends or reads one byte more on each."""

    port: int
    beginning: bytes
    reads: bool = False
    lines: list[socket.socket] = field(default_factory=list)

    def open(self, stack: contextlib.ExitStack) -> None:
        for number in range(EACH):
            line = stack.enter_context(socket.socket())
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.settimeout(10)
            line.bind((NEIGHBOURS[number % len(NEIGHBOURS)], 0))
            line.connect(("127.0.0.1", self.port))
            line.sendall(self.beginning)
            self.lines.append(line)

    def nudge(self) -> None:
        for line in self.lines:
            with contextlib.suppress(OSError):  # the proxy may lose its patience with them
                line.recv(1) if self.reads else line.sendall(b" ")


def waits(site: Server, token: dict[str, str], crowd: list[Slow]) -> list[float]:
    """Durations of ordinary requests in the meantime, all successful."""
    took, until, nudged = [], time.monotonic() + SECONDS, 0.0
    while time.monotonic() < until or len(took) < 10:
        if time.monotonic() - nudged > 1:
            for slow in crowd:
                slow.nudge()
            nudged = time.monotonic()
        began = time.monotonic()
        assert site.send("GET", "/api/clients", headers=token, timeout=10).status == 200
        took.append(time.monotonic() - began)
        time.sleep(0.1)
    return took


@soak_only
def test_six_hundred_slow_clients_do_not_block_others(
    site: Server, token: dict[str, str], download: bytes, measured: Callable[[str], None]
) -> None:
    crowd = [Slow(site.port, HEADERS), Slow(site.port, BODY), Slow(site.port, download, reads=True)]
    with contextlib.ExitStack() as stack:
        for slow in crowd:
            slow.open(stack)
        time.sleep(0.3)  # what the proxy does not hold back has reached the program by now
        took = waits(site, token, crowd)
    measured(f"{len(took)} ordinary requests: {statistics.median(took):.3f} s usually, {max(took):.3f} s at most")
    assert statistics.median(took) < 1


def log_in_again_and_again(server: Server) -> None:
    """A busy machine takes a while until each place has got its slow one."""
    for _ in range(20):
        time.sleep(0.3)
        server.send("POST", "/api/auth/login", {"username": "admin", "password": PASSWORD}, timeout=2)


def test_the_program_alone_is_held_by_its_number_of_places(server: Server) -> None:
    """Slow clients block the server without the proxy, which also proves that the test above can fail."""
    with contextlib.ExitStack() as stack:
        slow = Slow(server.port, BODY)
        slow.open(stack)
        with pytest.raises(TimeoutError):
            log_in_again_and_again(server)
        assert server.send("GET", "/api/health/live", timeout=2).status == 200
