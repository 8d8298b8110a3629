"""/api/metrics covers all workers of the server, also ended ones, whichever responds."""

import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.support import ROOT, Server, until

pytestmark = pytest.mark.server

TOKEN = "a-token-for-the-tests"
LIVE = {"method": "GET", "route": "/api/health/live", "status": "2xx"}
RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"
PROMTOOL = shutil.which("promtool")
Read = Callable[..., float]


@pytest.fixture(scope="module")
def server(server_database: str) -> Iterator[Server]:
    """Two workers that are watched."""
    environ = {"METRICS_TOKEN": TOKEN, "SCHEDULER_ENABLED": "true", "FETCH_RATES_AT": "00:00"}
    with Server(server_database, environ=environ) as running:
        yield running


def told(server: Server) -> str:
    """The text, from whichever worker answers."""
    reply = server.send("GET", "/api/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert reply.status == 200
    return reply.body.decode()


@pytest.fixture
def read(server: Server) -> Read:
    """The value of one sample now."""

    def read(metric: str, **labels: str) -> float:
        families = text_string_to_metric_families(told(server))
        samples = [sample for family in families for sample in family.samples if sample.name == metric]
        return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())

    return read


def workers(server: Server) -> list[psutil.Process]:
    assert server.process is not None
    return psutil.Process(server.process.pid).children()


def ask(server: Server, times: int) -> None:
    with ThreadPoolExecutor(8) as threads:
        statuses = [reply.status for reply in threads.map(lambda _n: server.send("GET", LIVE["route"]), range(times))]
    assert statuses == [200] * times


def test_every_worker_reports_all_workers(server: Server, read: Read) -> None:
    until(lambda: read("fresco_workers") == 2)
    before = read("fresco_http_requests_total", **LIVE)
    ask(server, 100)
    assert {read("fresco_http_requests_total", **LIVE) for _ in range(10)} == {before + 100}
    assert read("fresco_http_request_duration_seconds_count", route=LIVE["route"]) == before + 100


def test_counts_outlive_the_worker_that_made_them(server: Server, read: Read) -> None:
    until(lambda: read("fresco_workers") == 2)
    before, starts = read("fresco_http_requests_total", **LIVE), read("fresco_worker_starts_total")
    ask(server, 20)
    for process in workers(server):
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        until(lambda: len(workers(server)) == 2 and read("fresco_workers") == 2)
    ask(server, 20)
    assert read("fresco_http_requests_total", **LIVE) == before + 40
    assert read("fresco_worker_starts_total") == starts + 2


def test_a_killed_worker_uses_no_connections(server: Server, read: Read) -> None:
    until(lambda: read("fresco_workers") == 2)
    for process in workers(server):
        process.send_signal(signal.SIGKILL)
    until(lambda: len(workers(server)) == 2 and read("fresco_workers") == 2)
    until(lambda: read("fresco_database_connections_in_use") == 0)
    assert read("fresco_database_connections_limit") == 20


def test_jobs_that_were_due_at_the_start_are_shown_as_done(read: Read) -> None:
    slot, done = "fresco_job_last_slot_timestamp_seconds", "fresco_job_last_success_timestamp_seconds"
    until(lambda: all(read(done, name=name) >= read(slot, name=name) > 0 for name in ("mark-overdue", "fold-sums")))


# Alerts


def alerts() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return list(group["rules"])


def test_alerts_ask_for_metrics_and_labels_that_are_there(server: Server) -> None:
    text = told(server)
    there = set(re.findall(r"^(?:# TYPE )?(fresco_\w+)", text, re.MULTILINE))
    for alert in alerts():
        assert set(re.findall(r"fresco_\w+", alert["expr"])) <= there, alert["alert"]
        for label in re.findall(r"(\w+)!?[=~]{1,2}\"", alert["expr"]):
            assert label == "job" or f'{label}="' in text, alert["alert"]


def test_every_alert_is_explained_to_operators() -> None:
    explained = re.findall(r"^\| `(Fresco\w+)` \|", (ROOT / "docs" / "operating.md").read_text(), re.MULTILINE)
    assert sorted(explained) == sorted(alert["alert"] for alert in alerts())


FIRING = """
rule_files: [{rules}]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {{series: 'fresco_job_last_slot_timestamp_seconds{{name="mark-overdue"}}', values: '0+0x120'}}
      - {{series: 'fresco_job_last_success_timestamp_seconds{{name="mark-overdue"}}', values: '5+0x120'}}
      - {{series: 'fresco_job_last_slot_timestamp_seconds{{name="purge-expired"}}', values: '0+0x9 600+0x110'}}
      - {{series: 'fresco_job_last_success_timestamp_seconds{{name="purge-expired"}}', values: '0+0x120'}}
      - {{series: 'fresco_http_requests_total{{status="5xx", route="/a"}}', values: '0+2x120'}}
      - {{series: 'fresco_http_requests_total{{status="2xx", route="/a"}}', values: '0+98x120'}}
      - {{series: 'fresco_http_requests_total{{status="5xx", instance="b"}}', values: '0+0x120'}}
      - {{series: 'fresco_http_requests_total{{status="2xx", instance="b"}}', values: '0+98x120'}}
    alert_rule_test:
      - {{eval_time: 35m, alertname: FrescoJobMissed, exp_alerts: []}}
      - eval_time: 45m
        alertname: FrescoJobMissed
        exp_alerts:
          - exp_labels: {{severity: page, name: purge-expired}}
            exp_annotations:
              summary: The job purge-expired was due more than half an hour ago and has not been done
      - eval_time: 20m
        alertname: FrescoServerErrors
        exp_alerts:
          - exp_labels: {{severity: page}}
            exp_annotations: {{summary: More than 1 % of the answers are 5xx}}
"""


@pytest.mark.skipif(PROMTOOL is None, reason="promtool (of Prometheus) is not installed")
def test_alerts_fire_when_they_should(tmp_path: Path) -> None:
    (tmp_path / "firing.yml").write_text(FIRING.format(rules=RULES))
    done = subprocess.run(
        [str(PROMTOOL), "test", "rules", "firing.yml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(PROMTOOL is None, reason="promtool (of Prometheus) is not installed")
def test_prometheus_own_tool_finds_nothing_to_improve(server: Server) -> None:
    done = subprocess.run(
        [str(PROMTOOL), "check", "metrics"], input=told(server), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
