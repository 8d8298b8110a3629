"""The deployment: what the image holds, and the production command behind the nginx configuration that is shipped."""

import contextlib
import gzip
import http.client
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from app.infra.bulkhead import WAITING
from app.infra.logins import APP_LOGIN
from config import Config
from tests.proxy import TEMPLATE, Proxy, needs_nginx
from tests.support import ROOT, Reply, Server, free_port

PASSWORD = "a good long password"
PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "c2f0e1d3b4a5968778695a4b3c2d1e0f",
    "BCRYPT_ROUNDS": "12",
    "TRUSTED_PROXIES": "1",
    "PYTHONWARNINGS": "",
}
POST = "POST /api/auth/login HTTP/1.1\r\nHost: fresco\r\n"

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def production(server_database: str) -> Iterator[Server]:
    """The production command with production's settings."""
    with Server(server_database, environ=PRODUCTION) as running:
        arguments = ("users", "create", "admin", "admin@example.com", "--role", "admin", "--password-stdin")
        made = running.flask(*arguments, said=f"{PASSWORD}\n")
        assert made.returncode == 0, made.stderr
        yield running


@pytest.fixture(scope="module")
def proxy(production: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The proxy in front of it."""
    with Proxy(tmp_path_factory.mktemp("nginx"), production.port) as running:
        yield running


@pytest.fixture(scope="module")
def site(production: Server, proxy: Proxy) -> Server:
    """The server, called through the proxy."""
    return replace(production, port=proxy.port, process=None)


@pytest.fixture(scope="module")
def token(site: Server) -> dict[str, str]:
    """Headers of an admin."""
    return site.login("admin", PASSWORD)


@contextlib.contextmanager
def slow_clients(port: int, count: int, beginning: str) -> Iterator[list[socket.socket]]:
    """Connections that send a beginning and then nothing."""
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 5)) for _ in range(count)]
        for line in lines:
            line.sendall(beginning.encode())
        yield lines


def problem(reply: Reply, status: int) -> dict[str, Any]:
    """The body, which must be a whole problem+json."""
    assert reply.status == status, reply.body
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert set(reply.json) == {"type", "title", "status", "detail", "code", "errors", "request_id"}
    assert reply.json["status"] == status
    assert reply.json["request_id"] == reply.headers["X-Request-ID"]
    body: dict[str, Any] = reply.json
    return body


# The proxy


@needs_nginx
def test_nginx_takes_the_configuration(tmp_path: Path) -> None:
    checked = Proxy(tmp_path, 8000)
    checked.render()
    done = subprocess.run(checked.command("-t"), capture_output=True, text=True, check=False)
    assert (done.returncode, "warn" in done.stderr) == (0, False), done.stderr


@needs_nginx
def test_one_logs_in_and_works_through_the_proxy(site: Server, token: dict[str, str]) -> None:
    made = site.send("POST", "/api/clients", {"name": "Café", "start_date": "2026-01-01"}, headers=token)
    assert made.status == 201
    assert site.send("GET", made.headers["Location"], headers=token).json == made.json
    assert site.send("GET", "/api/clients", headers=token, query={"q": "cafe"}).json["pagination"]["total"] == 1
    assert site.send("GET", "/api/health/ready").json["data"]["status"] == "ready"


@needs_nginx
@pytest.mark.parametrize(
    ("count", "beginning"),
    [
        (200, "GET /api/clients HTTP/1.1\r\nHost: fresco\r\nX-Slow: "),
        (
            100,
            f"{POST}Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{{",
        ),
        (100, "GET /api/openapi.json HTTP/1.1\r\nHost: fresco\r\n\r\n"),
    ],
    ids=["senders of headers", "senders of bodies", "readers"],
)
def test_slow_clients_do_not_block_others(site: Server, token: dict[str, str], count: int, beginning: str) -> None:
    with slow_clients(site.port, count, beginning):
        time.sleep(0.3)  # what is not held back by the proxy has reached the program by now
        took = []
        for _ in range(5):
            began = time.monotonic()
            assert site.send("GET", "/api/clients", headers=token, timeout=5).status == 200
            took.append(time.monotonic() - began)
        assert sorted(took)[2] < 1  # the median: other tests keep the machine busy now and then


@needs_nginx
def test_more_requests_at_once_than_one_address_may_have_are_refused(site: Server) -> None:
    limit = int(re.findall(r"limit_conn per_address (\d+);", TEMPLATE.read_text(encoding="utf-8"))[0])
    with slow_clients(site.port, limit, f"{POST}Content-Length: 99\r\n\r\n{{"):
        deadline = time.monotonic() + 5
        while (reply := site.send("GET", "/api/health/live")).status == 200 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert problem(reply, 429)["code"] == "too_many_connections"
        assert int(reply.headers["Retry-After"]) > 0


@needs_nginx
@pytest.mark.parametrize("length", ["Content-Length: 1000000", "Transfer-Encoding: chunked"])
def test_an_address_has_its_share_of_large_bodies(site: Server, length: str) -> None:
    limit = int(re.findall(r"limit_conn large_bodies (\d+);", TEMPLATE.read_text(encoding="utf-8"))[0])
    with slow_clients(site.port, limit, f"{POST}{length}\r\n\r\n"):
        deadline = time.monotonic() + 5
        while (reply := upload_of_a_megabyte(site)).status != 429 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert problem(reply, 429)["code"] == "too_many_connections"
        assert site.send("GET", "/api/health/live").status == 200


def upload_of_a_megabyte(site: Server) -> Reply:
    return site.send("POST", "/api/upload", "x" * 1_000_000)


def test_the_large_bodies_of_an_address_fit_where_they_wait(compose: dict[str, Any]) -> None:
    limit, largest = (
        int(re.findall(pattern, TEMPLATE.read_text(encoding="utf-8"))[0])
        for pattern in (r"limit_conn large_bodies (\d+);", r"client_max_body_size (\d+)m;")
    )
    assert limit * largest <= in_tmpfs(compose["services"]["proxy"]) * 3 / 4


def fail_to_log_in(site: Server, name: str, source: str, **headers: str) -> int:
    """The status of a wrong password, sent from one of this machine's own addresses."""
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10, source_address=(source, 0))
    sent = {"Content-Type": "application/json"} | {key.replace("_", "-"): value for key, value in headers.items()}
    try:
        line.request("POST", "/api/auth/login", json.dumps({"username": name, "password": "wrong"}), sent)
        return line.getresponse().status
    finally:
        line.close()


@needs_nginx
def test_a_forged_address_does_not_lift_the_login_limit(site: Server) -> None:
    statuses = [
        fail_to_log_in(
            site,
            "forger",
            "127.0.0.1",
            X_Forwarded_For=f"203.0.113.{n}, 198.51.100.{n}",
            X_Real_IP=f"203.0.113.{n}",
            Forwarded=f"for=203.0.113.{n}",
        )
        for n in range(6)
    ]
    assert statuses == [401] * 5 + [429]


@needs_nginx
def test_the_login_limit_counts_by_the_address_that_the_proxy_sees(site: Server) -> None:
    with contextlib.closing(socket.socket()) as probe:
        try:
            probe.bind(("127.0.0.2", 0))
        except OSError:
            pytest.skip("this machine has one loopback address")
    statuses = [fail_to_log_in(site, "neighbour", "127.0.0.1") for _ in range(6)]
    assert statuses[-1] == 429
    assert fail_to_log_in(site, "neighbour", "127.0.0.2") == 401


@needs_nginx
def test_a_body_over_the_programs_limit_is_413(site: Server, token: dict[str, str]) -> None:
    reply = site.send("POST", "/api/clients", {"name": "x" * 2 * 1024 * 1024}, headers=token)
    assert problem(reply, 413)["code"] == "too_large"


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Server]:
    """A proxy whose program is away."""
    with Proxy(tmp_path, upstream=free_port()) as running:
        yield Server("", port=running.port)


@needs_nginx
def test_a_body_over_the_proxys_limit_is_413_without_asking_the_program(alone: Server) -> None:
    reply = alone.send("POST", "/api/upload", {"name": "x" * 12 * 1024 * 1024})
    assert problem(reply, 413)["code"] == "too_large"


@needs_nginx
def test_without_the_program_the_answer_is_502_with_retry_after(alone: Server) -> None:
    for _ in range(3):
        reply = alone.send("POST", "/api/clients", {"name": "x"}, headers={"X-Request-ID": "mine-1"})
        assert problem(reply, 502)["request_id"] == "mine-1"
        assert int(reply.headers["Retry-After"]) > 0
        assert reply.headers["Server"] == "nginx"  # which version is nobody's business


@contextmanager
def upstream(answer: Callable[[socket.socket], None]) -> Iterator[tuple[int, list[bytes]]]:
    """A server that reads each request and then behaves as given; yields its port and the requests."""
    requests: list[bytes] = []

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = listening.accept()
                with line:
                    requests.append(_whole_request(line))
                    answer(line)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1], requests
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _whole_request(line: socket.socket) -> bytes:
    received = b""
    while chunk := line.recv(65536):
        received += chunk
        head, end, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if end and len(body) >= int(length[1] if length else 0):
            break
    return received


@needs_nginx
@pytest.mark.parametrize("method", ["PUT", "DELETE", "GET", "POST"])
def test_a_request_that_was_sent_is_not_sent_again_by_the_proxy(tmp_path: Path, method: str) -> None:
    """The program may have done it before its connection broke; nginx alone would repeat all but POST."""
    with upstream(lambda _line: None) as (port, requests), Proxy(tmp_path, port, upstreams=2) as running:
        reply = Server("", port=running.port).send(method, "/api/clients/1", {"name": "x"})
    assert problem(reply, 502)["code"] == "bad_gateway"
    assert [request.partition(b" ")[0] for request in requests] == [method.encode()]


def seconds_of(location: str) -> int:
    """Time-out of the proxy for this location."""
    block = TEMPLATE.read_text(encoding="utf-8").partition(f"location {location} {{")[2].partition("\n    }")[0]
    return int(re.findall(r"proxy_read_timeout (\d+)s;", block)[0])


def test_the_proxy_waits_longer_for_a_file_than_the_program_takes() -> None:
    config = Config()
    assert seconds_of("@file") >= config.export_timeout_seconds + 2 * config.statement_timeout_ms / 1000
    assert seconds_of("/") < config.export_timeout_seconds


@needs_nginx
@pytest.mark.parametrize(
    ("query", "waited_for"),
    [
        ("format=csv", True),
        ("q=x&format=xlsx", True),
        ("format=pdf&q=x", True),
        ("", False),
        ("format=json", False),
        ("q=format=csv", False),
        ("xformat=csv", False),
    ],
)
def test_only_what_asks_for_a_file_is_waited_for_longer(tmp_path: Path, query: str, waited_for: bool) -> None:
    """The two times made short: one second, and three for files; the program answers after two."""

    def late(line: socket.socket) -> None:
        time.sleep(2)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

    shorter = {"proxy_read_timeout 65s": "proxy_read_timeout 1s", "proxy_read_timeout 330s": "proxy_read_timeout 3s"}
    with upstream(late) as (port, requests), Proxy(tmp_path, port, changes=shorter) as running:
        reply = Server("", port=running.port).send("GET", f"/api/clients?{query}")
    if waited_for:
        assert (reply.status, reply.body) == (200, b"ok")
    else:
        assert problem(reply, 504)["code"] == "gateway_timeout"
    assert requests[0].startswith(f"GET /api/clients?{query} HTTP/1.1".encode())


@needs_nginx
def test_a_file_that_the_program_never_sends_is_a_problem_too(tmp_path: Path) -> None:
    with (
        upstream(lambda _line: time.sleep(2)) as (port, _),
        Proxy(tmp_path, port, changes={"proxy_read_timeout 330s": "proxy_read_timeout 1s"}) as running,
    ):
        reply = Server("", port=running.port).send("GET", "/api/clients?format=csv")
    assert problem(reply, 504)["code"] == "gateway_timeout"


@needs_nginx
@pytest.mark.parametrize("given", ["", 'a"b', "a b", "x" * 129])
def test_an_unusable_request_id_is_replaced(site: Server, given: str) -> None:
    reply = site.send("GET", "/api/nothing", headers={"X-Request-ID": given})
    assert re.fullmatch("[0-9a-f]{32}", str(problem(reply, 404)["request_id"]))


@needs_nginx
def test_an_etag_holds_though_the_answer_was_compressed(site: Server, token: dict[str, str]) -> None:
    new = {"name": "Notas", "notes": "n" * 3000, "start_date": "2026-01-01"}
    place = site.send("POST", "/api/clients", new, headers=token).headers["Location"]
    compressed = site.send("GET", place, headers={**token, "Accept-Encoding": "gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(compressed.body))["data"]["notes"] == new["notes"]
    if_match = {**token, "If-Match": compressed.headers["ETag"]}
    assert site.send("PUT", place, {"phone": "1"}, headers=if_match).status == 200
    assert site.send("PUT", place, {"phone": "2"}, headers=if_match).status == 412


@needs_nginx
def test_the_proxys_log_has_neither_queries_nor_addresses(tmp_path: Path) -> None:
    headers = {"Authorization": "Bearer secret", "User-Agent": "secret", "Referer": "https://secret.example"}
    with Proxy(tmp_path, upstream=free_port()) as running:
        Server("", port=running.port).send("POST", "/api/clients", headers=headers, query={"q": "secret"})
    (written,) = running.access_log.read_text(encoding="utf-8").splitlines()
    line = json.loads(written)
    assert (line["method"], line["path"], line["status"]) == ("POST", "/api/clients", 502)
    assert [word for word in ("secret", "127.0.0.1") if word in written] == []


# Raw HTTP

HIDDEN = "GET /api/health/live HTTP/1.1\r\nHost: hidden\r\n\r\n"
SMUGGLED = {
    "length and chunks": f"{POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    "two lengths": f"{POST}Content-Length: {len(HIDDEN)}\r\nContent-Length: 0\r\n\r\n{HIDDEN}",
    "an unknown coding": f"{POST}Transfer-Encoding: xchunked\r\nContent-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    "a space before the colon": f"{POST}Transfer-Encoding : chunked\r\nContent-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    "a signed length": f"{POST}Content-Length: +{len(HIDDEN)}\r\n\r\n{HIDDEN}",
    "a bare line feed": f"{POST}X: 1\nContent-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    "a folded header": f"{POST}X: 1\r\n Transfer-Encoding: chunked\r\nContent-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    "two hosts": f"{POST}Host: other\r\nContent-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}",
}


def answers(port: int, sent: str) -> list[int]:
    """The status of every answer that comes back."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        line.sendall(sent.encode())
        line.settimeout(0.5)
        with contextlib.suppress(OSError):
            while chunk := line.recv(65536):
                received += chunk
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3})", received)]


@pytest.mark.parametrize("kind", SMUGGLED)
def test_an_ambiguous_request_is_refused_by_the_program(production: Server, kind: str) -> None:
    (status,) = answers(production.port, SMUGGLED[kind])
    assert status in {400, 501}


@needs_nginx
@pytest.mark.parametrize("kind", SMUGGLED)
def test_no_request_is_smuggled_past_the_proxy(site: Server, kind: str) -> None:
    (status,) = answers(site.port, SMUGGLED[kind])
    assert status in {400, 415, 501}  # 415: read as one request with a body that is not JSON


# Stopping


def keep_creating(site: Server, token: dict[str, str], worker: int) -> list[tuple[str, int, float]]:
    """Create clients until the program is gone: the name, the status and the moment of each answer."""
    outcomes: list[tuple[str, int, float]] = []
    while not outcomes or outcomes[-1][1] == 201:
        name = f"stop-{worker}-{len(outcomes)}"
        reply = site.send("POST", "/api/clients", {"name": name, "start_date": "2026-01-01"}, headers=token)
        outcomes.append((name, reply.status, time.monotonic()))
    return outcomes


def stored(site: Server, token: dict[str, str]) -> set[str]:
    """The names that were kept."""
    names: set[str] = set()
    for page in range(1, 1000):
        query = {"q": "stop-", "per_page": 100, "page": page}
        data = site.send("GET", "/api/clients", headers=token, query=query).json["data"]
        names |= {row["name"] for row in data}
        if not data:
            break
    return names


@needs_nginx
def test_a_stop_under_load_drops_no_request_that_was_begun(
    production: Server, site: Server, token: dict[str, str]
) -> None:
    assert production.process is not None
    with ThreadPoolExecutor(8) as threads:
        creating = [threads.submit(keep_creating, site, token, worker) for worker in range(4)]
        time.sleep(0.7)
        logins = [threads.submit(site.login, "admin", PASSWORD) for _ in range(4)]  # a quarter of a second each
        time.sleep(0.15)
        stopped = time.monotonic()
        production.process.send_signal(signal.SIGTERM)
        assert production.process.wait(30) == 0
        assert all(login.result(30) for login in logins)
        outcomes = [outcome for future in creating for outcome in future.result(30)]
    production.start()
    assert {status for _, status, _ in outcomes} <= {201, 502, 503}
    assert any(status == 201 and moment > stopped for _, status, moment in outcomes)
    assert stored(site, token) == {name for name, status, _ in outcomes if status == 201}


# The image


def dockerfile(instruction: str) -> list[str]:
    """The instruction's arguments, each time it is given."""
    whole = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [found.strip() for found in re.findall(rf"^{instruction}\s+(.*)$", whole, re.MULTILINE)]


def allowed_into_the_image() -> list[Path]:
    """Files that `.dockerignore` includes."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    assert "*" in lines
    return [ROOT / line[1:] for line in lines if line.startswith("!")]


def test_the_image_runs_the_command_that_is_tested() -> None:
    (command,) = dockerfile("CMD")
    assert json.loads(command) == ["gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]


def test_the_image_runs_as_an_ordinary_user_in_production_without_compilers() -> None:
    _, final = dockerfile("FROM")
    assert "-slim" in final
    assert dockerfile("USER")[-1].split(":")[0] not in {"0", "root"}
    assert "APP_ENV=production" in dockerfile("ENV")[0]


def test_the_image_can_migrate_and_start(server_database: str, tmp_path: Path) -> None:
    for source in allowed_into_the_image():
        place = tmp_path / source.name
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(source, place, ignore=ignored) if source.is_dir() else shutil.copy(source, place)
    environ = {**Server(server_database, environ=PRODUCTION).variables, "PYTHONDONTWRITEBYTECODE": ""}
    started = (
        "import gunicorn.app.wsgiapp, wsgi; wsgi.app.test_client().get('/api/health/ready').json['data']['status']"
    )
    for command in (["-m", "flask", "db", "upgrade"], ["-c", started]):
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_nothing_secret_or_needless_gets_into_the_image() -> None:
    names = {path.name for path in allowed_into_the_image()}
    assert names == {
        "app",
        "migrations",
        "config.py",
        "environment.py",
        "gunicorn.conf.py",
        "wsgi.py",
        "requirements.txt",
        "requirements-build.txt",
    }


def healthy(port: int) -> bool:
    """Whether the image's health check succeeds for the server at this port."""
    (line,) = dockerfile("HEALTHCHECK")
    python, option, program = json.loads(line.partition(" CMD ")[2])
    assert (python, option) == ("python", "-c")
    assert "/api/health/ready" in program
    command = [sys.executable, "-c", program.replace("8000", str(port))]
    return subprocess.run(command, capture_output=True, timeout=10, check=False).returncode == 0


def test_the_image_is_healthy_while_the_program_is_ready(production: Server) -> None:
    assert healthy(production.port)
    assert not healthy(free_port())


@needs_nginx
def test_the_image_is_not_healthy_when_the_answer_is_an_error(alone: Server) -> None:
    assert not healthy(alone.port)


# docker-compose.yml


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file, parsed."""
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    parsed: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return parsed


def test_only_the_proxy_is_published(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]


def test_the_app_waits_for_the_database_and_its_migrations(compose: dict[str, Any]) -> None:
    waits = {name: entry["condition"] for name, entry in compose["services"]["app"]["depends_on"].items()}
    assert waits == {"db": "service_healthy", "migrate": "service_completed_successfully"}
    assert compose["services"]["migrate"]["command"] == ["flask", "db", "upgrade"]
    assert compose["services"]["migrate"]["restart"] == "no"


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("its log is limited", lambda service: "max-size" in service["logging"]["options"]),
        ("it says what happens when it ends", lambda service: "restart" in service),
        ("it has no more rights than it needs", lambda service: service["cap_drop"] == ["ALL"]),
        ("it gains none", lambda service: service["security_opt"] == ["no-new-privileges:true"]),
        ("it can't change its own files", lambda service: service["read_only"] is True),
        ("its memory is limited", lambda service: service["mem_limit"] == service["memswap_limit"]),
        ("its processors are limited", lambda service: 0 < service["cpus"] <= 2),
        ("its processes are limited", lambda service: 0 < service["pids_limit"] <= 768),
        ("what it writes is limited, and fits its memory", lambda service: 0 < in_tmpfs(service) < megabytes(service)),
        ("its image is of known bytes", lambda service: "@${" in service["image"] or "args" in service["build"]),
    ],
)
def test_every_service_is_bounded(compose: dict[str, Any], rule: str, holds: Callable[[Any], bool]) -> None:
    assert [name for name, service in compose["services"].items() if not holds(service)] == [], rule


SIZES = {"m": 1, "g": 1024}


def megabytes(service: dict[str, Any]) -> int:
    return int(service["mem_limit"][:-1]) * SIZES[service["mem_limit"][-1]]


def in_tmpfs(service: dict[str, Any]) -> int:
    """Megabytes that may lie in memory as files; each place must have a limit, but those that are written at start."""
    places = [place for place in service["tmpfs"] if not place.startswith("/etc/nginx/conf.d:")]
    return sum(int(re.findall(r"[:,]size=(\d+)m", place)[0]) for place in places)


def test_the_program_may_have_the_threads_that_its_workers_have(compose: dict[str, Any]) -> None:
    others = 64  # of the master, the scheduler, commands and a virus scanner
    assert compose["services"]["app"]["pids_limit"] >= 2 * (Config().web_threads + WAITING) + others


def test_uploads_and_exports_fit_where_they_lie_meanwhile(compose: dict[str, Any]) -> None:
    uploads = 2 * 3 * (Config().max_upload_mb + 1)  # WEB_CONCURRENCY x places; a form has a megabyte more
    scanned = 2 * Config().max_upload_mb
    exports = 2 * 2 * 142  # a million rows as CSV: docs/performance.md
    assert in_tmpfs(compose["services"]["app"]) >= uploads + scanned + exports


def test_the_program_has_a_login_of_its_own_and_not_the_owners_password(compose: dict[str, Any]) -> None:
    services = compose["services"]
    owner = services["db"]["environment"]["POSTGRES_USER"]
    logins = {name: make_url(services[name]["environment"]["DATABASE_URL"]).username for name in ("app", "owner")}
    assert logins == {"app": APP_LOGIN, "owner": owner}
    assert services["migrate"]["environment"] == services["owner"]["environment"]
    assert services["owner"]["profiles"] == ["owner"]
    assert services["app"]["environment"]["POSTGRES_PASSWORD"] == ""  # it is in .env, of which all comes along
    assert "POSTGRES_APP_PASSWORD" in services["app"]["environment"]["PGPASSWORD"]
    assert "/docker-entrypoint-initdb.d/10-logins.sh" in services["db"]["volumes"][1]


def test_the_image_is_built_on_known_bytes() -> None:
    assert all("@${" in base for base in dockerfile("FROM"))


def test_every_image_is_pinned_by_the_script(compose: dict[str, Any], tmp_path: Path) -> None:
    docker = tmp_path / "docker"  # stands for the one that asks the registry
    docker.write_text('#!/bin/sh\n[ "$1 $2 $3" = "buildx imagetools inspect" ] && echo "sha256:of-$6"\n')
    docker.chmod(0o755)
    command = ["/bin/sh", str(ROOT / "deploy" / "pin-images.sh")]
    environ = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    said = subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout
    pinned = dict(line.replace("sha256:of-", "").split("=") for line in said.splitlines())
    images = [service["image"] for service in compose["services"].values() if "@" in service["image"]]
    bases = [base.removesuffix(" AS wheels") for base in dockerfile("FROM")]
    assert {re.findall(r"\{(\w+)", image)[0]: image.partition("@")[0] for image in images + bases} == pinned


def test_the_image_can_back_up_the_database_beside_it(compose: dict[str, Any]) -> None:
    (version,) = re.findall(r"^postgres:(\d+)-", compose["services"]["db"]["image"])
    assert any(f"postgresql-client-{version} " in step for step in dockerfile("RUN"))


def test_data_outlives_the_containers(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["db"]["volumes"][0].partition(":")[0] in compose["volumes"]
    files, _, folder = services["app"]["volumes"][0].partition(":")
    assert files in compose["volumes"]
    assert services["app"]["environment"]["INSTANCE_DIR"] == folder


def test_the_database_can_not_be_reached_from_outside(compose: dict[str, Any]) -> None:
    assert compose["services"]["db"]["networks"] == ["inner"]
    assert compose["services"]["proxy"]["networks"] == ["front"]
    assert compose["networks"]["inner"] == {"internal": True}


def test_a_missing_secret_stops_the_stack() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    digests = ("POSTGRES_DIGEST", "NGINX_DIGEST", "PYTHON_DIGEST", "PYTHON_SLIM_DIGEST")
    for name in ("SECRET_KEY", "SECRETS_KEY", "DATA_KEYS", "POSTGRES_PASSWORD", "POSTGRES_APP_PASSWORD", *digests):
        uses = re.findall(rf"\$\{{{name}[^}}]*", text)
        assert uses
        assert all(use.startswith(f"${{{name}:?") for use in uses)


def test_the_proxy_trusts_and_is_trusted_for_one_hop(compose: dict[str, Any]) -> None:
    assert compose["services"]["app"]["environment"]["TRUSTED_PROXIES"] == "1"
    names = set(re.findall(r"\$\{([A-Z_]+)\}", TEMPLATE.read_text(encoding="utf-8")))
    assert names == set(compose["services"]["proxy"]["environment"]) - {"NGINX_ENVSUBST_FILTER"}
