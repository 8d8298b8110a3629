"""gunicorn's settings and hooks, for development and production."""

import gc
import os
import shutil
import tempfile
from typing import Any

import gunicorn
from dotenv import load_dotenv
from gunicorn.arbiter import Arbiter
from sqlalchemy.exc import SQLAlchemyError

load_dotenv()  # gunicorn reads this file before wsgi.py, and .env has settings for both
if os.environ.get("METRICS_TOKEN"):  # prometheus-client reads it when it is imported
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="control-fresco-metrics-"))

from app import registry  # noqa: E402 - see above
from app.infra import bulkhead, listening, metrics, scheduler, stop_signals, tasks  # noqa: E402 - see above
from app.infra.db import db, most_connections, transaction  # noqa: E402 - see above
from config import is_loopback  # noqa: E402 - see above

bind = listening.bind_of(os.environ)
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "app.web.worker.Worker"
threads = int(os.environ.get("WEB_THREADS", "8")) + bulkhead.WAITING
timeout = 60
graceful_timeout = 25
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 8190
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112 - heartbeats stay in memory
control_socket_disable = True
# By default gunicorn trusts headers for the address and scheme if the client is local or on a Unix socket. Trust none
# of them here: only TRUSTED_PROXIES decides which X-Forwarded-* headers count.
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
gunicorn.SERVER = "control-fresco"  # for the header `Server`, before gunicorn.http imports it; there is no setting
_environment = os.environ.get("APP_ENV") or "development"
_form = "JsonFormatter" if _environment == "production" else "ReadableFormatter"
logconfig_dict = {  # gunicorn logs in the format of the program
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ours": {"()": f"app.infra.logs.{_form}"}},
    "filters": {"ours": {"()": "app.infra.logs.WithRequestId"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours", "filters": ["ours"]}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["stderr"], "propagate": False},
        # Its lines contain the query, which may hold names; the program logs each request itself.
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
}


def on_starting(server: Any) -> None:
    """Exit with one line if the address is not safe or not free."""
    open_to_others = [address for address in server.cfg.address if not is_loopback(address)]
    if open_to_others and _environment != "production":
        places = ", ".join(f"{host}:{port}" for host, port, *_ in open_to_others)
        raise SystemExit(
            f"BIND: other machines could reach {places}, for which APP_ENV={_environment} is not safe: "
            "listen on 127.0.0.1, or set APP_ENV=production."
        )
    # The socket may come from the previous master (USR2) or systemd.
    inherited = server.master_pid or "LISTEN_FDS" in os.environ
    problem = None if inherited or server.cfg.reuse_port else listening.problem(",".join(server.cfg.bind))
    if problem:  # gunicorn itself would retry for five seconds
        raise SystemExit(problem)


def when_ready(_server: Any) -> None:
    """Lose no signal that comes while a worker starts."""
    stop_signals.hold_while_forking()


def pre_fork(_server: Any, worker: Any) -> None:
    """Claim a slot for the metrics of the worker."""
    worker.metrics_slot = metrics.claim_slot()


def child_exit(_server: Any, worker: Any) -> None:
    """Release the slot of a worker that ended, even if it was killed."""
    metrics.release_slot(worker.metrics_slot)


def on_exit(_server: Any) -> None:
    """Remove the files of the metrics."""
    if directory := os.environ.get(metrics.DIRECTORY):
        shutil.rmtree(directory, ignore_errors=True)


def post_fork(server: Any, _worker: Any) -> None:
    """Discard the connections of the master (with --preload): two processes on one socket would mix up responses."""
    application = server.app.wsgi() if server.cfg.preload_app else None
    if application is not None:
        with application.app_context():
            db.engine.dispose(close=False)


def post_worker_init(worker: Any) -> None:
    """Start the threads of jobs and tasks, in the worker: a fork does not copy threads."""
    application = worker.wsgi
    metrics.worker_started(most_connections(application.config))
    with application.app_context():
        _require_ready(worker, application.config)
        if application.config["SCHEDULER_ENABLED"]:
            scheduler.of_current_app().start(may_lead=worker.is_running)
        if application.config["TASKS_ENABLED"]:
            tasks.of_current_app().start(may_lead=worker.is_running)
    gc.collect()
    gc.freeze()  # modules and schemas live as long as the worker: large requests need not look through them


def _require_ready(worker: Any, config: Any) -> None:
    """Stop the server if the settings do not fit the database; one that can't be asked yet is waited for as ever."""
    try:
        with transaction(request_id="start") as session:
            problems = registry.unready(config, session)
    except SQLAlchemyError:
        return
    if problems:
        worker.log.error("; ".join(problems))
        raise SystemExit(Arbiter.WORKER_BOOT_ERROR)


def worker_exit(_server: Any, worker: Any) -> None:
    """Release the leaders' locks, so that another worker leads at once.

    A quick stop (Ctrl-C) waits for no thread: as after `kill -9`, PostgreSQL rolls back unfinished work and frees the
    locks.
    """
    if worker.quits:
        os._exit(0)
    application = getattr(worker, "wsgi", None)
    if application is not None:
        with application.app_context():
            tasks.of_current_app().ask_to_stop()
            scheduler.of_current_app().stop()
            tasks.of_current_app().stop()
