"""One caller with many clients does not keep others from being answered.

The daily run has fewer clients and looks at what takes seconds where a defence is missing; FRESCO_SOAK=1 has a hundred,
hashes that cost what they cost in production, and 100,000 payments to export.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.conftest import PASSWORD
from tests.proxy import Proxy, needs_nginx
from tests.reliability import attacks
from tests.reliability.attacks import LIST, LIVE, Noticed, locked_row, noticed
from tests.soak import SOAK, daily, soak_only
from tests.support import Server

pytestmark = pytest.mark.server

CLIENTS, SECONDS, PAYMENTS = (100, 10.0, 100_000) if SOAK else (30, 2.0, 3_000)
USUAL = 0.5
"""Seconds that 95 of 100 answers take at most, on a machine that does nothing else."""
WORST = 2.5
"""Seconds for any answer, on a busy machine: a lock is waited for 3 s, and the next request would wait again."""
Measured = Callable[[str], None]


@pytest.fixture(scope="module")
def server(server_database: str) -> Iterator[Server]:
    """The production command with a user of each role and something to export."""
    # One address may try as often as it likes here: what holds up others is then left to the other defences alone.
    environ = {"BCRYPT_ROUNDS": "12" if SOAK else "10", "LOGIN_TRIES_PER_MINUTE": "100000"}
    with Server(server_database, environ=environ) as running:
        running.create_users(PASSWORD)
        assert running.flask("seed", "load", "--payments", str(PAYMENTS)).returncode == 0
        rate = {"date": "2020-01-01", "rate": "4000"}
        admin = running.login("admin", PASSWORD)
        assert running.send("POST", "/api/exchange-rates", rate, headers=admin).status == 201
        yield running


@pytest.fixture(scope="module")
def others(server: Server) -> dict[str, str]:
    """Headers of somebody who has nothing to do with it."""
    return server.login("admin", PASSWORD)


@pytest.fixture(scope="module")
def caller(server: Server) -> dict[str, str]:
    """Headers of the one caller."""
    return server.login("user", PASSWORD)


def hold(found: Noticed, measured: Measured) -> None:
    """Others were answered in time, and the attack was one."""
    measured(str(found))
    assert found.statuses.total() >= CLIENTS / 2
    assert found.statuses.keys() <= {200, 201, 400, 401, 409, 429, 503}
    for path in (LIVE, LIST):
        assert found.worst(path) < WORST, str(found)
        if SOAK:
            assert found.most(path) < USUAL, str(found)


@pytest.mark.parametrize("name", daily("logins", "exports", "logins_under_one_key"))
def test_one_caller_does_not_stop_the_others(
    server: Server, caller: dict[str, str], others: dict[str, str], measured: Measured, name: str
) -> None:
    attack = getattr(attacks, name)(server, caller)
    hold(noticed(name, attack, server, others, CLIENTS, SECONDS), measured)


@soak_only
@pytest.mark.parametrize("name", ["changed_passwords", "uploads", "uploads_under_one_key", "refused_bodies"])
def test_one_caller_who_takes_long_does_not_stop_the_others(
    server: Server, caller: dict[str, str], others: dict[str, str], measured: Measured, name: str
) -> None:
    attack = getattr(attacks, name)(server, caller)
    hold(noticed(name, attack, server, others, CLIENTS, SECONDS), measured)


def test_changes_of_a_row_that_is_locked_do_not_stop_the_others(
    server: Server, caller: dict[str, str], others: dict[str, str], measured: Measured
) -> None:
    with locked_row(server, caller) as attack:
        found = noticed("changes of a locked row", attack, server, others, CLIENTS, SECONDS)
    hold(found, measured)


@soak_only
@needs_nginx
def test_one_caller_does_not_stop_the_others_behind_the_proxy(
    server: Server,
    caller: dict[str, str],
    others: dict[str, str],
    measured: Measured,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with Proxy(tmp_path_factory.mktemp("nginx"), server.port) as proxy:
        site = replace(server, port=proxy.port, process=None)
        attack = attacks.logins_under_one_key(site, caller)
        hold(noticed("logins under one key, by way of nginx", attack, site, others, CLIENTS, SECONDS), measured)
