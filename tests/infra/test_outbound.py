"""Requests to addresses that others chose."""

import socket
import time
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest

from app.infra.outbound import Outbound, Unreachable, networks
from tests.receiver import Answer, Receiver, endless_headers, in_drops, late, nothing, status
from tests.support import free_port

ALLOWED = networks(["127.0.0.0/8"])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104 - an address to be refused
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::1",
    ],
)
def test_addresses_of_this_machine_and_of_private_networks_are_refused(address: str) -> None:
    ip = ip_address(address)
    assert not Outbound().may_reach(ip)
    host = f"[{address}]" if ip.version == 6 else address
    assert Outbound().refuses(f"https://{host}/x")


@pytest.mark.parametrize("address", ["8.8.8.8", "190.24.1.1", "2800:3f0::1", "::ffff:8.8.8.8"])
def test_public_addresses_are_not(address: str) -> None:
    assert Outbound().may_reach(ip_address(address))


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "a.localhost"])
def test_names_of_this_machine_are_refused_at_once(host: str) -> None:
    assert Outbound().refuses(f"http://{host}/")
    assert not Outbound(ALLOWED).refuses(f"http://{host}/")


def test_an_allowed_network_is_reached(receiver: Receiver) -> None:
    assert Outbound(ALLOWED).post(receiver.url, b"{}", {"X-A": "b"}).status == 200
    [got] = receiver.got
    assert (got.path, got.body, got.headers["X-A"]) == ("/hooks?x=1", b"{}", "b")
    assert got.headers["Host"] == f"127.0.0.1:{receiver.port}"


def test_the_addresses_of_a_name_are_judged(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    """A name in the DNS of somebody else that points to this machine."""
    monkeypatch.setattr(socket, "getaddrinfo", resolving("127.0.0.1", "::ffff:127.0.0.1"))
    with pytest.raises(Unreachable, match="refused"):
        Outbound().post(f"http://innocent.example:{receiver.port}/", b"{}", {})
    assert receiver.got == []


def test_a_name_that_changes_is_asked_once(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    """DNS rebinding: the first answer is public, every later one this machine."""
    answers = iter(["192.88.99.1"])  # public by its form, and answered by nobody
    asked: list[str] = []

    def rebinding(host: str, *arguments: Any, **options: Any) -> Any:
        asked.append(host)
        return resolving(next(answers, "127.0.0.1"))(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with pytest.raises(Unreachable):
        Outbound(seconds=0.3).post(f"http://innocent.example:{receiver.port}/", b"{}", {})
    assert (receiver.got, asked) == ([], ["innocent.example"])


def resolving(*addresses: str) -> Any:
    """A resolver that gives these addresses for any name."""

    def resolve(_host: str, port: int, *_arguments: Any, **_options: Any) -> list[Any]:
        families = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [(families[ip_address(one).version], socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    return resolve


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.answer = status(302, Location=receiver.url)
    assert Outbound(ALLOWED).post(receiver.url, b"{}", {}).status == 302
    assert len(receiver.got) == 1


@pytest.mark.parametrize("answer", [nothing, late, in_drops, endless_headers])
def test_a_receiver_that_does_not_answer_takes_no_longer_than_its_time(receiver: Receiver, answer: Answer) -> None:
    receiver.answer = answer
    began = time.monotonic()
    with pytest.raises(Unreachable):
        Outbound(ALLOWED, seconds=0.5).post(receiver.url, b"{}", {})
    assert time.monotonic() - began < 1.2


def test_nobody_listening_is_no_answer() -> None:
    with pytest.raises(Unreachable):
        Outbound(ALLOWED).post(f"http://127.0.0.1:{free_port()}/", b"{}", {})


def test_a_resolver_that_hangs_takes_no_longer_than_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_options: time.sleep(2))
    began = time.monotonic()
    with pytest.raises(Unreachable, match="resolved"):
        Outbound(seconds=0.3).post("http://slow.example/", b"{}", {})
    assert time.monotonic() - began < 1


def test_a_certificate_is_asked_for(receiver: Receiver) -> None:
    with pytest.raises(Unreachable):
        Outbound(ALLOWED, seconds=1).post(receiver.url.replace("http:", "https:"), b"{}", {})
    assert receiver.got == []


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    assert Outbound(ALLOWED).post(receiver.url, b"{}", {}).status == 200
