"""Two servers with nothing in common but the database and the files behave as one."""

import contextlib
import http.client
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import PASSWORD
from tests.factories.files import PDF
from tests.reliability.harness import ask
from tests.support import Server

pytestmark = pytest.mark.server

CLIENT = {"name": "a", "start_date": "2026-01-01"}
Pair = tuple[Server, Server]


@pytest.fixture(scope="module")
def machines(server_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Each with an instance folder of its own, in which the files are a folder that both have mounted."""
    place = tmp_path_factory.mktemp("machines")
    (place / "shared").mkdir()
    made = []
    for name in ("one", "two"):
        (place / name).mkdir()
        (place / name / "files").symlink_to(place / "shared")
        environ = {
            "INSTANCE_DIR": str(place / name),
            "SCHEDULER_ENABLED": "true",
            "SCHEDULER_POLL_SECONDS": "1",
            "LOGIN_FAILURES_PER_MINUTE": "4",
        }
        made.append(Server(server_database, workers=1, environ=environ, log=place / f"{name}.log"))
    one, two = made
    with one, two:
        one.create_users(PASSWORD)
        yield one, two


def test_a_session_of_one_is_a_session_of_the_other_until_it_ends_at_either(machines: Pair) -> None:
    one, two = machines
    headers = one.login("user", PASSWORD)
    assert two.send("GET", "/api/auth/me", headers=headers).status == 200
    assert one.send("POST", "/api/auth/logout", headers=headers).status == 200
    assert two.send("GET", "/api/auth/me", headers=headers).status == 401


def test_a_user_who_is_deactivated_at_one_is_out_at_the_other(machines: Pair) -> None:
    one, two = machines
    admin, headers = one.login("admin", PASSWORD), two.login("viewer", PASSWORD)
    assert two.send("GET", "/api/clients", headers=headers).status == 200
    (viewer,) = ask(one.database_url, "SELECT id FROM users WHERE username = 'viewer'")[0]
    assert one.send("PUT", f"/api/users/{viewer}", {"is_active": False}, headers=admin).status == 200
    assert two.send("GET", "/api/clients", headers=headers).status == 401


def test_a_key_that_is_sent_to_both_at_once_is_done_once(machines: Pair) -> None:
    headers = {**machines[0].login("admin", PASSWORD), "Idempotency-Key": "both"}

    def create(number: int) -> int:
        return machines[number % 2].send("POST", "/api/clients", {**CLIENT, "name": "once"}, headers=headers).status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(create, range(16))) <= {201, 409}  # 409: it is being done just now
    again = [machine.send("POST", "/api/clients", {**CLIENT, "name": "once"}, headers=headers) for machine in machines]
    assert [reply.headers["Idempotent-Replayed"] for reply in again] == ["true", "true"]
    assert again[0].body == again[1].body
    assert ask(machines[0].database_url, "SELECT count(*) FROM parties WHERE name = 'once'")[0][0] == 1


def test_a_version_read_at_one_server_can_not_overwrite_a_write_at_the_other(machines: Pair) -> None:
    one, two = machines
    headers = one.login("admin", PASSWORD)
    made = one.send("POST", "/api/clients", CLIENT, headers=headers)
    path, read = made.headers["Location"], {**headers, "If-Match": made.headers["ETag"]}
    assert two.send("PUT", path, {"name": "b"}, headers=read).status == 200
    assert one.send("PUT", path, {"name": "c"}, headers=read).status == 412
    assert one.send("GET", path, headers=headers).json["data"]["name"] == "b"


def test_wrong_passwords_are_counted_together(machines: Pair) -> None:
    wrong = {"username": "user", "password": "not the password"}
    statuses = [machines[number % 2].send("POST", "/api/auth/login", wrong).status for number in range(6)]
    assert statuses == [401, 401, 401, 401, 429, 429]


def test_a_file_that_was_given_to_one_is_had_from_the_other(machines: Pair) -> None:
    one, two = machines
    headers = one.login("admin", PASSWORD)
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + PDF + b"\r\n--b--\r\n"
    line = http.client.HTTPConnection("127.0.0.1", one.port, timeout=30)
    with contextlib.closing(line):
        line.request("POST", "/api/upload", part, {**headers, "Content-Type": "multipart/form-data; boundary=b"})
        given = line.getresponse()
        assert given.status == 201, given.read()
    had = two.send("GET", given.headers["Location"], headers=headers)
    assert (had.status, had.body) == (200, PDF)


def test_one_of_them_leads_and_each_job_is_done_once(machines: Pair) -> None:
    url, deadline = machines[0].database_url, time.monotonic() + 20
    slots = "SELECT job, slot, count(*) FROM job_runs WHERE slot IS NOT NULL GROUP BY 1, 2"
    while len(done := ask(url, slots)) < 6:
        assert time.monotonic() < deadline, "the jobs were not done"
        time.sleep(0.1)
    time.sleep(1.5)  # the other has looked again by then
    assert {runs for *_, runs in done} == {1}
    assert sum(len(re.findall("this worker leads", read(machine.log))) for machine in machines) == 1


def read(log: Path | None) -> str:
    assert log is not None
    return log.read_text(encoding="utf-8")
