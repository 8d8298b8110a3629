"""/api/metrics: for whom, in which form, and that it tells what happened."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import OperationalError

from app.infra import clock, job_runs, metrics
from app.infra.db import db
from app.infra.scheduler import of_current_app, run_job
from app.web.metrics import count_request
from tests.support import Caller
from tests.web.conftest import Variant

TOKEN = "a-token-for-the-tests"
Read = Callable[..., float | None]


@pytest.fixture
def monitored(shared: Variant) -> Flask:
    return shared(metrics_token=TOKEN)


@pytest.fixture
def watcher(monitored: Flask) -> Caller:
    return Caller(monitored.test_client()).with_headers(Authorization=f"Bearer {TOKEN}")


@pytest.fixture
def read(watcher: Caller) -> Read:
    """The value of one sample now."""

    def read(metric: str, **labels: str) -> float | None:
        text = watcher.send("GET", "/api/metrics").text
        samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        return next((one.value for one in samples if one.name == metric and labels.items() <= one.labels.items()), None)

    return read


def test_without_the_setting_there_are_no_metrics(anonymous: Caller, admin: Caller) -> None:
    assert anonymous.get("/api/metrics", expect=404)["code"] == "not_found"
    admin.get("/api/metrics", expect=404)
    anonymous.with_headers(Authorization="Bearer ").get("/api/metrics", expect=404)


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer ñ"])
def test_only_the_token_opens_them(monitored: Flask, given: str) -> None:
    refused = Caller(monitored.test_client()).send("GET", "/api/metrics", headers={"Authorization": given})
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_an_admins_token_does_not_open_them(monitored: Flask, admin: Caller) -> None:
    Caller(monitored.test_client(), admin.headers).get("/api/metrics", expect=401)


def test_prometheus_can_read_them(watcher: Caller) -> None:
    watcher.send("GET", "/api/clients")
    answer = watcher.send("GET", "/api/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    assert all(family.documentation and family.type != "unknown" for family in families.values())
    assert len(families) == answer.text.count("# TYPE ")


def test_a_request_is_counted_by_route_method_and_class_of_status(read: Read, watcher: Caller) -> None:
    def count(method: str, route: str, status: str) -> float:
        return read("fresco_http_requests_total", method=method, route=route, status=status) or 0

    before = [count(*kind) for kind in KINDS]
    watcher.send("GET", "/api/clients/1")  # with a token that is no user's
    watcher.send("GET", "/api/clients/2")
    watcher.send("GET", "/api/health/live")
    watcher.send("POST", "/api/nowhere/else")
    assert [count(*kind) - was for kind, was in zip(KINDS, before, strict=True)] == [2, 1, 1]


KINDS = [("GET", "/api/clients/<id:client_id>", "4xx"), ("GET", "/api/health/live", "2xx"), ("", "", "4xx")]


def test_metrics_have_no_addresses_and_no_queries(watcher: Caller) -> None:
    watcher.send("GET", "/api/clients/424242", query_string={"q": "424242"})
    watcher.send("GET", "/api/424242")
    assert "424242" not in watcher.send("GET", "/api/metrics").text


@pytest.mark.parametrize(
    ("seconds", "limit"), [(0.0, "0.005"), (0.005, "0.005"), (0.0051, "0.01"), (10.0, "10.0"), (99.0, "+Inf")]
)
def test_a_duration_falls_into_its_bucket_and_all_above(read: Read, seconds: float, limit: str) -> None:
    limits = [*map(str, metrics.BUCKETS), "+Inf"]
    name, labels = "fresco_http_request_duration_seconds_bucket", {"method": "GET", "route": "/api/docs"}

    def buckets() -> list[float]:
        return [read(name, le=le, **labels) or 0.0 for le in limits]

    before = buckets()
    count_request("GET", "/api/docs", 200, seconds)
    place = limits.index(limit)
    assert [now - was for now, was in zip(buckets(), before, strict=True)] == [0] * place + [1] * (12 - place)


def test_metrics_have_the_last_runs_of_a_job(read: Read, monitored: Flask) -> None:
    assert read("fresco_job_last_success_timestamp_seconds", name="purge-expired") == 0
    with monitored.app_context():
        job = next(job for job in of_current_app().jobs if job.name == "purge-expired")
        run_job(job, slot=None)
        done = datetime.now(UTC)
        job_runs.fail(db.session(), job.name, None, (done, done + timedelta(seconds=3)), "no luck")
        db.session.commit()
    assert read("fresco_job_last_success_timestamp_seconds", name=job.name) == pytest.approx(done.timestamp(), abs=60)
    assert read("fresco_job_last_run_failed", name=job.name) == 1
    assert read("fresco_job_last_run_duration_seconds", name=job.name) == 3
    assert read("fresco_job_last_run_timestamp_seconds", name=job.name) == pytest.approx(done.timestamp() + 3, abs=0.01)


def test_metrics_have_the_latest_slot_of_a_job_that_never_ran(read: Read) -> None:
    with clock.frozen(datetime(2026, 3, 5, 12, tzinfo=UTC)):
        slot = datetime(2026, 3, 5, 5, 10, tzinfo=UTC)  # 00:10 in Bogota
        assert read("fresco_job_last_slot_timestamp_seconds", name="mark-overdue") == slot.timestamp()


def test_metrics_without_the_database_have_the_rest(
    read: Read, monkeypatch: pytest.MonkeyPatch, monitored: Flask
) -> None:
    assert read("fresco_database_up") == 1

    def away(_session: object) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(job_runs, "latest_per_job", away)
    assert read("fresco_database_up") == 0
    assert read("fresco_build_info", version="1.0") == 1


def test_metrics_have_the_disk_of_the_files(read: Read) -> None:
    size, free = read("fresco_storage_size_bytes"), read("fresco_storage_free_bytes")
    assert size is not None
    assert free is not None
    assert 0 < free <= size


def test_a_connection_counts_while_it_is_used_and_not_if_it_could_not_be_made(app: Flask) -> None:
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    engine = create_engine(url, pool_size=1, max_overflow=0, pool_pre_ping=True)
    metrics.count_connections(engine)

    def in_use() -> float:
        value = metrics.REGISTRY.get_sample_value("fresco_database_connections_in_use")
        assert value is not None
        return value

    before = in_use()
    with engine.connect() as connection:
        assert in_use() == before + 1
        driver = connection.connection.driver_connection
    assert in_use() == before
    driver.close()  # the pool finds it dead, and has no server to replace it from
    event.listen(engine, "do_connect", refuse)
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            engine.connect()
    assert in_use() == before
    engine.dispose()


def refuse(*_arguments: object) -> None:
    raise ConnectionRefusedError


def test_a_slot_is_used_again_once_its_worker_ended() -> None:
    first, second = metrics.claim_slot(), metrics.claim_slot()
    assert first != second
    metrics.release_slot(first)
    assert metrics.claim_slot() == first
    metrics.release_slot(first)
    metrics.release_slot(second)
