"""POST to addresses that others chose: never to this machine or a private network, and never for long.

The name is resolved once, and the connection goes to an address that was judged. No redirect is followed and no proxy
of the environment used.
"""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import current_app

from app.infra.tasks.running import in_daemon_thread

Network = IPv4Network | IPv6Network
Ip = IPv4Address | IPv6Address

SECONDS = 10.0
"""Time for a whole request: name, connection, handshake, answer."""
_NAT64 = ip_network("64:ff9b::/96")


class Unreachable(Exception):
    """There was no answer: refused address, no such name, no connection, or none in time."""


class Sent(NamedTuple):
    """Status of the answer; its content is not read."""

    status: int


class _Resolved(NamedTuple):
    family: int
    address: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Outbound:
    """Sends requests; addresses in `allowed` networks may be private."""

    allowed: tuple[Network, ...] = ()
    seconds: float = SECONDS

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Sent:
        """Send a body and return the status, or raise Unreachable."""
        deadline = time.monotonic() + self.seconds
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        host, port = parts.hostname or "", parts.port or (443 if secure else 80)
        try:
            connected = self._connect(host, port, deadline)
            with _ended_at(deadline, connected):
                return _exchange(connected, url, body, headers)
        except Unreachable:
            raise
        except (OSError, HTTPException, ValueError, UnicodeError) as error:
            late = time.monotonic() >= deadline
            raise Unreachable(f"No answer within {self.seconds:g} s." if late else _reason(error)) from None

    def may_reach(self, ip: Ip) -> bool:
        """Whether this address is a public one, or allowed by the settings."""
        return any(ip in network for network in self.allowed) or all(map(_is_public, _embedded(ip)))

    def refuses(self, url: str) -> bool:
        """Whether the URL names an address that is refused, whatever names resolve to later."""
        host = (urlsplit(url).hostname or "").rstrip(".").lower()
        if host == "localhost" or host.endswith(".localhost"):
            return not self.may_reach(ip_address("127.0.0.1"))
        try:
            return not self.may_reach(ip_address(host))
        except ValueError:
            return False

    def _connect(self, host: str, port: int, deadline: float) -> socket.socket:
        problem = "The name has no address."
        for family, address in _resolve(host, port, deadline):
            ip = ip_address(str(address[0]).partition("%")[0])
            if not self.may_reach(ip):
                problem = "The address is one of this machine or of a private network, which is refused."
                continue
            connected = socket.socket(family, socket.SOCK_STREAM)
            try:
                connected.settimeout(_left(deadline))
                connected.connect(address)
                self._refuse_own(connected, ip)
            except OSError as error:
                connected.close()
                problem = _reason(error)
                continue
            except BaseException:
                connected.close()
                raise
            return connected
        raise Unreachable(problem)

    def _refuse_own(self, connected: socket.socket, ip: Ip) -> None:
        """Raise Unreachable if the connection is to a public address of this machine itself."""
        own = ip_address(str(connected.getsockname()[0]).partition("%")[0])
        if own == ip and not any(ip in network for network in self.allowed):
            raise Unreachable("The address is one of this machine, which is refused.")


class _Connection(HTTPConnection):
    """A connection over a socket that is there already."""

    def __init__(self, host: str, port: int, connected: socket.socket) -> None:
        super().__init__(host, port)
        self.sock = connected


class _ended_at:  # noqa: N801 - reads as a function
    """Shuts a socket down at the deadline: each single read of a slow answer would begin its time-out anew."""

    def __init__(self, deadline: float, connected: socket.socket) -> None:
        self._connected = connected
        self._timer = threading.Timer(_left(deadline), self._shut_down)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()
        self._connected.close()

    def _shut_down(self) -> None:
        with contextlib.suppress(OSError):  # it is closed already
            self._connected.shutdown(socket.SHUT_RDWR)


def of_current_app() -> Outbound:
    """The sender of this application, with the networks of its settings."""
    outbound: Outbound = current_app.extensions["outbound"]
    return outbound


def networks(written: Sequence[str]) -> tuple[Network, ...]:
    """Networks such as 10.0.0.0/8; ValueError for one that is none."""
    return tuple(ip_network(one) for one in written)


def _exchange(connected: socket.socket, url: str, body: bytes, headers: Mapping[str, str]) -> Sent:
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    if secure:
        connected = ssl.create_default_context().wrap_socket(connected, server_hostname=host)
    connection = _Connection(host, port, connected)
    connection.default_port = 443 if secure else 80
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body, {**headers, "Connection": "close"})
        with connection.getresponse() as response:
            return Sent(response.status)
    finally:
        connection.close()


def _resolve(host: str, port: int, deadline: float) -> list[_Resolved]:
    """Addresses of the name; in a thread of its own, as the resolver's own time-out is long."""
    found: list[_Resolved] = []

    def look_up() -> None:
        for family, _, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            found.append(_Resolved(family, address))

    try:
        in_daemon_thread(look_up, "resolve").result(_left(deadline))
    except NotInTime:
        raise Unreachable("The name was not resolved in time.") from None
    except OSError:
        raise Unreachable("The name has no address.") from None
    return list(found)


def _embedded(ip: Ip) -> list[Ip]:
    """The address, and those of IPv4 that it stands for."""
    if isinstance(ip, IPv4Address):
        return [ip]
    inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if ip in _NAT64 or int(ip) >> 32 == 0:
        inner.append(IPv4Address(int(ip) & 0xFFFFFFFF))
    found: list[Ip] = [one for one in inner if one is not None]
    return found if ip.ipv4_mapped else [ip, *found]


def _is_public(ip: Ip) -> bool:
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _left(deadline: float) -> float:
    """Seconds up to the deadline; a socket takes 0 for something else."""
    return max(deadline - time.monotonic(), 0.001)


def _reason(error: Exception) -> str:
    return f"No answer: {type(error).__name__}."
